"""The shard of a run as `--shard` gives it, and what it takes of the limits that hold for all shards together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.core.text import counted
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.stageoptions import GENERATE, stages_from

_DIVIDED = ("concurrency", "rpm", "tpm")


def shard_from(options: Mapping[str, Any]) -> Shard | None:
    """Return the shard that the options ask for, None for the whole run; numbers among them have been read before.

    Raises UsageError for one that cannot be, or for which a limit leaves nothing.
    """
    if options["shard"] is None:
        return None
    shard = Shard.read(options["shard"])
    if not options["judges"] and (stages := stages_from(options)) and GENERATE not in stages:
        return shard  # which asks nobody
    for name in _DIVIDED:
        if options[name] is not None and int(options[name]) < shard.of:
            raise UsageError(
                f"--{name}={options[name]} is divided among the {shard.of} shards of --shard={shard}, and leaves "
                f"nothing for one; give {shard.of} or more."
            )
    return shard


def concurrency_of(spec: ModelSpec, settings: Settings) -> int | None:
    """Return how many requests a model may have in flight here; one that runs on this machine is asked by no other."""
    own = spec.kind.local and "url" not in spec.options
    return settings.concurrency if own else shared(settings.concurrency, settings)


def shared(limit: int | None, settings: Settings) -> int | None:
    """Return what this run may take of a limit for all shards; all of them together keep to it."""
    return None if limit is None else limit // settings.shards


def head(settings: Settings) -> list[str]:
    """Return the line for the head of a run that says what part of everything it is."""
    if settings.shard is None:
        return []
    given = {name: getattr(settings, name) for name in _DIVIDED if getattr(settings, name) is not None}
    limits = [f"--{name} {limit // settings.shards:,} of {limit:,}" for name, limit in given.items()]
    if settings.max_cost is not None:
        limits.append(f"--max-cost {settings.max_cost / settings.shards:g} of {settings.max_cost:g}")
    said = f", {', '.join(limits)}" if limits else ""
    return [f"shard {settings.shard} of the problems{said}"]


def own_part(shard: Shard, suite: str, here: int, of: int) -> str:
    """Return the line that says how many problems of a suite are of this shard."""
    return f"shard {shard}: {here:,} of {counted(of, 'problem')} of {suite}"
