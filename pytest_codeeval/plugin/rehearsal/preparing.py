"""What can be found out before collection: whether models, folders and the sandbox of a run could be had."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import BackendError, CodeEvalError
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.stored import Unopened
from pytest_codeeval.plugin.backends import make_one
from pytest_codeeval.plugin.judges import judge_specs
from pytest_codeeval.plugin.namedjudges import options_of_judges
from pytest_codeeval.plugin.openrun import demand_earlier_stage, folder_of
from pytest_codeeval.plugin.settings import Settings

_SECONDS = 10.0


@dataclass(slots=True)
class Prepared:
    """The backends of a run by the keys of `make_backends`, without those that could not be made.

    `missing` are sentences on what the run lacks, `notes` on what is odd, `sandbox` is the tier of this machine.
    """

    backends: dict[str, ModelBackend] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sandbox: str = ""

    def lack(self, what: object) -> None:
        """Note what is missing, once."""
        said = printable(str(what))
        if said not in self.missing:
            self.missing.append(said)


def prepare(config: pytest.Config, settings: Settings, *, whole: bool, reach: bool = True) -> Prepared:
    """Make what a run is made of, as far as that is possible, and look whether its servers answer (with `reach`).

    Unless it is the `whole` of a run that is planned, nothing is looked for that only the asking needs.
    """
    found = Prepared()
    judges = judge_specs(settings)
    for key, spec in {**{spec.label: spec for spec in settings.models}, **judges}.items():
        try:
            if key in judges:
                with options_of_judges():
                    found.backends[key] = make_one(config, settings, spec, judges=True)
            else:
                found.backends[key] = make_one(config, settings, spec, judges=False)
        except CodeEvalError as error:
            if whole or spec.scripted:
                found.lack(error)
    if not whole:
        return found
    if reach:
        asyncio.run(_reach(found))
    _look_at_folders(settings, found)
    if settings.checks:
        _look_at_sandbox(settings, found)
    return found


async def _reach(found: Prepared) -> None:
    await asyncio.gather(*(_reach_one(found, key, backend) for key, backend in found.backends.items()))


async def _reach_one(found: Prepared, key: str, backend: ModelBackend) -> None:
    try:
        async with asyncio.timeout(_SECONDS):
            note = await backend.reach()
        if note:
            found.notes.append(printable(note))
    except TimeoutError:
        found.lack(f"{key}: its server did not answer within {_SECONDS:g} s")
    except BackendError as error:
        found.lack(error)
    except Exception as error:  # noqa: BLE001 - a backend from outside may raise anything
        found.lack(f"{key}: its server could not be reached ({type(error).__name__}: {error})")
    with suppress(Exception):
        await backend.aclose()


def _look_at_folders(settings: Settings, found: Prepared) -> None:
    backends: Mapping[str, ModelBackend] = {
        spec.label: found.backends.get(spec.label) or Unopened() for spec in settings.models
    }
    try:
        demand_earlier_stage(settings, backends)
    except CodeEvalError as error:
        found.lack(error)
    for spec in settings.models:
        try:
            folder_of(spec, settings, backends[spec.label]).close()
        except CodeEvalError as error:
            found.lack(error)
    results = Path(settings.results)
    if results.exists() and not results.is_dir():
        found.lack(f"--results={settings.results} is no folder; give another one.")


def _look_at_sandbox(settings: Settings, found: Prepared) -> None:
    try:
        found.sandbox = probe(SandboxChoice(settings.sandbox, settings.allow_packages)).name
    except CodeEvalError as error:
        found.lack(error)
