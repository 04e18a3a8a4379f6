"""`--fuzz` through whole runs: a column of its own, and a verdict only if that is asked for."""

import json

PROBLEM = {
    "prompt": "Return the sum of the numbers from 0 to n.",
    "entry_point": "total",
    "test": "assert total(4) == 10\nassert total(7) == 28\nassert total(3) == 6",
    "canonical_solution": "def total(n):\n    return n * (n + 1) // 2 if n > 0 else 0\n",
}
ANSWERS = {
    "right": "def total(n):\n    return sum(range(n + 1))\n",
    "lucky": "def total(n):\n    return sum(range(min(n, 9) + 1))\n",
    "wrong": "def total(n):\n    return n\n",
}


def test_what_passes_its_tests_only_is_told_and_fails_if_that_is_asked_for(run, samples, suite_folder, monkeypatch):
    monkeypatch.setenv("CODEEVAL_CACHE", str(suite_folder / "cache"))
    rows = [{"task_id": name, **PROBLEM} for name in ANSWERS]
    (suite_folder / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    said = [{"task_id": name, "solution": code} for name, code in ANSWERS.items()]
    (suite_folder / "said.jsonl").write_text("".join(json.dumps(row) + "\n" for row in said))
    options = ("--dataset=sums.jsonl", "--model=replay:said.jsonl", "--self-test=off", "--fuzz=20")
    result = run(*options, "--html=report.html", suite="dataset", here=True)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "model * fuzz*",
            "replay:said *1/2*",
            "1 sample passed the tests and not --fuzz*",
            "*assert total(10) == 55, got 45",
        ]
    )
    found = {row["task_id"]: row for row in samples("replay-said")}
    assert {name: row["fuzz"] for name, row in found.items()} == {"right": "passed", "lucky": "failed", "wrong": "none"}
    assert found["lucky"]["passed"] is True
    assert found["lucky"]["counterexample"] == "assert total(10) == 55, got 45"
    assert "assert total(10) == 55, got 45" in (suite_folder / "report.html").read_text()
    refused = run(*options, "--fuzz-decides", suite="dataset", here=True)
    assert refused.ret == 4
    refused.stderr.fnmatch_lines(["*other settings (fuzz_decides was None and is 20)*"])
    decided = run(*options, "--fuzz-decides", "--results=results/decided", suite="dataset", here=True)
    decided.assert_outcomes(passed=1, failed=2)
    decided.stdout.fnmatch_lines(["*wrong answer*assert total(10) == 55, got 45*"])
