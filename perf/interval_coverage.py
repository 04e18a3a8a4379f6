"""Measures how often 95 % intervals hold what they estimate, and how often the paired test raises a false alarm.

`python perf/interval_coverage.py [--runs N]` prints the tables of `interval_coverage.md`. A run draws 164 problems of a
kind, each with its own chance of a right answer, and the samples of a model; the truth is the mean over all problems of
that kind. Where each problem passes or fails, and for fixed differences, nothing is drawn: the chances of all outcomes
are added up.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from math import comb, exp, fsum, lgamma, log

from pytest_codeeval.core.estimate import Estimate, mean, pass_at_k, percentile
from pytest_codeeval.core.metric import PassAt, Scored
from pytest_codeeval.results.comparison.measuring import interval_of, lowest
from pytest_codeeval.results.statistics import tango
from pytest_codeeval.results.statistics.mcnemar import mcnemar
from pytest_codeeval.results.statistics.resampling import resampled
from pytest_codeeval.results.statistics.signflip import sign_flip
from pytest_codeeval.results.statistics.units import Unit, difference_of

PROBLEMS = 164
SHARES = (0.05, 0.1, 0.23, 0.44, 0.6, 0.66, 0.82, 0.9, 0.95)
Kind = tuple[float, float] | tuple[tuple[float, float], ...]
"""How chances of a right answer are spread: both parameters of a Beta distribution, or shares, each with its chance."""

KINDS: dict[str, tuple[float, float]] = {
    "half of the problems known": (0.2, 0.2),
    "most problems known": (0.3, 0.15),
    "few problems known": (0.2, 0.8),
    "nearly all known": (1.5, 0.1),
    "even problems": (2.0, 2.0),
    "any chance": (1.0, 1.0),
}
OTHER_KINDS: dict[str, Kind] = {
    "nearly all known": KINDS["nearly all known"],
    "almost none known": (0.05, 3.0),
    "all nearly known": (5.0, 0.2),
    "close to 90 %": (18.0, 2.0),
    "half known, three in ten not, the others even": ((0.5, 1.0), (0.3, 0.0), (0.2, 0.5)),
    "93 % known, 3 % not, the others even": ((0.93, 1.0), (0.03, 0.0), (0.04, 0.5)),
}
SETTINGS = ((1, 1), (5, 1), (10, 1), (10, 10), (20, 10))
OTHER_SETTINGS = ((5, 1), (100, 1), (20, 10), (100, 10))
SIZES = (40, 164, 500)
LIMITS = (0.02, 0.05, 0.1)
DIFFERING = (0.05, 0.1, 0.2, 0.3)


def binomial(n: int, share: float) -> list[float]:
    """Return the chances of 0 to n."""
    if share in (0.0, 1.0):
        return [float(count == n * share) for count in range(n + 1)]
    rate, other = log(share), log(1 - share)
    whole = lgamma(n + 1)
    return [exp(whole - lgamma(c + 1) - lgamma(n - c + 1) + c * rate + (n - c) * other) for c in range(n + 1)]


def estimated(counts: Sequence[int], n: int, k: int) -> Estimate:
    """Estimate pass@k as a run does, for problems of n samples each of which so many passed."""
    found = PassAt(k).estimate([samples(n, count) for count in counts])
    assert found is not None
    return found


@cache
def samples(n: int, passed: int) -> list[Scored]:
    return [Scored(number < passed, float(number < passed)) for number in range(n)]


def bootstrapped(share: float) -> tuple[float, float]:
    """Return the ends of a percentile bootstrap of one sample a problem, had it endless resamples."""
    chances, total, ends = binomial(PROBLEMS, share), 0.0, []
    for count, chance in enumerate(chances):
        total += chance
        while len(ends) < 2 and total >= (0.025, 0.975)[len(ends)]:
            ends.append(count / PROBLEMS)
    return ends[0], ends[1]


def one_sample() -> Iterator[str]:
    """Coverage for one sample a problem, exactly: by the intervals of all 165 counts."""
    shown = [estimated([1] * passed + [0] * (PROBLEMS - passed), 1, 1) for passed in range(PROBLEMS + 1)]
    percentiles = [bootstrapped(passed / PROBLEMS) for passed in range(PROBLEMS + 1)]
    yield "| pass@1 | 5 % | " + " | ".join(f"{share:.0%}".replace("%", " %") for share in SHARES[1:]) + " |"
    yield "|---" * (len(SHARES) + 1) + "|"
    for name, ends in (("as shown", [(one.low, one.high) for one in shown]), ("percentile bootstrap", percentiles)):
        held = (
            fsum(p for p, (low, high) in zip(binomial(PROBLEMS, share), ends, strict=True) if low <= share <= high)
            for share in SHARES
        )
        yield f"| {name} | " + " | ".join(f"{100 * one:.1f}" for one in held) + " |"


def chances(kind: Kind, n: int) -> list[float]:
    """Return the chances that 0 to n of n samples of a problem of that kind pass."""
    if isinstance(kind[0], tuple):
        parts = [(share, binomial(n, chance)) for share, chance in kind]
        return [fsum(share * one[count] for share, one in parts) for count in range(n + 1)]
    a, b = kind
    return [comb(n, c) * exp(log_beta(c + a, n - c + b) - log_beta(a, b)) for c in range(n + 1)]


def log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def held(kind: Kind, problems: int, n: int, k: int, runs: int, seed: str) -> float:
    """Return how often the interval of pass@k holds the truth; exactly if each problem passes or fails."""
    figures = [pass_at_k(n, count, k) for count in range(n + 1)]
    weights = chances(kind, n)
    truth = fsum(weight * figure for weight, figure in zip(weights, figures, strict=True))
    if n == k:
        shown = (mean([1.0] * c + [0.0] * (problems - c), most=problems * n) for c in range(problems + 1))
        return fsum(p for p, one in zip(binomial(problems, truth), shown, strict=True) if one.low <= truth <= one.high)
    generator, sums = random.Random(seed), list(accumulate(weights))
    found = (mean(generator.choices(figures, cum_weights=sums, k=problems), most=problems * n) for _ in range(runs))
    return sum(one.low <= truth <= one.high for one in found) / runs


def drawn(generator: random.Random, a: float, b: float, n: int) -> list[int]:
    """Draw how many samples of each problem pass."""
    counts = []
    for _ in range(PROBLEMS):
        p = generator.betavariate(a, b)
        counts.append(sum(generator.random() < p for _ in range(n)))
    return counts


def many_samples(runs: int) -> Iterator[str]:
    """Coverage of pass@k, and that of the percentile bootstrap beside it."""
    yield "| problems | samples | metric | truth | as shown | percentile bootstrap |"
    yield "|---|---|---|---|---|---|"
    few = max(1, runs // 50)
    for kind, (a, b) in KINDS.items():
        for n, k in SETTINGS:
            generator, truth = random.Random(f"{kind} {n} {k}"), 1 - chances((a, b), k)[0]
            share, old = held((a, b), PROBLEMS, n, k, runs, f"{kind} {n} {k} as shown"), 0
            for _ in range(few):
                values = [pass_at_k(n, count, k) for count in drawn(generator, a, b, n)]
                means = sorted(sum(generator.choices(values, k=PROBLEMS)) / PROBLEMS for _ in range(300))
                old += percentile(means, 0.025) <= truth <= percentile(means, 0.975)
            yield f"| {kind} | {n} | pass@{k} | {truth:.1%} | {100 * share:.1f} | {100 * old / few:.0f} |"


def other_problems(runs: int) -> Iterator[str]:
    """Coverage of pass@k for other numbers of problems and samples, and for other problems."""
    yield "| problems | samples | metric | truth | " + " | ".join(f"{size} problems" for size in SIZES) + " |"
    yield "|---" * (len(SIZES) + 4) + "|"
    for name, kind in OTHER_KINDS.items():
        for n, k in OTHER_SETTINGS:
            shares = (100 * held(kind, size, n, k, runs, f"{name} {size} {n} {k}") for size in SIZES)
            row = " | ".join(f"{one:.1f}" for one in shares)
            yield f"| {name} | {n} | pass@{k} | {1 - chances(kind, k)[0]:.2%} | {row} |"


def false_alarms() -> Iterator[str]:
    """False alarms at .05 of McNemar's test, exactly: over all ways in which problems can differ."""
    yield "| problems | differing | mid-p | exact |"
    yield "|---|---|---|---|"
    for n in (24, 164, 500, 1319):
        for share in DIFFERING:
            alarms = [0.0, 0.0]
            for differing, chance in enumerate(binomial(n, share)):
                if chance < 1e-12:
                    continue
                ways = [comb(differing, b) / 2**differing for b in range(differing + 1)]
                for which, p in enumerate(zip(*((t.mid, t.exact) for t in tests(differing)), strict=True)):
                    alarms[which] += chance * fsum(way for way, one in zip(ways, p, strict=True) if one < 0.05)
            yield f"| {n:,} | {share:.0%} | {100 * alarms[0]:.1f} | {100 * alarms[1]:.1f} |"


