"""Thinking in marks of all kinds, through whole runs."""

import json

PROMPT = 'def add(a, b):\n    """Return the sum of a and b."""\n'
DRAFT = "```python\ndef add(a, b):\n    return a - b\n```"
BARE = "def add(a, b):\n    return a + b\n"
ANSWERS = {
    "known": (f"[THINK]\n{DRAFT}\n[/THINK]\n{BARE}", "passed"),
    "channels": (f"analysisWe add. {DRAFT}assistantfinal{BARE}", "passed"),
    "alone": (f"[THINK]\n{DRAFT}\n[/THINK]\nI am not sure.", "no_code"),
    "leaked": (f"<seed:think>\n{DRAFT}\nBut", "thinking_leaked"),
    "own": (f"%plan%\n{DRAFT}\n%act%\n{BARE}", "wrong_answer"),
}


def causes(samples):
    return {row["task_id"]: row["cause"] for row in samples("replay-answers")}


def test_only_the_final_part_is_read_and_marks_of_ones_own_are_part_of_what_a_folder_is(
    run, samples, suite_folder, pytester
):
    rows = [
        {"task_id": name, "prompt": PROMPT, "entry_point": "add", "test": "assert add(1, 2) == 3"} for name in ANSWERS
    ]
    pytester.path.joinpath("problems.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = [{"task_id": name, "response": text} for name, (text, _) in ANSWERS.items()]
    pytester.path.joinpath("answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in said))
    options = ["--dataset=problems.jsonl", "--model=replay:answers.jsonl"]
    run(*options, suite="dataset", here=True).assert_outcomes(passed=2, failed=3)
    assert causes(samples) == {name: cause for name, (_, cause) in ANSWERS.items()}
    refused = run(*options, "--thinking-marks=%plan%,%act%", suite="dataset", here=True)
    assert refused.ret == 4
    refused.stderr.fnmatch_lines(["*other settings (thinking_marks was None and is *'%plan%', '%act%'*"])
    run(*options, "--thinking-marks=%plan%,%act%", "--results=results/own", suite="dataset", here=True)
    lines = (suite_folder / "results/own/replay-answers/samples.jsonl").read_text().splitlines()
    assert {row["task_id"]: row["cause"] for row in map(json.loads, lines)}["own"] == "passed"
