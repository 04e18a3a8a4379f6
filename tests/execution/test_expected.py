"""Expected outputs, which are found once and kept: by what they are found again, and when they are found anew."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import BrokenTests
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.cases import Known, Output
from pytest_codeeval.execution.expected import ExpectedOutputs

INPUTS = ("[1]", "[2]")
FOUND = [Output('"a\u2028\ud800"', cpu_seconds=0.25), Output("2")]
KNOWN = Known(('"a\u2028\ud800"', "2"), (0.25, 0.0))


class Found:
    """Outputs, and how often they were asked for."""

    def __init__(self, outputs: list[Output]) -> None:
        self.outputs = outputs
        self.asked = 0

    def __call__(self) -> list[Output]:
        self.asked += 1
        return self.outputs


@pytest.fixture
def found() -> Found:
    return Found(FOUND)


def test_what_was_found_is_kept(tmp_path: Path, found: Found) -> None:
    for _ in range(2):
        assert ExpectedOutputs(str(tmp_path)).of("program", "f", INPUTS, found) == KNOWN
    assert found.asked == 1
    assert [path.suffix for path in (tmp_path / "expected").iterdir()] == [".txt"]


@pytest.mark.parametrize(
    ("program", "name", "inputs"),
    [
        ("other", "f", INPUTS),
        ("program", "g", INPUTS),
        ("program", "f", ("[1]", "[3]")),
        ("program", "f", INPUTS[::-1]),
    ],
)
def test_another_program_or_input_is_another_matter(
    tmp_path: Path, found: Found, program: str, name: str, inputs: tuple[str, ...]
) -> None:
    kept = ExpectedOutputs(str(tmp_path))
    kept.of("program", "f", INPUTS, found)
    kept.of(program, name, inputs, found)
    assert found.asked == 2


@pytest.mark.parametrize("damage", ["", "x", "0" * 64 + "\n0.1 1\n0.1 2", None], ids=["empty", "x", "foreign", "cut"])
def test_a_damaged_file_is_made_again(tmp_path: Path, found: Found, damage: str | None) -> None:
    kept = ExpectedOutputs(str(tmp_path))
    kept.of("program", "f", INPUTS, found)
    (path,) = (tmp_path / "expected").iterdir()
    good = path.read_bytes()
    path.write_bytes(good[:-1] if damage is None else damage.encode())
    assert kept.of("program", "f", INPUTS, found) == KNOWN
    assert (found.asked, path.read_bytes()) == (2, good)


def test_a_file_with_the_outputs_of_other_inputs_is_made_again(tmp_path: Path, found: Found) -> None:
    kept = ExpectedOutputs(str(tmp_path))
    kept.of("program", "f", INPUTS, found)
    (path,) = (tmp_path / "expected").iterdir()
    kept.of("program", "f", INPUTS[:1], Found(FOUND[:1]))
    (other,) = set((tmp_path / "expected").iterdir()) - {path}
    path.write_bytes(other.read_bytes())
    assert kept.of("program", "f", INPUTS, found) == KNOWN


def test_of_several_one_finds_them(tmp_path: Path) -> None:
    asked = []

    def find() -> list[Output]:
        asked.append(1)
        time.sleep(0.2)
        return FOUND

    results: list[Known] = []
    threads = [
        threading.Thread(target=lambda: results.append(ExpectedOutputs(str(tmp_path)).of("p", "f", INPUTS, find)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (results, len(asked)) == ([KNOWN] * 3, 1)


@pytest.mark.parametrize("folder", ["", "/dev/null"])
def test_without_a_folder_they_are_found_each_time(folder: str, found: Found) -> None:
    kept = ExpectedOutputs(folder)
    assert kept.of("program", "f", INPUTS, found) == kept.of("program", "f", INPUTS, found) == KNOWN
    assert found.asked == 2


def test_no_inputs_have_no_outputs(tmp_path: Path) -> None:
    nothing = Found([])
    for _ in range(2):
        assert ExpectedOutputs(str(tmp_path)).of("program", "f", (), nothing) == Known((), ())
    assert nothing.asked == 1


def test_a_canonical_solution_without_an_output_judges_nobody(tmp_path: Path) -> None:
    fails = Found([FOUND[0], Output(None, Cause.CPU_TIME, "too slow")])
    with pytest.raises(BrokenTests, match=r"no output for f\(\*\[2\]\): cpu_time: too slow"):
        ExpectedOutputs(str(tmp_path)).of("program", "f", INPUTS, fails)
    assert not list((tmp_path / "expected").glob("*.txt"))
