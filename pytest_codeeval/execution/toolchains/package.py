"""Package: a solution that is a file or more beside others, with tests in files of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_codeeval.core.answerfiles import answered
from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.problem import PACKAGE, Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.language import Language, Symptom
from pytest_codeeval.execution.toolchains.program import assemble

GO_PACKAGE = "go_package"
"""What `Problem.extra` has of a package in Go: the path of the `solution`, and the `files` beside it by path."""
_BESIDE = re.compile(r"^ +\w+_test\.go:\d+: (?P<what>[^\n]*)", re.MULTILINE)
_FILE = re.compile(r"[A-Za-z0-9_]+\.go")
_PACKAGE = re.compile(r"^\s*package\s+(?P<name>\w+)", re.MULTILINE)
_NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/)*[A-Za-z0-9_][A-Za-z0-9_.-]*")
_WATCH = "grade_test.go"
_LIST = "sources.txt"
_MOST_SAID = 3000
# What is another one in each run (times, addresses, hashes of objects in Java, names that a linker makes), and folders.
_PASSING = re.compile(
    r" ?\(\d+\.\d+s\)|\b0x[0-9a-f]+\??|\bgoroutine \d+|(?<=[\w;])@[0-9a-f]{4,8}\b"
    r"|(?:(?<![\w.~])(?:/[\w.+~-]+)+/)?\bcc[A-Za-z0-9]{6}\.o\b|(?<![\w.~])(?:/[\w.+~-]+)+/(?=[\w.+-])"
)


@dataclass(frozen=True, slots=True)
class Package:
    """The files beside the solution by path, and the language as they are built; `solution` names what is answered.

    `name` is that of a package in Go, which a solution may leave out.
    """

    language: Language
    files: Mapping[str, str]
    solution: tuple[str, ...] = ()
    name: str = ""

    def sources(self, code: str, test: str, nonce: str) -> Mapping[str, str]:
        """Return all files by path; no solution takes the place of what is not its own. Raises as `assemble` does."""
        if self.name and not _PACKAGE.search(code):
            code = f"package {self.name}; {code}"  # in the same line, so that messages name the right ones
        program = assemble(self.language, code, test, nonce)
        if not self.solution:
            return {**program, **self.files}
        own = answered(code, self.solution, self.language.further)
        own = {name: text for name, text in own.items() if name in self.solution or name not in self.files}
        found = {**self.files, **own, **program}
        built = sorted(name for name in found if name.endswith(self.language.sources))
        return {**found, _LIST: "".join(f"{name}\n" for name in built)} if self.language.sources else found

    def told(self, detail: str, *outputs: bytes) -> str:
        """Return a sentence on a failure with what was printed behind it, which a second try may be shown.

        That is cut, and without what is another text in each run. Of one program alone there is the sentence.
        """
        if not self.files:
            return detail
        text = "\n".join(output[: 2 * _MOST_SAID].decode("utf-8", "replace").strip() for output in outputs)
        return f"{_PASSING.sub('', detail)}\n{_PASSING.sub('', text).strip()[:_MOST_SAID]}".strip()


def package_of(problem: Problem, language: Language) -> Package:
    """Return what a problem's program is made of beside the solution; of most problems that is its test alone.

    Raises SandboxError for files that cannot be.
    """
    if PACKAGE in problem.extra:
        return _beside_each_other(problem.task_id, problem.extra[PACKAGE], language)
    found: Mapping[str, Any] = problem.extra.get(GO_PACKAGE) or {}
    if not found or language.name != "go":
        return Package(language, {})
    path, files = found["solution"], found["files"]
    if path in (*files, _WATCH) or _WATCH in files or not all(map(_FILE.fullmatch, (path, *files))):
        raise SandboxError(f"{problem.task_id}: its files cannot stand beside each other in a package")
    # All that is there, as tags in the files say which of them are built.
    build = tuple((*(part for part in argv if not part.endswith(".go")), ".") for argv in language.build)
    named = _PACKAGE.search("\n".join(files.values()))
    name = named["name"].removesuffix("_test") if named else "main"
    own = {path: "{solution}", _WATCH: language.files[_WATCH].replace("{package}", name)}
    symptoms = (Symptom(Cause.WRONG_ANSWER, _BESIDE), *language.symptoms)
    return Package(replace(language, files=own, build=build, symptoms=symptoms, where=None), files, name=name)


def _beside_each_other(task_id: str, package: Mapping[str, Any], language: Language) -> Package:
    solution, test, files = tuple(package["solution"]), package["test"], package["files"]
    names = [*solution, test, *(name for name in files if name not in solution)]
    clash = len({*names, *language.files, _LIST}) <= len(names) + len(language.files)
    if clash or not solution or not all(map(_NAME.fullmatch, names)):
        raise SandboxError(f"{task_id}: its files cannot stand beside each other in a package")
    run = tuple(part.replace("{main}", test) for part in language.run)
    return Package(replace(language, files={test: "{test}", **language.files}, run=run), files, solution)
