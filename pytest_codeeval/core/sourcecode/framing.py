"""One program of stub and answer: a whole function with what it needs of the stub, or a body that continues it."""

from __future__ import annotations

from pytest_codeeval.core.sourcecode.go_imports import with_imports
from pytest_codeeval.core.sourcecode.java_class import defines_in_class, in_open_class
from pytest_codeeval.core.sourcecode.joining import head_of, joined
from pytest_codeeval.core.sourcecode.problem_context import ProblemContext
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.sourcecode.tidying import tidied


def continuation(text: str, frame: ProblemContext) -> str:
    """Return stub and completion as one program, cut and closed as the benchmark does."""
    start = frame.stub.rstrip()
    whole = bool(start) and text.startswith(start)
    head, body = (start, text[len(start) :]) if whole else (frame.stub, text)
    cuts = [at for stop in frame.stops if stop and (at := body.find(stop)) >= 0]
    return frame.closed(head + body[: min(cuts, default=len(body))])


def program(text: str, frame: ProblemContext) -> str:
    """Return a recorded program as it is, one without the function's head behind the stub."""
    source = frame.source(text)
    if frame.stub and not defines(source, frame) and is_body(source, frame):
        return frame.closed(frame.stub + text)
    return text


def defines(source: Source, frame: ProblemContext) -> bool:
    """Whether code defines the entry point, in Java also within a class."""
    if source.defining(frame.entry_point):
        return True
    return frame.name == "java" and defines_in_class(source, frame.entry_point)


def is_body(source: Source, frame: ProblemContext) -> bool:
    """Whether code without the entry point may be what stands in its braces."""
    if not source.masked.strip() or not frame.is_open:
        return False
    if all(definition.kind == "value" for definition in source.definitions):
        return True
    return source.is_surplus if frame.syntax.braces else source.code[:1] in " \t"


def whole(code: Source, frame: ProblemContext) -> str:
    """Make one program of a whole function: with what it needs of the stub, without what clashes with the tests."""
    if not frame.stub and not frame.tests:  # it is a file of its own
        return code.code
    code = frame.source(tidied(frame.name, code))
    if not frame.stub:
        return ("<?php\n" if frame.name == "php" else "") + frame.cleared(code.code)
    stub = frame.source(frame.stub)
    if frame.name == "java":
        return in_open_class(frame, code) or code.code
    cleared = frame.source(frame.cleared(code.code))
    if frame.name == "go":
        head = head_of(stub, frame.entry_point)
        bare = frame.source(head.without(list(head.imports)))
        lacking = frame.source(joined(bare, frame.source(cleared.without(list(cleared.imports)))))
        imports = "\n".join(cleared.code[start:end] for start, end in cleared.imports)
        return with_imports(stub, frame.source(f"{imports}\n\n{lacking.code}"), frame.source(frame.tests))
    text = joined(head_of(stub, frame.entry_point), cleared)
    first = frame.stub.partition("\n")[0]
    return f"{first}\n{text}" if first.startswith("#!/") and not text.startswith("#!") else text


def with_body(body: str, frame: ProblemContext) -> str:
    """Return stub and body as one program; a body that does not close its braces is closed."""
    if frame.name == "php":
        body = tidied("php", frame.source(body)).removeprefix("<?php")
    text = frame.stub + body
    if frame.name == "java":
        text = frame.closed(text)
        return in_open_class(frame, frame.source(text)) or text
    text = frame.cleared(frame.closed(text), len(frame.stub))
    balance = frame.source(frame.stub).balance
    unclosed = frame.syntax.braces and not frame.closing and frame.source(text).balance == balance > 0
    return text.rstrip() + "\n}" * (balance if unclosed else 0)
