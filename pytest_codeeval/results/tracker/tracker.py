"""The tracker's sections, put together from runs, a plan, and the history that a document has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.backends.vllm.preset import PRESETS
from pytest_codeeval.results.loading import load
from pytest_codeeval.results.run import Run
from pytest_codeeval.results.tracker.agents import agents
from pytest_codeeval.results.tracker.answers import Answers
from pytest_codeeval.results.tracker.cell import Cell, cells_of, suites_of
from pytest_codeeval.results.tracker.comparisons import comparisons
from pytest_codeeval.results.tracker.history import Entry, changelog, entry, is_dated, joined
from pytest_codeeval.results.tracker.issues import issues
from pytest_codeeval.results.tracker.model import TrackedModel, models_of, preset_of, shown_name, when
from pytest_codeeval.results.tracker.plan import Planned, planned_in
from pytest_codeeval.results.tracker.section import Section, Table, Text
from pytest_codeeval.results.tracker.serving import serving
from pytest_codeeval.results.tracker.standing import NOT_TESTED, Standing, standing_of


@dataclass(frozen=True)
class Tracked:
    """All that is known: the models, the cells, how each cell stands on each of its suites, and each run's answers."""

    models: Sequence[TrackedModel]
    cells: Sequence[Cell]
    standings: dict[tuple[str, str, str], Standing]
    answers: dict[str, Answers]
    entries: Sequence[Entry]

    def sections(self, earlier: Sequence[Entry]) -> tuple[list[Section], tuple[Entry, ...]]:
        """Return the sections, and the history with what is new in it; `earlier` is that of the document so far."""
        history = joined(earlier, self.entries)
        return [
            Section("Models", [_models(self.models)]),
            Section("Presets", [Text("What each sets when a run starts vLLM."), _presets()]),
            Section("Scores at a glance", [_glance(self)]),
            *(_section(self, model.name) for model in self.models),
            *comparisons(self.cells, self.answers),
            issues(self.cells),
            *changelog(history),
        ], history


def tracked(paths: Sequence[str]) -> Tracked:
    """Load all that results folders hold; that of a sweep has a plan as well.

    Raises UsageError where there is nothing that can be read.
    """
    folders, plans = planned_in(paths)
    found = load(*sorted(folders)).runs if folders else ()  # in whatever order they were named
    runs = list({run.samples_path.resolve(): run for run in found}.values())
    models = models_of(runs)
    plan = [replace(one, model=_named(one, of, runs, models)) for of, planned in plans.items() for one in planned]
    if not runs and not plan:
        raise UsageError("no results were named; give a folder that --results wrote.")
    cells = cells_of(runs, models, plan)
    with_presets = Counter(cell.model for cell in cells if cell.preset and cell.runs)
    several = {model for model, count in with_presets.items() if count > 1}
    answers = {run.name: Answers.of(run, hashed=models[run.name].name in several) for run in runs}
    standings = {
        (cell.model, cell.preset, suite): standing_of(run, suite, answers[run.name])
        for cell in cells
        for suite, run in cell.runs.items()
    }
    entries = [one for run in runs for one in _entries(run, models[run.name].name, answers[run.name])]
    return Tracked(_all_models(models.values(), plan), cells, standings, answers, entries)


def _named(one: Planned, folder: Path, runs: Sequence[Run], models: Mapping[str, TrackedModel]) -> str:
    """Return the name of a planned model: that of its run in the sweep's folder, at best of the preset's, if any is."""
    within = folder.resolve()
    inside = [run for run in runs if run.model == one.model and run.samples_path.resolve().is_relative_to(within)]
    run = max(inside, key=lambda run: (preset_of(run) == one.preset, when(run), run.name), default=None)
    return models[run.name].name if run else shown_name(one.model)


def _entries(run: Run, model: str, answers: Answers) -> list[Entry]:
    if not is_dated(when(run)):
        return []
    found = [(suite, standing_of(run, suite, answers)) for suite in run.suites]
    return [entry(when(run), model, preset_of(run), suite, one.figure, one.problems) for suite, one in found]


def _all_models(models: Iterable[TrackedModel], plan: Sequence[Planned]) -> list[TrackedModel]:
    """Return the models by name, those that are planned only among them."""
    found = {one.model: TrackedModel(one.model) for one in plan}
    found |= {one.name: one for one in models}
    return [found[name] for name in sorted(found)]


def _models(models: Sequence[TrackedModel]) -> Table:
    rows = [[one.name, one.identity, one.revision, one.weights, one.context, one.licence] for one in models]
    return Table(["model", "asked for as", "revision", "weights", "context", "licence"], rows)


def _presets() -> Table:
    rows = [
        [name, f"{one.memory:.2f}", str(one.sequences), "on" if one.prefix_caching else "off", str(one.batch)]
        for name, one in PRESETS.items()
    ]
    heads = ["preset", "GPU memory utilization", "sequences at once", "prefix caching", "requests sent in one go"]
    return Table(heads, rows)


def _glance(found: Tracked) -> Table:
    suites = suites_of(found.cells)
    rows = []
    for cell in found.cells:
        stand = [found.standings.get((cell.model, cell.preset, suite)) for suite in suites]
        rows.append([cell.model, cell.preset or "–", *(one.score if one else NOT_TESTED for one in stand)])
    return Table(["model", "preset", *suites], rows)


def _section(found: Tracked, model: str) -> Section:
    cells = [cell for cell in found.cells if cell.model == model]
    rows = []
    for suite in suites_of(cells):
        for cell in cells:
            one = found.standings.get((model, cell.preset, suite))
            rows.append([suite, cell.preset or "–", *(_figures(one) if one else [*["–"] * 6, NOT_TESTED])])
    heads = ["suite", "preset", "score", "metric", "95 % interval", "problems", "samples", "seconds", "status"]
    said = Text("Seconds: the median that an answer took.")
    return Section(f"Model: {model}", [Table(heads, rows), said, *serving(cells), *agents(cells)])


def _figures(one: Standing) -> list[str]:
    return [one.score, one.metric or "–", one.interval, one.problems, one.samples, one.seconds, one.status]
