"""What is particular to single tasks of MBPP+: how their outputs are compared, and what their inputs are in Python."""

from __future__ import annotations

from typing import Any

_SETS = (2, 7, 111, 140, 232, 249, 579, 769)
_NOT_NONE = (737, 787, 794)
RULES = {
    "Mbpp/164": "any",
    "Mbpp/295": "zero",
    "Mbpp/558": "digits",
    "Mbpp/581": "pyramid",
    **{f"Mbpp/{number}": "set" for number in _SETS},
    **{f"Mbpp/{number}": "not none" for number in _NOT_NONE},
}
"""The rules of tasks that are not compared as most are; see `execution.grading.rules`."""

_EVERY = -1
# JSON knows no tuple. Which lists are some: those of which argument (every one, or the first, or second), at which
# depths, the argument itself being 1 and its items 2; then the tasks.
_TUPLES: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...] = (
    (_EVERY, (1,), (2, 116, 132, 143, 222, 261, 273, 394, 399, 421, 424, 429, 470, 560, 579, 596, 616, 630, 726, 740)),
    (_EVERY, (1,), (744, 809)),
    (_EVERY, (2,), (63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780)),
    (_EVERY, (1, 2), (259, 278, 401, 445)),
    (_EVERY, tuple(range(1, 100)), (580, 615, 791)),
    (0, (2,), (75, 413, 444, 722, 753)),
    (0, (1,), (250, 307, 405, 446, 617, 720, 763, 808)),
    (1, (1,), (106, 750)),
)
_FORMS = {task: (argument, depths) for argument, depths, tasks in _TUPLES for task in tasks}


def arguments_of(task_id: str, arguments: list[Any]) -> list[Any]:
    """Return the arguments of a call as the task has them in Python, from what they are in JSON.

    Raises ValueError, TypeError or the like for what cannot be such arguments.
    """
    task = int(task_id.rpartition("/")[2])
    if task in _FORMS:
        which, depths = _FORMS[task]
        return [_tupled(value, depths) if which in (_EVERY, place) else value for place, value in enumerate(arguments)]
    if task == 115:  # sets, but for empty ones, which are dicts
        (items,) = arguments
        return [[set(item) if isinstance(item, list) and item else {} for item in items]]
    if task == 124:
        real, imaginary = arguments
        return [float(real), complex(imaginary)]
    if task == 252:
        return [complex(*arguments)]
    return arguments


def _tupled(value: Any, depths: tuple[int, ...], depth: int = 1) -> Any:
    """Return a value in which the lists at some depths are tuples."""
    if isinstance(value, dict):
        return {key: _tupled(item, depths, depth + 1) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    items = [_tupled(item, depths, depth + 1) for item in value]
    return tuple(items) if depth in depths else items
