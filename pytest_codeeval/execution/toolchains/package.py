"""Package: a solution that is one file of several, with tests in files of their own, as `go test` has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.language import Language, Symptom

GO_PACKAGE = "go_package"
"""What `Problem.extra` has of such a problem: the path of the `solution`, and the `files` beside it by path."""
_BESIDE = re.compile(r"^ +\w+_test\.go:\d+: (?P<what>[^\n]*)", re.MULTILINE)
_FILE = re.compile(r"[A-Za-z0-9_]+\.go")
_WATCH = "grade_test.go"
_MOST_SAID = 3000
# What is another one in each run, and folders.
_PASSING = re.compile(r" ?\(\d+\.\d+s\)|\b0x[0-9a-f]+\??|\bgoroutine \d+|(?<![\w.~])(?:/[\w.+~-]+)+/(?=[\w.+-])")


@dataclass(frozen=True, slots=True)
class Package:
    """The files beside the solution by path, and the language as they are built."""

    language: Language
    files: Mapping[str, str]

    def told(self, detail: str, *outputs: bytes) -> str:
        """Return a sentence on a failure with what was printed behind it, which a second try may be shown.

        That is cut, and without what is another text in each run. Of one program alone there is the sentence.
        """
        if not self.files:
            return detail
        text = "\n".join(output[: 2 * _MOST_SAID].decode("utf-8", "replace").strip() for output in outputs)
        return f"{detail}\n{_PASSING.sub('', text).strip()[:_MOST_SAID]}".strip()


def package_of(problem: Problem, language: Language) -> Package:
    """Return what a problem's program is made of beside the solution; of most problems that is its test alone.

    Raises SandboxError for files that cannot be.
    """
    found: Mapping[str, Any] = problem.extra.get(GO_PACKAGE) or {}
    if not found or language.name != "go":
        return Package(language, {})
    path, files = found["solution"], found["files"]
    if path in (*files, _WATCH) or _WATCH in files or not all(map(_FILE.fullmatch, (path, *files))):
        raise SandboxError(f"{problem.task_id}: its files cannot stand beside each other in a package")
    # All that is there, as tags in the files say which of them are built.
    build = tuple((*(part for part in argv if not part.endswith(".go")), ".") for argv in language.build)
    own = {path: "{solution}", _WATCH: language.files[_WATCH]}
    symptoms = (Symptom(Cause.WRONG_ANSWER, _BESIDE), *language.symptoms)
    return Package(replace(language, files=own, build=build, symptoms=symptoms, where=None), files)
