"""LoadedSuite: a suite with its dataset, and what this machine has found out about it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_codeeval.benchmarks.instructions import continued
from pytest_codeeval.core.errors import DatasetError, UsageError, nearest
from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.scorer import Scorer
from pytest_codeeval.core.selftest import SelfTest
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.plugin.judges import described, judges_for
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.scoring.code.calibration import Calibration
from pytest_codeeval.scoring.code.scorer import CODE, CodeScorer


@dataclass(frozen=True, slots=True)
class LoadedSuite:
    """A suite's dataset under the name that reports use: with its variant, as in `mbpp-sanitized`.

    `calibration` and `self_test` are what this machine has found out about it, once it has. `judges` are those that
    score it, with where and how they are asked; `overridden` are the settings that it asks for and the user gives.
    `tools` says by model how that is told of the suite's tools, once there are cases.
    """

    suite: Suite
    dataset: Dataset
    calibration: Calibration | None = None
    self_test: SelfTest | None = None
    judges: tuple[str, ...] = ()
    shuffled: int | None = None
    overridden: tuple[str, ...] = ()
    tools: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The suite's name, with the part of it that was loaded and the protocol that it is run by."""
        variant, protocol = self.dataset.variant, self.suite.protocol
        name = f"{self.suite.name}-{variant}" if variant else self.suite.name
        return f"{name}@{protocol.name}" if protocol else name

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that an answer can be scored on here."""
        skipped = self.dataset.skipped
        return tuple(problem for problem in self.dataset.problems if problem.task_id not in skipped)

    def scorer(self, problem: Problem) -> Scorer:
        """Return what scores a problem."""
        scorer, protocol = self.suite.scorer or CODE, self.suite.protocol
        if protocol and isinstance(scorer, CodeScorer):
            scorer = scorer.under(protocol)
        return scorer.for_problem(problem)

    def prompt(self, problem: Problem) -> Prompt:
        """Return how a problem is put to a model."""
        found = self.suite.prompt(problem)
        if isinstance(found, Prompt):
            return found
        text, stop = continued(problem) if self.suite.scorer is None else ("", ())
        return Prompt((found,), text=text, stop=stop)

    @property
    def is_code(self) -> bool:
        """Whether answers are programs."""
        return self.suite.scorer is None or isinstance(self.suite.scorer, CodeScorer)

    @property
    def is_arena(self) -> bool:
        """Whether answers of several models are set side by side."""
        return self.suite.scorer is not None and self.suite.scorer.battles

    def to_json(self) -> dict[str, Any]:
        """Return what a report has to know of the dataset, as plain JSON values."""
        part, ids = self.dataset.scored or ("", frozenset())
        return {
            "suite": self.name,
            "language": self._language,
            "languages": self._languages() if len(self._languages()) > 1 else {},
            "parts": self._parts(),
            "sha256": self.dataset.sha256,
            "source": self.dataset.source,
            "problems": len(self.dataset.problems),
            "faults": dict(self.dataset.faults),
            "skipped": dict(self.dataset.skipped),
            "scored_name": f"{self.name}-{part}" if part else "",
            "scored_ids": sorted(ids),
            "self_test": self.self_test.to_json() if self.self_test else None,
            "raised_limits": self.calibration.raised(self.problems) if self.calibration else {},
            "metrics": [metric.to_json() for metric in self.suite.measured_by],
            "note": "; ".join(filter(None, (*self._protocol, self.suite.note, self.dataset.note))),
            "judges": list(self.judges),
            "shuffled": self.shuffled,
            "overridden": list(self.overridden),
            "tools": dict(self.tools),
            **({"battles": True} if self.is_arena else {}),
        }

    @property
    def _protocol(self) -> tuple[str, ...]:
        protocol = self.suite.protocol
        return (f"by the rules of {protocol.name} ({protocol.about})",) if protocol else ()

    @property
    def _language(self) -> str:
        if not self.is_code:
            return ""
        return self.dataset.problems[0].language if self.dataset.problems else self.suite.language

    def _parts(self) -> dict[str, list[str]]:
        """Return the tasks of each part."""
        skipped = self.dataset.skipped
        return {name: [one for one in ids if one not in skipped] for name, ids in self.dataset.parts.items()}

    def _languages(self) -> dict[str, list[str]]:
        """Return the tasks of each language."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for problem in self.problems if self.is_code else ():
            found[canonical(problem.language)].append(problem.task_id)
        return dict(found)


