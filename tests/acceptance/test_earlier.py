"""What 0.1 left on a disk is read: its stored answers, its results folders, and its samples as a recording."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from pytest_codeeval.cli import main

EARLIER = Path(__file__).parent / "earlier"
NOBODY = "--base-url=http://127.0.0.1:18999/v1"  # whom these answers were asked of; nobody is there now


def test_stored_answers_are_not_asked_again(run, suite_folder):
    main(["completions", "import", "--results", str(suite_folder / "results"), str(EARLIER / "completions.jsonl")])
    asked = ("--model=openai:tiny", NOBODY, "--retries=0")
    run(*asked, "--limit=4", "--samples=2", "--temperature=0.5", here=True).assert_outcomes(passed=4)
    shutil.copytree(suite_folder / "results", suite_folder / "others")
    shutil.rmtree(suite_folder / "others/tiny")
    continued = run(*asked, "--limit=2", "--mode=completion", "--results=others", here=True)
    continued.assert_outcomes(failed=2)  # and no errors: a chat answer is no continuation


def test_a_results_folder_goes_on_and_is_scored_with_what_it_held(run, suite_folder):
    shutil.copytree(EARLIER / "demo", suite_folder / "results/demo")
    run("--model=demo", "--samples=2", "--limit=6", "-k", "Starter/5", here=True).assert_outcomes(failed=0, passed=1)
    (score,) = json.loads((suite_folder / "results/demo/run.json").read_text())["scores"]
    assert (score["problems"], score["samples"]) == (6, 12)
    assert (score["outcomes"]["wrong_answer"], score["outcomes"]["exception"]) == (1, 1)
    assert score["metrics"]["pass@1"] == score["pass_at"]["1"]


def test_samples_are_replayed(run):
    result = run(f"--model=replay:{EARLIER / 'demo'}", "-n2")
    result.stdout.fnmatch_lines(["replay:demo  starter   5 of 24  80.0% *"])
