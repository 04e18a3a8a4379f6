"""`codeeval doctor`: what this machine has for a run, and how far it isolates solutions."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from pytest_codeeval import __version__
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import SandboxChoice, TierReport

_EXTRAS = {"litellm": "litellm", "datasets": "datasets", "pyarrow": "parquet"}
"""Optional packages, each with the extra of ours that brings it."""
_NONE = "none"
"""Stands for the tier where a run would be refused."""


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    about = "say what this machine has for a run; exit code 1 where there is no isolation to be had"
    parser = commands.add_parser("doctor", help=about, description=about)
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.set_defaults(command=_doctor)


def _doctor(given: argparse.Namespace) -> int:
    found = examine()
    print(json.dumps(found, indent=1) if given.json else "\n".join(_lines(found)))
    return int(found["sandbox"]["weak"])


def examine() -> dict[str, Any]:
    """Return what was found, as plain JSON values."""
    isolation = _isolation()
    refused = [{"tier": name, "reason": reason} for name, reason in isolation.refused]
    data = os.environ.get("CODEEVAL_DATA") or None
    return {
        "version": __version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "sandbox": {"tier": isolation.name, "weak": isolation.weak, "refused": refused},
        "packages": {name: _version(name) for name in _EXTRAS},
        "data": {"folder": data, "found": bool(data) and Path(data or "").is_dir()},
    }


def _isolation() -> TierReport:
    from pytest_codeeval.execution.sandbox.probe import probe

    try:
        return probe(SandboxChoice())
    except CodeEvalError as error:
        return TierReport(_NONE, True, (("isolation", str(error)),))


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _lines(found: dict[str, Any]) -> list[str]:
    sandbox, data = found["sandbox"], found["data"]
    weak = ": solutions run without isolation" if sandbox["weak"] and sandbox["tier"] != _NONE else ""
    rows = [
        ("pytest-codeeval", found["version"]),
        ("Python", f"{found['python']} ({found['executable']})"),
        ("platform", found["platform"]),
        ("sandbox", sandbox["tier"] + weak),
        *((f"  no {refused['tier']}", refused["reason"]) for refused in sandbox["refused"]),
    ]
    for name, version in found["packages"].items():
        rows.append((name, version or f"absent: pip install 'pytest-codeeval[{_EXTRAS[name]}]'"))
    missing = " (not there)" if data["folder"] and not data["found"] else ""
    rows.append(("CODEEVAL_DATA", (data["folder"] or "not set") + missing))
    return [f"{name:<16} {printable(text)}" for name, text in rows]
