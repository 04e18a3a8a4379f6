"""The backends of a run: those that its stages need are made, and others are not opened."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.errors import CodeEvalError, UsageError
from pytest_codeeval.generation.backend import ModelBackend, whole
from pytest_codeeval.plugin.judges import judge_specs
from pytest_codeeval.plugin.namedjudges import options_of_judges
from pytest_codeeval.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec


def make_backends(config: pytest.Config, settings: Settings) -> dict[str, ModelBackend]:
    """Return the backends by the label of their model, those of judges by `judge:` and theirs; other plugins' first.

    In a run that only collects, models that would be asked over a network get none. One that no stage of the run asks
    is not opened. Raises UsageError where one cannot work.
    """
    backends: dict[str, ModelBackend] = {}
    judges = judge_specs(settings)
    for key, spec in {**{spec.label: spec for spec in settings.models}, **judges}.items():
        if spec.scripted or not config.getoption("collectonly"):
            with options_of_judges() if key in judges else nullcontext():
                backends[key] = make_one(config, settings, spec, judges=key in judges)
    return backends


def make_one(config: pytest.Config, settings: Settings, spec: ModelSpec, *, judges: bool) -> ModelBackend:
    """Return the backend of one model, which `judges` or is evaluated.

    Raises UsageError where it cannot work.
    """
    if spec.scripted or _is_asked(settings, spec, judges=judges):
        return _made(config, settings, spec)
    from pytest_codeeval.generation.stored import Unopened  # for some stages only

    if spec.kind.make is None:  # another plugin's: its answers may be none that are stored
        try:
            made = _made(config, settings, spec)
        except CodeEvalError:  # such as for want of a key
            return Unopened()
        return Unopened() if made.cacheable else made
    return Unopened()


def _is_asked(settings: Settings, spec: ModelSpec, *, judges: bool) -> bool:
    """Whether a stage asks a model; one that is evaluated may be its own judge."""
    if settings.checks and (judges or any(_same(spec, judge) for judge in settings.judges)):
        return True
    return settings.generates and not judges


def _same(spec: ModelSpec, other: ModelSpec) -> bool:
    return spec.identity == other.identity


def _made(config: pytest.Config, settings: Settings, spec: ModelSpec) -> ModelBackend:
    from pytest_codeeval.generation.modelspec import make_backend

    outside = config.hook.pytest_codeeval_make_backend(spec=spec)
    return _outside(outside, spec) if outside else make_backend(spec, settings.of(spec).request_timeout)


def _outside(backend: ModelBackend, spec: ModelSpec) -> ModelBackend:
    """Return a backend of another plugin; one that cannot score is refused before anything is asked of it."""
    found = whole(backend)
    if spec.others:
        raise UsageError(
            f"--base-url={spec.others[0]}: several servers of one model are for backends of this package, and that of "
            f"{spec.label} is another plugin's; name one."
        )
    if spec.mode == "score" and not found.scores:
        raise UsageError(
            f"--mode=score: the backend of {spec.label} gives no log-probabilities of a prompt (scores is not True); "
            "use --mode=auto."
        )
    return found
