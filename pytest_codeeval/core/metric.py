"""Metric: what the scores of a suite's samples are added up to, an estimate with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, inf, isfinite
from typing import Any, NamedTuple

from pytest_codeeval.core.estimate import Estimate, mean, mean_of_means, pass_all_k, pass_at_k, ratio


class Scored(NamedTuple):
    """One scored sample, as metrics see it."""

    passed: bool
    value: float
    measures: Mapping[str, float] = {}


class Metric:
    """A figure of one problem, the mean of which over problems is that of the suite; subclasses say which figure.

    `name` is the head of its column and what `--fail-under` calls it, `percent` how it is written.
    """

    name: str = ""
    percent: bool = True

    def of_problem(self, samples: Sequence[Scored]) -> float | None:
        """Return the figure of one problem, None if its samples do not give one."""
        raise NotImplementedError

    def estimate(self, problems: Sequence[Sequence[Scored]]) -> Estimate | None:
        """Return the mean over problems with its 95 % interval; None if any of them has no figure."""
        figures = [self.of_problem(samples) for samples in problems]
        known = [figure for figure in figures if figure is not None]
        if not known or len(known) < len(figures):
            return None
        return mean(known, share=self.percent, most=fsum(map(self.trials, problems)))

    def trials(self, samples: Sequence[Scored]) -> float:
        """Return how many trials that succeed or fail the figure of a problem is worth at most, if that is known."""
        return inf if samples else 0

    def written(self, value: float) -> str:
        """Return a figure as it is shown."""
        return f"{value:.1%}" if self.percent else f"{value:.2f}"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, from which `metric_of` makes the metric again where it is one of this module's."""
        return {"name": self.name}


@dataclass(frozen=True)
class Mean(Metric):
    """The mean of a measure, of the headline `value`, or of whether samples `passed`."""

    name: str
    measure: str = "passed"
    percent: bool = True

    def of_problem(self, samples: Sequence[Scored]) -> float | None:
        """Return the mean over the samples of one problem; None if one of them lacks the measure."""
        if self.measure in ("passed", "value"):
            found = [float(getattr(sample, self.measure)) for sample in samples]
        else:
            found = [sample.measures[self.measure] for sample in samples if self.measure in sample.measures]
        return sum(found) / len(found) if found and len(found) == len(samples) else None

    def trials(self, samples: Sequence[Scored]) -> float:
        """Return one for each sample that passes or fails; other measures may lie between."""
        return len(samples) if self.measure == "passed" else inf

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; a subclass, which may mean something else, is known by its name alone."""
        if type(self) is not Mean:
            return super().to_json()
        return {"name": self.name, "measure": self.measure, "percent": self.percent}


@dataclass(frozen=True)
class MeanOfParts(Metric):
    """The plain mean of the means of a suite's parts, each part counted once, however many problems it has.

    A sample has the measure of its part's name, and no other part's. There is no figure until all parts have one.
    """

    name: str
    parts: tuple[str, ...] = ()
    percent: bool = True

    def estimate(self, problems: Sequence[Sequence[Scored]]) -> Estimate | None:
        """Return the mean with its 95 % interval; None if a part has no problem."""
        means = [Mean(part, part, self.percent) for part in self.parts]
        figures = [[f for one in problems if (f := part.of_problem(one)) is not None] for part in means]
        return mean_of_means([mean(part, share=self.percent) for part in figures]) if figures and all(figures) else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"name": self.name, "parts": list(self.parts), "percent": self.percent}


@dataclass(frozen=True)
class Share(Metric):
    """What a measure comes to in all problems, as a share of what another does: of all instructions those followed.

    A problem with three of them counts three times as much as one with one.
    """

    name: str
    measure: str = ""
    among: str = ""

    def of_problem(self, samples: Sequence[Scored]) -> float | None:
        """Return the share within one problem; None if a sample lacks one of the measures, or there is nothing."""
        sums = self.sums(samples)
        return sums[0] / sums[1] if sums and sums[1] else None

    def estimate(self, problems: Sequence[Sequence[Scored]]) -> Estimate | None:
        """Return the share over all problems, with an interval over these; None if a problem has no `sums`."""
        sums = [self.sums(samples) for samples in problems]
        known = [found for found in sums if found is not None]
        return ratio(known) if len(known) == len(sums) and any(whole for _, whole in known) else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; a subclass is known by its name alone."""
        if type(self) is not Share:
            return super().to_json()
        return {"name": self.name, "measure": self.measure, "among": self.among}

    def sums(self, samples: Sequence[Scored]) -> tuple[float, float] | None:
        """Return both measures of one problem, as means over its samples.

        None if a sample lacks one of them, or says that there is less than nothing, which no share can be of.
        """
        part, whole = (
            [sample.measures[name] for sample in samples if name in sample.measures]
            for name in (self.measure, self.among)
        )
        if not samples or not len(part) == len(whole) == len(samples) or min(whole) < 0:
            return None
        return sum(part) / len(part), sum(whole) / len(whole)


