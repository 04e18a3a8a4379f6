"""What others add: their own problems, backends and languages; and what happens when ours is at fault."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PROBLEM = {
    "task_id": "own/1",
    "prompt": 'def double(x):\n    """Return twice x."""\n',
    "entry_point": "double",
    "canonical_solution": "    return 2 * x\n",
    "test": "def check(candidate):\n    assert candidate(2) == 4\n",
}

BACKEND = """
from pytest_codeeval.core.completion import Completion

class Parrot:  # as was enough before there was a class to inherit from
    batch_size, concurrency, cacheable = 4, 2, True

    async def generate(self, requests):
        return [Completion("    return 2 * x") for request in requests]

def pytest_codeeval_backends():
    return ["parrot"]

def pytest_codeeval_make_backend(spec):
    return Parrot() if spec.backend == "parrot" else None
"""


@pytest.fixture
def own(suite_folder: Path) -> str:
    rows = [PROBLEM, {"prompt": "Say something."}]
    (suite_folder / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return "--dataset=own.jsonl"


def test_a_users_own_problems_are_run_and_those_without_tests_only_generated(run, own, samples):
    result = run("--model=reference", own, "-k", "own", suite="dataset")
    result.assert_outcomes(passed=1, errors=0)
    assert [row["suite"] for row in samples("reference")] == ["dataset-own"]


def test_a_backend_from_a_plugin(pytester, run, own, samples):
    pytester.makepyfile(parrot=BACKEND)
    result = run("-p", "parrot", "--model=parrot:grey", own, "-n2", suite="dataset")
    result.assert_outcomes(passed=2)
    outcomes = {row["task_id"]: row["outcome"] for row in samples("grey")}
    assert outcomes == {"own/1": "passed", "1": "ungraded"}


def test_a_backend_that_raises_anything_is_an_error_not_a_wrong_answer(pytester, run, own):
    base = "from pytest_codeeval.generation.backend import ModelBackend\nclass Parrot(ModelBackend):"
    inheriting = BACKEND.replace("class Parrot:", base)
    pytester.makepyfile(
        parrot=inheriting.replace("return [Completion", "raise RuntimeError('no seed left') or [Completion")
    )
    result = run("-p", "parrot", "--model=parrot:grey", own, suite="dataset")
    result.assert_outcomes(errors=2)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*the backend failed: RuntimeError: no seed left*"])


SCORER = """
import json

from pytest_codeeval import Score, TextScorer

class JsonScorer(TextScorer):
    def score_text(self, problem, text):
        try:
            return Score(json.loads(text) == json.loads(problem.target), answer=text)
        except (ValueError, RecursionError):
            return Score(False, "no_answer", "the answer is no JSON", "no_json")
"""
METRIC = """
from math import comb

from pytest_codeeval import Metric

class PassHat(Metric):
    name = "pass^2"

    def of_problem(self, samples):
        n, passed = len(samples), sum(sample.passed for sample in samples)
        return comb(passed, 2) / comb(n, 2) if n >= 2 else None
"""
HOOK = """
from my_metric import PassHat

def pytest_codeeval_metrics():
    return [PassHat()]
"""
SUITE = """
import pytest
from my_metric import PassHat
from my_scorer import JsonScorer
from pytest_codeeval import Dataset, Mean, Problem, Suite

def load(request):
    wanted = {"Json/0": "[1, 2]", "Json/1": '{"a": null}', "Json/2": "true"}
    return Dataset(tuple(Problem(name, f"Repeat: {text}", target=text) for name, text in wanted.items()))

MINE = Suite("mine", load, lambda problem: problem.prompt, scorer=JsonScorer(), metrics=(Mean("valid"), PassHat()))

@pytest.mark.suite(MINE)
def test_mine(score):
    result = score()
    assert result.passed, result.explanation
