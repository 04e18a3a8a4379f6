"""The examples for CI, run step by step as their jobs would be, with the scripted model."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.cli import main
from tests.acceptance.ci_workflow import BIN, CHECKOUT, Runner, rows

yaml = pytest.importorskip("yaml")

EXAMPLES = CHECKOUT / "docs/examples"
WORKFLOW = CHECKOUT / ".github/workflows/evaluate.yml"
ON_DEFAULT = "${{ success() && github.ref_name == github.event.repository.default_branch }}"
ON_REQUEST = "${{ !cancelled() && github.event_name == 'pull_request' }}"
DEMO = {
    "SUITE": "starter",
    "THRESHOLD": "starter:pass@1=0.5",
    "REGRESSION": "starter=45",
    "PYTEST_ADDOPTS": "--limit=6",
}
NOT_HERE = re.compile(r"pip install|codeeval data fetch")

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the examples are in a clone only")


def has(command: str) -> bool:
    """Whether `codeeval` has a command."""
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    return ended.value.code == 0


def jobs() -> dict[str, Any]:
    """Return the jobs of the workflow, without the steps that need a network."""
    found: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text())["jobs"]
    for job in found.values():
        job["steps"] = [step for step in job["steps"] if not NOT_HERE.match(step.get("run", ""))]
    return found


def test_the_workflow_of_github(tmp_path: Path, cache_folder: Path) -> None:
    evaluate, compare = jobs().values()
    assert {
        step["uses"].partition("@")[0] for job in (evaluate, compare) for step in job["steps"] if "uses" in step
    } == {
        "actions/checkout",
        "actions/setup-python",
        "actions/cache/restore",
        "actions/cache/save",
        "actions/upload-artifact",
        "actions/download-artifact",
    }
    (tmp_path / "gh").write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\ncase "$*" in *--edit-last*) exit 1; esac\n'
    )
    (tmp_path / "gh").chmod(0o755)
    found = rows(evaluate)
    shards = sorted({row["shard"] for row in found})
    environment = {**DEMO, "SHARDS": str(len(shards)), "CODEEVAL_CACHE": str(cache_folder)}
    assert environment["SHARDS"] == str(yaml.safe_load(WORKFLOW.read_text())["env"]["SHARDS"])
    values = {"github.run_id": "1", "github.token": "t", "github.event.pull_request.number": "7"}
    values |= {"secrets.DASHSCOPE_API_KEY": "", "secrets.OPENAI_API_KEY": ""}
    runner = Runner(tmp_path, values, (ON_DEFAULT,), **environment)
    for shard in shards:
        assert runner.job(evaluate, tmp_path / f"shard-{shard}", {"model": "demo", "shard": shard}) == 0, runner.said
        artifact = tmp_path / f"artifacts/shard-demo-{shard}"
        assert {path.name for path in artifact.iterdir()} == {"report.html", "junit.xml", "results"}
        assert (tmp_path / f"caches/results-demo-{shard}-1/demo/samples.jsonl").exists()
    assert runner.job(compare, tmp_path / "first", {}) == 0, runner.said
    assert "there is nothing to compare with" in (tmp_path / "summary").read_text()
    assert (tmp_path / "caches/baseline-1/demo/run.json").exists()
    assert "--fail-under starter:pass@1=0.5: " in (tmp_path / "artifacts/merged/summary.md").read_text()

    request = Runner(tmp_path, values, (ON_REQUEST,), **environment)
    code = request.job(compare, tmp_path / "second", {})
    if has("compare"):
        assert code == 0, request.said
    assert (tmp_path / "asked").read_text().splitlines() == [
        "pr comment 7 --edit-last --body-file summary.md",
        "pr comment 7 --body-file summary.md",
    ]
    # A shard that is missing is named, and the comment is written all the same.
    for path in (tmp_path / "artifacts").glob("shard-demo-2/results/demo/*"):
        path.unlink()
    (tmp_path / "artifacts/shard-demo-2/results/demo").rmdir()
    (tmp_path / "artifacts/shard-demo-2/results").rmdir()
    assert request.job(compare, tmp_path / "third", {}) == 1
    assert "demo: shard 2/2 is missing" in (tmp_path / "summary").read_text()
    assert len((tmp_path / "asked").read_text().splitlines()) == 4


def test_each_row_of_the_workflow_has_the_extra_that_its_backend_needs() -> None:
    from pytest_codeeval.generation.modelnames import resolve

    (matrix,) = (job for job in jobs().values() if "strategy" in job)
    assert {row["model"]: row["extra"] for row in rows(matrix)} == {
        row["model"]: resolve(row["model"]).kind.extra for row in rows(matrix)
    }


def test_the_pipeline_of_gitlab(tmp_path: Path, cache_folder: Path) -> None:
    evaluate, compare = (
        yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text())[job] for job in ("evaluate", "compare")
    )
    assert [row["SHARD"] for row in evaluate["parallel"]["matrix"]] == [["1/2", "2/2"]] * 2
    script(evaluate, tmp_path, cache_folder, MODEL="demo", EXTRA="", SHARD="1/1")
    assert (tmp_path / "junit.xml").exists()
    script(compare, tmp_path, cache_folder, POLICY="pull-push")
    assert (tmp_path / "baseline/demo/run.json").exists()
    assert "--fail-under starter:pass@1=0.5: " in (tmp_path / "summary.txt").read_text()


def script(job: dict[str, Any], folder: Path, cache: Path, **variables: str) -> None:
    """Run the script of a job as GitLab's runners do."""
    lines = "\n".join(line.replace("-n 4", "-n 0") for line in job["script"] if not NOT_HERE.match(line))
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", f"set -eo pipefail\n{lines}"],
        cwd=folder,
        env={**os.environ, **DEMO, "PATH": path, "CODEEVAL_CACHE": str(cache), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_image_is_made_of_what_is_there() -> None:
    text = (EXAMPLES / "Dockerfile").read_text()
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for name in line.split()]
    assert copied and [name for name in copied if not (CHECKOUT / name).exists()] == []
    project = (CHECKOUT / "pyproject.toml").read_text()
    needed = re.findall(r'"(\w+\.md|LICENSE)"', project.partition("[tool.hatch.build.targets.sdist]")[0])
    assert set(needed) <= set(copied)
    (extra,) = re.findall(r"^ARG EXTRAS=(\w+)$", text, re.MULTILINE)
    assert re.search(rf"^{extra} = \[", project, re.MULTILINE)
