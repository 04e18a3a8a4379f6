"""Options that hold for all models of a run, and the models for which one cannot."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.modelspec import ModelSpec

_ALONE = "run them one at a time; they may share --results"


def check_shared(models: Sequence[tuple[str, ModelSpec]], endpoint: str) -> None:
    """Check `--base-url` and the key of `--model-args` against models, each given as the user named it and its spec.

    Scripted models ask nobody, and backends from outside say themselves what they take: neither is looked at.
    Raises UsageError where an option cannot hold for one of them, or would bring the key of one service to another.
    """
    if endpoint and models and all(spec.scripted for _, spec in models):
        raise UsageError(f"--base-url={endpoint}: --model={models[0][0]} asks no server.")
    asked = [(name, spec) for name, spec in models if spec.kind.make is not None and not spec.scripted]
    if endpoint:
        _check_endpoint(asked, endpoint)
    variable = next((spec.options["api_key_env"] for _, spec in asked if "api_key_env" in spec.options), "")
    if variable:
        _check_key(asked, variable)


def _check_endpoint(asked: Sequence[tuple[str, ModelSpec]], endpoint: str) -> None:
    for name, spec in asked:
        if not spec.kind.takes_url:
            raise UsageError(
                f"--base-url={endpoint} is for all models of a run, and --model={name} runs in this process; "
                "leave one of them out."
            )
    spoken = {spec.kind.provider(spec): name for name, spec in reversed(asked)}
    if len(spoken) > 1:
        first, second, *_ = sorted(spoken.values(), key=[name for name, _ in asked].index)
        raise UsageError(
            f"--base-url={endpoint} is for all models of a run, and --model={first} and --model={second} "
            f"speak to servers of different kinds; {_ALONE}."
        )


def _check_key(asked: Sequence[tuple[str, ModelSpec]], variable: str) -> None:
    places = {_place(spec): name for name, spec in reversed(asked)}
    places.pop("", None)
    if len(places) > 1:
        first, second, *_ = sorted(places.values(), key=[name for name, _ in asked].index)
        raise UsageError(
            f"--model-args api_key_env={variable} is for all models of a run, and would send one key to the services "
            f"of --model={first} and --model={second}; {_ALONE}."
        )


def _place(spec: ModelSpec) -> str:
    """Where the key of a model goes; empty where it needs none, as for a server that the run starts."""
    if spec.kind.local:
        return spec.options.get("url") or spec.endpoint
    return spec.endpoint or spec.kind.provider(spec)
