"""The self-test of a suite of programs: canonical solutions must pass, as models answer, and mutants fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from pytest_codeeval.core.inputoutput import has_checker
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.selftest import AS_ANSWER, SAMPLE, SelfTest
from pytest_codeeval.core.verdict import Cause, Verdict
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.scoring.code.calibration import PATIENCE, check_canonical, gradable, seconds_of
from pytest_codeeval.scoring.code.chat_forms import FORMS, answered
from pytest_codeeval.scoring.code.mutants import ALWAYS_EQUAL, Mutant, mutants

_SECONDS = 1.0  # after which the quick form begins no further mutant
_LONGEST_DETAIL = 300
_UNTRIED = "no wrong solution could be made of the canonical ones"


def self_test(
    runner: Runner,
    problems: Sequence[Problem],
    cpu_seconds_of: Callable[[Problem], float],
    *,
    quick: bool,
    every: bool = False,
) -> SelfTest:
    """Run canonical solutions and their mutants: of all problems, or of a few spread evenly over them (`quick`).

    With `every` that has all canonical solutions too, and few mutants. Raises SandboxError where the machinery failed.
    """
    start = time.monotonic()
    able = gradable(problems)
    tried = _spread(able, cpu_seconds_of) if quick and not every else able
    verdicts = [
        _answered(runner, problem, FORMS[number % len(FORMS)], cpu_seconds_of(problem), patient=not quick)
        for number, problem in enumerate(tried)
    ]
    seconds = seconds_of(tried, verdicts)
    failures = [
        (problem.task_id, _said(verdict))
        for problem, verdict in zip(tried, verdicts, strict=True)
        if not verdict.passed
    ]

    def survives(problem: Problem, mutant: Mutant, first: bool) -> bool | None:
        if quick and not first and time.monotonic() - start > _SECONDS:
            return None
        # Some loop where the canonical solution ends, and there are many of them.
        limit = min(cpu_seconds_of(problem), max(0.5, PATIENCE * seconds[problem.task_id]))
        verdict = runner.check(problem, mutant.code, limit)
        # Where the solution sits beside its tests they cannot but believe its objects: the verdict says so itself.
        return verdict.passed and not (verdict.weak and mutant.name == ALWAYS_EQUAL)

    passing = [problem for problem in tried if problem.task_id in seconds]
    jobs = [(problem, mutant) for number, problem in enumerate(passing) for mutant in _chosen(problem, number, quick)]
    survived = [survives(*job, first=number == 0) for number, job in enumerate(jobs)]
    checked = [problem for problem in problems if has_checker(problem)]
    checked = checked if every or not quick else checked[:SAMPLE]
    taken = [(problem.task_id, f"its checker takes {what}") for problem in checked for what in _taken(runner, problem)]
    # Where canonical solutions fail that is what there is to say.
    untried = not jobs and any(problem.language == "python" for problem in passing)
    return SelfTest(
        quick,
        len(tried),
        sum(found is not None for found in survived) + len(checked),
        len(problems) - len(able),
        tuple(failures),
        (
            *((problem.task_id, mutant.name) for (problem, mutant), found in zip(jobs, survived, strict=True) if found),
            *taken,
        ),
        round(time.monotonic() - start, 3),
        _UNTRIED if untried else "",
        canonical_seconds=seconds,
    )


def _taken(runner: Runner, problem: Problem) -> list[str]:
    """Return the wrong outputs that a problem's checker takes, if the runner can tell."""
    ask = getattr(runner, "taken", None)
    return ask(problem) if ask is not None else []


def _answered(runner: Runner, problem: Problem, form: str, cpu_seconds: float, *, patient: bool) -> Verdict:
    """Return the verdict on the canonical solution as it is taken from a chat answer of one form.

    One that fails is run as it stands too, so that it is told whose fault that is.
    """
    program = answered(problem, form).code
    verdict = program and check_canonical(runner, problem, cpu_seconds, patient=patient, program=program)
    if verdict and verdict.passed:
        return verdict
    bare = check_canonical(runner, problem, cpu_seconds, patient=patient)
    if not bare.passed:
        return bare
    said = _said(verdict) if verdict else "no code was found"
    return replace(verdict or bare, cause=Cause.EXCEPTION, detail=f"{AS_ANSWER} ({form}): {said}")


def together(found: Sequence[SelfTest]) -> SelfTest:
    """Return as one what self-tests of a suite's problems, language by language, have found; there is at least one."""
    first, *others = found
    for other in others:
        first = SelfTest(
            first.quick,
            first.tried + other.tried,
            first.mutants + other.mutants,
            first.skipped + other.skipped,
            first.failures + other.failures,
            first.survivors + other.survivors,
            round(first.seconds + other.seconds, 3),
            canonical_seconds={**first.canonical_seconds, **other.canonical_seconds},
        )
    return first


def _said(verdict: Verdict) -> str:
    cause = verdict.cause.value.replace("_", " ")
    return (f"{cause}: {verdict.detail}" if verdict.detail else cause)[:_LONGEST_DETAIL]


def _spread(problems: Sequence[Problem], cpu_seconds_of: Callable[[Problem], float]) -> list[Problem]:
    """Return up to eight problems, evenly spaced from first to last; those allowed more than usual are slow."""
    limits = sorted(map(cpu_seconds_of, problems)) or [0.0]
    usual = limits[(len(limits) - 1) // 2]
    fast = [problem for problem in problems if cpu_seconds_of(problem) <= usual]
    count = min(SAMPLE, len(fast))
    return [fast[number * (len(fast) - 1) // max(count - 1, 1)] for number in range(count)]


def _chosen(problem: Problem, number: int, quick: bool) -> list[Mutant]:
    """Return the mutants to be tried; of a quick test's problems one in four has all, the others one each in turn."""
    found = mutants(problem)
    if not quick or number % (SAMPLE // 2) == 0 or not found:
        return found
    return [found[number % len(found)]]