@cache
def tests(differing: int) -> list[object]:
    return [mcnemar(b, differing - b) for b in range(differing + 1)]


def flip_alarms(runs: int) -> Iterator[str]:
    """False alarms of sign flips: two runs of the same model, several samples a problem."""
    yield "| problems | samples | metric | sign flips |"
    yield "|---|---|---|---|"
    for kind in ("half of the problems known", "few problems known", "even problems"):
        a, b = KINDS[kind]
        for n, k in ((5, 1), (10, 1), (10, 10)):
            generator = random.Random(f"flips {kind} {n} {k}")
            alarms = 0
            for _ in range(runs):
                differences = []
                for _ in range(PROBLEMS):
                    p = generator.betavariate(a, b)
                    first, second = (sum(generator.random() < p for _ in range(n)) for _ in range(2))
                    differences.append((pass_at_k(n, first, k) - pass_at_k(n, second, k)) / PROBLEMS)
                alarms += sign_flip(differences).mid < 0.05
            yield f"| {kind} | {n} | pass@{k} | {100 * alarms / runs:.1f} |"


def gates_met() -> Iterator[str]:
    """How often `--max-regression` is met by a model that loses just as much, exactly: over all ways to differ."""
    yield "| problems | differing | " + " | ".join(f"{100 * limit:g} points lost" for limit in LIMITS) + " |"
    yield "|---" * (len(LIMITS) + 2) + "|"
    for n in (24, PROBLEMS, 500):
        for share in (0.1, 0.2, 0.3):
            met = (100 * chance_of_a_met_gate(n, share, limit) for limit in LIMITS)
            yield f"| {n} | {share:.0%} | " + " | ".join(f"{one:.1f}" for one in met) + " |"


