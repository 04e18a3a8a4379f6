"""The Python tasks over a user's own rows, several suites at once, with the files of `--output`."""

from __future__ import annotations

import json

from tests.benchmarks.test_python_tasks import ROWS

TASKS = " ".join(ROWS)


def test_rows_of_one_file_are_run_by_the_suites_that_they_name(run, suite_folder, samples):
    # The docstring has no reference, and another row is for no suite of these.
    rows = [{"task": task, **row} for task, row in ROWS.items()] + [{"task": "else", "prompt": "Say hello."}]
    rows[0] |= {"canonical_solution": "    return 2 * n\n", "difficulty": "hard"}
    rows[1] |= {"canonical_solution": "def twice(n):\n    return 3 * n\n"}
    rows[4] |= {"canonical_solution": "def twice(n):\n    return 2 * n\n"}
    (suite_folder / "mine.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    arguments = "--model=reference", "--dataset=mine.jsonl", "--output=scores.json", "--log-samples", "--limit=5"
    result = run(*arguments, suite=f"dataset {TASKS}", here=True)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["reference  python_code_repair-mine *", f"output: {suite_folder}/scores.json"])
    found = {row["suite"]: row for row in samples("reference")}
    ends = {suite.removesuffix("-mine"): row["passed"] for suite, row in found.items()}
    assert ends == {
        "python_code_completion": True,
        "python_function_generation": False,
        "python_code_repair": True,
        "python_code_translation": True,
    }
    assert 0 < found["python_code_repair-mine"]["edit_distance"] < 0.2
    assert found["python_code_completion-mine"]["edit_distance"] is None
    scores = json.loads((suite_folder / "scores.json").read_text())
    assert scores["results"]["python_code_translation-mine"]["pass@1,none"] == 1.0
    assert scores["results"]["python_function_generation-mine"]["pass@1,none"] == 0.0
    for suite in found:
        (line,) = (suite_folder / f"scores_samples_{suite}.jsonl").read_text().splitlines()
        assert json.loads(line)["resps"] == [[found[suite]["completion"]]]


def test_what_cannot_be_written_is_said_before_a_model_is_asked(run, suite_folder):
    (suite_folder / "there.json").write_text("mine")
    for arguments, said in (
        (["--output=there.json"], "--output=there.json is there, and nothing is overwritten"),
        (["--output=none/new.json"], "--output=none/new.json: there is no folder"),
        (["--output="], "--output names no file"),
        (["--log-samples"], "--log-samples writes samples beside the file of --output"),
    ):
        result = run("--model=demo", "--limit=1", *arguments, suite="python_code_repair", here=True)
        assert result.ret == 4
        result.stderr.fnmatch_lines([f"ERROR: {said}*"])
    assert (suite_folder / "there.json").read_text() == "mine"
    assert not (suite_folder / "results").exists()
