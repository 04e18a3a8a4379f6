"""Judged: problems whose tests cannot tell anything, or not well, are the user's to mend, before a model is asked."""

from __future__ import annotations

import warnings
from collections.abc import Callable

from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.plugin.case import Case
from pytest_codeeval.plugin.judges import judges_for
from pytest_codeeval.plugin.keptverdicts import KeptVerdicts
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from pytest_codeeval.plugin.runners import Runners
from pytest_codeeval.plugin.settings import Settings

_SHOWN = 10
_PUBLISHED = "pytest_codeeval.benchmarks."


class WeakTestsWarning(UserWarning):
    """Tests that can be judged by strongly only if a canonical solution comes with them."""


def demand_judged(loaded: LoadedSuite, runner_of: Callable[[str], Runner]) -> None:
    """Raise DatasetError naming the first problem by whose tests no solution can be judged.

    A runner that can tell says so by `objection(problem)`. What is broken as published is known to be, and benchmarks
    that come with the package are looked at by its tests, not in each worker of each run.
    """
    dataset = loaded.dataset
    module = getattr(loaded.suite.load, "__module__", "")
    if not dataset.places and module.startswith(_PUBLISHED):
        return
    tried = [problem for problem in loaded.problems if problem.test and problem.task_id not in dataset.faults]
    objectors = {language: getattr(runner_of(language), "objection", None) for language in {p.language for p in tried}}
    able = [(problem, ask) for problem in tried if (ask := objectors[problem.language]) is not None]
    found = [(problem.task_id, objection) for problem, ask in able if (objection := ask(problem)) is not None]
    if not found:
        return
    task_id, first = found[0]
    packages = ",".join(sorted({name for _, objection in found for name in objection.packages}))
    said = f"{dataset.places.get(task_id) or f'{loaded.name}, {task_id}'}: {first.reason}"
    if first.packages:
        said += f"; allow what all tests import with --allow-packages={packages}, or leave such rows out"
    raise DatasetError(f"{said} ({counted(len(found) - 1, 'more row')} cannot be judged)" if len(found) > 1 else said)


def warn_of_weak_tests(loaded: LoadedSuite, runner_of: Callable[[str], Runner]) -> None:
    """Warn of the rows whose tests do more than pass values, and that have no canonical solution.

    A runner that can tell says so by `wants_canonical(problem)`.
    """
    tried = [p for p in loaded.problems if p.language == "python" and p.test and not p.canonical_solution]
    wants = getattr(runner_of("python"), "wants_canonical", None) if tried else None
    found = [(problem.task_id, reasons) for problem in tried if wants is not None and (reasons := wants(problem))]
    if found:
        named = "; ".join(f"{task_id} {reasons[0]}" for task_id, reasons in found[:_SHOWN])
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        warning = (
            f"{loaded.name}: tests that do more than pass values and have no canonical_solution beside them may make "
            f"passes weak, or fail a right solution; give one to {named}{more}"
        )
        # pytest-xdist carries warnings, and no lone surrogates.
        warnings.warn(printable(warning), WeakTestsWarning, stacklevel=1)


def wanting(case: Case, settings: Settings, runners: Runners, kept: KeptVerdicts) -> str:
    """Return for want of what a case has no score in this run, in words; nothing where it can have one.

    Where nothing is scored, a verdict of before is shown whatever it came about by.
    """
    if not settings.shows:
        return ""
    reason = ""
    if not _has_judge(case, settings):
        reason = f"{case.suite_name} needs a judge that is a model: name one with --judge"
    elif not settings.checks and case.problem.test:
        reason = runners.lacking([case.problem.language])
    return "" if reason and not settings.checks and kept.has(case) else reason


def _has_judge(case: Case, settings: Settings) -> bool:
    """Whether a case needs no judge, or has one; the scripted one only knows what it has words for."""
    if not case.scorer.judged:
        return True
    judges = judges_for(settings.models, settings.judges)
    return any(not judge.scripted or case.problem.extra.get("keywords") for judge in judges)
