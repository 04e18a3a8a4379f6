"""Case: one problem put to one model, the parameter of one item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_codeeval.benchmarks.instructions import continued
from pytest_codeeval.core.completion import Completion, CompletionRequest, Form
from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.generation.registry import ModelSpec
from pytest_codeeval.plugin.recordedtasks import RecordedTasks
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.scoring.code.calibration import Calibration
from pytest_codeeval.scoring.code.selftest import SelfTest

_NOT_KNOWN = "[The answers are recorded: what the model was asked is not known. The problem says:]"

Recorded = Mapping[str, Mapping[str, int]]
"""For each model label whose backend knows its tasks beforehand: how many samples of each there are."""


@dataclass(frozen=True, slots=True)
class Case:
    """One problem put to one model, with the requests of all its samples."""

    spec: ModelSpec
    suite: Suite
    suite_name: str
    problem: Problem
    requests: tuple[CompletionRequest, ...]

    @property
    def id(self) -> str:
        """The item's id: model and task."""
        return f"{self.spec.label}-{self.problem.task_id}"

    def asked(self, completions: Sequence[Completion]) -> str:
        """Return what the model was asked, as far as that is known, for who reads what it answered."""
        request = self.requests[0]
        if self.spec.backend == "replay":
            return f"{_NOT_KNOWN}\n\n{self.problem.prompt}"
        if request.prompt and all(completion.form is Form.CONTINUATION for completion in completions):
            return request.prompt
        return request.messages[-1]["content"]


@dataclass(frozen=True, slots=True)
class LoadedSuite:
    """A suite's dataset under the name that reports use: with its variant, as in `mbpp-sanitized`.

    `calibration` and `self_test` are what this machine has found out about it, once it has.
    """

    suite: Suite
    dataset: Dataset
    calibration: Calibration | None = None
    self_test: SelfTest | None = None

    @property
    def name(self) -> str:
        """The suite's name, with the part of it that was loaded."""
        variant = self.dataset.variant
        return f"{self.suite.name}-{variant}" if variant else self.suite.name

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that a solution can be graded on here."""
        skipped = self.dataset.skipped
        return tuple(problem for problem in self.dataset.problems if problem.task_id not in skipped)

    def to_json(self) -> dict[str, Any]:
        """Return what a report has to know of the dataset, as plain JSON values."""
        part, ids = self.dataset.scored or ("", frozenset())
        return {
            "suite": self.name,
            "language": self.dataset.problems[0].language if self.dataset.problems else self.suite.language,
            "languages": self._languages() if len(self._languages()) > 1 else {},
            "sha256": self.dataset.sha256,
            "source": self.dataset.source,
            "problems": len(self.problems),
            "faults": dict(self.dataset.faults),
            "skipped": dict(self.dataset.skipped),
            "scored_name": f"{self.name}-{part}" if part else "",
            "scored_ids": sorted(ids),
            "self_test": self.self_test.to_json() if self.self_test else None,
            "raised_limits": self.calibration.raised(self.problems) if self.calibration else {},
        }

    def _languages(self) -> dict[str, list[str]]:
        """Return the tasks of each language."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for problem in self.problems:
            found[canonical(problem.language)].append(problem.task_id)
        return dict(found)


def load_suite(suite: Suite, settings: Settings) -> LoadedSuite:
    """Load the part of a suite that the settings ask for.

    Raises UsageError for a part it has not, DatasetError for what is wrong with its data.
    """
    split = settings.split_of(suite.name, suite.splits)
    request = DataRequest(settings.data, split, settings.dataset, settings.language)
    return LoadedSuite(suite, suite.load(request))


def make_cases(loaded: LoadedSuite, settings: Settings, recorded: Recorded) -> tuple[list[Case], list[str]]:
    """Return the cases of a suite for all models, and why a model has none.

    Problems that a recording does not hold are left out.
    """
    cases: list[Case] = []
    missing: list[str] = []
    problems = loaded.problems[: settings.limit]
    for spec in settings.models:
        counts = recorded.get(spec.label)
        tasks = None if counts is None else RecordedTasks(loaded, counts)
        if spec.backend == "reference" and problems and not any(problem.canonical_solution for problem in problems):
            missing.append(f"{loaded.name} comes without canonical solutions, which are what {spec.label} answers with")
            continue
        found = [case for problem in problems if (case := _case(loaded, problem, spec, settings, tasks)) is not None]
        if tasks is not None and problems and not found:
            missing.append(tasks.lacking(spec.label))
        cases.extend(found)
    return cases, missing


def _case(
    loaded: LoadedSuite, problem: Problem, spec: ModelSpec, settings: Settings, tasks: RecordedTasks | None
) -> Case | None:
    suite = loaded.suite
    samples, script = settings.samples or 1, ""
    if tasks is not None:
        script = tasks.id_of(problem)
        if not script:
            return None
        samples = tasks.samples_of(script, settings.samples, fewer=settings.fewer_samples)
    elif spec.backend == "reference":
        script = reference(problem)
    message = {"role": "user", "content": suite.instruction(problem)}
    prompt, prompt_stop = continued(problem) if spec.mode != "chat" else ("", ())
    first = CompletionRequest(
        backend=spec.backend,
        model=spec.model,
        messages=(message,),
        params=settings.params,
        endpoint=spec.endpoint,
        suite=loaded.name,
        task_id=problem.task_id,
        script=script,
        mode=spec.mode,
        prompt=prompt,
        prompt_stop=prompt_stop,
        args=spec.request_args,
    )
    requests = tuple(replace(first, sample_index=index) for index in range(samples))
    return Case(spec, suite, loaded.name, problem, requests)
