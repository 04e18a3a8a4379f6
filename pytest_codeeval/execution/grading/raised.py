"""Raised: exceptions that cross from one side to the other: their classes, what they bear, and the very same again."""

import builtins
import sys
import types
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

_LONGEST_NAME = 100
_DEEPEST = 4
_LONGEST_GROUP = 50
_LONGEST_MESSAGE = 2000
_OTHERS = ("__cause__", "__context__")
_SLOTS = ("filename", "filename2", "name", "path")
"""What builtin exceptions bear that is neither an argument nor in their dictionary."""
# What a test runner takes for its own: a solution is not to have a test skipped.
_NOT_FOR_SOLUTIONS = frozenset(("unittest", "doctest", "bdb", "_pytest", "pytest"))
_LIBRARIES = frozenset(("numpy", "pandas", "scipy")) | sys.stdlib_module_names
"""Whose exceptions are the same on both sides."""

Spec = Any
"""A class in JSON's terms: the name of a builtin, or ["own" or "lib" or "yours", …]."""


class ExceptionClasses:
    """The classes of exceptions that one side knows of the other; each is made once, so that `except` finds it."""

    def __init__(self) -> None:
        self._own: list[type] = []
        self._numbers: dict[type, int] = {}
        self._theirs: dict[int, type] = {}
        self._their_numbers: dict[type, int] = {}

    def spec_of(self, kind: type, depth: int = 0) -> Spec:
        """Return a class of exceptions in JSON's terms."""
        name = str(kind.__name__)[:_LONGEST_NAME]
        if kind.__module__ == "builtins" and getattr(builtins, name, None) is kind:
            return name
        if kind in self._their_numbers:
            return ["yours", self._their_numbers[kind]]
        bases = [base for base in kind.__bases__ if isinstance(base, type) and issubclass(base, BaseException)]
        specs = [self.spec_of(base, depth + 1) for base in bases[:4]] if depth < _DEEPEST else ["Exception"]
        module = kind.__module__
        if type(module) is str and getattr(sys.modules.get(module), name, None) is kind and _is_library(module):
            return ["lib", module, name, specs]
        number = self._numbers.setdefault(kind, len(self._own))
        if number == len(self._own):
            self._own.append(kind)
        return ["own", number, name, specs]

    def class_of(self, spec: Spec) -> type[BaseException]:
        """Return the class for what `spec_of` said of it on the other side. Raises ValueError if it never says so."""
        if type(spec) is str:
            found = getattr(builtins, spec, None)
        else:
            what, *rest = spec
            if what == "yours":
                found = self._own[rest[0]] if type(rest[0]) is int and 0 <= rest[0] < len(self._own) else None
            elif what == "lib":
                found = self._from_library(*rest)
            elif what == "own":
                found = self._made(*rest)
            else:
                found = None
        if not isinstance(found, type) or not issubclass(found, BaseException):
            raise ValueError("no class of exceptions")
        return found

    def _from_library(self, module: str, name: str, bases: list[Spec]) -> type | None:
        """Return the class from this side's library, if that is in use here, else one like it."""
        found = getattr(sys.modules.get(module), name, None) if _is_library(module) else None
        if isinstance(found, type) and issubclass(found, Exception):
            return found
        return _new_class(name, self._bases(bases))

    def _made(self, number: int, name: str, bases: list[Spec]) -> type:
        if type(number) is not int:
            raise ValueError("no number")
        if number not in self._theirs:
            made = self._theirs[number] = _new_class(name, self._bases(bases))
            self._their_numbers[made] = number
        return self._theirs[number]

    def _bases(self, specs: list[Spec]) -> tuple[type[BaseException], ...]:
        return tuple(self.class_of(spec) for spec in specs[:4]) or (Exception,)


def _is_library(module: Any) -> bool:
    top = module.partition(".")[0] if type(module) is str else ""
    return top in _LIBRARIES and top not in _NOT_FOR_SOLUTIONS


def _new_class(name: str, bases: tuple[type[BaseException], ...]) -> type[BaseException]:
    def said_over_there(self: BaseException) -> str:
        said = vars(self).get("_said")
        return said if type(said) is str else super(made, self).__str__()

    def shown_over_there(self: BaseException) -> str:
        shown = vars(self).get("_shown")
        return shown if type(shown) is str else super(made, self).__repr__()

    made: type[BaseException]
    texts = {"__str__": said_over_there, "__repr__": shown_over_there}
    names: dict[str, Any] = {"__module__": "solution", "__getattr__": _asked_over_there, **texts}
    name = str(name)[:_LONGEST_NAME].replace("\0", "") or "Exception"
    try:
        made = type(name, bases, names)
    except TypeError:  # bases that do not go together
        made = type(name, bases[:1], names)
    return made


def _asked_over_there(self: BaseException, name: str) -> Any:
    """Return what an exception computes when it is asked: its properties and methods."""
    itself = vars(self).get("_itself")
    if itself is None or name.startswith("__"):
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
    return getattr(itself, name)


