"""Order: who is better than whom, also where ratings cannot tell, as one has won all battles against the other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pytest_codeeval.results.rating.battle import Battle, models_of
from pytest_codeeval.results.rating.bradley_terry import Ratings, reached, wins_of
from pytest_codeeval.results.rating.intervals import FEWEST, Intervals


@dataclass(frozen=True, slots=True)
class Order:
    """Who stands above a model without having a rating beside it, and who is surely better.

    A model stands above another if it has won against it, directly or by way of others, and never lost or tied so. That
    is sure if their groups met over five questions or more; within a group it is where the intervals are apart. A
    `ranked` model can be told to have nobody surely above it.
    """

    above: Mapping[str, Collection[str]]
    better: Mapping[str, Collection[str]]
    ranked: Collection[str]

    @classmethod
    def of(cls, battles: Sequence[Battle], ratings: Ratings, intervals: Intervals) -> Order:
        """Find out."""
        models = models_of(battles)
        beats = [{number for number, won in enumerate(row) if won > 0} for row in wins_of(battles, models)]
        below = {name: {models[one] for one in reached(place, beats)} for place, name in enumerate(models)}
        group = {name: number for number, names in enumerate(ratings.groups) for name in names}
        above = {one: {other for other in models if one in below[other] and other not in below[one]} for one in models}
        met: dict[frozenset[int], set[str]] = {}
        own: dict[int, set[str]] = {}
        for battle in battles:
            pair = frozenset((group[battle.first], group[battle.second]))
            met.setdefault(pair, set()).add(battle.question)
            for number in pair:
                own.setdefault(number, set()).add(battle.question)
        better = {
            one: {
                *(two for two in above[one] if len(met.get(frozenset((group[one], group[two])), ())) >= FEWEST),
                *(two for two in ratings.groups[group[one]] if _apart(intervals, two, one)),
            }
            for one in models
        }
        return cls(above, better, {one for one in models if len(own.get(group[one], ())) >= FEWEST})

    def rank(self, model: str) -> int | None:
        """Return one more than how many models are surely better, None where there are too few questions to tell."""
        return 1 + len(self.better[model]) if model in self.ranked else None


def _apart(intervals: Intervals, one: str, other: str) -> bool:
    ends = intervals.ends
    return one in ends and other in ends and ends[one][0] > ends[other][1]
