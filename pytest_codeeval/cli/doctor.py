"""`codeeval doctor`: what this machine has for a run, and how far it isolates solutions."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pytest_codeeval import __version__
from pytest_codeeval.cli import data, extras, keys, languages, serving
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import SandboxChoice, TierReport

_NONE = "none"
"""Stands for the tier where a run would be refused."""
_UNBROKEN = str.maketrans({"\n": "\\n", "\t": "\\t"})


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
    with ThreadPoolExecutor(2) as pool:
        tools, server = pool.submit(languages.examine), pool.submit(serving.examine)
        return {
            "version": __version__,
            "python": platform.python_version(),
            "executable": sys.executable,
            "platform": platform.platform(),
            "sandbox": {
                "tier": isolation.name,
                "weak": isolation.weak,
                "refused": refused,
                "grouped": [*isolation.grouped],
            },
            "languages": tools.result(),
            "keys": keys.examine(),
            "packages": extras.examine(),
            "serving": server.result(),
            "data": data.examine(),
        }


def _isolation() -> TierReport:
    from pytest_codeeval.execution.sandbox.probe import probe

    try:
        return probe(SandboxChoice())
    except CodeEvalError as error:
        return TierReport(_NONE, True, (("isolation", str(error)),))


def _lines(found: dict[str, Any]) -> list[str]:
    groups = {
        "Machine": _machine(found),
        "Languages": languages.rows(found["languages"]),
        "API keys": keys.rows(found["keys"]),
        "Optional packages": extras.rows(found["packages"]),
        "Models served here": serving.rows(found["serving"]),
        "Data": data.rows(found["data"]),
    }
    width = max(len(name) for rows in groups.values() for name, _ in rows)
    lines: list[str] = []
    for heading, rows in groups.items():
        lines += [*([""] if lines else []), heading]
        lines += [f"  {_shown(name):<{width}}  {_shown(text)}" for name, text in rows]
    return lines


def _machine(found: dict[str, Any]) -> list[tuple[str, str]]:
    sandbox = found["sandbox"]
    weak = ": solutions run without isolation" if sandbox["weak"] and sandbox["tier"] != _NONE else ""
    return [
        ("pytest-codeeval", found["version"]),
        ("Python", f"{found['python']} ({found['executable']})"),
        ("platform", found["platform"]),
        ("sandbox", sandbox["tier"] + weak),
        ("limits", _counting(sandbox)),
        *((f"no {refused['tier']}", refused["reason"]) for refused in sandbox["refused"]),
    ]


def _counting(sandbox: dict[str, Any]) -> str:
    """Return how it is found what solutions use."""
    if not sandbox["grouped"]:
        return "counted by looks at processes, as this user can make no control groups"
    return f"counted by looks at processes, and by control groups ({' and '.join(sandbox['grouped'])})"


def _shown(text: str) -> str:
    """Return text from outside as one line that a terminal shows as it is."""
    return printable(text).translate(_UNBROKEN)
