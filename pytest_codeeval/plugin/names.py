"""Names: what each option may be called, as plugins and conftests of others have options too.

`--codeeval-NAME` is always ours. `--NAME` is never declared, so that nobody's declaration can clash with it, whenever
it comes: it is read as ours if nobody else has an option of that name.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

_LONG = "--codeeval-"
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Option:
    """An option of ours, `name` being what stands behind `--codeeval-`; `many` may be given several times.

    One that is not `in_files` is for the command line alone.
    """

    name: str
    dest: str
    default: Any
    many: bool
    switch: bool
    in_files: bool = True

    @property
    def own_dest(self) -> str:
        """The name by which `Settings` are made of it."""
        return self.dest.removeprefix("codeeval_")

    @property
    def long(self) -> str:
        """The name that is always ours."""
        return _LONG + self.name

    @property
    def short(self) -> str:
        """The name that is ours where nobody else has it."""
        return f"--{self.name}"

    @property
    def key(self) -> str:
        """The name in an ini file."""
        return f"codeeval_{self.name.replace('-', '_')}"


class Names:
    """The options of a run by their names, and which of these the user has written."""

    def __init__(self, parser: pytest.Parser, group: str, description: str) -> None:
        self.options: dict[str, Option] = {}
        self.parser = parser
        self._group = parser.getgroup(group, description)
        # None at all where the plugin was loaded too late to look.
        self._free: frozenset[str] = frozenset()
        self._others: list[Option] = []
        self.written: dict[str, str] = {}  # how the user wrote it, by the name; a worker is told
        self.commanded: frozenset[str] = frozenset()  # what the command line gives, as `Settings` are made of it

    def add(
        self,
        short: str,
        *,
        dest: str,
        default: Any = None,
        help: str,  # noqa: A002
        in_files: bool = True,
        **attributes: Any,
    ) -> None:
        """Declare `--NAME` by its long name and as a key of ini files; not given, it is None until it is settled."""
        many, switch = (attributes.get("action") == action for action in ("append", "store_true"))
        option = Option(short.removeprefix("--"), dest, False if switch else default, many, switch, in_files)
        self.options[option.name] = option
        self._group.addoption(option.long, dest=dest, default=None, help=help, **attributes)
        if in_files:
            self.parser.addini(option.key, f"as {option.long}", default=None)

    def look_for_others(self, config: pytest.Config) -> None:
        """Learn which short names nobody has declared, of the plugins and conftests that are loaded by now."""
        absent = [option for option in self.options.values() if config.getoption(option.short, _ABSENT) is _ABSENT]
        # Older pytests know those that have no default only by parsing.
        if not self._are_unknown(config, *absent):
            absent = [option for option in absent if self._are_unknown(config, option)]
        self._free = frozenset(option.name for option in absent)
        self._others = [option for option in self.options.values() if option.name not in self._free]

    def _are_unknown(self, config: pytest.Config, *options: Option) -> bool:
        shorts = [option.short for option in options]
        try:
            return self.parser.parse_known_and_unknown_args(shorts, copy.copy(config.option))[1] == shorts
        except pytest.UsageError:  # one that wants a value
            return False

    def spelt_out(self, word: str) -> str:
        """Return a word of the command line with a free short name made a long one; any other as it is."""
        short, equals, value = word.partition("=")
        name = short.removeprefix("--")
        return f"{_LONG}{name}{equals}{value}" if short.startswith("--") and name in self._free else word

    def remember(self, words: Iterable[str]) -> None:
        """Remember the long names that the user has written, for messages to speak of them."""
        longs = {word.partition("=")[0] for word in words}
        self.written |= {o.name: o.long for o in self.options.values() if o.long in longs}

    def set_by(self, name: str, key: str) -> None:
        """Remember that the value of an option came from the key of an ini file."""
        self.written[name] = key

    def is_from_ini(self, name: str) -> bool:
        """Whether the value of an option came from an ini file."""
        return self.written.get(name) == self.options[name].key

    def of(self, name: str) -> str:
        """Return an option's name as the user wrote it, else the shortest that is ours."""
        option = self.options[name]
        return self.written.get(name) or (option.short if name in self._free else option.long)

    def in_text(self, text: str) -> str:
        """Return a message that speaks of options by short names, with the names that the user knows them by."""
        known = "|".join(sorted(map(re.escape, self.options), key=len, reverse=True))
        return re.sub(rf"(?<![\w-])--({known})(?![\w-])", lambda match: self.of(match[1]), text)

    @property
    def header(self) -> list[str]:
        """The line that says which short names are somebody else's, where some are."""
        if not self._others:
            return []
        theirs, ours = (", ".join(names) for names in zip(*((o.short, o.long) for o in self._others), strict=True))
        return [f"codeeval: {theirs}: an option of another plugin or conftest; for codeeval write {ours}"]


NAMES: pytest.StashKey[Names] = pytest.StashKey()
