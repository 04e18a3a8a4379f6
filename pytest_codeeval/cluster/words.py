"""ClusterWords: the arguments of a run on a cluster, and which of them each of its parts is given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.shard import Shard

_OWN = {"on", "address", "shards", "working-dir"}
_ASKED = {"results", "sandbox", "config"}
_WORKERS = {"n", "numprocesses"}
_WRITTEN = {"report", "charts", "output", "log-samples", "html", "self-contained-html", "junitxml", "junit-xml"}
_AGAIN = {"fresh", "force"}
_FLAGS = {"log-samples", "self-contained-html", "fresh", "force"}
_ELSEWHERE = _WRITTEN | _AGAIN | _WORKERS | {"results", "sandbox", "fail-under", "maxprocesses", "dist"}
PLAIN = "--assert=plain"
"""For runs in which nobody reads how an assert failed: to have it said pytest looks at all modules on their import."""
_NOT_HERE = {"stage", "shard", "plan", "show-prompts", "x", "exitfirst", "maxfail", "judge"}


@dataclass(frozen=True, slots=True)
class ClusterWords:
    """What the command line says: to this command, and to the runs of pytest that it makes (`others`)."""

    on: str
    address: str
    shards: int
    working_dir: str
    results: str
    sandbox: str
    config: str
    workers: str
    others: tuple[str, ...]

    @classmethod
    def read(cls, words: Sequence[str]) -> ClusterWords:
        """Return what the words say.

        Raises UsageError for what cannot be done on a cluster, and for values that are none.
        """
        own: dict[str, str] = {}
        others: list[str] = []
        for name, value, spelt in _options(words):
            if name in _NOT_HERE:
                raise UsageError(f"--on and {spelt[0].partition('=')[0]} do not go together; leave one of them out.")
            if name in _OWN | _ASKED | _WORKERS:
                own["n" if name in _WORKERS else name] = value
            if name not in _OWN | {"results"} | _WORKERS:
                others += spelt
        count = own.get("shards", "")
        if not (count.isascii() and count.isdecimal()):
            raise UsageError(f"--on={own.get('on', '')} needs --shards=N, a number from 1, best some for each core.")
        Shard.read(f"1/{count}".replace("1/0", "0/0"))
        return cls(
            on=own.get("on", ""),
            address=own.get("address", ""),
            shards=int(count),
            working_dir=own.get("working-dir", ""),
            results=own.get("results", ""),
            sandbox=own.get("sandbox", ""),
            config=own.get("config", ""),
            workers=own.get("n", ""),
            others=tuple(others),
        )

    def generating(self, results: Path) -> list[str]:
        """Return the arguments of the run that asks."""
        others = _without(self.others, _WRITTEN | {"fail-under"})
        return [*others, *self._here(results), "--stage=generate", PLAIN]

    def reporting(self, results: Path) -> list[str]:
        """Return the arguments of the run that shows what came of it."""
        return [*_without(self.others, _AGAIN), *self._here(results), "--stage=report"]

    def checking(self) -> list[str]:
        """Return the arguments that all shards have in common; the rest is for the node to say."""
        return [*_without(self.others, _ELSEWHERE), "--stage=check", "-q", "--color=no", "-p", "no:cacheprovider"]

    def _here(self, results: Path) -> list[str]:
        return [*(["-n", self.workers] if self.workers else []), f"--results={results}"]


def _without(words: Sequence[str], names: Collection[str]) -> list[str]:
    return [word for name, _, spelt in _options(words) if name not in names for word in spelt]


def _options(words: Sequence[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (name, value, as it was spelt) of each option, and ("", word, word) of all else."""
    known = (_OWN | _ASKED | _WORKERS | _WRITTEN | _AGAIN | _ELSEWHERE) - _FLAGS
    left = iter(words)
    for word in left:
        name, equals, value = word.lstrip("-").partition("=")
        name = name.removeprefix("codeeval-")
        if not word.startswith("-"):
            yield "", word, (word,)
        elif word.startswith("-n") and not word.startswith("--") and len(word) > 2:
            yield "n", word[2:].removeprefix("="), (word,)
        elif equals or name not in known:
            yield name, value, (word,)
        elif (following := next(left, None)) is not None:
            yield name, following, (word, following)
        else:
            raise UsageError(f"{word} needs a value.")
