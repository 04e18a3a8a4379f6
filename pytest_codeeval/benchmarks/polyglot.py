"""Aider's polyglot benchmark: the harder of Exercism's exercises in several languages, with two tries at each.

The second try is shown what the tests said of the first. `--split polyglot:rust`, or `--language`, says which language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.benchmarks.crates import crate, needed, read_manifest, test_text
from pytest_codeeval.benchmarks.instructions import fenced
from pytest_codeeval.benchmarks.polyglot_packages import CATCH, PACKAGED, demand, package
from pytest_codeeval.benchmarks.polyglot_packages import needed as lacking_for
from pytest_codeeval.benchmarks.source import Row, lacking, local_file, rows_from_file, unique
from pytest_codeeval.benchmarks.trackfiles import entry_point, one_module
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.language import canonical, title
from pytest_codeeval.core.problem import PACKAGE, DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.toolchains.package import GO_PACKAGE
from pytest_codeeval.scoring.code.secondtry import SecondTry

LANGUAGES = ("python", "rust", "go", *PACKAGED)
_SAID_MOST = 4000
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
_UNGRADABLE = {
    "go/counter": "its tests are to be written by who solves it, so that any solution would pass",
    "rust/macros": "its tests run cargo, which is not in the sandbox",
}
_FAULTS = {"go/dnd-character": "its own example needs Go 1.21"}


def load(request: DataRequest) -> Dataset:
    """Load the exercises of one language from the data folder; no hub has them in this form.

    Those that need crates or other libraries are `skipped`. Raises DataAbsent where the folder has no such file, or
    this machine lacks what the language's tests are run with, DatasetError where a row is malformed.
    """
    language = canonical(request.split or request.language)
    if language not in LANGUAGES:
        raise DataAbsent(f"polyglot has no exercises in {language!r}; it has them in {', '.join(LANGUAGES)}.")
    files = (f"polyglot/{language}.jsonl.gz", f"polyglot/{language}.jsonl")
    path = local_file(request.data_dir, *files)
    if path is None:
        raise DataAbsent(lacking(f"Aider's polyglot in {title(language)}", "polyglot", request.data_dir, files[0]))
    found = rows_from_file(path)
    if language in PACKAGED:
        catch = demand(language, request.data_dir)
        problems = tuple(_packaged(row, language, catch) for row in found.rows)
    else:
        problems = tuple(_problem(row, language) for row in found.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, found.rows, strict=True))
    reasons = {one.task_id: needed(one.extra.get("needs", ())) for one in problems}
    reasons |= {one.task_id: one.extra["lacking"] for one in problems if "lacking" in one.extra}
    reasons |= {one.task_id: _UNGRADABLE[one.task_id] for one in problems if one.task_id in _UNGRADABLE}
    skipped = {task: why for task, why in reasons.items() if why}
    faults = {one.task_id: _FAULTS[one.task_id] for one in problems if one.task_id in _FAULTS}
    return Dataset(problems, found.sha256, found.source, language, faults, skipped=skipped)


def _problem(row: Row, language: str) -> Problem:
    files = _files(row)
    path = _first(row, "solution_files", files)
    form = _FORMS[language](row, path, files)
    shown = [path, *(name for name in row.texts("editor_files", required=False) if name in files)]
    return Problem(
        task_id=row.text("task_id"),
        prompt=row.text("instructions"),
        test=form.test,
        entry_point=form.entry_point,
        canonical_solution="" if form.foreign else files[_first(row, "example_files", files)],
        language=language,
        extra={"file": path, "given": {name: files[name] for name in shown}, **form.extra},
    )


def _packaged(row: Row, language: str, catch: str) -> Problem:
    files = _files(row)
    test, extra, example = package(row, language, files, catch)
    if language == "cpp" and not extra[PACKAGE]["shared"][CATCH]:
        raise DataAbsent(
            "polyglot in C++ needs polyglot/cpp_catch.jsonl.gz beside its exercises: what runs their tests."
        )
    if reason := lacking_for(language, test, extra[PACKAGE]["files"]):
        extra["lacking"] = reason
    prompt = row.text("instructions")
    return Problem(row.text("task_id"), prompt, test, "", example, language, extra)


def _files(row: Row) -> dict[str, str]:
    found = row.fields.get("files")
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise DatasetError(f"{row.where}: field 'files' is no texts by path")
    return found


def _first(row: Row, name: str, files: Mapping[str, str]) -> str:
    path = next(iter(row.texts(name)), "")
    if path not in files:
        raise DatasetError(f"{row.where}: field {name!r} names no file that the row has")
    return path


def _tests(row: Row, files: Mapping[str, str]) -> dict[str, str]:
    found = {name: files[name] for name in row.texts("test_files") if name in files}
    if not found:
        raise DatasetError(f"{row.where}: field 'test_files' names no file that the row has")
    return found


@dataclass(frozen=True, slots=True)
class _Form:
    """What a language makes of an exercise; `foreign` are the crates that its own solution needs."""

    test: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    entry_point: str = ""
    foreign: tuple[str, ...] = ()


def _python(row: Row, path: str, files: Mapping[str, str]) -> _Form:
    module, tests = path.removesuffix(".py"), _tests(row, files)
    try:
        return _Form(one_module(tests, module), entry_point=entry_point(tests, module))
    except ValueError as error:
        raise DatasetError(f"{row.where}: field 'files' has tests that are not Python ({error})") from None


def _rust(row: Row, path: str, files: Mapping[str, str]) -> _Form:
    manifest = read_manifest(row, files.get("Cargo.toml", ""), "files")
    own = files.get(".meta/Cargo-example.toml", "")
    foreign = read_manifest(row, own, "files").needs if "[package]" in own else ()
    tests = {name: text for name, text in files.items() if re.fullmatch(r"tests/[^/]+\.rs", name)}
    beside = {name: text for name, text in files.items() if re.fullmatch(r"(?:src|tests)/.+\.rs", name)}
    others = {name: text for name, text in beside.items() if name != path and name not in tests}
    built = crate(row, manifest, tests, others, "files")
    return _Form(test_text(built), {"crate": built, "needs": list(manifest.needs)}, foreign=foreign)


def _go(row: Row, path: str, files: Mapping[str, str]) -> _Form:
    others = {name: text for name, text in files.items() if re.fullmatch(r"[^/]+\.go", name) and name != path}
    return _Form("\n".join(_tests(row, files).values()), {GO_PACKAGE: {"solution": path, "files": others}})


_FORMS = {"python": _python, "rust": _rust, "go": _go}


def prompt(problem: Problem) -> Prompt:
    """Ask for the whole file; what only continues text has no second try, and cannot be asked."""
    parts = [problem.prompt.strip()]
    for name, text in problem.extra["given"].items():
        about = "is given as" if name in _answered(problem) else "stays as it is"
        parts.append(f"The file {name} {about}:\n\n{fenced(text, problem.language)}")
    return Prompt(("\n\n".join([*parts, _form(problem)]) + "\n",))


def _answered(problem: Problem) -> list[str]:
    """Return the names of the files that a model is asked for."""
    return list(problem.extra[PACKAGE]["solution"]) if PACKAGE in problem.extra else [problem.extra["file"]]


def _form(problem: Problem) -> str:
    file, language = problem.extra["file"], title(problem.language)
    names = _answered(problem)
    if len(names) > 1:
        return (
            f"Answer with a {language} code block for each of {', '.join(names[:-1])} and {names[-1]} that holds the "
            "whole content of the file, and its name alone on the line before. Keep the names that are given, as tests "
            "go by them, use the standard library only, and leave out tests."
        )
    return (
        f"Answer with one {language} code block that holds the whole content of {file}. Keep the names that are given, "
        "as tests go by them, use the standard library only, and leave out tests."
    )


def told(problem: Problem, score: Score) -> str:
    """Return what a model is told of a first try: what the tests said, cut and made printable."""
    # Addresses are others in each run, and a stored answer is found again by the words it was asked in.
    said = _ADDRESS.sub("0x…", printable(score.detail or score.cause.replace("_", " "), limit=_SAID_MOST))
    return (
        f"The tests do not pass ({score.cause.replace('_', ' ')}):\n\n{fenced(said, '')}\n\n"
        f"The tests are right, and stay as they are. Correct the code. {_form(problem)}\n"
    )


POLYGLOT = Suite(
    "polyglot",
    load,
    prompt,
    timeout=10.0,
    timeouts={"java/alphametics": 60.0, "java/pythagorean-triplet": 60.0},  # their own examples try all there is
    splits=LANGUAGES,
    scorer=SecondTry(told),
    note="two tries, the second with what the tests said; whole files, prompts of our own",
)
