"""Planned: the words of `--plan`, and what the cases that were collected lack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_codeeval.core.column import Total, price
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.keptverdicts import KeptVerdicts
from pytest_codeeval.plugin.rehearsal.estimate import Estimate
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.reports.table import as_text

_HEADERS = ("model", "suite", "problems", "requests", "stored", "to send", "tokens in", "tokens out", "cost")


def lines_of(found: Sequence[Estimate], settings: Settings, sandbox: str) -> Iterator[str]:
    """Yield the table of models and suites, and what is to be said of its figures."""
    if found:
        yield from as_text(_HEADERS, [_row(one, settings) for one in found])
    sent = [one for one in found if not one.spec.scripted and settings.generates]
    asked = (one for one in found if one.spec.scripted or (one.left and settings.generates))
    for label, words in dict.fromkeys((one.spec.label, one.price) for one in asked):
        yield printable(f"price of {label}: {words}")
    if sent:
        yield "tokens in are estimated, at three bytes a token; tokens out and cost are the most that there can be"
    for one in found:
        if one.open_ended:
            yield printable(f"{one.spec.label} on {one.suite}: more requests may follow on what comes back")
        if one.judged and settings.judges:
            judges = ", ".join(judge.label for judge in settings.judges)
            judgments = counted(one.judged * len(settings.judges), "judgment")
            yield printable(
                f"{one.spec.label} on {one.suite}: {judgments} or more by {judges}, at a cost that is not known yet"
            )
    known = [one.cost for one in sent if one.cost is not None]
    if settings.max_cost is not None and sum(known) > settings.max_cost:
        yield f"--max-cost={settings.max_cost:g} may be passed: the run would stop there"
    if sandbox:
        yield f"sandbox: {sandbox}"


def _row(one: Estimate, settings: Settings) -> tuple[str, ...]:
    scripted = one.spec.scripted
    left = 0 if scripted or not settings.generates else one.left
    unknown = one.answered is None and left > 0
    return (
        printable(one.spec.label),
        printable(one.suite),
        f"{one.problems:,}",
        f"{one.requests:,}" + ("+" if one.open_ended else ""),
        "–" if scripted else f"{one.stored:,}",
        f"{left:,}",
        f"{one.asked:,.0f}" if left else "–",
        ("unknown" if unknown else f"{one.answered:,}") if left else "–",
        _cost(one) if left else "–",
    )


def _cost(one: Estimate) -> str:
    if one.spec.kind.local:
        return "none"
    return price(Total(unknown=1) if one.cost is None else Total(one.cost, 1))


def lacking(found: Sequence[Estimate], cases: Sequence[Case], settings: Settings, kept: KeptVerdicts) -> Iterator[str]:
    """Yield what the stages that were asked for lack of those before them."""
    if settings.generates:
        return
    if settings.checks:
        for one in found:
            if one.left and not one.spec.scripted:
                missing = counted(one.left, "answer is", "answers are")
                yield f"{missing} not stored of {one.spec.label} on {one.suite}; --stage=generate asks for that."
        return
    without: dict[tuple[str, str], int] = {}
    for case in cases:
        try:
            kept.turns(case)
        except CodeEvalError:
            key = case.spec.label, case.suite_name
            without[key] = without.get(key, 0) + 1
    for (label, suite), count in without.items():
        have = counted(count, "problem has", "problems have")
        yield f"{have} no verdict of {label} on {suite}; --stage=check brings them."
