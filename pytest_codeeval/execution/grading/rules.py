"""Rules: when an output of a solution's is as good as the expected one.

They are those of EvalPlus, so that scores can be laid beside published ones. A task names its rule; which rule a task
has, and its tolerance, is data.
"""

import math
from collections.abc import Callable
from typing import Any

from pytest_codeeval.execution.grading.nearness import distinct, near, sequence, truth, unordered

_FLOAT_TOLERANCE = 1e-6
_RELATIVE = 1e-7


class Rule:
    """One run of the rule of a task: a tolerance that one expected output calls for holds for all that follow it."""

    def __init__(self, name: str, atol: float) -> None:
        """Raises KeyError for a rule that there is not."""
        self._special = SPECIAL[name]
        self._decides = name in _DECIDING
        self._atol = self._given = atol

    def restart(self) -> None:
        """Forget the tolerance that outputs have called for."""
        self._atol = self._given

    def holds(self, arguments: Callable[[], list[Any]], out: Any, expected: Any) -> bool:
        """Whether an output will do; `arguments` returns those of the call, if they are asked for.

        What is of another kind than can be compared raises one of Python's exceptions, or MemoryError.
        """
        exact = _are_equal(out, expected)
        if self._special is not None:
            exact = self._special(exact, arguments, out, expected, self._atol)
            if self._decides:
                return exact
        if self._atol == 0 and _is_floats(expected):
            self._atol = _FLOAT_TOLERANCE
        if exact or self._atol == 0:
            return exact
        return type(out) is type(expected) and _all_close(out, expected, self._atol)


def _are_equal(out: Any, expected: Any) -> bool:
    try:
        return bool(out == expected)
    except ValueError:  # an array, which says it of each of its items; there are rules that look at these
        return False


def _is_floats(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(item, float) for item in value)
    return isinstance(value, float) or (
        type(value).__name__ == "ndarray" and str(value.dtype) in ("float64", "float32")
    )


def _all_close(out: Any, expected: Any, atol: float) -> bool:
    """Whether numbers are close, item by item in sequences of one shape."""
    if isinstance(expected, list | tuple) or hasattr(expected, "tolist"):
        out, expected = (value.tolist() if hasattr(value, "tolist") else value for value in (out, expected))
    if not isinstance(expected, list | tuple):
        return _is_close(out, expected, atol)
    if not isinstance(out, list | tuple) or len(out) != len(expected):
        return False
    return all(_all_close(one, other, atol) for one, other in zip(out, expected, strict=True))


def _is_close(out: Any, expected: Any, atol: float) -> bool:
    kinds = (bool, int, float, complex)
    if not isinstance(out, kinds) or not isinstance(expected, kinds):
        return False
    numbers = [value if isinstance(value, complex) else float(value) for value in (out, expected)]
    if numbers[0] == numbers[1]:
        return True
    difference = abs(numbers[0] - numbers[1])
    return math.isfinite(difference) and difference <= atol + _RELATIVE * abs(numbers[1])


def _root(_exact: bool, arguments: Callable[[], list[Any]], out: Any, _expected: Any, atol: float) -> bool:
    """Whether it is a root of the polynomial with these coefficients, the constant first."""
    (coefficients,) = arguments()
    value: float = sum(factor * math.pow(out, power) for power, factor in enumerate(coefficients))
    return abs(value) <= atol


def _any(*_: Any) -> bool:
    return True


def _or_zero(exact: bool, _arguments: Any, out: Any, *_: Any) -> bool:
    return exact or bool(out == 0)


def _pyramid(exact: bool, arguments: Callable[[], list[Any]], out: Any, _expected: Any, atol: float) -> bool:
    """Whether it is the surface of a square pyramid, its height being that of the apex above the base."""
    if exact:
        return True
    base, height = arguments()
    return bool(abs(out - round(base * base + 2 * base * math.sqrt((base / 2) ** 2 + height**2))) <= atol)


def _digits(exact: bool, arguments: Callable[[], list[Any]], out: Any, *_: Any) -> bool:
    """Whether it is the sum of the differences of two numbers' digits, these aligned at their ends."""
    if exact:
        return True
    one, other = map(str, arguments())
    width = max(len(one), len(other))
    pairs = zip(one.zfill(width), other.zfill(width), strict=True)
    return bool(out == sum(abs(int(first) - int(second)) for first, second in pairs))


def _same_set(_exact: bool, _arguments: Any, out: Any, expected: Any, _atol: float) -> bool:
    wanted = set(expected)
    if isinstance(out, range) and len(out) != len(wanted):
        return False  # before it becomes a set that no memory can hold
    return bool(set(out) == wanted)


def _not_none(_exact: bool, _arguments: Any, out: Any, expected: Any, _atol: float) -> bool:
    """Whether there is an answer if there should be one; `True` says that there is one, and `False` that there is none.

    That is for answers that are objects, such as matches of a pattern.
    """
    said = out if isinstance(out, bool) else out is not None
    return bool(said == (expected is not None))


Special = Callable[[bool, Callable[[], list[Any]], Any, Any, float], bool]
SPECIAL: dict[str, Special | None] = {
    "equal": None,
    "root": _root,
    "any": _any,
    "zero": _or_zero,
    "pyramid": _pyramid,
    "digits": _digits,
    "set": _same_set,
    "not none": _not_none,
    "near": near,
    "truth": truth,
    "sequence": sequence,
    "unordered": unordered,
    "distinct": distinct,
}
"""The rules by name; `equal` is what the others begin with: equality, or closeness where floats are expected."""
_DECIDING = frozenset(("root", "not none", "near", "truth", "sequence", "unordered", "distinct"))
