"""Judges: the models of a run that score what the evaluated models answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.registry import SCRIPTED_JUDGE
from pytest_codeeval.plugin.settings import Settings


def judges_for(models: Sequence[ModelSpec], judges: tuple[ModelSpec, ...]) -> tuple[ModelSpec, ...]:
    """Return the judges of a run: those that were named, or the scripted one if no model's own answers are rated.

    A recording has such answers, and a rule by key words is no judge of these.
    """
    written_by_hand = all(spec.kind.canonical or spec.kind.shipped for spec in models)
    return judges or (_demo() if written_by_hand else ())


def judge_specs(settings: Settings) -> dict[str, ModelSpec]:
    """Return the judges of a run by the key of their backend."""
    return {f"judge:{spec.label}": spec for spec in judges_for(settings.models, settings.judges)}


def described(judge: ModelSpec) -> str:
    """Return a judge with all that can change what it says: results of others are not to be mixed with its own."""
    told = [f"{name}={value}" for name, value in judge.request_args]
    return " ".join([judge.label, *([f"at {judge.endpoint}"] if judge.endpoint else []), *told])


def unneeded(settings: Settings, *, judged: bool) -> str:
    """Return in words that the judges that were named have nothing to do, unless some suite's answers are `judged`."""
    if judged or not settings.judges or not settings.checks:
        return ""
    labels = [judge.label for judge in settings.judges]
    named = f"judge {labels[0]} is" if len(labels) == 1 else f"judges {', '.join(labels)} are"
    return f"{named} asked nothing: no suite of this run has its answers rated"


@cache
def _demo() -> tuple[ModelSpec, ...]:
    from pytest_codeeval.generation.modelnames import resolve  # the options' part, which few workers need

    return (resolve(SCRIPTED_JUDGE.name),)
