"""Missing: the function that tests call and a solution does not define, told from what a tool said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_codeeval.core.sourcecode.framing import defines
from pytest_codeeval.core.sourcecode.problem_context import ProblemContext
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.language import Language

_MOST_READ = 200_000
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Missing:
    """Says so if the entry point is missing: the tool names it, and nothing in the solution defines it.

    Both, as what is printed may be the solution's own words, and the rules by which definitions are found are rough.
    """

    language: Language
    entry_point: str
    solution: str

    def told(self, cause: Cause, *printed: bytes) -> str | None:
        """Return what to say of a run that ended by `cause`, None if the entry point is not what it lacked."""
        if cause not in (Cause.EXCEPTION, Cause.BUILD_ERROR) or not self.entry_point:
            return None
        pattern = re.compile(self.language.missing.replace("NAME", re.escape(self.entry_point)), re.MULTILINE)
        if not any(pattern.search(raw[:_MOST_READ].decode("utf-8", "replace")) for raw in printed):
            return None
        frame = ProblemContext("", self.entry_point, self.language.name)
        source = frame.source(self.solution)
        if defines(source, frame):
            return None
        names = sorted({found.name for found in source.definitions if found.kind in ("name", "type")})
        has = ", ".join(names[:_MOST_NAMED]) or "no function"
        return f"{self.entry_point} is not defined; the solution defines {has}"
