"""Language: how solutions in one language are built, run and read, as data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_codeeval.core.verdict import Cause

Argv = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """Something that tests use and that is no program: `probe` exits with 0 where it is there."""

    name: str
    probe: Argv
    package: str


@dataclass(frozen=True, slots=True)
class Symptom:
    """A cause, and what a run prints that ended by it; group `what` is what a person reads, `got` the answer given."""

    cause: Cause
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Expectation:
    """Where the expected values of a test are.

    `opening` ends at the bracket that opens an assertion, `call` at the one that opens the call of the solution
    within it. `quotes` delimit strings, `characters` single characters. `words` are literals that are words, each with
    what to put in its place.
    """

    opening: re.Pattern[str]
    call: re.Pattern[str]
    quotes: str
    characters: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """A solution that is right, and its test: where it does not pass, the tools do not work."""

    solution: str
    test: str


@dataclass(frozen=True, slots=True)
class Parse:
    """How to find out whether a solution was read to its end, for a tool that says nothing and leaves with status 0.

    `run` is a command that reads `file` and runs nothing. That is `template`, whose last line is wrong: `mark`, a
    pattern with {line} for its number, is what the tool says of it, and does not say if it has stopped before.
    """

    run: Argv
    file: str
    template: str
    mark: str


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    `files` are templates by path: {solution}, {test}, {package}, and {first} and {second}, the halves of the nonce.
    `edits` are replaced in the test, each text by another, and have to be there; `apart` opens and closes a scope of
    its own around it. `build` and `run` are commands;
    {here} stands for the folder of the run, which is also where they start, and {prepared} for one that the
    commands in `prepare`, run once on a machine with `prepare_files` in it, have filled: runs only read it.
    `outputs` are what the run needs of the build (globs; the files themselves where empty). `tools` are programs and
    `libraries` what else has to be there, each with the Debian package that has it. `readable` are paths outside the
    usual ones. `missing` finds that a function is not there, NAME standing for its name. `where` finds line numbers of
    the first file in `files` in what a run prints.

    Of packages: `flips` turn expectations of a test around, each text into another; `further` is a pattern of the names
    that a solution may give to files of its own; `sources` is the ending of the files that `sources.txt` lists.
    """

    name: str
    files: Mapping[str, str]
    run: Argv
    tools: Mapping[str, str]
    comment: str
    expectation: Expectation
    trial: Trial
    build: tuple[Argv, ...] = ()
    build_seconds: float = 0.0
    outputs: tuple[str, ...] = ()
    prepare: tuple[Argv, ...] = ()
    prepare_files: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    readable: tuple[str, ...] = ()
    libraries: tuple[Library, ...] = ()
    edits: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    report: str = "stderr"
    where: re.Pattern[str] | None = None
    symptoms: tuple[Symptom, ...] = ()
    build_error: re.Pattern[str] | None = None
    missing: str = "(?!)"
    parse: Parse | None = None
    flips: Mapping[str, str] = field(default_factory=dict)
    further: str = "(?!)"
    sources: str = ""

    @property
    def program(self) -> str:
        """The path of the file that holds solution and tests."""
        return next(iter(self.files))