def chance_of_a_met_gate(n: int, differing: float, limit: float) -> float:
    losing, total = (differing + limit) / (2 * differing), 0.0
    for count, chance in enumerate(binomial(n, differing)):
        if chance > 1e-9:
            ways = binomial(count, losing)
            total += chance * fsum(
                ways[b] for b in range(count + 1) if ways[b] > 1e-9 and is_met(count - b, b, n, limit)
            )
    return total


def is_met(gains: int, losses: int, n: int, limit: float) -> bool:
    return (losses - gains) / n < limit and tango.interval(gains, losses, n)[0] >= -limit


def gates_met_by_samples(runs: int) -> Iterator[str]:
    """The same of several samples, beside what the bootstrap alone would say."""
    yield "| problems | samples | lost | met | by the bootstrap alone |"
    yield "|---|---|---|---|---|"
    for kind in ("half of the problems known", "nearly all known", "even problems"):
        for n, lost in ((5, 0.01), (10, 0.05)):
            (a, b), generator = KINDS[kind], random.Random(f"gate {kind} {n} {lost}")
            limit, met, alone = lost * a / (a + b), 0, 0
            for run in range(runs):
                units = []
                for _ in range(PROBLEMS):
                    p = generator.betavariate(a, b)
                    old, new = (sum(generator.random() < q for _ in range(n)) / n for q in (p, p * (1 - lost)))
                    units.append(Unit(new - old, 1.0))
                found = interval_of(difference_of([units]), sorted(resampled([units], f"{run}")))
                met += lowest([units], found) >= -limit
                alone += found.low >= -limit
            yield f"| {kind} | {n} | {100 * limit:.2f} points | {100 * met / runs:.1f} | {100 * alone / runs:.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    parts: list[Callable[[], Iterator[str]]] = [
        one_sample,
        lambda: many_samples(5 * runs),
        lambda: other_problems(runs // 2),
        false_alarms,
        lambda: flip_alarms(runs),
        gates_met,
        lambda: gates_met_by_samples(max(1, runs // 10)),
    ]
    for part in parts:
        print("\n".join(part()), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
