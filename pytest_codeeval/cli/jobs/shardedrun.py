"""ShardedRun: what a run in shards was asked, and the arguments of each of its parts."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from pytest_codeeval.cli.jobs.fromfile import OfFile
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.secretname import has_key
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.core.text import printable
from pytest_codeeval.generation.dealing import shard_folder

_OWN = ("on", "shards", "submit", "image", "claim")
_WORKERS = ("n", "numprocesses")
_WRITTEN = {"report": "report.html", "html": "pytest.html", "charts": "charts"}
_OF_WHOLE = (*_WRITTEN, "junitxml", "junit-xml", "output")
_AGAIN = ("--fresh", "--codeeval-fresh")
_VALUED = (*_OWN, *_WORKERS, *_OF_WHOLE, "results", "config", "judge")
_SWITCHES = ("submit",)
_NOT_HERE = ("stage", "shard", "plan", "show-prompts", "collect-only", "co")


@dataclass(frozen=True, slots=True)
class ShardedRun:
    """`others` are the arguments that all parts have, `workers` is how many processes one has, as `-n` takes it.

    `results` is where the whole comes, `claim` and `image` are of Kubernetes. `written` is what the config file has
    written of a run, which parts write beside their results, and `left_out` what is then not made of the whole.
    """

    on: str
    shards: int
    submit: bool
    image: str
    claim: str
    results: Path
    workers: str
    has_judges: bool
    written: tuple[str, ...]
    left_out: tuple[str, ...]
    others: tuple[str, ...]

    @classmethod
    def read(cls, words: Sequence[str]) -> ShardedRun:
        """Read the arguments of `codeeval run`.

        Raises UsageError for what cannot be done in shards, and for values that cannot be.
        """
        own: dict[str, str] = {}
        others: list[str] = []
        for name, value, spelt in _options(words):
            if name in _NOT_HERE:
                raise UsageError(f"--on and --{name} do not go together: shards and stages are its own to choose.")
            own |= {"n" if name in _WORKERS else name: value} if name in (*_VALUED, *_SWITCHES) else {}
            others += spelt if name not in (*_OWN, *_WORKERS, *_OF_WHOLE, "results") else []
        file = OfFile.among(others, own.get("config", ""))
        results = Path(own.get("results") or file.results or "results").absolute()
        found = cls(
            on=own.get("on", ""),
            shards=_count(own),
            submit="submit" in own,
            image=own.get("image", ""),
            claim=own.get("claim", ""),
            results=results,
            workers=own.get("n") or file.workers,
            has_judges="judge" in own or file.has_judges,
            written=tuple(name for name in _WRITTEN if name in file.written),
            left_out=tuple(name for name in _OF_WHOLE if name in own or name in file.written),
            others=tuple(others),
        )
        found._check()
        return found

    def _check(self) -> None:
        self._check_words()
        for name in ("image", "claim"):
            if getattr(self, name) and self.on != "k8s":
                raise UsageError(f"--{name} is for --on=k8s; leave it out.")
        if self.submit and self.on == "local":
            raise UsageError("--submit is for --on=slurm and --on=k8s; --on=local runs at once.")
        if self.has_judges and self.on != "local":
            raise UsageError(
                "judges are asked while answers are graded, and a job of a cluster gets no key; leave out the suites "
                "that judges rate, or give --on=local."
            )
        if self.results.is_dir() and any(self.results.iterdir()):
            raise UsageError(
                f"{str(self.results)!r} is there already, and nothing is overwritten; give another --results, or "
                "remove it to have the shards put together anew."
            )
        for begun in self._begun():
            if begun != self.shards:
                raise UsageError(
                    f"{str(self.parts)!r} holds shards of {begun}, and --shards={self.shards} was given; give "
                    f"--shards={begun}, or another --results."
                )

    def _begun(self) -> Iterator[int]:
        """Yield of how many shards those were that earlier commands began."""
        for path in sorted(self.parts.glob("shard-*/*/run.json")):
            with suppress(OSError, ValueError, AttributeError):
                yield int(json.loads(path.read_bytes()).get("shard", "").partition("/")[2])

    def _check_words(self) -> None:
        for path in (Path.cwd(), self.results):
            if printable(str(path), limit=4096) != str(path) or "\n" in str(path):
                raise UsageError(f"{printable(str(path))!r} has characters that no job file can hold; rename it.")
        for word in () if self.on == "local" else (*self.others, self.image, self.claim):
            if re.search("[\ud800-\udfff]", word):
                raise UsageError(f"{printable(word)!r} is no UTF-8, and no job file can hold it; write it otherwise.")
            if has_key(word):
                raise UsageError(
                    "what looks like a key stands on the command line, which job files hold; put it into the "
                    "environment of this machine."
                )

    @property
    def parts(self) -> Path:
        """The folder in which shards, job files and logs are."""
        return self.results.with_name(f"{self.results.name}.parts")

    @property
    def answers(self) -> Path:
        """The results folder of the stage that asks."""
        return self.parts / "answers"

    def folder_of(self, number: int) -> Path:
        """Return the results folder of a shard."""
        return shard_folder(self.parts, number)

    def generating(self) -> list[str]:
        """Return the arguments of the part that asks, here."""
        return [*self.others, *self._spread(), "--stage=generate", *self._kept(str(self.answers))]

    def checking(self, number: int) -> list[str]:
        """Return the arguments of a shard."""
        return [*self._common(), f"--shard={number}/{self.shards}", *self._kept(str(self.folder_of(number)))]

    def checking_by(self, variable: str) -> str:
        """Return them as a shell reads them, for the shard whose number a variable has."""
        part = f'"${variable}"'
        # Put together behind the quotes, so that of the rest nothing is read by the shell.
        kept = (f"{quote(word)}/shard-{part}{more}" for word, more in self._places(str(self.parts)))
        return " ".join([*map(quote, self._common()), f"--shard={part}/{self.shards}", *kept])

    def _common(self) -> list[str]:
        asked = [word for word in self.others if word not in _AGAIN]
        return [*asked, *self._spread(), "--stage=check"]

    def _spread(self) -> list[str]:
        return ["-n", self.workers] if self.workers else []

    def _kept(self, folder: str) -> list[str]:
        return [f"{word}{more}" for word, more in self._places(folder)]

    def _places(self, folder: str) -> list[tuple[str, str]]:
        """Return where a part writes: its results, and what the config file has written, which is for the whole."""
        own = [(f"--{name}={folder}", f"/{_WRITTEN[name]}") for name in self.written]
        return [(f"--results={folder}", ""), *own]

    @property
    def cpus(self) -> int:
        """How many processors a shard has work for."""
        return int(self.workers) if self.workers.isdecimal() and int(self.workers) else 1


def _count(own: dict[str, str]) -> int:
    text = own.get("shards", "")
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise UsageError(f"--on={own.get('on', '')} needs --shards=N, a whole number from 1.")
    return Shard.read(f"1/{text}").of


def _options(words: Sequence[str]) -> Iterator[tuple[str, str, Collection[str]]]:
    """Yield name and value of each option that is known here, as it was spelt, and all other words without a name."""
    left = iter(words)
    for word in left:
        name, equals, value = word.lstrip("-").partition("=")
        name = name.removeprefix("codeeval-")
        if re.fullmatch(r"-n=?(\d+|auto|logical)", word):
            yield "n", word[2:].removeprefix("="), (word,)
        elif not word.startswith("-") or name not in (*_VALUED, *_NOT_HERE):
            yield "", "", (word,)
        elif equals or name in (*_SWITCHES, *_NOT_HERE):
            yield name, value, (word,)
        elif (following := next(left, None)) is not None:
            yield name, following, (word, following)
        else:
            raise UsageError(f"{word} needs a value.")
