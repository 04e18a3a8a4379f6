"""NamedJudges: the models that `--judge` and its like name, checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.secretname import secret_in_url
from pytest_codeeval.generation.modelnames import args_from, asked_with, resolve
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.sharing import check_shared
from pytest_codeeval.generation.weights import with_weights

_OF_JUDGES = {"--model-args": "--judge-args", "--model": "--judge", "--base-url": "--judge-url"}
_OF_MODELS = re.compile(r"--model-args|--model(?![\w-])|--base-url")


def judges_from(
    options: Mapping[str, Any], outside: tuple[str, ...], models: Sequence[ModelSpec] = ()
) -> tuple[ModelSpec, ...]:
    """Return the judges that the options name, beside the models that are evaluated.

    Raises UsageError for one that cannot judge, and for settings without a judge.
    """
    with options_of_judges():
        judges = _judges_from(options, outside)
    for judge in judges:
        _check_among(models, judge)
    return judges


@contextmanager
def options_of_judges() -> Iterator[None]:
    """Have a UsageError name the options of judges, where it would those of the models that are evaluated."""
    try:
        yield
    except UsageError as error:
        raise UsageError(_OF_MODELS.sub(lambda found: _OF_JUDGES[found[0]], str(error))) from None


def _check_among(models: Sequence[ModelSpec], judge: ModelSpec) -> None:
    """Refuse a judge that is one of the models, but with settings of its own: one model has one way to be asked."""
    for model in models:
        if (model.backend, model.model, model.endpoint) != (judge.backend, judge.model, judge.endpoint):
            continue
        key = judge.options.get("api_key_env")
        if judge.cache_key_args != model.cache_key_args or key not in (None, model.options.get("api_key_env")):
            raise UsageError(
                f"--judge={judge.label} is the model that is evaluated, and is to be asked with other settings; give "
                "the same ones by --model-args and --judge-args."
            )


def _judges_from(options: Mapping[str, Any], outside: tuple[str, ...]) -> tuple[ModelSpec, ...]:
    names, endpoint = options["judges"], options["judge_url"] or ""
    args = args_from(options["judge_args"])
    if (endpoint or args) and not names:
        given = f"--judge-url={endpoint}" if endpoint else f"--judge-args={args[0][0]}={args[0][1]}"
        raise UsageError(f"{given} is for a judge, and none was named; name one with --judge.")
    if endpoint and not re.match(r"https?://[^/\s]+", endpoint):
        raise UsageError(f"--judge-url={endpoint!r} is no URL; give one such as http://127.0.0.1:8000/v1.")
    if secret := secret_in_url(endpoint):
        raise UsageError(f"--judge-url has {secret} in it; put the key in CODEEVAL_API_KEY instead.")
    specs = [asked_with(resolve(name, endpoint=endpoint, outside=outside), args, "chat") for name in names]
    check_shared(list(zip(names, specs, strict=True)), endpoint)
    specs = [with_weights(spec) for spec in specs]
    _check(names, specs)
    if args and specs and all(spec.scripted for spec in specs):
        raise UsageError(f"--judge-args={args[0][0]}={args[0][1]}: {names[0]} has no settings; leave them out.")
    return tuple(specs)


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
