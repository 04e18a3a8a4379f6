"""Failure: what to say of a test that did not hold: the assertion, what it expected, what it got."""

import ast
import reprlib
from errno import EDQUOT, EFBIG, ENOSPC
from types import TracebackType
from typing import Any

from pytest_codeeval.execution.grading.proxy import Proxy

TEST = "<test>"
_SHORT = reprlib.Repr()
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxset = _SHORT.maxfrozenset = _SHORT.maxdict = _SHORT.maxdeque = 20
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 200

Raised = dict[int, tuple[BaseException, list[Any]]]
"""The exceptions that came from a solution, by id: [type, message, line in the solution, builtin base, errno]."""


def explain(error: BaseException, test: str, last: list[Any], raised: Raised) -> tuple[str, str]:
    """Return the cause and a sentence for an exception that ended the tests; `last` holds the latest answer."""
    if id(error) in raised:
        return _of_solution(*raised[id(error)][1])
    frame = _last_frame(error.__traceback__)
    if isinstance(error, AssertionError) or type(error).__name__ == "Failed":  # by pytest.raises, that nothing was
        return "wrong_answer", _asserted(error, frame, test, last)
    if isinstance(error, MemoryError | RecursionError):
        return "output", f"its answer was more than the tests can take ({type(error).__name__})"
    got = f", the answer being {shown(last[0])}" if last else ""
    return "exception", f"{type(error).__name__} in the tests: {_said(error)}{got}"


def shown(value: Any) -> str:
    """Return a short form of a value; what is an object of the solution's is not asked for its own."""
    try:
        return f"<{type(value).__name__} object>" if isinstance(value, Proxy) else _SHORT.repr(value)
    except BaseException as error:
        return f"<{type(value).__name__}, whose repr raised {type(error).__name__}>"


def _of_solution(name: str, message: str, line: int, base: str, errno: int) -> tuple[str, str]:
    where = f" (line {line} of the solution)" if line else ""
    text = f"{name}: {message}{where}" if message else f"{name}{where}"
    if base == "MemoryError":
        return "memory", f"the memory limit was reached{where}"
    if base in ("ModuleNotFoundError", "ImportError"):
        return "import_missing", text
    if errno in (ENOSPC, EFBIG, EDQUOT):
        return "output", text
    if base == "BlockingIOError" or (base == "RuntimeError" and message == "can't start new thread"):
        return "processes", text
    return "exception", text


def _last_frame(trace: TracebackType | None) -> TracebackType | None:
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == TEST:
            found = trace
        trace = trace.tb_next
    return found


def _asserted(error: BaseException, frame: TracebackType | None, test: str, last: list[Any]) -> str:
    if frame is None:
        return f"assertion failed: {_said(error)}"
    node = _assertion_at(test, frame.tb_lineno)
    if node is None:
        lines = test.split("\n")
        source = lines[frame.tb_lineno - 1].strip() if 0 < frame.tb_lineno <= len(lines) else "assertion failed"
    else:
        source = " ".join((ast.get_source_segment(test, node.test) or "").split())
    text = f"assert {source}" if node is not None else source
    said = _said(error)
    if said and said not in text:
        text += f" ({said})"
    if not last:
        return text
    expected = _expected(node, frame) if node is not None else ""
    return f"{text}: expected {expected}, got {shown(last[0])}" if expected else f"{text}: got {shown(last[0])}"


def _assertion_at(test: str, line: int) -> ast.Assert | None:
    try:
        nodes = [node for node in ast.walk(ast.parse(test)) if isinstance(node, ast.Assert)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    around = [node for node in nodes if node.lineno <= line <= (node.end_lineno or node.lineno)]
    return around[-1] if around else None


def _expected(node: ast.Assert, frame: TracebackType) -> str:
    """Return what a plain `assert call(...) == value` expects, where that can be told without a call of anything."""
    compared = node.test
    if (
        not isinstance(compared, ast.Compare)
        or len(compared.ops) != 1
        or not isinstance(compared.ops[0], ast.Eq | ast.Is)
    ):
        return ""
    sides = [compared.left, compared.comparators[0]]
    values = [side for side in sides if not any(isinstance(part, ast.Call) for part in ast.walk(side))]
    calls = [side for side in sides if isinstance(side, ast.Call)]
    if len(values) != 1 or len(calls) != 1:
        return ""
    try:
        code = compile(ast.Expression(values[0]), "<expected>", "eval")
        return shown(eval(code, frame.tb_frame.f_globals, frame.tb_frame.f_locals))
    except BaseException:  # a solution that is lost, when an attribute of its object is looked up
        return ""


def _said(error: BaseException) -> str:
    try:
        return str(error)[:1000]
    except BaseException:
        return "(its message could not be read)"
