"""The corpus of hostile and odd solutions, as rows that a trial can run, and what a trial must say of them."""

from __future__ import annotations

import gzip
import json
import os
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks import HUMANEVAL
from pytest_codeeval.core.problem import DataRequest

TRIAL = Path(__file__).parent / "trial.py"
NOBODY = 65534
BUSY_SECONDS = 0.6
"""For solutions that compute for ever: what it takes to be sure of that."""
BUSY = frozenset(["time_inf", "time_bare_except", "time_sigterm_ign", "time_regex"])

Row = dict[str, Any]


def corpus(data: Path) -> list[Row]:
    """Return all rows, those of HumanEval made whole."""
    problems = {problem.task_id: problem for problem in HUMANEVAL.load(DataRequest(str(data))).problems}
    rows = []
    with open(data / "hostile" / "hostile.jsonl", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["benchmark"] == "humaneval":
                problem = problems[row["task_id"]]
                row |= {"prompt": problem.prompt, "test": problem.test, "entry_point": problem.entry_point}
                row["code"] = problem.prompt + (row.get("completion") or "")
            else:
                row |= {"prompt": "", "test": "\n".join(row["tests"]), "code": row["program"]}
            if row["id"] in BUSY:
                row["seconds"] = BUSY_SECONDS
            rows.append(row)
    return rows


def dataset(data: Path) -> str:
    """Return the text of HumanEval's file, with its answers."""
    with gzip.open(data / "humaneval" / "HumanEval.jsonl.gz", "rt", encoding="utf-8") as file:
        return file.read()


def python_for(user: int | None) -> str:
    """Return an interpreter that a user can run with this project, empty where there is none; None is oneself."""
    if user is None:
        return sys.executable
    test = "import sys; sys.path.insert(0, sys.argv[1]); import tests.execution.hostile.trial"
    root = str(TRIAL.parents[3])
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        arguments = [python, "-c", test, root]
        try:
            ended = subprocess.run(arguments, user=user, group=user, extra_groups=[], cwd="/", capture_output=True)
        except OSError:
            continue
        if ended.returncode == 0:
            return python
    return ""


def other_user() -> int | None:
    """Return an ordinary user whom the tests can become, None where they cannot become anybody."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return NOBODY


def has_numpy(python: str) -> bool:
    """Whether the interpreter has numpy."""
    return subprocess.run([python, "-c", "import numpy"], capture_output=True).returncode == 0


def trial(tier: str, user: int | None, rows: list[Row], answers: str = "", seconds: float = 3.0) -> dict[str, Any]:
    """Run rows through one runner, in a tier and as a user."""
    python = python_for(user)
    packages = ["numpy"] if any("import numpy" in row["code"] or row.get("numpy") for row in rows) else []
    keys = ("id", "task_id", "prompt", "test", "entry_point", "code", "seconds", "canonical_solution", "slow")
    job = {
        "tier": tier,
        "user": user,
        "dataset": answers,
        "packages": packages,
        "seconds": seconds,
        "rows": [{key: row[key] for key in keys if key in row} for row in rows],
    }
    environment = {key: value for key, value in os.environ.items() if key != "TMPDIR"}
    ended = subprocess.run(
        [python, "-B", str(TRIAL)], input=json.dumps(job), capture_output=True, text=True, cwd="/", env=environment
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    said: dict[str, Any] = json.loads(ended.stdout)
    return said


def faults(rows: list[Row], said: dict[str, Any]) -> list[str]:
    """Return what is wrong about a trial: verdicts, harm done, limits not kept."""
    found = [f"at the end: {harm}" for harm in said["harm"]]
    for row, result in zip(rows, said["results"], strict=True):
        assert row["id"] == result["id"]
        about = f"{row['id']}: {result['cause']} ({result['detail'][:200]})"
        if row["expect"] != "contained" and result["passed"] != (row["expect"] == "pass"):
            found.append(f"wrong verdict, {row['expect']} is right: {about}")
        if result["weak"]:
            found.append(f"a weak verdict: {about}")
        if result["cause"].endswith("Error"):
            found.append(f"broke the runner: {about}")
        found += [f"harm by {about}: {harm}" for harm in result["harm"]]
    return found
