"""Whole: how a program that reads standard input and writes standard output is built and run, by language."""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.sourcecode.syntax import syntax_of
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.language import Expectation, Language, Symptom, Trial
from pytest_codeeval.execution.toolchains.toolbox import Toolbox

_NEVER = re.compile(r"(?!)")
_IMPORTS = re.compile(r"^[ \t]*(?:import[ \t{*\"']|export[ \t{*])", re.MULTILINE)
_PUBLIC = re.compile(r"\bpublic\s+(?:final\s+|abstract\s+|sealed\s+)*(?:class|record|enum|interface)\s+(\w+)")
_PARTS = re.compile(r"[{}]|\b(?:class|record|enum|interface)\s+(?P<name>\w+)")
_PACKAGE = re.compile(r"^\s*package\s+[\w.]+\s*;")
_MAIN = re.compile(r"\bstatic\s+(?:final\s+|synchronized\s+)*void\s+main\s*\(")


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resources.files(__package__).joinpath("whole.toml").read_text("utf-8"))


def whole_languages() -> frozenset[str]:
    """Return the languages that whole programs may be in, by their names here."""
    return frozenset(_tables())


@cache
def whole(name: str) -> Language:
    """Return a language as its whole programs are built and run; see `program_files` for what is in their files."""
    table = dict(_tables()[name])
    changed: dict[str, Any] = {
        "files": table.pop("files"),
        "run": tuple(table.pop("run")),
        "build": tuple(map(tuple, table.pop("build", []))),
        "outputs": tuple(table.pop("outputs", [])),
        "trial": Trial(table.pop("trial"), ""),
    }
    if name in languages():
        known = languages()[name]
        symptoms = tuple(symptom for symptom in known.symptoms if symptom.cause is not Cause.WRONG_ANSWER)
        if name == "cpp":  # what is prepared is a header, as tests have it in front
            changed |= {"prepare": (), "prepare_files": {}}
        return replace(known, **changed, symptoms=symptoms, edits={}, libraries=(), where=None)
    told = table.pop("build_error", None)
    found = [Symptom(Cause(cause), re.compile(pattern, re.MULTILINE)) for cause, pattern in table.pop("symptoms")]
    return Language(
        name,
        **changed,
        symptoms=tuple(found),
        build_error=re.compile(told, re.MULTILINE) if told else None,
        expectation=Expectation(_NEVER, _NEVER, "", "", {}),
        **table,
    )


def toolbox_of(language: Language, sysroot: str = "") -> Toolbox:
    """Return the tools of whole programs; those of Rust are below its `sysroot`, and Python is this very one."""
    path = os.environ.get("PATH", os.defpath)
    if language.name == "python":
        path = f"{Path(sys.executable).resolve().parent}:{path}"
    return Toolbox(language, f"{sysroot}/bin:{path}" if sysroot else path)


def program_of(language: Language, code: str) -> tuple[Language, Mapping[str, str]]:
    """Return how one program is built and run, and its files.

    In Java the files and the class to be run have the names that the program gives them. JavaScript with imports is a
    module, and PHP without its opening tag is given one.
    """
    name = canonical(language.name)
    names = {}
    if name == "java":
        code = _PACKAGE.sub("", code)  # it is the only file
        names = _java_names(code)
    if name == "javascript" and _IMPORTS.search(Source(code, syntax_of(name)).masked):
        files = {"program.mjs": "{solution}"}
        language = replace(language, files=files, run=(*language.run[:-1], "program.mjs"))
    if name == "php" and "<?" not in code:
        code = f"<?php\n{code}"

    def filled(text: str) -> str:
        return re.sub(r"\{(class|main)\}", lambda found: names[found[1]], text) if names else text

    files = {filled(path): text.replace("{solution}", code) for path, text in language.files.items()}
    build = tuple(tuple(map(filled, argv)) for argv in language.build)
    return replace(language, build=build, run=tuple(map(filled, language.run))), files


def _java_names(code: str) -> dict[str, str]:
    """Return the name that the file has to have, and the class whose `main` is run: the one that is open there."""
    masked = Source(code, syntax_of("java")).masked
    main, public = _MAIN.search(masked), _PUBLIC.search(masked)
    types, open_types, named = [], [], ""
    for part in _PARTS.finditer(masked, 0, main.start() if main else len(masked)):
        if part["name"]:
            named = part["name"]
            types.append(named)
        elif part[0] == "{":
            open_types.append(named)
            named = ""
        elif open_types:
            open_types.pop()
    inside = [name for name in open_types if name]
    runs = "$".join(inside) if main and inside else (types or ["Main"])[0]
    return {"class": public[1] if public else (inside or types or ["Main"])[0], "main": runs}
