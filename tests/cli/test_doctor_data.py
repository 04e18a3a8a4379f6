"""What `codeeval doctor` says of the data folder and the benchmarks in it."""

from __future__ import annotations

import gzip
import inspect
import re
import sys
from functools import partial
from pathlib import Path

import pytest

from pytest_codeeval import benchmarks
from pytest_codeeval.cli import data
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.core.suite import Suite

SUITES = {suite.name: suite for suite in (getattr(benchmarks, name) for name in benchmarks.__all__)}
FILES = [(name, file) for name, (files, _) in data.sources().items() for file in files]
HUBS = [(name, hub) for name, (_, hub) in data.sources().items() if hub]


def suite_of(name: str) -> tuple[Suite, str | None]:
    """Return suite and split of a benchmark."""
    one = {"mt-bench-reference": "mt-bench", "cruxeval": "cruxeval-input"}
    parts = {"mbpp-sanitized": ("mbpp", "sanitized"), **{file: (suite, None) for file, suite in one.items()}}
    suite, split = parts.get(name, (name, None))
    if name.startswith("bfcl-"):
        suite, split = "bfcl", name.removeprefix("bfcl-").removesuffix("-answers").replace("-", "_")
    if "-plus-" in name:
        suite, _, split = name.rpartition("-")
    if name.startswith("polyglot"):
        suite, split = "polyglot", name.partition("-")[2] or "python"
    return SUITES[suite], split


def write(path: Path) -> None:
    """Write a row that no benchmark has."""
    row = b'{"nothing": 1}\n'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(row) if path.suffix == ".gz" else row)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty data folder, and have an empty cache of the hub."""
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("CODEEVAL_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def said() -> dict[str, str]:
    return dict(data.rows(data.examine()))


@pytest.mark.parametrize(("name", "file"), FILES)
def test_each_file_is_one_that_its_suite_reads(tmp_path: Path, name: str, file: str) -> None:
    write(tmp_path / file)
    suite, split = suite_of(name)
    with pytest.raises(DatasetError, match=re.escape(str(tmp_path / file))):
        suite.load(DataRequest(data_dir=str(tmp_path), split=split))


@pytest.mark.parametrize(("name", "hub"), HUBS)
def test_each_name_on_the_hub_is_its_suites(name: str, hub: str) -> None:
    load = suite_of(name)[0].load
    module = (load.func if isinstance(load, partial) else load).__module__
    assert f'"{hub}"' in inspect.getsource(sys.modules[module])


def test_benchmarks_that_are_there_are_told_with_their_files(folder: Path) -> None:
    for file in ("humaneval/HumanEval.jsonl", "rust/exercism.jsonl.gz", "multipl_e/humaneval-js.jsonl.gz"):
        write(folder / file)
    found = said()
    assert found["data folder"] == str(folder)
    assert found["humaneval"] == "humaneval/HumanEval.jsonl"
    assert found["rust"] == "rust/exercism.jsonl.gz"
    assert re.match(r"1 of \d\d: humaneval-js; not in the folder: humaneval-\w+, ", found["MultiPL-E"])
    assert data.examine()["benchmarks"]["humaneval"]["file"] == "humaneval/HumanEval.jsonl"


def test_all_of_multipl_e(folder: Path) -> None:
    for name, file in FILES:
        if file.startswith("multipl_e/") and file.endswith(".gz"):
            write(folder / file)
            assert name.startswith(("humaneval-", "mbpp-"))
    assert re.fullmatch(r"(\d\d) of \1: [\w, -]+", said()["MultiPL-E"])


def test_what_is_not_there_is_told_with_its_remedy(folder: Path) -> None:
    found = data.examine()
    with_reader, without = (dict(data.rows({**found, "hub_reader": reader})) for reader in (True, False))
    assert without["humaneval"] == (
        "not in the folder: codeeval data fetch humaneval, or read the hub: pip install 'pytest-codeeval[datasets]'"
    )
    assert with_reader["mbpp"] == (
        "not in the folder: google-research-datasets/mbpp is read from the hub, or codeeval data fetch mbpp"
    )
    assert with_reader["rust"] == "not in the folder: codeeval data fetch rust"
    assert with_reader["MultiPL-E"].endswith("codeeval data fetch multipl-e")
    assert "hub cache" not in with_reader


def test_what_the_cache_of_the_hub_has_is_told(folder: Path) -> None:
    (folder.parent / "hf/hub/datasets--openai--openai_humaneval").mkdir(parents=True)
    found = data.rows({**data.examine(), "hub_reader": True})
    assert dict(found)["humaneval"].startswith("not in the folder: openai/openai_humaneval is in the hub's cache, or ")
    assert ("hub cache", str(folder.parent / "hf/hub")) in found


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("", "/cache/data (not there)"),
        ("/nowhere", "/nowhere (not there)"),
        ("/" + "x" * 5000, "/" + "x" * 5000 + " (not there)"),
    ],
)
def test_a_folder_that_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch, given: str, text: str) -> None:
    monkeypatch.setenv("CODEEVAL_DATA", given)
    monkeypatch.setenv("CODEEVAL_CACHE", "/cache")
    assert said()["data folder"] == text
    assert not data.examine()["found"]
