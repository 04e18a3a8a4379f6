"""What is found out about a suite before its first item: whether its scores can be believed, and its CPU limits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from pytest_codeeval.core.errors import BrokenTests, DatasetError
from pytest_codeeval.core.inputoutput import has_checker
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.selftest import AS_ANSWER, SelfTest
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from pytest_codeeval.plugin.runners import Runners
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.scoring.code.calibration import Calibration, calibrate, gradable
from pytest_codeeval.scoring.code.suite_record import RecordFile, SuiteRecord, record_key

_PATIENCE = {"quick": 60.0, "full": 3600.0}


def prepared(
    loaded: LoadedSuite, runners: Mapping[str, Runner], selected: Collection[str], settings: Settings, run: str
) -> LoadedSuite:
    """Return the suite with its calibration and self-test, from the record where it has them, else done now.

    `runners` are by the languages of the problems that can be tried, `selected` the ids of the tasks that are run. Of
    the processes of one `run` (its id, empty for a run of one process) the first does the work, and the others wait for
    its record.
    """
    full = settings.self_test == "full"
    sandbox = SandboxChoice(settings.sandbox, settings.allow_packages)
    file = RecordFile(settings.cache, record_key(loaded.name, loaded.suite, loaded.dataset, runners, sandbox))
    record = file.read()
    if not _enough(record, settings, run):
        with file.locked(_PATIENCE["full" if full or settings.calibrate else "quick"]):
            record = file.read()
            if not _enough(record, settings, run):
                record = _find_out(loaded, runners, selected, settings, replace(record, run=run))
                if record.self_test is None or not record.self_test.error:
                    file.write(record)
    tested = record.self_test if settings.self_test != "off" else None
    return replace(loaded, calibration=Calibration(loaded.suite, record.seconds), self_test=tested)


def _enough(record: SuiteRecord, settings: Settings, run: str) -> bool:
    """Whether a record holds all that a run asks for; what is asked for expressly has to be of this run."""
    if settings.self_test == "full" or settings.calibrate:
        return bool(run) and record.run == run
    return record.self_test is not None and record.self_test.wide


def _find_out(
    loaded: LoadedSuite,
    runners: Mapping[str, Runner],
    selected: Collection[str],
    settings: Settings,
    record: SuiteRecord,
) -> SuiteRecord:
    # Here, as what a machine knows of a suite already is not tried again by its workers.
    from pytest_codeeval.scoring.code.selftest import self_test, together

    parts = [(runner, [one for one in loaded.problems if one.language == name]) for name, runner in runners.items()]
    full = settings.self_test == "full"
    try:
        if settings.calibrate:
            limits = Calibration(loaded.suite, record.seconds)
            measured = [calibrate(runner, problems, limits.limit_of) for runner, problems in parts]
            record = replace(record, seconds={task_id: found for part in measured for task_id, found in part.items()})
        if full or (settings.self_test == "quick" and not (record.self_test and record.self_test.wide)):
            limits = Calibration(loaded.suite, record.seconds)
            among = selected if full else None
            found = []
            for runner, problems in parts:
                tried = [problem for problem in problems if _is_tried(loaded, problem, among)]
                found.append(self_test(runner, tried, limits.limit_of, quick=not full, every=loaded.dataset.strict))
            tested = together(found)
            seconds = {**record.seconds, **tested.canonical_seconds}
            record = replace(record, seconds=seconds, self_test=tested)
    except Exception as error:
        # Whatever broke breaks at the items too, and is reported there.
        said = printable(f"{type(error).__name__}: {error}", limit=300)
        record = replace(record, self_test=SelfTest(not full, error=said))
    return record


def _is_tried(loaded: LoadedSuite, problem: Problem, selected: Collection[str] | None) -> bool:
    """Problems that are broken as published are known to be."""
    return problem.task_id not in loaded.dataset.faults and (selected is None or problem.task_id in selected)


def sound(loaded: LoadedSuite, runners: Runners, settings: Settings, run: str) -> LoadedSuite:
    """Return a suite whose own solutions pass, all of which the self-test has tried.

    Raises DatasetError naming the first problem whose solution does not.
    """
    if settings.self_test == "off":
        return loaded
    if made := runners.among(gradable_languages(loaded)):
        loaded = prepared(loaded, made, [problem.task_id for problem in loaded.problems], settings, run)
    tested = loaded.self_test
    if tested is not None and tested.error.startswith(f"{BrokenTests.__name__}: "):
        raise DatasetError(f"{loaded.dataset.source}: {tested.error.partition(': ')[2]}; mend it.")
    found = tested.failures if tested else ()
    failures = [(task_id, said) for task_id, said in found if AS_ANSWER not in said]
    if failures:
        task_id, said = failures[0]
        more = f" ({counted(len(failures) - 1, 'more problem')} like that)" if len(failures) > 1 else ""
        place = loaded.dataset.places.get(task_id, task_id)
        raise DatasetError(
            f"{place}: its own solution fails its tests ({said}); mend one of the two, "
            f"or run it all the same with --self-test=off{more}"
        )
    return loaded


def untried(loaded: LoadedSuite) -> SelfTest:
    """Return what there is to say of a full self-test of a suite that gives nothing to try."""
    said = "no problem has both a test and a canonical solution"
    return SelfTest(quick=False, skipped=len(loaded.problems), error=said)


def gradable_languages(loaded: LoadedSuite) -> set[str]:
    """Return the languages of the problems that a self-test can try."""
    checked = filter(has_checker, loaded.problems)  # whose checkers are tried without a solution
    return {problem.language for problem in (*gradable(loaded.problems), *checked)}


def answer_tested(
    loaded: LoadedSuite, runner_of: Callable[[str], Runner], selected: Collection[str], settings: Settings
) -> LoadedSuite:
    """Return a suite of answers in words with its self-test."""
    if settings.self_test == "off":
        return loaded
    from pytest_codeeval.scoring.answertest import SandboxTools, answer_test

    full = settings.self_test == "full"
    tried = [problem for problem in loaded.problems if not full or problem.task_id in selected]
    if all(loaded.scorer(problem).judged for problem in tried):
        return loaded
    tools = SandboxTools(
        lambda problem, code: runner_of(problem.language).check(problem, code, loaded.suite.timeout_of(problem))
    )
    return replace(loaded, self_test=answer_test(loaded.scorer, tried, tools, quick=not full))