class _OfSamples(Metric):
    def trials(self, samples: Sequence[Scored]) -> float:
        """Return one for each sample."""
        return len(samples)


@dataclass(frozen=True)
class PassAt(_OfSamples):
    """pass@k; without a `k` the family of them, of which a run takes those that `--pass-at` names."""

    k: int = 0
    name: str = field(init=False)

    def __post_init__(self) -> None:
        """Name it."""
        object.__setattr__(self, "name", f"pass@{self.k or 'k'}")

    def of_problem(self, samples: Sequence[Scored]) -> float | None:
        """Return the chance that one of k samples passes; None if there are fewer."""
        n = len(samples)
        return pass_at_k(n, sum(sample.passed for sample in samples), self.k) if 1 <= self.k <= n else None


@dataclass(frozen=True)
class PassAll(_OfSamples):
    """pass^k: how often a model can be relied on, where pass@k says how often it can be lucky; stands beside that."""

    k: int
    name: str = field(init=False)

    def __post_init__(self) -> None:
        """Name it."""
        object.__setattr__(self, "name", f"pass^{self.k}")

    def of_problem(self, samples: Sequence[Scored]) -> float | None:
        """Return the chance that all of k samples pass; None if there are fewer."""
        n = len(samples)
        return pass_all_k(n, sum(sample.passed for sample in samples), self.k) if 1 <= self.k <= n else None


@dataclass(frozen=True)
class PassAtOf(_OfSamples):
    """pass@k if a measure says which samples pass, by 1 or 0: without a `k` the family of them, as of `PassAt`."""

    measure: str = ""
    k: int = 0
    name: str = field(init=False)

    def __post_init__(self) -> None:
        """Name it."""
        object.__setattr__(self, "name", f"{self.measure} pass@{self.k or 'k'}")

    def of_problem(self, samples: Sequence[Scored]) -> float | None:
        """Return the chance that one of k samples passes; None if there are fewer, or one lacks the measure."""
        found = [sample.measures[self.measure] > 0 for sample in samples if self.measure in sample.measures]
        return pass_at_k(len(found), sum(found), self.k) if 1 <= self.k <= len(found) == len(samples) else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {"name": self.name, "passes": self.measure}


PASS_AT = PassAt()
DEFAULT_PASS_AT = (1, 10, 100)


def fault_of(metric: Metric, found: object) -> str:
    """Return what is wrong with what a metric said, "" if it is an estimate that can be shown."""
    if not isinstance(found, Estimate):
        return f"returned {type(found).__name__} and not an Estimate"
    figures = (found.value, found.low, found.high)
    if not all(isinstance(figure, int | float) and isfinite(figure) for figure in figures):
        return f"returned {figures!r:.80}, which are no finite numbers"
    if not all(isinstance(metric.written(figure), str) for figure in figures):
        return "wrote a figure as something else than text"
    return ""


def metrics_of(
    described: Sequence[Mapping[str, Any]], pass_at: Sequence[int], others: Mapping[str, Metric]
) -> list[Metric]:
    """Return the metrics that a suite's `to_json` descriptions stand for, the family of pass@k member by member.

    Beside each of them stands pass^k, but for k = 1, where both are the same.

    `others` are metrics from outside, by name; one that is not known here is left out.
    """
    found: list[Metric] = []
    for about in described or [PASS_AT.to_json()]:
        name = str(about.get("name", ""))
        if name == PASS_AT.name:
            for k in pass_at or DEFAULT_PASS_AT:
                found += [PassAt(k), PassAll(k)] if k > 1 else [PassAt(k)]
        elif "passes" in about:
            found += [PassAtOf(str(about["passes"]), k) for k in pass_at or DEFAULT_PASS_AT]
        elif "among" in about:
            found.append(Share(name, str(about.get("measure", "")), str(about["among"])))
        elif "measure" in about:
            found.append(Mean(name, str(about["measure"]), bool(about.get("percent", True))))
        elif "parts" in about:
            found.append(MeanOfParts(name, tuple(map(str, about["parts"])), bool(about.get("percent", True))))
        elif name in others:
            found.append(others[name])
    return found