def as_asked(suite: Suite, settings: Settings) -> Suite:
    """Return the suite that stands for this one in the way that models are asked.

    Raises UsageError for a protocol that it has not.
    """
    asked, name = (settings.scores and suite.scored) or suite, settings.protocol
    if not name:
        return asked
    if name not in asked.protocols:
        known = ", ".join(asked.protocols)
        has = f"has {known}{nearest(name, asked.protocols)}; name one of these" if known else "has none; leave it out"
        raise UsageError(f"--protocol={name}: {suite.name} {has}.")
    return asked.under(asked.protocols[name])


def load_suite(suite: Suite, settings: Settings) -> LoadedSuite:
    """Load the part of a suite that the settings ask for.

    Raises UsageError for a part it has not, DatasetError for what is wrong with its data.
    """
    split = settings.split_of(suite.name, suite.splits)
    about = settings.data, split, settings.dataset, settings.language, settings.shots, settings.allow_packages
    dataset = suite.load(DataRequest(*about))
    if suite.protocol and suite.protocol.select:
        if split:
            raise UsageError(
                f"--split={split}: --protocol={settings.protocol} says what is run of {suite.name}; leave it out."
            )
        dataset = suite.protocol.select(dataset)
    if settings.shots and not dataset.note:
        raise UsageError(f"--shots={settings.shots}: {suite.name} has no examples; leave it out.")
    # Of two that share one only the first would count.
    (task_id, times), *_ = Counter(problem.task_id for problem in dataset.problems).most_common(1) or [("", 0)]
    if times > 1:
        raise DatasetError(f"{suite.name} has {times} problems with the task id {task_id!r}; give each one of its own.")
    loaded = LoadedSuite(suite, dataset)
    seed = settings.shuffle_choices
    if seed is not None and any(problem.extra.get("choices") for problem in dataset.problems):
        from pytest_codeeval.benchmarks.choices import shuffled

        problems = tuple(shuffled(problem, seed) for problem in dataset.problems)
        loaded = replace(loaded, dataset=replace(dataset, problems=problems), shuffled=seed)
    loaded = replace(loaded, dataset=_askable(loaded, settings))
    if judges := _judges(loaded, settings):
        how = [settings.arena.how] if loaded.is_arena and settings.arena.how else []
        loaded = replace(loaded, judges=(*map(described, judges), *how))
    return replace(loaded, overridden=_overridden(loaded, settings))


def _judges(loaded: LoadedSuite, settings: Settings) -> tuple[ModelSpec, ...]:
    """Return the judges of a suite's answers, if these are judged."""
    scorers = [loaded.scorer(problem) for problem in loaded.dataset.problems]
    if any(scorer.judged for scorer in scorers):
        return judges_for(settings.models, settings.judges)
    return settings.judges if any(scorer.may_judge for scorer in scorers) else ()


def _askable(loaded: LoadedSuite, settings: Settings) -> Dataset:
    """Return the dataset, of which what only a model that chats can be asked is skipped if the others can be asked."""
    if not any(spec.mode == "completion" for spec in settings.models):
        return loaded.dataset
    chats = {problem.task_id for problem in loaded.problems if not loaded.prompt(problem).text}
    if len(chats) == len(loaded.problems):
        return loaded.dataset
    why = dict.fromkeys(chats, "--mode=completion: it can only be put to a model that chats")
    return replace(loaded.dataset, skipped={**loaded.dataset.skipped, **why})


def _overridden(loaded: LoadedSuite, settings: Settings) -> tuple[str, ...]:
    """Return the settings for which the user's own value, though it may be the usual one, stands in for another."""
    given = [(name, getattr(own.params, name)) for own in settings.each for name in own.given]
    if not given:
        return ()
    asked = [pair for problem in loaded.problems for pair in loaded.prompt(problem).sampling.items()]
    return tuple(sorted({name for name, value in asked for mine, other in given if name == mine and value != other}))
