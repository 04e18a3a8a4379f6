"""Measures how often the intervals of ratings hold the true rating, and how often the order is found.

    python perf/rating_coverage.py [--arenas 400] > perf/rating_coverage.md

Each arena has battles of all pairs over some questions, from strengths 60 points apart; each question favours some
models, so that the battles over one are not independent. Some arenas have ties, whoever is stronger.
"""

from __future__ import annotations

import argparse
import random
from itertools import combinations, pairwise
from math import exp, log10, sqrt

from pytest_codeeval.results.rating.battle import Battle
from pytest_codeeval.results.rating.bradley_terry import expected, rated
from pytest_codeeval.results.rating.intervals import intervals_of

APART, RESAMPLES = 60.0, 200
ROWS = (  # models, questions, points by which a question favours, share of ties
    *((3, 10, favour, 0.0) for favour in (0.0, 60.0, 100.0, 200.0)),
    (3, 10, 100.0, 0.3),
    *((models, questions, favour, 0.0) for models, questions in ((2, 10), (3, 80), (4, 20)) for favour in (0.0, 100.0)),
    (4, 80, 100.0, 0.0),
    (4, 80, 100.0, 0.3),
    *((models, questions, favour, 0.0) for models, questions in ((6, 40), (10, 80)) for favour in (0.0, 100.0)),
)


def main() -> None:
    """Print a table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arenas", type=int, default=400)
    arenas = parser.parse_args().arenas
    print("# Coverage of the intervals of ratings\n")
    print(f"{RESAMPLES} resamples, models {APART:.0f} points apart; the interval is to hold 95 %.")
    print("In brackets the standard error of the share, the models of an arena counted as one.\n")
    print("| models | questions | a question favours by (points) | ties | arenas | held | order of all found |")
    print("|---|---|---|---|---|---|---|")
    for models, questions, favour, ties in ROWS:
        count = arenas if models * questions < 400 else arenas // 2
        tried = (_tried(models, questions, favour, ties, seed) for seed in range(count))
        shares, orders = zip(*tried, strict=True)
        share = sum(shares) / count
        error = sqrt(sum((one - share) ** 2 for one in shares)) / count
        held, order = f"{share:.1%} (±{error:.1%})", sum(orders) / count
        print(f"| {models} | {questions} | {favour:.0f} | {ties:.0%} | {count} | {held} | {order:.0%} |", flush=True)


def _tried(models: int, questions: int, favour: float, ties: float, seed: int) -> tuple[float, bool]:
    chance = random.Random(seed)
    true = {f"m{number}": 1000 + APART * (number - (models - 1) / 2) for number in range(models)}
    battles = []
    for question in range(questions):
        today = {name: points + chance.gauss(0, favour) for name, points in true.items()}
        for one, other in combinations(true, 2):
            won = 0.5 if chance.random() < ties else float(chance.random() < expected(today[one], today[other]))
            battles.append(Battle(str(question), one, other, won))
    points = rated(battles).points
    ends = intervals_of(battles, RESAMPLES, seed).ends
    # A question's favour and ties make each battle closer to even, which is what is rated.
    close = _closer(favour, ties)
    held = [
        name in ends and ends[name][0] <= 1000 + (value - 1000) * close <= ends[name][1] for name, value in true.items()
    ]
    known = [points[name] for name in true]
    return sum(held) / models, all(a is not None and b is not None and a < b for a, b in pairwise(known))


def _closer(favour: float, ties: float) -> float:
    """How much smaller differences are by battles than by strengths, by a sum over the distribution of the favour."""
    spread, steps = favour * sqrt(2), [number / 50 for number in range(-300, 301)]
    weights = [exp(-step * step / 2) for step in steps]
    won = sum(w * expected(APART + spread * step, 0.0) for w, step in zip(weights, steps, strict=True)) / sum(weights)
    mean = (1 - ties) * won + ties / 2
    return 400 * log10(mean / (1 - mean)) / APART


if __name__ == "__main__":
    main()
