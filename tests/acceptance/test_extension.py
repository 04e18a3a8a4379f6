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


def test_a_users_own_problems_are_run_and_those_without_tests_only_generated(run, workers, own, samples):
    result = run("--model=reference", own, "-k", "own", *workers, suite="dataset")
    result.assert_outcomes(passed=1, errors=0)
    assert [row["suite"] for row in samples("reference")] == ["dataset-own"]


def test_a_backend_from_a_plugin(pytester, run, workers, own, samples):
    pytester.makepyfile(parrot=BACKEND)
    result = run("-p", "parrot", "--model=parrot:grey", own, *workers, suite="dataset")
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
    result = run("--model=reference", own, "--lang=klingon", suite="dataset")
    assert result.ret == 4
    result.stdout.fnmatch_lines(["codeeval: language 'klingon' cannot be checked by this version*"])


@pytest.mark.parametrize("spread", [(), ("-n2",)])
def test_a_sandbox_that_breaks_is_an_error_not_a_wrong_answer(pytester, run, own, spread):
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
    result = run("-p", "broken", "--model=reference", own, "-k", "own", *spread, suite="dataset")
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
    result = run("--model=replay:bad.jsonl", "-rA")
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


@pytest.mark.parametrize("spread", [(), ("-n2",)])
def test_a_full_disk_ends_the_run_with_one_sentence(run, small_disk, suite_folder, spread):
    rows = [{"task_id": f"Starter/{number}", "response": "no code, " * 4000} for number in range(24)]
    (suite_folder / "long.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = run("--model=replay:long.jsonl", f"--results={small_disk}", *spread)
    assert result.ret not in (0, 4)
    result.stdout.fnmatch_lines(["the run stopped early: *samples.jsonl cannot be written: No space left on device"])
    result.stdout.no_fnmatch_line("*Traceback*")
    kept = (small_disk / "replay-long" / "samples.jsonl").read_text().splitlines()
    assert kept
    assert all(json.loads(line)["cause"] == "no_code" for line in kept[:-1])
