"""Order: all that a node is told of one shard, as plain values, and a hash by which its outcome is known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from pytest_codeeval.core.shard import Shard


@dataclass(frozen=True, slots=True)
class Order:
    """One shard as a run of pytest.

    `arguments` are those that all shards share; shard, sandbox, workers and results are said apart. `folder` is where
    it is run: a path that nodes share, or one within what the engine has brought. `unset` are names of variables that
    it must not see, `variables` those that it gets from here, and `sources` is a hash of the
    files that decide verdicts.
    """

    shard: str
    arguments: tuple[str, ...]
    sandbox: str
    workers: int
    folder: str
    unset: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    sources: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Rebuild an order from `to_json`'s values."""
        lists = {name: tuple(data[name]) for name in ("arguments", "unset")}
        return cls(**{**data, **lists, "variables": tuple((name, value) for name, value in data["variables"])})

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @property
    def part(self) -> Shard:
        """The shard."""
        return Shard.read(self.shard)

    def digest(self, completions: bytes, settings: object) -> str:
        """Return a hash of what decides the outcome: the run, the answers, and the settings of the results."""
        names = ("shard", "arguments", "sandbox", "sources")
        about = {**{name: getattr(self, name) for name in names}, "settings": settings}
        said = json.dumps(about, sort_keys=True).encode()
        return hashlib.sha256(said + b"\0" + completions).hexdigest()[:32]