class Exceptions:
    """Describes exceptions to the other side and makes them of such descriptions; its own it knows again."""

    def __init__(self, classes: ExceptionClasses, *, answers: bool) -> None:
        """`answers` says that the other side may ask the exceptions of this one for what is not described."""
        self.classes = classes
        self._answers = answers
        self._sent: list[BaseException] = []
        self._numbers: dict[int, int] = {}
        self._known: dict[int, BaseException] = {}
        self._made: dict[int, tuple[BaseException, int]] = {}  # by id, with the number that it has over there

    def described(self, error: BaseException, message: str, depth: int = 0) -> dict[str, Any]:
        """Return an exception as a dictionary of values: what a test may look at, for `made` on the other side."""
        if id(error) in self._made:
            return {"again": self._made[id(error)][1]}
        number = self._numbers.setdefault(id(error), len(self._sent))
        if number == len(self._sent):
            self._sent.append(error)
        found = {
            "number": number,
            "class": self.classes.spec_of(type(error)),
            "message": message,
            "args": tuple(error.args) if type(error.args) is tuple else (),
            "attributes": {name: value for name, value in vars(error).items() if type(name) is str},
            "slots": {name: value for name in _SLOTS if type(value := _slot(error, name)) in (str, bytes, int)},
            "alone": bool(error.__suppress_context__),
        }
        if self._answers and type(found["class"]) is list and found["class"][0] == "own":
            found |= {"itself": error, "shown": said(error, repr)}
        if depth < _DEEPEST:
            if isinstance(error, BaseExceptionGroup):
                parts = error.exceptions[:_LONGEST_GROUP]
                found["parts"] = [self.described(part, said(part), depth + 1) for part in parts]
            for name in _OTHERS:
                other = getattr(error, name, None)
                if isinstance(other, BaseException):
                    found[name] = self.described(other, said(other), depth + 1)
        return found

    def made(self, found: Any, allowed: Callable[[type], bool]) -> BaseException:
        """Return the exception for a description; one of this side's own is the very same again.

        A class that is not `allowed` is replaced by its nearest base that is. Raises ValueError and the like.
        """
        if "again" in found:
            again: BaseException = self._sent[found["again"]]
            return again if allowed(type(again)) else RuntimeError(f"{type(again).__name__}: {said(again)}")
        if (known := self._known.get(number := int(found["number"]))) is not None:
            return known
        kind = self.classes.class_of(found["class"])
        kind = next((base for base in kind.__mro__ if allowed(base)), RuntimeError)
        args = found["args"]
        if type(args) is not tuple:
            raise ValueError("no arguments")
        if issubclass(kind, BaseExceptionGroup):
            args = (str(found["message"]), [self.made(part, allowed) for part in found["parts"]])
        error = _instance(kind, args)
        _bear(error, found)
        for name in _OTHERS:
            if name in found:
                setattr(error, name, self.made(found[name], allowed))
        error.__suppress_context__ = bool(found["alone"])
        self._made[id(error)], self._known[number] = (error, number), error
        return error


def _instance(kind: type[BaseException], args: tuple[Any, ...]) -> BaseException:
    try:
        return kind(*args)
    except Exception:  # some want other arguments than they keep
        error = kind.__new__(kind)
        error.args = args
        return error


def _bear(error: BaseException, found: Any) -> None:
    """Give an exception what was said of it, beside its arguments."""
    own = vars(error)
    own.update({name: value for name, value in found["attributes"].items() if not name.startswith("__")})
    own["_said"] = str(found["message"])
    if "itself" in found:
        own |= {"_itself": found["itself"], "_shown": found["shown"]}
    for note in _texts(found["attributes"].get("__notes__")):
        error.add_note(note)
    for name in _SLOTS:
        if name in found["slots"]:
            with suppress(AttributeError, TypeError):
                setattr(error, name, found["slots"][name])


def _slot(error: BaseException, name: str) -> Any:
    """Return what a builtin class keeps of an exception beside its dictionary."""
    kept = next((vars(kind)[name] for kind in type(error).__mro__ if name in vars(kind)), None)
    return kept.__get__(error) if isinstance(kept, types.MemberDescriptorType) else None


def _texts(found: Any) -> list[str]:
    return [text for text in found if type(text) is str] if type(found) is list else []


def said(error: BaseException, text: Callable[[Any], str] = str) -> str:
    """Return the message of an exception, whatever its `__str__` does, or its `repr`."""
    try:
        return str.__str__(text(error))[:_LONGEST_MESSAGE]
    except BaseException:
        return "(its message could not be read)"


def as_told(what: Sequence[Any]) -> list[Any]:
    """Return name, message, line, nearest builtin base and errno of an exception, as it was told."""
    name, message, line, base, errno = what[:5]
    return [str(name), str(message), int(line), str(base), int(errno)]
