"""Compares ratings with those of FastChat's own code, on battles made from known strengths.

    python perf/rating_agreement.py FASTCHAT > perf/rating_agreement.md

FASTCHAT is a clone of FastChat, of which `fastchat/serve/monitor/rating_systems.py` is run; it needs numpy, pandas,
scipy and tqdm.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from statistics import fmean
from typing import Any

from pytest_codeeval.results.rating.battle import Battle
from pytest_codeeval.results.rating.bradley_terry import expected, rated
from pytest_codeeval.results.rating.elo import elo
from pytest_codeeval.results.rating.style import styled

SIZES = ((3, 80), (6, 40), (12, 30), (20, 20))
_NAMES = {"winner": {1.0: "model_a", 0.5: "tie", 0.0: "model_b"}}


def main(clone: Path) -> None:
    """Print the largest differences as Markdown."""
    theirs = _module(clone / "fastchat" / "serve" / "monitor" / "rating_systems.py")
    print("# Ratings against FastChat's own code\n")
    print("Battles of all pairs over some questions, a fifth of them ties, from known strengths. Largest difference in")
    print(
        "points; where a mean of 1000 is ours, theirs is moved to it. With style each battle is there both ways around,"
    )
    print("as FastChat moves features to a mean of 0 and we do not.\n")
    print("| models | questions | battles | online Elo | Bradley-Terry | with style |\n|---|---|---|---|---|---|")
    for models, questions in SIZES:
        battles = made(models, questions, seed=models)
        frame, both_ways = _frame(battles), [*battles, *map(mirrored, battles)]
        ours: list[dict[str, Any]] = [dict(elo(battles)), dict(rated(battles).points), dict(styled(both_ways).points)]
        styles = theirs.compute_style_control(_frame(both_ways))[0]
        found = [theirs.compute_elo(frame), theirs.compute_bt(frame), styles]
        gaps = [
            _gap(one, dict(other), moved=number > 0)
            for number, (one, other) in enumerate(zip(ours, found, strict=True))
        ]
        print(f"| {models} | {questions} | {len(battles)} | " + " | ".join(f"{gap:.1e}" for gap in gaps) + " |")


def made(models: int, questions: int, seed: int) -> list[Battle]:
    """Return battles of all pairs over all questions."""
    chance = random.Random(seed)
    strengths = {f"model-{number}": 1000 + 30 * number for number in range(models)}
    found = []
    for question in range(questions):
        for first in strengths:
            for second in strengths:
                if first < second:
                    length = chance.randrange(20, 900), chance.randrange(20, 900)
                    share = expected(strengths[first], strengths[second])
                    won = 0.5 if chance.random() < 0.2 else float(chance.random() < share)
                    styles = {"length": (float(length[0]), float(length[1]))}
                    styles |= {name: (float(chance.randrange(9)), float(chance.randrange(9))) for name in _COUNTS}
                    found.append(Battle(str(question), first, second, won, styles))
    return found


def mirrored(battle: Battle) -> Battle:
    """Return a battle with its sides changed."""
    styles = {name: (other, one) for name, (one, other) in battle.styles.items()}
    return Battle(battle.question, battle.second, battle.first, 1 - battle.won, styles)


_COUNTS = {"headers": "header_count_{}", "lists": "list_count_{}", "bold": "bold_count_{}"}


def _frame(battles: list[Battle]) -> Any:
    import pandas

    def about(battle: Battle) -> dict[str, int]:
        keys = {"length": "sum_assistant_{}_tokens", **_COUNTS}
        return {
            key.format(side): int(battle.styles[name][number])
            for name, key in keys.items()
            for number, side in enumerate("ab")
        }

    rows = [(one.first, one.second, _NAMES["winner"][one.won], about(one)) for one in battles]
    return pandas.DataFrame(rows, columns=["model_a", "model_b", "winner", "conv_metadata"])


def _gap(ours: dict[str, Any], theirs: dict[str, Any], moved: bool) -> float:
    by = fmean(theirs.values()) - fmean(ours.values()) if moved else 0.0
    return max(abs(theirs[name] - by - ours[name]) for name in ours)


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("rating_systems", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is not there; give the path of a clone of FastChat.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
