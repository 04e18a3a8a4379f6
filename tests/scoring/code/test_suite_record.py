"""What is kept from run to run, and what happens where it cannot be."""

from __future__ import annotations

import fcntl
import platform
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.core.problem import DataRequest, Dataset
from pytest_codeeval.core.selftest import SelfTest
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.scoring.code import suite_record
from pytest_codeeval.scoring.code.suite_record import RecordFile, SuiteRecord, record_key
from tests.execution.scripted_runner import ScriptedRunner, problem

RECORD = SuiteRecord({"T/1": 0.5}, SelfTest(True, 1, 6, failures=(("T/1", "no \ud800"),)), "run")
DATASET = Dataset((problem(),), "a" * 64, "test")


def load(request: DataRequest) -> Dataset:
    return DATASET


SUITE = Suite("s", load, lambda problem: "")


def key(
    name: str = "s",
    suite: Suite = SUITE,
    dataset: Dataset = DATASET,
    runner: object = None,
    choice: SandboxChoice | None = None,
) -> str:
    """Return a key in which all but the given is as usual."""
    return record_key(name, suite, dataset, {"python": runner or ScriptedRunner()}, choice or SandboxChoice())  # type: ignore[arg-type]


def test_a_record_is_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    RecordFile(str(folder), "k").write(RECORD)
    assert RecordFile(str(folder), "k").read() == RECORD
    assert RecordFile(str(folder), "other").read() == SuiteRecord()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"seconds": []}',
        b'{"seconds": {}, "self_test": {"x": 1}, "run": ""}',
    ],
    ids=range(7),
)
def test_a_damaged_record_is_none(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "k.json").write_bytes(text)
    assert RecordFile(str(tmp_path), "k").read() == SuiteRecord()


@pytest.mark.parametrize("folder", ["", "occupied/below"])
def test_without_a_usable_folder_nothing_is_kept_and_nothing_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("occupied").touch()
    file = RecordFile(folder, "k")
    with file.locked(1.0):
        file.write(RECORD)
    assert file.read() == SuiteRecord()


def test_others_are_kept_out_for_as_long_as_it_takes_but_no_longer_than_they_bear(tmp_path: Path) -> None:
    file = RecordFile(str(tmp_path), "k")
    with file.locked(1.0):
        with (tmp_path / "k.lock").open() as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        start = time.monotonic()
        with file.locked(0.2):
            assert time.monotonic() - start >= 0.15
    start = time.monotonic()
    with file.locked(10.0):
        assert time.monotonic() - start < 5


def test_whatever_may_change_the_outcome_has_a_record_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def elsewhere(cpuinfo: str, machine: str = "x86_64", python: str = "3.11.0", version: str = "1") -> str:
        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_text", lambda *_: cpuinfo)
            patch.setattr(platform, "machine", lambda: machine)
            patch.setattr(platform, "python_version", lambda: python)
            patch.setattr(suite_record, "__version__", version)
            return key()

    class Other(ScriptedRunner):
        pass

    keys = [
        key(),
        key(name="s-part"),
        key(suite=replace(SUITE, timeout=4.0)),
        key(dataset=replace(DATASET, sha256="b" * 64)),
        key(dataset=replace(DATASET, problems=(problem(test="assert f(2) == 3"),))),
        key(runner=Other()),
        key(choice=SandboxChoice("plain")),
        key(choice=SandboxChoice(packages=("numpy",))),
        elsewhere("processor: 0\nmodel name: Slow 1\n"),
        elsewhere("processor: 0\nmodel name: Fast 2\n"),
        elsewhere("CPU part: 0xd0c\n"),
        elsewhere(""),
        elsewhere("", machine="aarch64"),
        elsewhere("", python="3.12.0"),
        elsewhere("", version="2"),
    ]
    assert len(set(keys)) == len(keys)
    assert key() == keys[0]
