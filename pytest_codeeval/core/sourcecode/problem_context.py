"""ProblemContext: what a problem puts around an answer in a language other than Python."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.sourcecode.definition import Definition
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.sourcecode.syntax import Syntax, syntax_of

_CALL = re.compile(r"^[ \t]*+(?P<name>\w++)[ \t]*+\([^()\n]{0,80}+\)[ \t]*+;?[ \t]*+$", re.MULTILINE)
_COMMAND = re.compile(r"^[ \t]*+(?P<name>\w++)(?:[ \t][^\n;&|(){}]{0,200}+)?;?[ \t]*+$", re.MULTILINE)
_APART = ("javascript", "typescript")
"""Languages whose programs have their tests in a scope of their own: see the catalogue of toolchains."""


@dataclass(frozen=True)
class ProblemContext:
    """The code that an answer continues (`stub`), what closes it, where it is cut (`stops`), and the tests behind it.

    `tests` is empty where the solution is not one program with them. `asked` is the problem in words, which may hold
    files of its own.
    """

    stub: str = ""
    entry_point: str = ""
    language: str = ""
    closing: str = ""
    stops: tuple[str, ...] = ()
    tests: str = ""
    asked: str = ""

    @cached_property
    def name(self) -> str:
        """The language's canonical name."""
        return canonical(self.language)

    @cached_property
    def syntax(self) -> Syntax:
        """The syntax of the language."""
        return syntax_of(self.name)

    def source(self, code: str) -> Source:
        """Read code of this language."""
        return Source(code, self.syntax)

    @cached_property
    def unwanted(self) -> frozenset[str]:
        """The names that the tests define: an answer's own would clash with them."""
        names = frozenset(definition.name for definition in self.source(self.tests).definitions)
        return names - {self.entry_point}

    def is_unwanted(self, name: str) -> bool:
        """Whether a definition of an answer is its own main or test, which is not to be run."""
        own = bool(self.tests) and self.syntax.own_tests.fullmatch(name) is not None
        return name != self.entry_point and (own or name in self.unwanted)

    @cached_property
    def is_open(self) -> bool:
        """Whether the stub may be continued; one that ends with its function would pass by itself."""
        stub = self.source(self.stub)
        end = stub.masked.rstrip().rstrip(";")
        if not self.syntax.braces:
            return not end.endswith("\nend")
        return stub.balance > 0 or not end.endswith("}")

    def is_stub(self, source: Source) -> bool:
        """Whether code is the stub or its last part, comments and what closes it aside: no answer as yet."""
        said = "".join(source.masked.split()).rstrip("}").removesuffix("end")
        return bool(said) and self._squeezed_stub.endswith(said)

    @cached_property
    def _squeezed_stub(self) -> str:
        return "".join(self.source(self.stub).masked.split())

    def is_quoted(self, code: str) -> bool:
        """Whether code is a part of the question, which answers repeat."""
        return " ".join(code.split()) in self._asked

    @cached_property
    def _asked(self) -> str:
        return " ".join(self.asked.split())

    def cleared(self, code: str, start: int = 0) -> str:
        """Return code without what is unwanted behind `start`: definitions, and calls of them at top level."""
        source = self.source(code)
        found = [d for d in source.definitions if d.start >= start and self.is_unwanted(d.name)]
        if not found or not self.syntax.braces:
            return code
        left = self._without(source, found, start)
        # Where tests have a scope of their own nothing clashes: what the program itself uses stays.
        while self.name in _APART and (used := [d for d in found if d.name in self.source(left).words]):
            found = [definition for definition in found if definition not in used]
            left = self._without(source, found, start)
        return left

    def _without(self, source: Source, definitions: Sequence[Definition], start: int) -> str:
        names = frozenset(definition.name for definition in definitions)
        spans = [(max(start, source.with_attached(definition)), definition.end) for definition in definitions]
        left = self.source(source.without(spans))
        pattern = _COMMAND if self.name == "sh" else _CALL
        calls = [call for call in pattern.finditer(left.masked, start) if call["name"] in names]
        return left.without([call.span() for call in calls if left.is_top_level(call.start())])

    def closed(self, code: str) -> str:
        """Return stub and body as one program that ends with `closing`, unless the body brought it."""
        if not self.closing.strip():
            return code
        wanted = self.source(self.stub).balance - self.closing.count("}")
        if code.rstrip().endswith(("}", "};")) and self.source(code).balance <= wanted:
            return code
        return f"{code}\n{self.closing}"
