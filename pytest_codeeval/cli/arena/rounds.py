"""Rounds: battles are chosen by what those before them have told, and played by one run of pytest after another."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from collections.abc import Collection, Sequence

from pytest_codeeval.cli.arena.plan import Bout, Plan
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.results.rating.battle import Battle
from pytest_codeeval.results.rating.choosing import next_pairs

_FIRST = 5
"""Battles of each pair in the first round: fewer questions give no interval."""
_PLAYED = (0, 1)  # exit codes of pytest after which there may be more to know


def play(command: Sequence[str], plan: Plan | None) -> int:
    """Run pytest until the bounds of a plan are reached, once without one; return its last exit code.

    What an earlier command left undecided is tried once more. A battle that cannot be decided is not tried again after
    that, and there is no further round once one has decided nothing. What an earlier command left decided is run once
    more, for which nobody is asked: only the run knows whether it was of these judges, models and questions.
    """
    if plan is None:
        return _run(command)
    planned, tried, code, ran = plan.planned(), set[Bout](), 0, False
    while True:
        decided = plan.decided()
        fresh = not _open(planned, decided, tried)
        why = plan.over(planned, decided) if fresh else ""
        if why and ran:
            print(printable(f"arena: {why}"))
            return code
        if fresh:
            more = _chosen(plan, planned, decided) if not why else [] if planned else map(_bout, decided)
            planned = [*planned, *more]
            plan.write(planned)
        print(f"arena: {counted(len(planned), 'battle')} of {plan.most} at most", flush=True)
        code = _run([*command, f"--codeeval-arena-pairs={plan.path}"])
        tried.update(planned)
        ran = True
        if code not in _PLAYED or (fresh and not why and len(plan.decided()) <= len(decided)):
            return code


def _open(planned: Sequence[Bout], decided: Sequence[Battle], tried: Collection[Bout] = ()) -> list[Bout]:
    """Return the battles that have not been decided, nor tried."""
    known = {_bout(battle) for battle in decided}
    return [bout for bout in planned if bout not in known and bout not in tried]


def _chosen(plan: Plan, planned: Sequence[Bout], decided: Sequence[Battle]) -> list[Bout]:
    """Return the battles that tell most, each over a question that its models have not met over."""
    count = max(len(plan.pairs), len(planned) // 2) if planned else _FIRST * len(plan.pairs)
    met = Counter((one, other) for _, one, other in planned)
    room = {pair: len(plan.questions) - met[pair] for pair in plan.pairs}
    unknown = [Battle(task, one, other, 0.5) for task, one, other in _open(planned, decided)]
    pairs = next_pairs(plan.players, [*decided, *unknown], min(count, plan.most - len(planned)), room)
    taken, found = {*planned}, []
    for one, other in pairs:
        ordered = list(plan.questions)
        random.Random(f"{one} {other}".encode("utf-8", "surrogatepass")).shuffle(ordered)  # noqa: S311 - no secret
        bout = next((task, one, other) for task in ordered if (task, one, other) not in taken)
        taken.add(bout)
        found.append(bout)
    return found


def _bout(battle: Battle) -> Bout:
    return battle.question, min(battle.first, battle.second), max(battle.first, battle.second)


def _run(command: Sequence[str]) -> int:
    """Run a command to its end, which Ctrl-C is for it alone to bring about."""
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
