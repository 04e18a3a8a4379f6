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

_OF_JUDGES = {"--model-args": "--judge-args", "--model": "--judge", "--base-url": "--judge-url"}
_OF_MODELS = re.compile("|".join(_OF_JUDGES))
DEMO = resolve(SCRIPTED_JUDGE.name)


def judges_from(options: Mapping[str, Any], outside: tuple[str, ...]) -> tuple[ModelSpec, ...]:
    """Return the judges that the options name.

    Raises UsageError for one that cannot judge, and for settings without a judge.
    """
    names, endpoint = options["judges"], options["judge_url"] or ""
    try:
        args = args_from(options["judge_args"])
    except UsageError as error:
        raise in_words_of_judges(error) from None
    if (endpoint or args) and not names:
        given = f"--judge-url={endpoint}" if endpoint else f"--judge-args={args[0][0]}={args[0][1]}"
        raise UsageError(f"{given} is for a judge, and none was named; name one with --judge.")
    if endpoint and not re.match(r"https?://[^/\s]+", endpoint):
        raise UsageError(f"--judge-url={endpoint!r} is no URL; give one such as http://127.0.0.1:8000/v1.")
    if "@" in endpoint:
        raise UsageError("--judge-url has a user name or password in it; put the key in CODEEVAL_API_KEY instead.")
    try:
        specs = [asked_with(resolve(name, endpoint=endpoint, outside=outside), args, "chat") for name in names]
        check_shared(list(zip(names, specs, strict=True)), endpoint)
        specs = [with_weights(spec) for spec in specs]
    except UsageError as error:
        raise in_words_of_judges(error) from None
    _check(names, specs)
    if args and specs and all(spec.scripted for spec in specs):
        raise UsageError(f"--judge-args={args[0][0]}={args[0][1]}: {names[0]} has no settings; leave them out.")
    return tuple(specs)


def in_words_of_judges(error: UsageError) -> UsageError:
    """Return what is said of a model and its options as it is said of a judge."""
    return UsageError(_OF_MODELS.sub(lambda found: _OF_JUDGES[found[0]], str(error)))


def _check(names: Sequence[str], specs: Sequence[ModelSpec]) -> None:
    """Raise UsageError for what is no judge, or is one already."""
    seen: dict[str, str] = {}
    for name, spec in zip(names, specs, strict=True):
        if not spec.kind.judges:
            raise UsageError(f"--judge={name}: {spec.backend} has no judgments; name a model that can be asked.")
        if spec.label in seen:
            both = f"--judge={name}" if name == seen[spec.label] else f"--judge={seen[spec.label]} and --judge={name}"
            raise UsageError(f"{both} would be judge {spec.label!r} twice; name each judge once.")
        seen[spec.label] = name


def judges_for(models: Sequence[ModelSpec], judges: tuple[ModelSpec, ...]) -> tuple[ModelSpec, ...]:
    """Return the judges of a run: those that were named, or the scripted one if all its models are scripted too."""
    return judges or ((DEMO,) if all(spec.scripted for spec in models) else ())


def judge_specs(settings: Settings) -> dict[str, ModelSpec]:
    """Return the judges of a run by the key of their backend."""
    return {f"judge:{spec.label}": spec for spec in judges_for(settings.models, settings.judges)}
