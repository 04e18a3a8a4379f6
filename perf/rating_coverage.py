"""Measures how often the intervals of ratings hold the true rating, and how often the order is found.

    python perf/rating_coverage.py [--arenas 300] > perf/rating_coverage.md

Each arena has battles of all pairs over some questions, from strengths 60 points apart; each question favours some
models, so that the battles over one are not independent.
"""

from __future__ import annotations

import argparse
import random
from itertools import combinations, pairwise
from math import sqrt

from pytest_codeeval.results.rating.battle import Battle
from pytest_codeeval.results.rating.bradley_terry import expected, rated
from pytest_codeeval.results.rating.intervals import intervals_of

APART, RESAMPLES = 60.0, 200
SIZES = ((3, 10), (3, 80), (4, 20), (6, 40), (10, 80))


def main() -> None:
    """Print a table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arenas", type=int, default=300)
    arenas = parser.parse_args().arenas
    print("# Coverage of the intervals of ratings\n")
    print(
        f"{arenas} arenas a row, {RESAMPLES} resamples, models {APART:.0f} points apart; the interval is to hold 95 %."
    )
    print("In brackets the standard error of the share, the models of an arena counted as one.\n")
    print("| models | questions | a question favours by (points) | held | order of all found |\n|---|---|---|---|---|")
    for models, questions in SIZES:
        for favour in (0.0, 100.0):
            shares, orders = zip(*(_tried(models, questions, favour, seed) for seed in range(arenas)), strict=True)
            share = sum(shares) / arenas
            error = sqrt(sum((one - share) ** 2 for one in shares)) / arenas
            order = sum(orders) / arenas
            print(f"| {models} | {questions} | {favour:.0f} | {share:.1%} (±{error:.1%}) | {order:.0%} |", flush=True)


def _tried(models: int, questions: int, favour: float, seed: int) -> tuple[float, bool]:
    chance = random.Random(seed)
    true = {f"m{number}": 1000 + APART * (number - (models - 1) / 2) for number in range(models)}
    battles = []
    for question in range(questions):
        today = {name: points + chance.gauss(0, favour) for name, points in true.items()}
        for one, other in combinations(true, 2):
            won = float(chance.random() < expected(today[one], today[other]))
            battles.append(Battle(str(question), one, other, won))
    points = rated(battles).points
    ends = intervals_of(battles, RESAMPLES, seed).ends
    # A question's favour makes each battle closer to even, which is what is rated.
    close = _closer(favour)
    held = [
        name in ends and ends[name][0] <= 1000 + (value - 1000) * close <= ends[name][1] for name, value in true.items()
    ]
    known = [points[name] for name in true]
    return sum(held) / models, all(a is not None and b is not None and a < b for a, b in pairwise(known))


def _closer(favour: float) -> float:
    """How much smaller differences are by battles than by strengths, by a sum over the distribution of the favour."""
    if not favour:
        return 1.0
    spread, steps = favour * sqrt(2), [number / 50 for number in range(-300, 301)]
    weights = [2.718281828459045 ** (-step * step / 2) for step in steps]
    mean = sum(w * expected(APART + spread * step, 0.0) for w, step in zip(weights, steps, strict=True)) / sum(weights)
    from math import log10

    return 400 * log10(mean / (1 - mean)) / APART


if __name__ == "__main__":
    main()
