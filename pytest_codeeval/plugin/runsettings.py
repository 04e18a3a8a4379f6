"""What a run was asked, as names and values that a reader of its scores has to know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_codeeval import __version__
from pytest_codeeval.core.column import Total, price
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.plugin.commandline import command_line, without_keys
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.reports.suitescore import SuiteScore

_HASH = 12
Row = tuple[str, str]


def run_settings(
    settings: Settings,
    isolation: TierReport,
    datasets: Mapping[str, Mapping[str, Any]],
    scores: Sequence[SuiteScore],
    arguments: Sequence[str],
) -> list[Row]:
    """Return names and values, safe to print, and without keys; `scores` are those of whole suites."""
    rows = [
        *(("Model", _model(spec)) for spec in settings.models),
        *(("Judge", _model(spec)) for spec in settings.judges),
        *_of_models(settings),
        *_of_suites(settings),
        *(("Dataset", _dataset(suite, about)) for suite, about in datasets.items()),
        ("Sandbox", f"{isolation.name}{' (verdicts are weak)' if isolation.weak else ''}"),
        *_usage(scores),
        ("Version", f"pytest-codeeval {__version__}"),
        ("Command", command_line(arguments)),
    ]
    return [(name, without_keys(printable(value))) for name, value in rows]


def _model(spec: ModelSpec) -> str:
    at = f" at {', '.join(spec.endpoints)}" if spec.endpoints else ""
    taken = f", taken as {spec.resolved}" if spec.resolved else ""
    return f"{spec.label} ({spec.backend}{at}{taken}{', its answers stand on this machine' * spec.scripted})"


def _of_models(settings: Settings) -> Iterator[Row]:
    """Yield how models were asked, each by itself if a config file tells them apart."""
    if not settings.own:
        yield from _sampling(settings)
    for label, own in settings.own.items():
        yield from ((f"{name} ({label})", value) for name, value in _sampling(own))


def _of_suites(settings: Settings) -> Iterator[Row]:
    """Yield what held for single suites, splits apart, which are in their names."""
    for suite, own in settings.suites.items():
        yield f"Settings of {suite}", ", ".join(f"{name} {value}" for name, value in own.items())


def _sampling(settings: Settings) -> Iterator[Row]:
    params, given = settings.params, settings.given
    if not all(spec.scripted for spec in settings.models):
        unless = {name: "" if name in given else ", unless the suite asks for another" for name in _GIVEN}
        yield "Temperature", _or_own(params.temperature) + unless["temperature"]
        yield (
            "Tokens an answer",
            ("no bound" if params.max_tokens is None else f"{params.max_tokens}") + unless["max_tokens"],
        )
        for name, value in (
            ("Top p", params.top_p),
            ("Seed", params.seed),
            ("Stop", ", ".join(map(repr, params.stop))),
        ):
            if value not in (None, ""):
                yield name, str(value)
        modes = sorted({spec.mode for spec in settings.models if not spec.scripted})
        yield "Asked by", ", ".join(modes)
    recorded = ", or all that are recorded" if any(spec.scripted for spec in settings.models) else ""
    yield "Samples a problem", str(settings.samples) if settings.samples else f"1{recorded}"
    more = {
        "Protocol": settings.protocol,
        "Solved examples": settings.shots or "",
        "System prompt": settings.system,
        "Choices shuffled by": "" if settings.shuffle_choices is None else settings.shuffle_choices,
        "Only the first": counted(settings.limit, "problem") + " of each suite" if settings.limit else "",
        "Further inputs": f"{settings.fuzz} a problem" if settings.fuzz else "",
    }
    yield from ((name, str(value)) for name, value in more.items() if value != "")


_GIVEN = ("temperature", "max_tokens")


def _or_own(value: float | None) -> str:
    return "the model's own" if value is None else f"{value:g}"


def _dataset(suite: str, about: Mapping[str, Any]) -> str:
    known = [counted(about["problems"], "problem")] if isinstance(about.get("problems"), int) else []
    known += [f"sha256 {str(about['sha256'])[:_HASH]}"] if about.get("sha256") else []
    source = str(about.get("source") or "")
    known += ["shipped with the package" if source == "package" else source] if source else []
    return f"{suite}: {', '.join(known)}"


def _usage(scores: Sequence[SuiteScore]) -> Iterator[Row]:
    asked, given, cost = (
        Total.of([score.total_of(name) for score in scores]) for name in ("prompt_tokens", "completion_tokens", "cost")
    )
    if asked.sum or given.sum:
        yield "Tokens", f"{asked.sum:,.0f} in, {given.sum:,.0f} out"
    if cost.known or given.sum:
        yield "Cost", price(cost) if cost.known else "unknown"
