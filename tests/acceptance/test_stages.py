"""Whole runs in stages against a server on loopback, killed between and within; and plans, which ask nothing."""

from __future__ import annotations

import importlib.util
import json
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks.starter import load
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.reports import parquet
from tests.acceptance.conftest import Run
from tests.acceptance.test_shards import DIES, TIMES
from tests.servers.talking import asked_of, talking
from tests.servers.worded import Body

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

LIMIT = 6
PROBLEMS = load(DataRequest()).problems


def says(body: Body) -> str:
    """Answer each second problem rightly, and the others with what returns nothing."""
    time.sleep(0.1)  # so that a run can be killed before it has all
    problem = next(one for one in PROBLEMS if one.prompt.strip() in asked_of(body))
    right = PROBLEMS.index(problem) % 2 == 0
    return f"```python\n{problem.prompt}{problem.canonical_solution if right else '    return None'}\n```"


def rows(folder: Path) -> list[str]:
    """Return the lines of a file, but for times and what else is measured."""
    found = []
    for line in (folder / "tiny/samples.jsonl").read_text().splitlines():
        row = json.loads(line)
        row["stages"] = [{**stage, **dict.fromkeys(TIMES, 0)} for stage in row["stages"]]
        found.append(json.dumps({name: 0 if name in TIMES else value for name, value in row.items()}))
    return found


def test_stages_that_were_killed_come_to_what_a_whole_run_does(run: Run, suite_folder: Path) -> None:
    (suite_folder / "conftest.py").write_text(DIES)
    samples = suite_folder / "results/tiny/samples.jsonl"
    with talking(says) as server:
        tiny = ("--model=openai:tiny", f"--base-url={server.base_url}", f"--limit={LIMIT}", "-q", "--concurrency=1")
        run(*tiny, "--results=whole", here=True).assert_outcomes(passed=3, failed=3)
        del server.requests[:]
        killed = run(*tiny, "--stage=generate", environment={"DIES_AFTER": "1"})
        assert killed.ret == -signal.SIGKILL
        said = run(
            *tiny, "--stage=generate", "--fail-under=starter:pass@1=1", environment={"DIES_AFTER": "0"}, here=True
        )
        said.assert_outcomes(passed=LIMIT)
        assert said.ret == 0
        said.stdout.fnmatch_lines([f"generate: *{LIMIT} answers *"])
        asked = Counter(json.dumps(body["messages"]) for body in server.requests)
        assert len(asked) == LIMIT
        assert asked.total() <= LIMIT + 1  # one may have been in flight
        assert samples.read_bytes() == b""
        assert not [*samples.parent.glob("*.parquet")]
    # The server is gone: nothing is sent from here on.
    assert run(*tiny, "--stage=check", environment={"DIES_AFTER": "3"}).ret == -signal.SIGKILL
    assert len(rows(suite_folder / "results")) in (2, 3)
    checked = run(*tiny, "--stage=check", "-n2", environment={"DIES_AFTER": "0"})
    checked.assert_outcomes(passed=3, failed=3)
    checked.stdout.fnmatch_lines(["check: [23] problems have their verdicts from before, and were not run again *"])
    assert rows(suite_folder / "results") == rows(suite_folder / "whole")
    as_checked = samples.read_bytes()
    assert bool([*samples.parent.glob("*.parquet")]) == parquet.available()
    shown = run(*tiny, "--stage=report", "--report=page.html", "--fail-under=starter:pass@1=0.9", here=True)
    shown.assert_outcomes(passed=3, failed=3)
    assert shown.ret == 1
    assert (suite_folder / "page.html").stat().st_size > 10_000
    suite = suite_folder / "test_starter.py"
    suite.write_text(f"{suite.read_text()}# Another file is another way to score.\n")
    other = run(*tiny, "--stage=check", "--limit=2", here=True)
    assert other.ret == 4
    other.stdout.fnmatch_lines(["*holds verdicts of starter by other settings (files was * and is *; give --force*"])
    assert samples.read_bytes() == as_checked


def test_a_plan_says_all_that_is_missing_and_sends_nothing(run: Run, suite_folder: Path) -> None:
    with talking(says) as server:
        tiny = ("--model=openai:tiny", f"--base-url={server.base_url}", "--model=demo", "-q", "-n2")
        planned = run(*tiny, "--plan", "--show-prompts=1", "--samples=2", "--data=.", here=True)
        assert server.requests == []
    assert planned.ret == 0
    planned.stdout.fnmatch_lines(
        [
            "model  suite * requests  stored  to send *",
            "tiny   starter        24        48       0       48 *unknown",
            "demo   starter        24        48       – *",
            "nothing is missing: the run can start",
        ]
    )
    assert not (suite_folder / "results").exists()
    lacking = run(
        *tiny[:-2],
        "--plan",
        "--stage=check",
        "--model=replay:none.jsonl",
        "--judge=openai:j",
        "--data=.",
        here=True,
        suite="starter humaneval",
    )
    assert lacking.ret == 4
    lacking.stdout.fnmatch_lines(
        [
            "* things are missing, and the run cannot start as it was asked for:",
            "  --model=replay:none.jsonl names no file*",
            "  *--stage=generate brings them.",
        ]
    )
