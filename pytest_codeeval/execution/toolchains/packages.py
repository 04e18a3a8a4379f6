"""Packages: how solutions are built and run whose tests are files of their own, for a library of tests, by language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

from pytest_codeeval.core.problem import PACKAGE, Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.language import Expectation, Language, Library, Symptom
from pytest_codeeval.execution.toolchains.toolbox import Toolbox


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("packages.toml").read_text("utf-8"))


def package_language(name: str, shared: Mapping[str, str]) -> Language:
    """Return a language as its packages are built and run; `shared` are files that all problems have in common."""
    table = _tables()[name]
    known = languages()[name]
    tables = [*table.get("symptoms", []), *table.get("own_symptoms", [])]
    own = tuple(Symptom(Cause(cause), re.compile(pattern, re.MULTILINE)) for cause, pattern in tables)
    kept = tuple(symptom for symptom in known.symptoms if symptom.cause not in (Cause.WRONG_ANSWER, Cause.EXCEPTION))
    jars = ":".join(table.get("jars", ()))
    argvs = [tuple(part.replace("{jars}", jars) for part in argv) for argv in (*table.get("build", ()), table["run"])]
    expects = table.get("expectation")
    return replace(
        known,
        files={**{path: _resource(path) for path in table.get("resources", ())}, **table["files"]},
        build=tuple(argvs[:-1]),
        run=argvs[-1],
        build_seconds=table.get("build_seconds", 0.0),
        outputs=tuple(table.get("outputs", ())),
        prepare=tuple(map(tuple, table.get("prepare", ()))),
        prepare_files={**table.get("prepare_files", {}), **shared},
        libraries=tuple(_library(entry) for entry in table.get("libraries", ())),
        tools=table.get("tools", known.tools),
        symptoms=(*own, *kept),
        expectation=_expectation(expects) if expects else known.expectation,
        flips=table.get("flips", {}),
        report=table.get("report", "stderr"),
        further=table.get("further", "(?!)"),
        sources=table.get("sources", ""),
        edits={},
        apart=(),
        where=None,
    )


def trial_problem(name: str) -> Problem:
    """Return a problem that a right solution, its canonical one, passes wherever the tools work."""
    trial = _tables()[name]["trial"]
    package = {"solution": trial["solution"], "test": trial["name"], "files": {}}
    return Problem("trial", "", trial["test"], "", trial["code"], name, {PACKAGE: package})


def lacks(name: str) -> str:
    """Return what this machine lacks for the packages of a language, with what to install, else nothing."""
    absent = Toolbox(package_language(name, {})).missing()
    if not absent:
        return ""
    packages = " ".join(dict.fromkeys(package for _, package in absent))
    return f"{', '.join(tool for tool, _ in absent)} not found (on Debian and Ubuntu: apt-get install {packages})"


def _resource(path: str) -> str:
    return resources.files(__package__).joinpath(path).read_text("utf-8")


def _library(entry: Mapping[str, Any]) -> Library:
    return Library(entry["name"], tuple(entry["probe"]), entry["package"])


def _expectation(table: Mapping[str, Any]) -> Expectation:
    opening, call = re.compile(table["opening"]), re.compile(table["call"])
    return Expectation(opening, call, table["quotes"], table.get("characters", ""), table["words"])
