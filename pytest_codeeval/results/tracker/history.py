"""History: the runs by date with what each changed; it outlives the results that an earlier update was made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pytest_codeeval.results.tracker.section import Items, Section, Text

_KEPT = 500
_LONGEST = 300
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One suite of a run that ended at `when`: its figure as text, and over how many problems it is."""

    when: str
    model: str
    preset: str
    suite: str
    figure: str
    problems: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from others: there is one of a suite, a cell and a time."""
        return self.when, self.model, self.preset, self.suite

    def to_json(self) -> dict[str, str]:
        """Return plain JSON values; `from_json` gives it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Entry:
        """Rebuild it. Raises ValueError for what is none."""
        if set(data) != set(cls.__slots__) or not all(isinstance(text, str) for text in data.values()):
            raise ValueError("an entry of the history is made of texts")
        return cls(**data)


def is_dated(when: str) -> bool:
    """Whether a run says when it was, as this package writes it."""
    return bool(_DATE.fullmatch(when))


def entry(when: str, model: str, preset: str, suite: str, figure: str, problems: str) -> Entry:
    """Make an entry, of texts as long as a line can bear."""
    return Entry(when, model, preset, suite[:_LONGEST], figure[:_LONGEST], problems)


def joined(earlier: Iterable[Entry], now: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return both in the order of time, what is known now in the place of what was; the newest, if there are many."""
    found = {one.key: one for one in (*earlier, *now)}
    return tuple(sorted(found.values())[-_KEPT:])


def changelog(entries: Sequence[Entry]) -> list[Section]:
    """Return the sections, the newest first; each run says what was before."""
    days: dict[str, list[str]] = {}
    last: dict[tuple[str, str, str], Entry] = {}
    for one in entries:
        cell = one.model, one.preset, one.suite
        days.setdefault(one.when[:10], []).append(_line(one, last.get(cell)))
        last[cell] = one
    sections = [Section(day, [Items(days[day][::-1])], level=3) for day in sorted(days, reverse=True)]
    return [
        Section(
            "Changelog", [Text("Runs by the date of their end, the newest first." if days else "No run has a date.")]
        ),
        *sections,
    ]


def _line(one: Entry, before: Entry | None) -> str:
    where = f"{one.model}, {one.preset}" if one.preset else one.model
    said = f"{where}, {one.suite}: {one.figure}, {one.problems} problems"
    if before is None:
        return f"{said}; the first run"
    was = f"{before.figure}, {before.problems} problems"
    same = (before.figure, before.problems) == (one.figure, one.problems)
    return f"{said}; {'as' if same else f'was {was}'} on {before.when[:10]}"
