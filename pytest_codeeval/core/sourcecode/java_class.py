"""Java: an answer's class or bare methods brought to the open class in which the prompt's tests go on."""

from __future__ import annotations

import re

from pytest_codeeval.core.sourcecode.definition import Definition
from pytest_codeeval.core.sourcecode.joining import head_of, joined
from pytest_codeeval.core.sourcecode.problem_context import ProblemContext
from pytest_codeeval.core.sourcecode.source import Source

_HIDING = re.compile(r"\b(?:public|final)[ \t]+(?=[\w \t]*$)")
_PACKAGE = re.compile(r"\s*package\b")
# Where a class that is named otherwise gives its static methods to the one that the tests are in.
_HEIR = "class {heir} extends {name} {{\n"


def in_open_class(frame: ProblemContext, code: Source) -> str | None:
    """Return the program with the class of the tests still open, other classes before it.

    None where the answer holds neither a class nor the method.
    """
    stub = frame.source(frame.stub)
    hosts = [definition for definition in stub.definitions if definition.kind == "type"]
    if not hosts:
        return None
    heir = hosts[-1].name
    outside = Source(stub.code[: stub.with_attached(hosts[-1])], stub.syntax)
    outside = Source(outside.without(list(outside.imports)), stub.syntax)
    head = head_of(Source(stub.code[_opening(stub, hosts[-1]) + 1 :], stub.syntax), frame.entry_point)
    imports = _imports(stub, code)
    types = [definition for definition in code.definitions if definition.kind == "type"]
    bare = code.defining(frame.entry_point)
    homes = _homes(code, frame.entry_point) or ([] if bare else types[-1:])
    if not homes:
        if not bare:
            return None
        spans = [(code.with_attached(d), d.end) for d in types]
        methods = frame.cleared(code.without([*spans, *code.imports])).strip("\n")
        methods = joined(head, Source(methods, code.syntax))
        before = "\n".join(_plain(code.code[start:end]) for start, end in spans)
        before = joined(outside, Source(before, code.syntax))
        return _program(imports, before, f"class {heir} {{\n{methods}\n")
    home = homes[-1]
    opening = _opening(code, home)
    inside = frame.cleared(code.code[opening + 1 : code.closing(opening)]).rstrip()
    header = _plain(code.code[home.start : opening])
    around = _plain(code.without([*code.imports, (code.with_attached(home), home.end)]))
    rest = f"{header}{{{joined(head, Source(inside, code.syntax))}\n"
    around = joined(outside, Source(around, code.syntax))
    if home.name != heir:
        rest += "}\n\n" + _HEIR.format(heir=heir, name=home.name)
    return _program(imports, around.strip(), rest)


def defines_in_class(code: Source, entry_point: str) -> bool:
    """Whether a class at top level holds the method."""
    return bool(_homes(code, entry_point))


def _homes(code: Source, entry_point: str) -> list[Definition]:
    types = [definition for definition in code.definitions if definition.kind == "type"]
    return [definition for definition in types if _interior(code, definition).defining(entry_point)]


def _interior(code: Source, definition: Definition) -> Source:
    opening = _opening(code, definition)
    return Source(code.code[opening + 1 : code.closing(opening)], code.syntax)


def _opening(code: Source, definition: Definition) -> int:
    found = code.masked.find("{", definition.start)
    return found if found >= 0 else len(code.code)


def _imports(stub: Source, code: Source) -> str:
    lines = [source.code[start:end].strip() for source in (stub, code) for start, end in source.imports]
    return "\n".join(dict.fromkeys(line for line in lines if not _PACKAGE.match(line)))


def _plain(code: str) -> str:
    """Return types without `public` and `final`: the file has another name, and classes have heirs."""
    return _TYPE.sub(lambda found: _HIDING.sub("", found[0]), code)


def _program(imports: str, before: str, rest: str) -> str:
    return "\n\n".join(part for part in (imports, before.strip("\n"), rest) if part)


_TYPE = re.compile(
    r"^(?>(?:(?:public|final|abstract|strictfp|static)[ \t]++){1,4})(?=class|interface|enum|record)", re.MULTILINE
)
