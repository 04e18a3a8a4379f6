"""Examples: the doctests of a docstring, and the program that runs them beside the function in the sandbox."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Sequence

from pytest_codeeval.core.pythontree import tree_of
from pytest_codeeval.scoring.docstrings.task import function_in

FUNCTION = "codeeval_examples"
"""The function of the program that runs the examples: it returns (source, wanted, found, options) of each.

It returns none at all if the documented function was not called by any of them.
"""

TEST = """\
import doctest


def check(candidate):
    shown = candidate()
    assert len(shown) > 0, "no example calls the function when it is run"
    for source, wanted, found, options in shown:
        agrees = doctest.OutputChecker().check_output(wanted, found, options)
        assert agrees, f"the example {source!r} gives {found[:100]!r}, and not {wanted[:100]!r}"
"""

_PROGRAM = """{code}


def {function}():
    import contextlib, io, operator, sys, threading, traceback

    names, shown, called = {{**globals(), "__name__": "__main__"}}, [], []
    function = inner = names[{name!r}]
    own, watched = sys._getframe().f_code, []
    while inner is not None and len(watched) < 50:
        call = getattr(type(inner), "__call__", None)
        watched.append(getattr(inner, "__code__", None) or getattr(call, "__code__", None))
        inner = getattr(inner, "__wrapped__", None)

    def state():
        given = getattr(function, "__kwdefaults__", None) or {{}}
        return [getattr(function, name, None) for name in ("__code__", "__defaults__")], list(given.values())

    def same(left, right):
        return all(len(x) == len(y) and all(map(operator.is_, x, y)) for x, y in zip(left, right))

    def library():
        found = [(vars(one), name) for name, one in sys.modules.items() if type(one) is type(sys)]
        known = [module for module, name in found if name.partition(".")[0] in sys.stdlib_module_names]
        return [
            (module, key, value)
            for module in known
            for key, value in module.items()
            if key.strip("_") and (key[0] != "_" or key[:2] == "__") and (callable(value) or type(value) is float)
        ]

    def watch(frame, event, _):
        code = frame.f_code
        # As it stands in the text, or what a decorator has put in its place.
        written = code.co_name == {name!r} and code.co_firstlineno == own.co_firstlineno - {above}
        if event == "call" and (written and code.co_filename == own.co_filename or code in watched):
            called.append(event)
            sys.setprofile(None)

    begun, shows = state(), sys.displayhook

    threading.setprofile(watch)
    for source, wanted, raises, options in {examples!r}:
        written, found, before = io.StringIO(), None, library()
        with contextlib.redirect_stdout(written):
            try:
                sys.displayhook = shows
                sys.setprofile(None if called else watch)
                exec(compile(source, "<example>", "single", dont_inherit=True), names)
            except BaseException as error:
                found = traceback.format_exception_only(error)[-1]
            finally:
                sys.setprofile(None)
        if found is None:
            found = written.getvalue() if raises is None else "(nothing was raised)\\n"
        elif raises is None:
            found = "(raised) " + found
        elif options & {any_detail}:
            found, raises = (text.partition(":")[0].rpartition(".")[2].strip() for text in (found, raises))
        if names.get({name!r}) is not function or not same(state(), begun):
            return [(source, "", "another meaning to {name}", 0)]
        if not all(module.get(key) is value for module, key, value in before):
            return [(source, "", "another meaning to what Python has", 0)]
        shown.append((source, wanted if raises is None else raises, found, options))
    return shown if called else []
"""
_MOST = 50
_LOOKS = re.compile(
    r"\b(?:(?:_getframe|_current_frames|setprofile|settrace|currentframe|f_back|f_locals|tb_frame|gi_frame|get_objects"
    rf"|get_referrers|displayhook|__code__|__globals__|{FUNCTION})\b|(?:globals|locals)\()"
)
"""By these names an example would find what it is expected to show, or give another meaning to what it calls."""


def examples_in(docstring: str, name: str) -> list[doctest.Example] | str:
    """Return the examples of a docstring, or what is wrong; one has to show something.

    Whether one calls `name` is seen when they are run.
    """
    try:
        found = doctest.DocTestParser().get_examples(docstring)
    except ValueError as error:
        return f"its examples cannot be read ({' '.join(str(error).split())[:100]})"
    found = [example for example in found if not example.options.get(doctest.SKIP)]
    if len(found) > _MOST:
        return f"it has more than {_MOST} examples"
    if any(_binds(example.source, name) for example in found):
        return f"an example defines {name} anew"
    if any(_LOOKS.search(example.source) for example in found):
        return "an example looks into what runs it"
    # What a function does that returns nothing is shown by another example than the one that calls it.
    if not any(one.want.strip() for one in found):
        return f"no example calls {name} and shows what comes of it"
    return found


def program(code: str, name: str, examples: Sequence[doctest.Example]) -> str:
    """Return the program that runs examples beside the function; whatever they are, they stand in it as data."""
    told = [(one.source, one.want, one.exc_msg, _flags(one)) for one in examples]
    code = code.rstrip()
    function = function_in(code, name)
    first = min((one.lineno for one in [function, *function.decorator_list]), default=0) if function else 0
    return _PROGRAM.format(
        code=code,
        function=FUNCTION,
        name=name,
        examples=told,
        above=len(code.split("\n")) + 3 - first,
        any_detail=doctest.IGNORE_EXCEPTION_DETAIL,
    )


def _flags(example: doctest.Example) -> int:
    flags = 0
    for flag, on in example.options.items():
        flags |= flag if on else 0
    return flags


def _nodes(source: str) -> list[ast.AST]:
    try:
        return list(ast.walk(tree_of(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _binds(source: str, name: str) -> bool:
    for node in _nodes(source):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return True
        if isinstance(node, ast.alias) and (node.asname or node.name.partition(".")[0]) in (name, "*"):
            return True
    return False
