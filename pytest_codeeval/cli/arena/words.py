"""The words of `codeeval arena`: its file, what is its own, and what goes on to pytest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_codeeval.core.errors import UsageError

if TYPE_CHECKING:
    from pytest_codeeval.config.jobfile import JobFile

_OWN = ("--battles", "--until-ci", "--without")
_MOST = 1_000_000
_PREFIX = "--codeeval-"


@dataclass(frozen=True, slots=True)
class Words:
    """A config file, the bounds of its battles (None: none was given), and arguments of pytest in `others`."""

    file: Path
    battles: int | None
    until_ci: float | None
    without: tuple[str, ...]
    others: tuple[str, ...]

    def option(self, name: str) -> str | None:
        """Return the value of an option of pytest-codeeval among the others, the last that was given."""
        found = None
        for word in self.others:
            key, equals, value = word.partition("=")
            if equals and key in (f"--{name}", f"{_PREFIX}{name}"):
                found = value
        return found

    def results(self, file: JobFile | None) -> Path:
        """Return the results folder."""
        told = file.options().get("results") if file else None
        return Path(self.option("results") or told or "results").absolute()


def read_words(words: Sequence[str]) -> Words:
    """Read the arguments.

    Raises UsageError where no file is named or several are, and for bounds that are none.
    """
    files: list[str] = []
    own: dict[str, str] = {}
    others: list[str] = []
    option = ""  # whose value the next word may be
    for word in words:
        name, equals, value = word.partition("=")
        if name in _OWN:
            if not equals or not value:
                raise UsageError(f"{name} needs a value, as in {name}=40.")
            own[name] = value
        elif word.startswith("-"):
            others.append(word)
            option = "" if equals else word
        elif option and not word.endswith((".yaml", ".yml")):
            others[-1:] = [f"{option}={word}"] if option.startswith("--") else [option, word]
            option = ""
        else:
            files.append(word)
    if len(files) != 1:
        said = "no file is named" if not files else f"{files[0]} and {files[1]} are two files"
        raise UsageError(f"{said}; name one config file, and give options in the form --NAME=VALUE.")
    without = tuple(key for key in own.get("--without", "").split(",") if key)
    return Words(Path(files[0]), _battles(own), _width(own), without, tuple(others))


def _battles(own: dict[str, str]) -> int | None:
    text = own.get("--battles")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= _MOST):
        raise UsageError(f"--battles={text} has to be a whole number from 1.")
    return int(text)


def _width(own: dict[str, str]) -> float | None:
    text = own.get("--until-ci")
    if text is None:
        return None
    try:
        width = float(text)
    except ValueError:
        width = 0.0
    if not 1 <= width <= 1000:
        raise UsageError(f"--until-ci={text} has to be a number of points from 1 to 1000.")
    return width
