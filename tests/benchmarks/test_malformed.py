"""Rows and folders that cannot be problems: each is told by its place, what is so, and what to do, before any run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import DATASET
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest

RIGHT = {
    "prompt.md": "Write double(x).\n",
    "solution.py": "def double(x):\n    return 2 * x\n",
    "test_double.py": "from solution import double\n\n\ndef test_it():\n    assert double(2) == 4\n",
}
PROGRAM = {"prompt.md": "Add.", "solution.py": "print(1)", "1.in": "1", "1.out": "1"}

Change = dict[str, str | bytes | None] | Callable[[Path], None]


def linked(name: str, target: str) -> Callable[[Path], None]:
    """Have a link in the problem's folder."""
    return lambda folder: (folder / name).symlink_to(target)


FOLDERS: dict[str, tuple[dict[str, str], Change, str]] = {
    "no prompt": (
        RIGHT,
        {"prompt.md": None},
        r"own/one has no prompt\.md \(it has solution\.py, test_double\.py\); write",
    ),
    "a prompt by another name": (RIGHT, {"prompt.md": None, "task.md": "x"}, r"has no prompt\.md \(it has .*task\.md"),
    "empty prompt": (RIGHT, {"prompt.md": " \n"}, r"own/one/prompt\.md is empty; write there"),
    "no tests": (RIGHT, {"test_double.py": None}, r"own/one has no tests; write a test file"),
    "two solutions": (
        RIGHT,
        {"solution.js": "1"},
        r"own/one has several solutions \(solution\.js, solution\.py\); keep one",
    ),
    "unknown ending": (
        RIGHT,
        {"solution.py": None, "solution.kt": "x"},
        r"one/solution\.kt is in no language .* there are",
    ),
    "unknown language": (
        RIGHT,
        {"problem.toml": "language = 'pyhton'"},
        r"'pyhton' is not known \(did you mean 'python'\?\)",
    ),
    "two languages": (
        RIGHT,
        {"problem.toml": "language = 'go'"},
        r"one/solution\.py is Python, and the problem Go; make",
    ),
    "test is no Python": (RIGHT, {"test_double.py": "x = 1\ndef f(:\n"}, r"one/test_double\.py, line 2: not Python \("),
    "test with a null": (RIGHT, {"test_double.py": "x = '\0'\n"}, r"one/test_double\.py.*: not Python \("),
    "one test twice": (
        RIGHT,
        {"test_more.py": "def test_it(): assert 1"},
        r"two of its test files define test_it; give each",
    ),
    "both kinds": (RIGHT, {"1.in": "", "1.out": ""}, r"own/one has both test_double\.py and \.in files; keep one kind"),
    "two foreign tests": (
        PROGRAM,
        {"1.in": None, "1.out": None, "solution.py": None, "test_a.js": "", "test_b.js": ""},
        r"own/one has several test files \(test_a\.js, test_b\.js\); put them into one",
    ),
    "foreign tests alone": (
        PROGRAM,
        {"1.in": None, "1.out": None, "solution.py": None, "test_a.js": ""},
        r"own/one has no solution, without which nobody knows that test_a\.js builds at all; write solution\.js",
    ),
    "an input alone": (PROGRAM, {"10.in": "", "2.in": ""}, r"own/one/2\.in has no 2\.out beside it"),
    "an output alone": (PROGRAM, {"2.out": ""}, r"own/one/2\.out has no 2\.in beside it"),
    "torn settings": (RIGHT, {"problem.toml": "timeout = = 3"}, r"one/problem\.toml is not TOML: .*line 1"),
    "unknown setting": (
        RIGHT,
        {"problem.toml": "time_out = 3"},
        r"'time_out' is not known \(did you mean 'timeout'\?\); there",
    ),
    "setting of a wrong type": (
        RIGHT,
        {"problem.toml": "entry_point = 3"},
        r"problem\.toml: 'entry_point' is 3, not a text",
    ),
    "bad limit": (RIGHT, {"problem.toml": "timeout = -1"}, r"own/one: field 'timeout' is not a number of seconds"),
    "setting for nothing": (
        RIGHT,
        {"problem.toml": "compare = 'exact'"},
        r"'compare' is for tests as \.in and \.out files",
    ),
    "bad comparison": (
        PROGRAM,
        {"problem.toml": "compare = 'exakt'"},
        r"'compare' is 'exakt', not .* \(did you mean 'exact'",
    ),
    "bad tolerance": (
        PROGRAM,
        {"problem.toml": "tolerance = 2.0"},
        r"'tolerance' is 2\.0, not a number between 0 and 1",
    ),
    "tolerance of a text": (
        PROGRAM,
        {"problem.toml": "compare='exact'\ntolerance=0.1"},
        r"an exact comparison has no 'tol",
    ),
    "entry point of a program": (
        PROGRAM,
        {"problem.toml": "entry_point = 'f'"},
        r"'entry_point' names a function, and",
    ),
    "no such checker": (
        PROGRAM,
        {"problem.toml": "checker = 'chk.py'", "check.py": ""},
        r"'chk\.py' is not there \(did you",
    ),
    "two checkers": (
        PROGRAM,
        {"checker.py": "", "checker.js": ""},
        r"several checkers \(checker\.js, checker\.py\); keep",
    ),
    "broken checker": (PROGRAM, {"checker.py": "if"}, r"own/one: its checker is not Python \(invalid syntax"),
    "not UTF-8": (
        RIGHT,
        {"prompt.md": b"caf\xe9"},
        r"own/one/prompt\.md is not UTF-8 text \(byte 3\); save it as UTF-8",
    ),
    "nothing in it": ({}, {}, r"own/one has no prompt\.md \(it is empty\)"),
    "files by case": (
        RIGHT,
        {"PROMPT.MD": "x"},
        r"own/one/prompt\.md and 'PROMPT\.MD' differ by case alone; rename one",
    ),
    "a link in a circle": (
        RIGHT,
        linked("solution.js", "solution.js"),
        r"solution\.js is a link that leads nowhere, or",
    ),
    "a link out": (
        RIGHT,
        linked("data.txt", "/etc/hostname"),
        r"data\.txt is a link to a folder, or out of the problem's",
    ),
    "a link to its folder": (RIGHT, linked("again", "."), r"own/one/again is a link to a folder, or out of"),
    "a pipe": (
        RIGHT,
        lambda folder: os.mkfifo(folder / "1.in"),
        r"own/one/1\.in is no file and no folder; take it away",
    ),
    "a huge file": (
        RIGHT,
        lambda folder: os.truncate(folder / "prompt.md", 1 << 30),
        r"prompt\.md is larger than 16 MiB",
    ),
    "a name of bytes": (
        RIGHT,
        lambda folder: (folder / "a\udcff\x1b.txt").touch(),
        r"own/one/'a\\udcff\\x1b\.txt' has a name that cannot be shown; give it another",
    ),
    "too deep": (RIGHT, {"a/b/c/d/e.txt": ""}, r"own/one/a/b/c/d lies more than 4 folders deep"),
}


