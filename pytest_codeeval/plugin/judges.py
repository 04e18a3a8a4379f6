"""Judges: the models of `--judge`, which score what the evaluated models answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.modelnames import args_from, asked_with, resolve
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.registry import SCRIPTED_JUDGE
from pytest_codeeval.generation.sharing import check_shared
from pytest_codeeval.generation.weights import with_weights
from pytest_codeeval.plugin.settings import Settings

DEMO = resolve(SCRIPTED_JUDGE.name)


def judges_from(options: Mapping[str, Any], outside: tuple[str, ...]) -> tuple[ModelSpec, ...]:
    """Return the judges that the options name.

    Raises UsageError for one that cannot judge, and for settings without a judge.
    """
    names, endpoint = options["judges"], options["judge_url"] or ""
    args = args_from(options["judge_args"])
    if (endpoint or args) and not names:
        given = f"--judge-url={endpoint}" if endpoint else f"--judge-args={args[0][0]}={args[0][1]}"
        raise UsageError(f"{given} is for a judge, and none was named; name one with --judge.")
    if endpoint and (not re.match(r"https?://[^/\s]+", endpoint) or "@" in endpoint):
        raise UsageError(f"--judge-url={endpoint!r} is no URL; give one such as http://127.0.0.1:8000/v1.")
    specs = [asked_with(resolve(name, endpoint=endpoint, outside=outside), args, "chat") for name in names]
    for name, spec in zip(names, specs, strict=True):
        if not spec.kind.judges:
            raise UsageError(f"--judge={name}: {spec.backend} has no judgments; name a model that can be asked.")
    if len({spec.label for spec in specs}) < len(specs):
        raise UsageError(f"--judge={names[-1]} is named twice; a judge is asked once.")
    check_shared(list(zip(names, specs, strict=True)), endpoint)
    return tuple(with_weights(spec) for spec in specs)


def judges_for(models: Sequence[ModelSpec], judges: tuple[ModelSpec, ...]) -> tuple[ModelSpec, ...]:
    """Return the judges of a run: those that were named, or the scripted one if all its models are scripted too."""
    return judges or ((DEMO,) if all(spec.scripted for spec in models) else ())


def judge_specs(settings: Settings) -> dict[str, ModelSpec]:
    """Return the judges of a run by the key of their backend."""
    return {f"judge:{spec.label}": spec for spec in judges_for(settings.models, settings.judges)}
