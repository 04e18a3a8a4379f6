"""The benchmarks and recordings themselves: canonical solutions pass, recorded verdicts are met again."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

DATA = os.environ.get("CODEEVAL_DATA", "")

pytestmark = pytest.mark.skipif(not DATA, reason="CODEEVAL_DATA is not set: it names the folder of benchmark data")

# Recorded passes that cannot pass alone: perf/recorded_verdicts.md says of each why.
MBPP_DIFFERENCES = {133, 210, 214, 244, 293, 319, 338, 359, 403, 448, 451, 482, 495}


def verdicts(rows: list[dict[str, Any]]) -> dict[tuple[str, str, int], tuple[bool, str]]:
    return {(row["suite"], row["task_id"], row["sample_index"]): (row["passed"], row["cause"]) for row in rows}


def recorded(name: str, verdict: str) -> dict[tuple[str, int], bool]:
    """The recorded verdicts by task number and sample index."""
    found: dict[tuple[str, int], bool] = {}
    for line in gzip.decompress(Path(DATA, "recorded", name).read_bytes()).splitlines():
        row = json.loads(line)
        number = row["task_id"].rpartition("/")[2]
        found[number, sum(key[0] == number for key in found) if "x10" in name else row.get("sample_index", 0)] = row[
            verdict
        ]
    return found


def test_canonical_solutions_pass(run, samples):
    # All 164 of HumanEval and 974 of MBPP pass; the rest would take another two minutes.
    result = run("--model=reference", "--limit=48", suite="humaneval mbpp starter", here=True)
    result.assert_outcomes(passed=48 + 48 + 24)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "reference  humaneval * 48 of 164 *100.0%*",
            "reference  mbpp * 48 of 974 *100.0%*",
            "reference  mbpp-test * 38 of 500 *100.0%*",
        ]
    )
    result.stdout.fnmatch_lines(["  HumanEval/47: an example in the prompt says 15.0 where the tests say 8.0"])


def test_canonical_solutions_of_a_part_pass(run, samples):
    # All 427 pass; the rest would take another quarter of a minute, most of it for Mbpp/123.
    part = ("--split=mbpp:sanitized", "--limit=41", "-k", "not Mbpp/123]")
    run("--model=reference", *part, suite="mbpp", here=True).assert_outcomes(passed=41)
    assert {row["suite"] for row in samples("reference")} == {"mbpp-sanitized"}


def test_runs_with_and_without_workers_agree_and_so_do_our_own_results_replayed(run, samples, suite_folder):
    found = []
    for number, spread in enumerate([(), ("-n2",)]):
        name = f"--results=results/{number}"
        run(
            "--model=replay:" + f"{DATA}/recorded/codet_humaneval_10.jsonl.gz",
            "--limit=2",
            name,
            *spread,
            suite="humaneval",
            here=not spread,
        )
        found.append(verdicts(samples(f"{number}/replay-codet-humaneval-10")))
    assert len(found[0]) == 20
    assert found[0] == found[1]
    first = suite_folder / "results/0/replay-codet-humaneval-10/samples.jsonl"
    run(f"--model=replay:{first}", suite="humaneval", here=True)
    assert verdicts(samples("replay-samples")) == found[0]


@pytest.mark.parametrize(
    ("name", "verdict", "count", "passes"),
    [
        ("codet_humaneval_10.jsonl.gz", "passed", 120, 48),  # all 1,640 agree: perf/recorded_verdicts.md
        ("human_eval/gpt-4_reflexion_simple.jsonl.gz", "is_solved", 82, 73),
    ],
)
def test_recorded_verdicts_on_humaneval_are_met(run, samples, name, verdict, count, passes):
    limit = "--limit=12" if "codet" in name else "--limit=82"
    result = run(f"--model=replay:{DATA}/recorded/{name}", limit, suite="humaneval", here=True)
    assert result.ret == 1
    file = Path(name).name.removesuffix(".jsonl.gz").replace("_", "-")
    rows = samples(f"replay-{file}")
    ours = {(row["task_id"].rpartition("/")[2], row["sample_index"]): row["passed"] for row in rows}
    assert len(rows) == count
    assert sum(ours.values()) == passes
    theirs = recorded(name, verdict)
    assert ours == {key: theirs[key] for key in ours}


def test_recorded_verdicts_on_mbpp_are_met_but_for_those_explained(run, samples):
    name = "mbpp/gpt-3.5-turbo-0613.jsonl.gz"
    run(f"--model=replay:{DATA}/recorded/{name}", "--split=mbpp:test", "--limit=125", suite="mbpp", here=True)
    ours = {(row["task_id"].rpartition("/")[2], 0): row["passed"] for row in samples("replay-gpt-3.5-turbo-0613")}
    theirs = recorded(name, "is_solved")
    assert len(ours) == 125  # of 500, which differ in all of these and in no others: perf/recorded_verdicts.md
    expected = {number for number in MBPP_DIFFERENCES if (str(number), 0) in ours}
    assert expected
    assert {int(number) for (number, _), passed in ours.items() if passed != theirs[number, 0]} == expected


def test_a_row_of_a_broken_release_is_listed_with_the_reason(run, suite_folder):
    (suite_folder / "old" / "mbpp").mkdir(parents=True)
    raw = gzip.decompress(Path(DATA, "mbpp", "mbpp_original_2021.jsonl.gz").read_bytes())
    (suite_folder / "old" / "mbpp" / "mbpp.jsonl").write_bytes(raw)
    result = run("--model=reference", "--data=old", "-k", "Mbpp/596 or Mbpp/341", suite="mbpp", here=True)
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(["2 problems are broken as published*", "  Mbpp/341: the 2021 release*"])


def test_a_recording_of_a_subset_runs_that_subset(run, suite_folder):
    rows = [{"task_id": f"HumanEval/{number}", "completion": "    pass\n"} for number in (3, 5)]
    (suite_folder / "two.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = run("--model=replay:two.jsonl", suite="humaneval humaneval_plus mbpp starter", here=True)
    # HumanEval+ asks the same of a model under the same ids.
    assert result.parseoutcomes()["failed"] == 4
    assert "passed" not in result.parseoutcomes()
    result.stdout.fnmatch_lines(["replay:two  humaneval       2 of 164*", "replay:two  humaneval-plus  2 of 164*"])
