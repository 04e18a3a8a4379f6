"""Catalogue: the languages of `catalogue.toml` by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.language import Expectation, Language, Library, Parse, Symptom, Trial


def languages() -> Mapping[str, Language]:
    """Return all languages by name."""
    return MappingProxyType(_languages())


@cache
def _languages() -> dict[str, Language]:
    text = resources.files(__package__).joinpath("catalogue.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    shared = [_symptom(entry) for entry in tables.pop("symptoms")]
    return {name: _language(name, table, shared) for name, table in tables.items()}


def _language(name: str, table: dict[str, Any], shared: list[Symptom]) -> Language:
    given = dict(table)
    expects = given.pop("expectation")
    parse = given.pop("parse", None)
    return Language(
        name=name,
        expectation=Expectation(
            re.compile(expects["opening"]),
            re.compile(expects["call"]),
            expects["quotes"],
            expects.get("characters", ""),
            expects["words"],
        ),
        trial=Trial(**given.pop("trial")),
        run=tuple(given.pop("run")),
        build=_commands(given.pop("build", [])),
        prepare=_commands(given.pop("prepare", [])),
        outputs=tuple(given.pop("outputs", [])),
        apart=tuple(given.pop("apart", [])),
        readable=tuple(given.pop("readable", [])),
        libraries=tuple(
            Library(entry["name"], tuple(entry["probe"]), entry["package"]) for entry in given.pop("libraries", [])
        ),
        symptoms=(*(_symptom(entry) for entry in given.pop("symptoms")), *shared),
        where=_pattern(given.pop("where", None)),
        build_error=_pattern(given.pop("build_error", None)),
        parse=parse and Parse(tuple(parse["run"]), parse["file"], parse["template"], parse["mark"]),
        **given,
    )


def _commands(lists: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(argv) for argv in lists)


def _symptom(entry: list[str]) -> Symptom:
    cause, pattern = entry
    return Symptom(Cause(cause), re.compile(pattern, re.MULTILINE))


def _pattern(pattern: str | None) -> re.Pattern[str] | None:
    return None if pattern is None else re.compile(pattern, re.MULTILINE)
