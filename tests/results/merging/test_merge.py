"""Shards that are merged are the run that they are parts of; what is missing or was made otherwise is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_codeeval.cli import main
from pytest_codeeval.core.completion import Completion, CompletionRequest, SamplingParams
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.store import Chosen, CompletionStore
from pytest_codeeval.reports.threshold import Threshold
from pytest_codeeval.results.merging import merge
from tests.generation.scripted import keep
from tests.reports.rows import PASS, TIMEOUT, WRONG, result
from tests.results.merging.shards import about_of, leave, part

ENDS = st.lists(st.sampled_from([PASS, WRONG, TIMEOUT]), min_size=1, max_size=3)
RUNS = st.dictionaries(st.tuples(st.sampled_from("st"), st.integers(0, 30)), ENDS, min_size=1, max_size=12)
PLAN = {"s": {f"T/{number}": 1 for number in range(8)}}
ALL = [result(number, PASS if number % 2 else WRONG) for number in range(8)]


@pytest.fixture
def shards(tmp_path: Path) -> list[Path]:
    """Three shards of eight problems."""
    return [leave(tmp_path / f"{n}", part(ALL, f"{n}/3"), PLAN, shard=f"{n}/3") for n in (1, 2, 3)]


@settings(max_examples=25, deadline=None)
@given(RUNS, st.integers(1, 5), st.randoms(use_true_random=False))
def test_shards_together_are_the_whole(
    tmp_path_factory: pytest.TempPathFactory, ends: Mapping[tuple[str, int], Any], shards: int, chance: Any
) -> None:
    base = tmp_path_factory.mktemp("merge")
    found = [result(task, *causes, suite=suite) for (suite, task), causes in ends.items()]
    plan: dict[str, dict[str, int]] = {}
    for one in found:
        plan.setdefault(one.suite, {})[one.task_id] = len(one.samples)
    whole = leave(base / "whole", found, plan)
    parts = []
    for number in range(1, shards + 1):
        mine = part(found, f"{number}/{shards}")
        chance.shuffle(mine)
        parts.append(leave(base / f"{number}", mine * 2, plan, shard=f"{number}/{shards}", ended=chance.random() < 0.7))
    chance.shuffle(parts)
    merged = merge(base / "out", parts)
    assert merged.complete
    assert (base / "out/m/samples.jsonl").read_bytes() == (whole / "m/samples.jsonl").read_bytes()
    again = merge(base / "again", [whole])
    assert [score.to_json((1,)) for score in merged.scores] == [score.to_json((1,)) for score in again.scores]


def test_what_a_merged_folder_says_of_itself(shards: list[Path], tmp_path: Path) -> None:
    merge(tmp_path / "out", shards)
    about = about_of(tmp_path / "out")
    assert about["finished"] and about["label"] == "m" and "shard" not in about
    assert about["datasets"]["s"]["planned"] == PLAN["s"]
    assert [(one["results"], one["shard"]) for one in about["merged"]] == [
        (str(folder), f"{number}/3") for number, folder in enumerate(shards, 1)
    ]
    assert about["scores"][0]["pass_at"]["1"]["value"] == 0.5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2", "3", "out"]


def test_a_merged_folder_is_gone_on_with_as_one_of_a_whole_run(shards: list[Path], tmp_path: Path) -> None:
    merge(tmp_path / "out", shards[:2])
    assert "missing" in about_of(tmp_path / "out")
    leave(tmp_path / "out", part(ALL, "3/3"), PLAN)
    assert "missing" not in about_of(tmp_path / "out")
    assert merge(tmp_path / "more", [tmp_path / "out"]).complete
    with pytest.raises(UsageError, match="holds results of a whole run, and this is shard 1/3; give each a --results"):
        leave(tmp_path / "out", [], PLAN, shard="1/3")
    with pytest.raises(UsageError, match="holds results of shard 1/3, and this is shard 2/3"):
        leave(shards[0], [], PLAN, shard="2/3")


def test_what_was_missing_is_so_no_longer_and_what_was_mixed_stays_so(shards: list[Path], tmp_path: Path) -> None:
    leave(tmp_path / "3b", part(ALL, "3/3"), PLAN, shard="3/3", prompts="q")
    merge(tmp_path / "less", shards[:2])
    assert merge(tmp_path / "whole", [tmp_path / "less", shards[2]]).complete
    assert not {"missing", "differing"} & about_of(tmp_path / "whole").keys()
    merge(tmp_path / "mixed", [*shards[1:2], tmp_path / "3b"], force=True)
    again = merge(tmp_path / "again", [shards[0], tmp_path / "mixed"], force=True)
    assert about_of(tmp_path / "again")["differing"] == ["prompts of s"] and "not made alike" in again.notes[0]
    assert about_of(merge(tmp_path / "alone", [tmp_path / "again"]).folders[0].parent)["differing"] == ["prompts of s"]


def test_a_missing_shard_and_missing_problems_are_named(shards: list[Path], tmp_path: Path) -> None:
    third = part(ALL, "3/3")
    killed = leave(tmp_path / "killed", third[1:], PLAN, shard="3/3", ended=False)
    merged = merge(tmp_path / "out", [shards[1], killed], fail_under=[Threshold("s", "pass@1", 0.1)])
    lost = [one.task_id for one in part(ALL, "1/3")]
    assert [str(one) for one in merged.missing] == [
        f"m: shard 1/3 is missing, with {len(lost)} problems of s",
        f"m: 1 problem of s of shard 3/3 is missing: {third[0].task_id}",
    ]
    assert [str(one) for one in merged.judgements] == ["--fail-under s:pass@1=0.1: not judged: results are missing"]
    assert not merged.succeeded
    about = about_of(tmp_path / "out")
    assert about["finished"] is None and about["missing"][0]["task_ids"] == lost


def test_a_shard_that_no_problem_falls_to_is_not_missing(tmp_path: Path) -> None:
    plan = {"s": {"T/1": 1}}
    ran = [n for n in (1, 2) if part([result(1, PASS)], f"{n}/2")]
    leave(tmp_path / "a", [result(1, PASS)], plan, shard=f"{ran[0]}/2")
    assert merge(tmp_path / "out", [tmp_path / "a"]).complete


def test_a_problem_with_too_few_samples_is_missing(tmp_path: Path) -> None:
    leave(tmp_path / "a", [result(1, PASS)], {"s": {"T/1": 2}})
    assert [one.task_ids for one in merge(tmp_path / "out", [tmp_path / "a"]).missing] == [("T/1",)]


@pytest.mark.parametrize("place", ["datasets", "errors_of_last_run", "options"])
@pytest.mark.parametrize("found", [True, 5, "x", [5], {"s": 5}, {"s": {"problems": "x", "planned": 5, "sha256": 1}}])
def test_an_edited_run_json_is_read_as_far_as_it_is_one(
    place: str, found: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = leave(tmp_path / "a", ALL, PLAN) / "m/run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), place: found}))
    assert main(["merge", str(tmp_path / "out"), str(tmp_path / "a")]) in (0, 1)
    assert "50.0%" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong", [5, {}, {"value": "x"}, {"value": None}, {"metric": "pass@x"}, {"suite": []}, {"more": 1}]
)
def test_a_threshold_that_cannot_be_read_is_refused(wrong: Any, tmp_path: Path) -> None:
    gate = {"suite": "s", "metric": "pass@1", "value": 0.4, **wrong} if wrong and wrong != 5 else wrong
    leave(tmp_path / "a", ALL, PLAN, about={"options": {"fail_under": [gate]}})
    with pytest.raises(UsageError, match=r"run\.json' has a threshold that cannot be read; give --fail-under"):
        merge(tmp_path / "out", [tmp_path / "a"])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"settings": {"backend": "demo", "model": "m", "temperature": 1}}, r"temperature is 0.0 in \S+, 1 in \S+"),
        ({"settings": {"backend": "demo", "model": "n", "temperature": 0.0}}, "model is m in"),
        ({"settings": {"backend": "demo", "model": "m", "temperature": 0.0, "protocol": "x"}}, "protocol is – in"),
        ({"datasets": {"sha256": "b" * 64}}, "sha256 of s is a"),
        ({"datasets": {"judges": ["j"]}}, "judges of s is none in"),
        ({"prompts": "q"}, "prompts of s is p in"),
        ({"about": {"versions": {"python": "4"}}}, "python is 3 in"),
        ({"about": {"options": {"samples": 3}}}, "samples is the usual in"),
        ({"about": {"sandbox": {"tier": "plain"}}}, "sandbox is namespaces in"),
        ({"shard": "2/4"}, "number of shards is 2 in"),
    ],
)
def test_what_was_not_made_alike_is_refused_and_named(other: Any, said: str, tmp_path: Path) -> None:
    known = {"datasets": {"judges": []}, "shard": "1/2"}
    a = leave(tmp_path / "a", part(ALL, "1/2"), PLAN, **known)
    b = leave(tmp_path / "b", part(ALL, "2/2"), PLAN, **{**known, "shard": "2/2", **other})
    with pytest.raises(
        UsageError, match=rf"^the results of m were not made alike: {said}.*; make them anew, or .*--force"
    ):
        merge(tmp_path / "out", [a, b])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    forced = merge(tmp_path / "out", [a, b], force=True)
    assert forced.complete and "although not made alike" in forced.notes[0]
    assert about_of(tmp_path / "out")["differing"]


def test_other_models_and_suites_need_not_be_alike(tmp_path: Path) -> None:
    a = leave(tmp_path / "a", [result(1, PASS)], {"s": {"T/1": 1}})
    b = leave(tmp_path / "b", [result(1, PASS, suite="t")], {"t": {"T/1": 1}}, datasets={"sha256": "b" * 64})
    c = leave(tmp_path / "c", [result(1, WRONG, model="n")], {"s": {"T/1": 1}}, model="n", settings={"temperature": 1})
    merged = merge(tmp_path / "out", [a, b, c], fail_under=[Threshold("s", "pass@1", 0.5)])
    assert [(score.model, score.suite) for score in merged.scores] == [("m", "s"), ("m", "t"), ("n", "s")]
    assert [(one.model, one.reached) for one in merged.judgements] == [("n", False)]
    assert list(about_of(tmp_path / "out")["datasets"]) == ["s", "t"]


def test_of_a_sample_in_several_folders_the_last_named_counts(tmp_path: Path) -> None:
    for name, cause in (("a", WRONG), ("b", PASS)):
        leave(tmp_path / name, [result(1, cause)], {"s": {"T/1": 1}})
    with (tmp_path / "b/m/samples.jsonl").open("a") as lines:
        lines.write('{"no": "sample"}\n{"torn')
    merged = merge(tmp_path / "out", [tmp_path / "a", tmp_path / "b"])
    assert [score.problems["T/1"]["passed"] for score in merged.scores] == [1]
    assert merged.notes == (
        "m: 1 sample in several folders: the last one named counts",
        "m: 1 line that is no sample: left out",
    )


def test_a_folder_that_is_named_twice_counts_once_and_where_it_is_named_last(tmp_path: Path) -> None:
    for name, cause in (("a", WRONG), ("b", PASS)):
        leave(tmp_path / name, [result(1, cause)], {"s": {"T/1": 1}})
        (tmp_path / name / "m/api_calls.jsonl").write_text(json.dumps({"call": name}) + "\n")
    again = tmp_path / "b/../a"
    merged = merge(tmp_path / "out", [tmp_path / "a", tmp_path / "b", again])
    assert [score.problems["T/1"]["passed"] for score in merged.scores] == [0]
    assert (tmp_path / "out/m/api_calls.jsonl").read_text() == '{"call": "b"}\n{"call": "a"}\n'
    assert not merge(tmp_path / "one", [tmp_path / "a", again]).notes


def test_prompts_are_those_that_one_run_would_have_kept(shards: list[Path], tmp_path: Path) -> None:
    def prompts(folder: Path, *kept: tuple[str, str]) -> None:
        rows = [{"suite": "s", "task_id": task_id, "prompt": prompt} for task_id, prompt in kept]
        (folder / "m/prompts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + '{"torn')

    prompts(shards[0], ("T/7", "seven"), ("T/1", "one"), ("T/1", "\ud800 of old"))
    prompts(shards[1], ("T/0", "zero"), ("T/1", "one"), ("T/7", "seven"))
    prompts(shards[2])
    merge(tmp_path / "out", shards)
    rows = map(json.loads, (tmp_path / "out/m/prompts.jsonl").read_text().splitlines())
    assert [row["prompt"] for row in rows] == ["zero", "\ud800 of old", "one", "seven"]
    merge(tmp_path / "none", shards[2:])
    assert not (tmp_path / "none/m/prompts.jsonl").exists()


def test_thresholds_are_those_of_the_runs(tmp_path: Path) -> None:
    gate = {"suite": "s", "metric": "pass@1", "value": 0.9, "percent": False}
    leave(tmp_path / "a", ALL, PLAN, about={"options": {"fail_under": [gate], "pass_at": [1]}})
    merged = merge(tmp_path / "out", [tmp_path / "a"])
    assert not merged.succeeded and str(merged.judgements[0]).startswith("--fail-under s:pass@1=0.9: missed: 50.0%")
    assert about_of(tmp_path / "out")["thresholds"][0]["standing"] == "missed"
    assert merge(tmp_path / "b", [tmp_path / "a"], fail_under=[Threshold("s", "pass@1", 0.5)]).succeeded


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda base: (base / "out").mkdir() or (base / "out/x").touch(), "is there already"),
        (lambda base: (base / "out").touch(), "is there already"),
        (lambda base: (base / "1/m/run.json").unlink(), "has no run.json"),
        (lambda base: (base / "1/run.json").touch(), "is no results folder"),
        (lambda base: (base / "1").rename(base / "gone"), "is no results folder"),
        (lambda base: (base / "1/m").rename(base / "1/n") and (base / "1/n/samples.jsonl").unlink(), "no results"),
    ],
)
def test_what_cannot_be_merged_leaves_all_as_it_was(make: Any, said: str, shards: list[Path], tmp_path: Path) -> None:
    make(tmp_path)
    before = sorted(map(str, tmp_path.rglob("*")))
    with pytest.raises(UsageError, match=said):
        merge(tmp_path / "out", shards)
    assert sorted(map(str, tmp_path.rglob("*"))) == before


def test_what_fails_half_way_leaves_nothing(shards: list[Path], tmp_path: Path) -> None:
    def fail(*_: Any) -> None:
        assert list(tmp_path.glob(".out.*.part/m/samples.jsonl"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        merge(tmp_path / "out", shards, keep=fail)
    with pytest.raises(UsageError, match="cannot be read or written"):
        merge(tmp_path / "new/folders" / ("x" * 300), shards)
    with pytest.raises(UsageError, match="cannot be read or written"):
        merge(tmp_path / ("x" * 300), shards)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2", "3"]


def test_an_empty_folder_that_is_there_stays_the_same_one(
    shards: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.chdir(out)
    moves = iter([True, False])
    replace = Path.replace

    def fail(path: Path, target: Path) -> Path:
        if path.name in ("judges", "m") and not next(moves):
            raise OSError(28, "No space left on device")
        return replace(path, target)

    (shards[0] / "judges/j").mkdir(parents=True)
    (shards[0] / "judges/j/api_calls.jsonl").write_text("{}\n")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(UsageError, match="No space left"):
            merge(Path(), shards)
    assert not list(out.iterdir())
    merge(Path(), shards)
    assert sorted(path.name for path in Path().iterdir()) == ["judges", "m"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2", "3", "out"]


def test_the_command_says_all_of_it(
    shards: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, folder in enumerate(shards):
        store = CompletionStore(folder)
        request = CompletionRequest(
            "b", "m", ({"role": "user", "content": str(number)},), SamplingParams(), suite="s", task_id=f"T/{number}"
        )
        keep(store, request, Completion("answer"))
        store.close()
        for calls in (folder / "m", folder / "judges/j"):
            calls.mkdir(parents=True, exist_ok=True)
            (calls / "api_calls.jsonl").write_text(json.dumps({"call": number}))  # as a kill leaves it
    monkeypatch.chdir(tmp_path)
    assert main(["merge", "out", "1", "2", "3", "--fail-under", "s:pass@1=50%"]) == 0
    said = capsys.readouterr().out
    assert "50.0%" in said and "--fail-under s:pass@1=0.5: undecided, taken as met" in said
    assert said.endswith("results: out/m\n")
    for calls in ("m", "judges/j"):
        lines = (tmp_path / "out" / calls / "api_calls.jsonl").read_text().splitlines()
        assert [json.loads(line)["call"] for line in lines] == [0, 1, 2]
    store = CompletionStore(tmp_path / "out")
    assert [row["task_id"] for row in store.rows(Chosen())] == ["T/0", "T/1", "T/2"]
    store.close()
    assert main(["merge", "less", "1", "2"]) == 1
    assert "shard 3/3 is missing" in capsys.readouterr().out
    assert main(["merge", "out", "1"]) == 4
    assert main(["merge", "new", "1", "--fail-under", "nonsense"]) == 4
    assert not (tmp_path / "new").exists()
