"""How many workers a run starts of those that were asked for."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_codeeval.generation.modelnames import resolve
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.workforce import fit, processors


def config_of(number: int | None, tx: list[str], dist: str, from_ini: bool) -> Any:
    option = SimpleNamespace(numprocesses=number, tx=tx, dist=dist)
    names = SimpleNamespace(is_from_ini=lambda name: from_ini and name == "model")
    return SimpleNamespace(
        option=option, stash={NAMES: names}, getoption=lambda name, default=None: getattr(option, name, default)
    )


@pytest.mark.parametrize(
    ("models", "judges", "number", "dist", "from_ini", "left"),
    [
        (["reference", "replay:x"], [], 16, "load", False, 3),
        (["reference"], ["demo"], 16, "worksteal", False, 3),
        (["reference"], [], 3, "load", False, 3),
        (["reference", "openai:m"], [], 16, "load", False, 16),  # items wait for answers
        (["demo"], ["openai:m"], 16, "load", False, 16),  # and for judgments
        (["reference"], [], 16, "each", False, 16),
        (["reference"], [], None, "load", False, 16),  # described one by one
        (["reference"], [], 16, "load", True, 16),  # a run of other tests
    ],
)
def test_only_workers_that_could_but_take_turns_are_left_out(
    models: list[str],
    judges: list[str],
    number: int | None,
    dist: str,
    from_ini: bool,
    left: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("pytest_codeeval.plugin.workforce.processors", lambda: 3)
    config = config_of(number, ["popen"] * (number or 16), dist, from_ini)
    settings: Any = SimpleNamespace(models=tuple(map(resolve, models)), judges=tuple(map(resolve, judges)))
    said = fit(config, settings)
    assert len(config.option.tx) == left
    assert bool(said) == (left < (number or 16))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="processors cannot be taken from a process here")
def test_two_workers_are_never_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert processors() == 1
        config = config_of(4, ["popen"] * 4, "load", False)
        fit(config, SimpleNamespace(models=(resolve("reference"),), judges=()))  # type: ignore[arg-type]
    finally:
        os.sched_setaffinity(0, before)
    assert config.option.tx == ["popen"] * 2
