"""Loading: a solution becomes a module, and what it raises becomes words."""

import random
import sys
import types
from collections.abc import Callable
from typing import Any

from pytest_codeeval.execution.grading.raised import said

NAME = "<solution>"


def text_of(source: str) -> str:
    """Return a source without the mark that some editors put at its beginning."""
    return source.lstrip("\ufeff")


def load(source: str, look: Callable[[types.CodeType], Any]) -> tuple[types.ModuleType, list[Any] | None]:
    """Execute a solution as a module; return that, and what is wrong with it: a kind and what to say of it.

    `look` is given its code before that, and may return other builtins for it.
    """
    # A module of its own, known to sys.modules: dataclasses, pickle and typing look a class's module up there.
    module = types.ModuleType("solution")
    random.seed(0)  # what leans on chance is to fall out alike in each run; a fork had it seeded anew
    sys.modules["solution"] = module
    try:
        code = compile(text_of(source), NAME, "exec", dont_inherit=True)
    except MemoryError:
        return module, ["syntax_error", "too deeply nested to be compiled"]
    except BaseException as error:
        return module, ["syntax_error", _syntax(error)]
    if (builtins_of_its_own := look(code)) is not None:
        module.__dict__["__builtins__"] = builtins_of_its_own
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        return module, ["raised", *described(error)]
    return module, None


def resolved(names: dict[str, Any], name: str) -> list[Any]:
    """Return what a name stands for, `Class().method` among them, in a list that is empty if there is no such thing.

    Raises what the class raises when an object of it is made.
    """
    base, made, method = name.partition("().")
    if base not in names:
        return []
    value = names[base]
    return [value] if not made else [getattr(found, method)] if hasattr(found := value(), method) else []


def described(error: BaseException) -> list[Any]:
    """Return name and message of an exception, its line in the solution, its nearest builtin base, and its errno."""
    trace, line = error.__traceback__, 0
    for _ in range(20000):
        if trace is None:
            break
        if trace.tb_frame.f_code.co_filename == NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins"]
    name = str(type(error).__name__)[:100]
    return [name, said(error), line, next((kind for kind in kinds if kind != "object"), "BaseException"), _errno(error)]


def _errno(error: BaseException) -> int:
    number = getattr(error, "errno", None)
    return number if type(number) is int else 0


def _syntax(error: BaseException) -> str:
    line, text = getattr(error, "lineno", None), getattr(error, "msg", None) or said(error)
    return f"{text} (line {line})" if line else f"{text}"