def test_what_else_is_said_of_a_problem_is_kept(own: Path) -> None:
    extra = '[extra]\nsince = 2026-01-02\n[extra.more]\nat = 07:32:00\nids = [1, "x"]\n'
    write(own / "one", {**RIGHT, "problem.toml": extra})
    (problem,) = DATASET.load(DataRequest(dataset=str(own))).problems
    assert problem.extra["since"] == "2026-01-02"
    assert problem.extra["more"] == {"at": "07:32:00", "ids": [1, "x"]}


FINE = {"task_id": "a", "prompt": "Add.", "tests": [{"input": "1", "output": "1"}]}
ROWS: dict[str, tuple[Any, str]] = {
    "no object": ([1], r"line 2: expected a JSON object, found list"),
    "no JSON": ("{'prompt': 1}", r"line 2: not valid JSON"),
    "missing field": ({"tests": FINE["tests"]}, r"line 2: field 'prompt' is missing"),
    "wrong type": ({"prompt": ["x"]}, r"line 2: field 'prompt' is not a text"),
    "duplicate id": (FINE, r"line 2: task_id 'a' stands at .* line 1 already"),
    "case without output": (
        {"prompt": "p", "tests": [{"input": "1"}]},
        r"line 2: field 'tests', test 1: not an object with",
    ),
    "mixed cases": (
        {"prompt": "p", "tests": [FINE["tests"][0], "x"]},
        r"line 2: field 'tests', test 2: not an object with",
    ),
    "case of numbers": ({"prompt": "p", "tests": [{"input": 1, "output": 1}]}, r"test 1: not an object with the texts"),
    "unknown key of a case": (
        {"prompt": "p", "tests": [{"input": "1", "output": "1", "outputs": "1"}]},
        r"line 2: field 'tests', test 1: 'outputs' is not known.*\(did you mean 'output'\?\)",
    ),
    "case of a function": (
        {"prompt": "p", "tests": [{"input": "1", "output": "1", "testtype": "functional"}]},
        r"test 1: 'testtype' is not known, or says that it is for no whole program; leave it out",
    ),
    "both kinds": (
        {**FINE, "task_id": "b", "test": "assert f()"},
        r"line 2: it has both 'test' and inputs with outputs",
    ),
    "entry point": ({**FINE, "task_id": "b", "entry_point": "f"}, r"line 2: field 'entry_point' names a function, and"),
    "checker's language": (
        {**FINE, "checker": "x", "checker_language": "cobol"},
        r"a checker in 'cobol' cannot be run here",
    ),
}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for problems, named in messages by a path that is not absolute."""
    monkeypatch.chdir(tmp_path)
    return Path("own")


def write(folder: Path, files: dict[str, Any]) -> Path:
    """Write files into a folder; those of None are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        if text is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def refused(path: Path, said: str) -> None:
    """See that a dataset is refused, in one line and in these words."""
    with pytest.raises(DatasetError, match=said) as caught:
        DATASET.load(DataRequest(dataset=str(path)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_that_is_no_problem_is_told_by_the_file_at_fault(name: str, own: Path) -> None:
    files, change, said = FOLDERS[name]
    write(own / "two", RIGHT)
    folder = write(own / "one", files | (change if isinstance(change, dict) else {}))
    if callable(change):
        change(folder)
    refused(own, said)


@pytest.mark.parametrize("files", [RIGHT, PROGRAM])
def test_those_that_they_were_made_of_are_right(files: dict[str, str], own: Path) -> None:
    (problem,) = DATASET.load(DataRequest(dataset=str(write(own / "one", files).parent))).problems
    assert problem.task_id == "one" and problem.test


@pytest.mark.parametrize("name", ROWS)
def test_a_row_that_is_no_problem_is_told_by_its_line(name: str, own: Path) -> None:
    row, said = ROWS[name]
    text = row if isinstance(row, str) else json.dumps(row)
    write(own, {"mine.jsonl": f"{json.dumps(FINE)}\n{text}\n"})
    refused(own / "mine.jsonl", rf"own/mine\.jsonl, {said}" if "line 2" in said else said)


def test_folders_of_problems_that_are_none_are_told(own: Path) -> None:
    write(own, {"README.md": "Mine."})
    refused(own, r"own has no folder of a problem in it; write one with `codeeval new problem NAME`")
    refused(own / "README.md", r"own/README\.md, line 1: not valid JSON")
    write(own / "one", RIGHT)
    write(own / "One", RIGHT)
    refused(own, r"own/one and 'One' differ by case alone, which not every disk can tell; rename one")
