"""Exercises of polyglot in JavaScript, Java and C++: files beside each other, tested by Jest, JUnit or Catch."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from pytest_codeeval.benchmarks.source import Row, local_file, rows_from_file
from pytest_codeeval.core.answerfiles import joined
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import PACKAGE
from pytest_codeeval.execution.toolchains.packages import lacks

PACKAGED = ("javascript", "java", "cpp")
CATCH = "test/catch.hpp"
_KEPT = {"javascript": r"data/[^/]+", "java": r"src/(?:main|test)/java/[^/]+\.java", "cpp": r"[^/]+\.(?:h|hpp|cpp)"}
_GUARD = re.compile(r"^[ \t]*#[ \t]*if(?:def\b|[ \t]+defined\b)[^\n]*EXERCISM_RUN_ALL_TESTS[^\n]*$", re.MULTILINE)
_BOOST = Path("/usr/include/boost/date_time/gregorian/gregorian.hpp")
_JARS = Path("/usr/share/java")
_LIBRARIES = {"org.json": "the library org.json", "io.reactivex": "the library RxJava 2"}
_EXPECT = re.compile(r"\bexpect\(")
_PIECE = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[\s\S]""")
_MATCHER = re.compile(r"\s*(?:\.\s*(?:not|resolves|rejects)\s*)*\.\s*(\w+)")
_OTHER = re.compile(r"\b(?:jest|expect|test|it|describe)\.(?!skip\b|todo\b)\w+|\b(?:fit|fdescribe)\(")
_MATCHERS = frozenset(
    {
        *("toBe", "toEqual", "toBeNull", "toBeUndefined", "toBeDefined", "toBeTruthy", "toBeFalsy", "toBeNaN"),
        *("toBeInstanceOf", "toBeCloseTo", "toMatch", "toThrow", "toThrowError"),
        *("toBeGreaterThan", "toBeGreaterThanOrEqual", "toBeLessThan", "toBeLessThanOrEqual"),
    }
)


def package(row: Row, language: str, files: Mapping[str, str], catch: str) -> tuple[str, dict[str, Any], str]:
    """Return the tests of an exercise, what `Problem.extra` has of it, and its example; folders are left out.

    `catch` is the header of Catch, where the row has it not. Raises DatasetError where the row names files that it has
    not.
    """
    solution, tests = _named(row, "solution_files", files), _named(row, "test_files", files)
    examples = _named(row, "example_files", files)
    kept = [name for name in files if re.fullmatch(_KEPT[language], name)]
    beside = {_place(name, language): files[name] for name in (*kept, *solution) if name != tests[0]}
    test = files[tests[0]]
    names = [_place(name, language) for name in solution]
    made: dict[str, Any] = {"solution": names, "test": _place(tests[0], language), "files": beside}
    if language == "cpp":
        test = _GUARD.sub("#if 1", test)
        made["shared"] = {CATCH: sys.intern(files.get(CATCH, catch))}  # one text, however many rows have it
    shown = [*solution, *(name for name in row.texts("editor_files", required=False) if name in files)]
    given = {_place(name, language): files[name] for name in shown}
    return test, {PACKAGE: made, "file": names[0], "given": given}, joined(_example(examples, names, files), names)


def _named(row: Row, field: str, files: Mapping[str, str]) -> list[str]:
    found = [name for name in row.texts(field) if name in files]
    if not found:
        raise DatasetError(f"{row.where}: field {field!r} names no file that the row has")
    return found


def _place(name: str, language: str) -> str:
    return PurePosixPath(name).name if language == "java" else name


def _example(examples: list[str], names: list[str], files: Mapping[str, str]) -> dict[str, str]:
    """Return the files of an example by the names that they have in a solution: its own, or that of the same ending."""
    found = {}
    for path in examples:
        name, suffix = PurePosixPath(path).name, PurePosixPath(path).suffix
        same = [one for one in names if one.endswith(suffix)]
        found[same[0] if name not in names and suffix != ".java" and same else name] = files[path]
    return found


def needed(language: str, test: str, files: Mapping[str, str]) -> str:
    """Return why an exercise cannot be graded here, or nothing."""
    text = "\n".join([test, *files.values()])
    if language == "java":
        found = [name for package, name in _LIBRARIES.items() if f"import {package}." in test]
        found += ["AssertJ 3.17"] if ".hasDimensions(" in test and _assertj() < (3, 17) else []
        return f"its tests need {' and '.join(found)}" if found else ""
    if language == "cpp" and "<boost/" in text and not _BOOST.is_file():
        return "it needs Boost (on Debian and Ubuntu: apt-get install libboost-date-time-dev)"
    if language == "javascript":
        unknown = sorted(_used(test) - _MATCHERS)
        return f"its tests use {', '.join(unknown)}, which is not known here" if unknown else ""
    return ""


def _assertj() -> tuple[int, ...]:
    """Return the version of AssertJ that is installed, as names of its files have it; a large one where none has."""
    named = (re.fullmatch(r"assertj-core-(\d+)\.(\d+).*\.jar", file.name) for file in _JARS.glob("assertj-core-*.jar"))
    return max((tuple(map(int, found.groups())) for found in named if found), default=(1000,))


def _used(test: str) -> set[str]:
    """Return the matchers that tests in JavaScript use, and what else of Jest is not known here."""
    used = set(_OTHER.findall(test))
    for opening in _EXPECT.finditer(test):
        depth = 1
        for piece in _PIECE.finditer(test, opening.end()):
            depth += (piece[0] in "([{") - (piece[0] in ")]}")
            if not depth:
                found = _MATCHER.match(test, piece.end())
                used.add(found[1] if found else "expect without a matcher")
                break
    return used


def demand(language: str, data_dir: str | None) -> str:
    """Return the header of Catch where it is needed and lies beside the exercises.

    Raises DataAbsent, which says what to install, where this machine lacks the tests' tools.
    """
    if reason := lacks(language):
        raise DataAbsent(f"polyglot in {language} cannot be graded here: {reason}.")
    path = (
        local_file(data_dir, "polyglot/cpp_catch.jsonl.gz", "polyglot/cpp_catch.jsonl") if language == "cpp" else None
    )
    return next((text for row in rows_from_file(path).rows for text in _texts(row)), "") if path else ""


def _texts(row: Row) -> list[str]:
    return [text for text in row.fields.values() if isinstance(text, str) and "CATCH_CONFIG_MAIN" in text]
