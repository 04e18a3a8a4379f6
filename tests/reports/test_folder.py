"""What one model's run leaves on disk."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.machinemark import MARK
from pytest_codeeval.core.result import Result
from pytest_codeeval.reports.folder import RUN, SAMPLES, ResultsFolder
from pytest_codeeval.reports.folderlock import LOCK
from pytest_codeeval.reports.promptfile import PROMPTS
from pytest_codeeval.reports.scoreboard import Scoreboard
from tests.core.strategies import RESULTS
from tests.reports.rows import PASS, UNTIDY, WRONG, dataset, result, rust

SETTINGS: dict[str, Any] = {"model": "m", "temperature": 0.0, "stop": ("a",)}


def run_json(folder: Path) -> dict[str, Any]:
    """Return what `run.json` says."""
    found: dict[str, Any] = json.loads((folder / RUN).read_text())
    return found


def ends(folder: ResultsFolder) -> list[tuple[str, int, bool]]:
    """Return task, sample and end of each row."""
    return [(row["task_id"], row["sample_index"], row["passed"]) for row in folder.rows()]


def test_results_are_on_disk_as_soon_as_they_come(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path / "m", SETTINGS)
    folder.append(result(1, PASS, WRONG))
    rows = [json.loads(line) for line in (tmp_path / "m" / SAMPLES).read_text().splitlines()]
    assert [row["passed"] for row in rows] == [True, False]


@given(RESULTS)
def test_any_result_is_read_back(tmp_path_factory: pytest.TempPathFactory, found: Result) -> None:
    folder = ResultsFolder(tmp_path_factory.mktemp("results"), {})
    folder.append(found)
    last = {sample.index: sample for sample in found.samples}
    assert {row["sample_index"]: row["completion"] for row in folder.rows()} == {
        index: sample.completion.text for index, sample in last.items()
    }


def test_a_later_result_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    for found in (result(1, WRONG, WRONG), result(2, PASS), result(1, PASS)):
        folder.append(found)
    expected = [("T/1", 1, False), ("T/2", 0, True), ("T/1", 0, True)]
    assert ends(folder) == expected
    folder.compact()
    assert ends(folder) == [("T/1", 0, True), ("T/1", 1, False), ("T/2", 0, True)]
    assert len((tmp_path / SAMPLES).read_text().splitlines()) == 3
    folder.append(result(2, WRONG))
    assert ends(folder) == [("T/1", 0, True), ("T/1", 1, False), ("T/2", 0, False)]


def test_samples_are_in_the_order_of_the_dataset_in_the_end(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.add_dataset(dataset())
    folder.plan("s", {"T/3": 1, "T/1": 2}, ["T/2", "T/3", "T/1"], "prompts")
    folder.plan("s", {"T/2": 1}, ["T/2", "T/3", "T/1"], "prompts")  # of a later run, which has another part
    assert list(run_json(tmp_path)["datasets"]["s"]["planned"].items()) == [("T/2", 1), ("T/3", 1), ("T/1", 2)]
    folder.add_dataset(dataset())
    for found in (
        result(9, PASS, suite="t"),
        result(1, PASS, WRONG),
        result(2, PASS),
        result(8, PASS),
        result(3, PASS),
    ):
        folder.append(found)
    with (tmp_path / SAMPLES).open("a") as lines:
        lines.write('{"a": "note"}\n{"torn')
    folder.compact()
    rows = [json.loads(line) for line in (tmp_path / SAMPLES).read_text().splitlines()]
    assert [row.get("task_id") for row in rows] == ["T/2", "T/3", "T/1", "T/1", "T/8", "T/9", None]
    before = (tmp_path / SAMPLES).stat().st_ino
    folder.compact()
    assert (tmp_path / SAMPLES).stat().st_ino == before  # there was nothing to do


def test_a_folder_of_before_stages_had_counts_is_read_and_gone_on_with(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.append(rust(1, UNTIDY))
    folder.append(result(1, PASS))
    text = (tmp_path / SAMPLES).read_text()
    older = re.sub(r', "counts": \{[^}]*\}', "", text)
    assert older != text and "counts" not in older
    (tmp_path / SAMPLES).write_text(older)
    folder.append(rust(2, UNTIDY))
    folder.compact()
    scores = Scoreboard()
    for row in folder.rows():
        scores.add_row(row)
    score, python = scores.scores()
    assert score.to_json()["stages"]["passed"] == {"build": 2, "clippy": 0, "test": 2, "overall": 0}
    assert score.to_json()["lints"]["unused"] == {"count": 1, "samples": 1}
    assert python.stage_names == ()


def test_samples_of_other_suites_stay(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.append(result(1, PASS))
    folder.append(result(1, WRONG, suite="t"))
    assert len(ends(folder)) == 2


def test_a_torn_last_line_costs_that_line_alone(tmp_path: Path) -> None:
    ResultsFolder(tmp_path, SETTINGS).append(result(1, PASS, WRONG))
    path = tmp_path / SAMPLES
    path.write_bytes(path.read_bytes()[:-20])
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.append(result(2, PASS))
    assert ends(folder) == [("T/1", 0, True), ("T/2", 0, True)]
    folder.compact()
    assert len(path.read_text().splitlines()) == 2
    assert ends(folder) == [("T/1", 0, True), ("T/2", 0, True)]


def test_a_run_that_began_and_one_that_ended_are_told_apart(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.start({"versions": {"python": "3"}})
    begun = run_json(tmp_path)
    assert begun["finished"] is None
    assert begun["settings"] == {"model": "m", "temperature": 0.0, "stop": ["a"]}
    folder.finish({"scores": [1]})
    ended = run_json(tmp_path)
    assert ended["finished"] >= ended["started"]
    assert (ended["scores"], ended["versions"]) == ([1], {"python": "3"})


def test_the_same_settings_may_go_on(tmp_path: Path) -> None:
    first = ResultsFolder(tmp_path, SETTINGS)
    first.start({})
    first.append(result(1, PASS))
    first.close()
    assert ends(ResultsFolder(tmp_path, dict(SETTINGS))) == [("T/1", 0, True)]


def test_other_settings_are_refused_by_name(tmp_path: Path) -> None:
    ResultsFolder(tmp_path, SETTINGS).start({})
    with pytest.raises(UsageError, match=r"other settings \(seed was None and is 1, temperature was 0.0 and is 0.5\)"):
        ResultsFolder(tmp_path, {**SETTINGS, "temperature": 0.5, "seed": 1})


def test_another_dataset_of_the_same_name_is_refused(tmp_path: Path) -> None:
    first = ResultsFolder(tmp_path, SETTINGS)
    first.add_dataset(dataset(sha256="a" * 64))
    first.close()
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.add_dataset(dataset(sha256="a" * 64))
    folder.add_dataset(dataset("t", sha256="b" * 64))
    assert set(folder.datasets) == {"s", "t"}
    with pytest.raises(UsageError, match="results of another s .sha256 aaaaaaaaaaaa, now bbbbbbbbbbbb"):
        folder.add_dataset(dataset(sha256="b" * 64))
    with pytest.raises(UsageError, match="results of another s .language python, now rust"):
        folder.add_dataset(dataset(sha256="a" * 64, language="rust"))


def test_a_folder_that_another_run_writes_to_is_refused(tmp_path: Path) -> None:
    first = ResultsFolder(tmp_path, SETTINGS)
    with pytest.raises(UsageError, match="another run is writing to .*; wait for its end"):
        ResultsFolder(tmp_path, SETTINGS)
    first.close()
    ResultsFolder(tmp_path, SETTINGS).close()


def test_a_folder_is_made_when_the_first_thing_is_written(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path / "results/m", SETTINGS)
    assert list(tmp_path.iterdir()) == []
    assert not folder.started
    folder.start({})
    assert run_json(tmp_path / "results/m")["finished"] is None
    folder.close()
    begun = (tmp_path / "results/m" / RUN).read_bytes()
    ResultsFolder(tmp_path / "results/m", SETTINGS).close()
    assert (tmp_path / "results/m" / RUN).read_bytes() == begun


def test_of_two_runs_that_begin_in_no_folder_one_writes(tmp_path: Path) -> None:
    first, second = (ResultsFolder(tmp_path / "m", SETTINGS) for _ in range(2))
    first.start({})
    with pytest.raises(UsageError, match="another run is writing to"):
        second.start({})
    first.close()


@pytest.mark.parametrize("content", ["", "{", "[]", "3"])
def test_a_file_that_is_no_run_is_not_overwritten(tmp_path: Path, content: str) -> None:
    (tmp_path / RUN).write_text(content)
    with pytest.raises(UsageError, match=r"run\.json' is no run of this tool"):
        ResultsFolder(tmp_path, SETTINGS)
    assert (tmp_path / RUN).read_text() == content


def test_a_name_that_cannot_be_is_named_beforehand_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written .File name too long.; give another --results"):
        ResultsFolder(tmp_path / "new" / ("x" * 300), SETTINGS)
    (tmp_path / "nowhere").symlink_to("none")
    with pytest.raises(UsageError, match="cannot be written .*; give another --results"):
        ResultsFolder(tmp_path / "nowhere", SETTINGS)
    assert [path.name for path in tmp_path.iterdir()] == ["nowhere"]


@pytest.mark.parametrize("name", ["file", "file/below", SAMPLES])
def test_a_folder_that_cannot_be_written_is_named_beforehand(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / SAMPLES).mkdir()
    with pytest.raises(UsageError, match="cannot be written .*; give another --results"):
        ResultsFolder(tmp_path if name == SAMPLES else tmp_path / name, SETTINGS)


def test_results_that_the_disk_does_not_take_are_a_storage_error(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    (tmp_path / SAMPLES).unlink()
    (tmp_path / SAMPLES).mkdir()
    with pytest.raises(StorageError, match="cannot be written"):
        folder.append(result(1, PASS))


def test_nothing_is_left_beside_the_files(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.start({})
    folder.append(result(1, PASS))
    folder.append(result(1, PASS))
    folder.compact()
    folder.finish({})
    assert sorted(path.name for path in tmp_path.iterdir()) == [LOCK, MARK, PROMPTS, RUN, SAMPLES]


def test_a_folder_that_is_removed_is_made_again_with_all_its_samples(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path / "m", SETTINGS)
    folder.start({})
    folder.append(result(1, PASS))
    assert not folder.restore()
    shutil.rmtree(tmp_path / "m")
    assert folder.restore()
    folder.append(result(2, WRONG))
    assert ends(folder) == [("T/1", 0, True), ("T/2", 0, False)]
    assert run_json(tmp_path / "m")["settings"]
    with pytest.raises(UsageError, match="another run is writing"):
        ResultsFolder(tmp_path / "m", SETTINGS)
    folder.compact()
    assert not folder.restore()


def test_lines_that_are_no_samples_are_counted_and_stay(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    for _ in range(2):
        folder.append(result(1, PASS))
    foreign = [{"task_id": ["T/2"], "sample_index": {}}, {**next(sample_rows(result(3, WRONG))), "passed": "yes"}]
    with (tmp_path / SAMPLES).open("a") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in foreign)
    folder.compact()
    assert ends(folder) == [("T/1", 0, True)]
    assert folder.passed_over == 2
    assert [json.loads(line) for line in (tmp_path / SAMPLES).read_text().splitlines()][1:] == json.loads(
        json.dumps(foreign)
    )


@pytest.mark.parametrize("left", [{}, {"suite": "s"}, {"suite": 3, "languages": 3, "scored_ids": 3, "faults": None}, 3])
def test_a_run_that_says_less_of_a_dataset_is_gone_on_with(tmp_path: Path, left: object) -> None:
    (tmp_path / RUN).write_text(json.dumps({"settings": SETTINGS, "datasets": {"s": left, "t": left}}))
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.add_dataset(dataset(languages={"python": ["T/1"]}))
    scores = Scoreboard()
    for about in folder.datasets.values():
        scores.add_dataset(about)
    assert folder.datasets["s"] == dataset(languages={"python": ["T/1"]})


def test_a_run_whose_folder_another_machine_has_taken_writes_nothing_more(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, SETTINGS)
    folder.start({})
    before = (tmp_path / RUN).read_bytes()
    (tmp_path / MARK).write_text("theirs host 1")
    assert folder._lock is not None
    folder._lock._mark._signed -= 60  # it stood still
    for write in (folder.restore, lambda: folder.finish({})):
        with pytest.raises(StorageError, match="another machine has taken over"):
            write()
    assert (tmp_path / RUN).read_bytes() == before
    folder.close()
    assert (tmp_path / MARK).is_file()