"""


def lines_of(source: str) -> int:
    return sum(bool(line.strip()) for line in source.splitlines())


def test_a_scorer_a_metric_and_a_suite_of_somebody_elses(pytester, run, suite_folder, samples):
    assert (lines_of(SCORER) <= 10, lines_of(METRIC) <= 10, lines_of(SUITE) <= 20) == (True, True, True)
    pytester.makepyfile(my_scorer=SCORER, my_metric=METRIC, test_mine=SUITE)
    pytester.makeconftest(HOOK)
    said = {"Json/0": ["[1,2]"] * 3, "Json/1": ['{"a":null}', "{}", ' {"a": null}'], "Json/2": ["yes", "[" * 9999, ""]}
    rows = [{"task_id": task, "response": text} for task, texts in said.items() for text in texts]
    (suite_folder / "said.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    arguments = ("--model=replay:said.jsonl", "--fail-under=mine:pass^2=0.5")
    first = run(*arguments, "-k", "not 2", suite="mine", here=True)
    first.stdout.fnmatch_lines(["model * valid (95 %) * pass^2 (95 %) *", "replay:said *83.3% (*66.7% (20.5%*"])
    first.assert_outcomes(passed=2)
    # A later run, spread over processes, scores again what the earlier one has left.
    second = run(*arguments, "-k", "2", "-n2", suite="mine")
    second.stdout.fnmatch_lines(["replay:said * 0.0% * 0.0% *", "*mine:pass^2*"])
    second.assert_outcomes(failed=1)
    about = json.loads((suite_folder / "results" / "replay-said" / "run.json").read_text())
    (score,) = about["scores"]
    assert {name: round(found["value"], 3) for name, found in score["metrics"].items()} == {
        "valid": 0.556,
        "pass^2": 0.444,
    }
    assert [row["cause"] for row in samples("replay-said")][-3:] == ["no_json", "no_json", "no_answer"]


def test_what_a_scorer_gets_wrong_is_an_error_not_a_wrong_answer(pytester, run, samples):
    # An answer that JSON has no form for may be the model's, so it is kept as text and is nobody's fault.
    wrong = SCORER.replace("answer=text", "answer={text}").replace("(ValueError,", "(LookupError,")
    pytester.makepyfile(my_scorer=wrong, my_metric=METRIC, test_mine=SUITE)
    pytester.makeconftest(HOOK)
    (pytester.path / "said.jsonl").write_text(
        "".join(
            json.dumps({"task_id": f"Json/{n}", "response": text}) + "\n" for n, text in enumerate(["[1, 2]", "no"])
        )
    )
    result = run("--model=replay:said.jsonl", suite="mine", here=True)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "1 problem could not be evaluated, through no fault of the model*",
            "  Json/1: the scorer of mine (JsonScorer) raised JSONDecodeError: * (decoder.py:*); mend the scorer.",
        ]
    )
    assert [(row["passed"], row["answer"]) for row in samples("replay-said")] == [(True, "{'[1, 2]'}")]


def test_a_scorer_and_a_metric_that_break_are_named_in_a_sentence(pytester, run, samples):
    broken = """
        from pytest_codeeval import Metric, Score, Scorer

        class PassHat(Metric):
            name = "pass^2"

            def of_problem(self, samples):
                return [][1] if samples[0].passed else float("nan")

        class JsonScorer(Scorer):
            def score(self, problem, completions, tools):
                said = {"Json/0": Score(True, measures={"valid": 1.0}), "Json/1": None}
                return said[problem.task_id]
        """
    pytester.makepyfile(my_scorer=broken, my_metric=broken, test_mine=SUITE)
    pytester.makeconftest(HOOK)
    refused = run("--model=reference", "--self-test=off", "--fail-under=mine:pass^2=0.5", suite="mine", here=True)
    assert refused.ret == 4
    refused.stderr.fnmatch_lines(["*cannot be judged: the metric pass^2 raised IndexError: * (my_metric.py:*)."])
    result = run("--model=reference", "--self-test=off", suite="mine", here=True)
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(
        [
            "reference on mine: no pass^2, as the metric raised IndexError: * (my_metric.py:*); mend the metric",
            "  Json/1: the scorer of mine (JsonScorer) returned NoneType and not a Score; mend the scorer.",
            "  Json/2: the scorer of mine (JsonScorer) raised KeyError: 'Json/2' (my_scorer.py:*); mend the scorer.",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    alone = run("--model=reference", "--self-test=off", "-k", "Json/0", suite="mine", here=True)
    assert (alone.ret, [row["task_id"] for row in samples("reference")]) == (1, ["Json/0"])


def test_two_metrics_of_one_name_are_a_usage_error(pytester, run):
    pytester.makepyfile(my_scorer=SCORER, my_metric=METRIC, test_mine=SUITE)
    pytester.makeconftest(HOOK.replace("[PassHat()]", "[PassHat(), PassHat()]"))
    result = run("--model=reference", suite="mine", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*two metrics of the name 'pass^2', my_metric.PassHat and my_metric.PassHat; *"])


def test_a_metric_that_no_plugin_brings_is_a_usage_error(pytester, run):
    pytester.makepyfile(my_scorer=SCORER, my_metric=METRIC, test_mine=SUITE)
    result = run("--model=reference", suite="mine", here=True)
    assert result.ret == 4
    result.stdout.fnmatch_lines(["codeeval: the suite mine is measured by 'pass^2', which no plugin brings; *"])


def test_a_language_from_a_plugin(pytester, run, own, samples):
    pytester.makepyfile(
        shouting="""
        from pytest_codeeval.core.verdict import Cause, Verdict

        class Shouting:
            language = "shouting"

            def check(self, problem, code, cpu_seconds):
                return Verdict(Cause.PASSED if code.isupper() else Cause.WRONG_ANSWER, "not loud enough")

        def pytest_codeeval_make_runner(language):
            return Shouting() if language == "shouting" else None
        """
    )
    result = run("-p", "shouting", "--model=reference", own, "--lang=shouting", "-k", "own", suite="dataset")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["wrong answer: not loud enough"])


def test_a_language_that_nobody_checks_is_a_usage_error(run, own):
    result = run("--model=reference", own, "--lang=klingon", suite="dataset", here=True)
    assert result.ret == 4
    result.stdout.fnmatch_lines(["codeeval: language 'klingon' cannot be checked by this version*"])


def test_a_sandbox_that_breaks_is_an_error_not_a_wrong_answer(pytester, run, own):
    pytester.makepyfile(
        broken="""
        from pytest_codeeval.core.errors import SandboxError

        class Broken:
            language = "python"

            def check(self, problem, code, cpu_seconds):
                raise SandboxError("the sandbox is on fire")

        def pytest_codeeval_make_runner(language):
            return Broken()
        """
    )
    result = run("-p", "broken", "--model=reference", own, "-k", "own", suite="dataset")
    result.assert_outcomes(errors=1)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*through no fault of the model*", "  own/1: the sandbox is on fire"])


def test_a_worker_that_dies_is_an_error_not_a_wrong_answer(pytester, run, own):
    pytester.makepyfile(
        deadly="""
        import os

        class Deadly:
            language = "python"

            def check(self, problem, code, cpu_seconds):
                os._exit(1)

        def pytest_codeeval_make_runner(language):
            return Deadly()
        """
    )
    # The self-test would meet it first.
    options = ("--self-test=off", "-k", "own", "-n2")
    result = run("-p", "deadly", "--model=reference", own, *options, suite="dataset")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*could not be evaluated, through no fault of the model*"])


def test_hostile_text_in_an_answer_reaches_no_terminal(run, suite_folder):
    answer = (
        "```python\ndef shelf_code(aisle, side, slot):\n    raise ValueError('\x1b]0;gotcha\x07\x1b[2J\u202e')\n```"
    )
    (suite_folder / "bad.jsonl").write_text(json.dumps({"task_id": "Starter/0", "response": answer}) + "\n")
    result = run("--model=replay:bad.jsonl", "-rA", here=True)
    result.assert_outcomes(failed=1)
    assert not {"\x1b", "\x07", "\u202e"} & set(str(result.stdout) + str(result.stderr))
    result.stdout.fnmatch_lines(["exception: ValueError: *x1b*gotcha*"])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(folder)], check=False, stderr=subprocess.DEVNULL
    )
    if mounted.returncode != 0:
        pytest.skip("needs the right to mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_ends_the_run_with_one_sentence(run, small_disk, suite_folder):
    rows = [{"task_id": f"Starter/{number}", "response": "no code, " * 4000} for number in range(24)]
    (suite_folder / "long.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = run("--model=replay:long.jsonl", f"--results={small_disk}", "-n2")
    assert result.ret not in (0, 4)
    result.stdout.fnmatch_lines(["the run stopped early: *samples.jsonl cannot be written: No space left on device"])
    result.stdout.no_fnmatch_line("*Traceback*")
    kept = (small_disk / "replay-long" / "samples.jsonl").read_text().splitlines()
    assert len(kept) > 1
    assert {json.loads(line)["cause"] for line in kept[:-1]} == {"no_code"}
