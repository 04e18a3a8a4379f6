"""A whole run of a suite that is judged by inputs in two parts: what is shown and kept of base and plus."""

from __future__ import annotations

import json

ROW = {
    "entry_point": "square",
    "prompt": 'def square(x):\n    """Square a number."""\n',
    "canonical_solution": "    return x * x\n",
    "base_input": [[2], [3]],
    "plus_input": [[0], [-1]],
    "atol": 0,
}
ANSWERS = {"1": "return x ** 2", "2": "return x * abs(x)", "3": "return x"}


def test_base_and_plus_stand_side_by_side(run, samples, suite_folder):
    folder = suite_folder / "data" / "humanevalplus"
    folder.mkdir(parents=True)
    rows = [{"task_id": f"HumanEval/{number}", **ROW} for number in range(1, 5)]
    (folder / "HumanEvalPlus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = [{"task_id": f"HumanEval/{n}", "completion": f"    {body}\n"} for n, body in ANSWERS.items()]
    said.append({"task_id": "HumanEval/4", "solution": "I do not know."})
    (suite_folder / "said.jsonl").write_text("".join(json.dumps(one) + "\n" for one in said))
    options = ["--model=replay:said.jsonl", "--data=data", "--self-test=full"]
    result = run(*options, "--fail-under", "humaneval-plus:base pass@1=0.4", suite="humaneval_plus", here=True)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "model * suite * problems * pass@1 (95 %) * base pass@1 (95 %)*",
            "replay:said  humaneval-plus * 4 * 25.0% * 50.0% *",
            "*base *plus *overall",
            "*50.0% *25.0% *25.0%",
            "humaneval-plus: pass@k by base and plus inputs, base pass@k by the former alone",
            "humaneval-plus: 4 canonical solutions pass, 24 wrong ones fail",
        ]
    )
    found = {row["task_id"][-1]: (row["passed"], row["base_passed"]) for row in samples("replay-said")}
    assert found == {"1": (True, True), "2": (False, True), "3": (False, False), "4": (False, False)}
