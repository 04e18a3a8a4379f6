"""Runs the jobs of a GitHub workflow as far as tests need it: scripts, artifacts and caches, in folders here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
_ALWAYS = ("${{ success() }}", "${{ always() }}", "${{ !cancelled() }}")


class Runner:
    """One run of a workflow; `values` are those of its expressions, `holds` the conditions that are met."""

    def __init__(self, base: Path, values: Mapping[str, str], holds: tuple[str, ...], **environment: str) -> None:
        self.base = base
        self.said = ""
        self._values = values
        self._holds = (*_ALWAYS, *holds)
        self._environment = {**os.environ, "PATH": f"{base}{os.pathsep}{BIN}{os.pathsep}{os.environ['PATH']}"}
        self._environment |= {"GITHUB_STEP_SUMMARY": str(base / "summary"), **environment}

    def job(self, job: Mapping[str, Any], workspace: Path, matrix: Mapping[str, str]) -> int:
        """Run the steps of a job in a new folder; return the exit code of the first that failed, or 0."""
        workspace.mkdir()
        (workspace / "suites").symlink_to(CHECKOUT / "suites")
        values = {**self._values, **{f"matrix.{name}": value for name, value in matrix.items()}}
        failed = 0
        for step in job["steps"]:
            condition = step.get("if", "${{ success() }}")
            if condition not in self._holds or (failed and "success()" in condition):
                continue
            if "run" in step:
                code = self._script(filled(step["run"], values), workspace, step.get("env", {}), values)
                failed = failed or code
            else:
                name, given = step["uses"].partition("@")[0], step.get("with", {})
                self._use(name, {key: filled(str(value), values) for key, value in given.items()}, workspace)
        return failed

    def _script(self, script: str, workspace: Path, variables: Mapping[str, str], values: Mapping[str, str]) -> int:
        given = {name: filled(value, values) for name, value in variables.items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script.replace("-n 4", "-n 0")],
            cwd=workspace,
            env={**self._environment, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        self.said += done.stdout
        return done.returncode

    def _use(self, action: str, given: Mapping[str, str], workspace: Path) -> None:
        artifacts, caches = self.base / "artifacts", self.base / "caches"
        if action == "actions/upload-artifact":
            assert not re.search(r'[":<>|*?\\/]', given["name"])
            for pattern in given["path"].split():
                for found in workspace.glob(pattern):
                    copy(found, artifacts / given["name"] / found.name)
        elif action == "actions/download-artifact":
            for found in artifacts.glob(given["pattern"]):
                copy(found, workspace / given["path"] / found.name)
        elif action == "actions/cache/save" and (workspace / given["path"]).exists():
            copy(workspace / given["path"], caches / given["key"])
        elif action == "actions/cache/restore":
            for found in sorted(caches.glob(f"{given['restore-keys']}*"))[-1:]:
                copy(found, workspace / given["path"])


def copy(source: Path, target: Path) -> None:
    """Copy a file or folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values into the expressions of a workflow; one that has none is a mistake."""
    return re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda match: values[match[1]], text)


def rows(job: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the rows of a job's matrix, with what `include` adds to each."""
    matrix = dict(job["strategy"]["matrix"])
    more = matrix.pop("include", [])
    found: list[dict[str, str]] = [{}]
    for name, values in matrix.items():
        found = [{**row, name: str(value)} for row in found for value in values]
    for row in found:
        for each in more:
            if all(row.get(name) == str(each[name]) for name in each.keys() & matrix.keys()):
                row.update({name: str(value) for name, value in each.items()})
    return found
