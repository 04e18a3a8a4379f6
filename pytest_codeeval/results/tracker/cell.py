"""Cell: one model with one preset, and the run that counts for each of its suites."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pytest_codeeval.generation.backends.vllm.preset import DEFAULT, PRESETS
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.run import Run
from pytest_codeeval.results.tracker.model import TrackedModel, preset_of, when
from pytest_codeeval.results.tracker.plan import Planned

_ORDER = ("", *PRESETS)


@dataclass(frozen=True)
class Cell:
    """`runs` are by suite the ones that count, `pending` suites that were planned and not run."""

    model: str
    preset: str
    runs: Mapping[str, Run] = field(default_factory=dict)
    pending: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The cell as it is named in sentences."""
        return f"{self.model}, {self.preset}" if self.preset else self.model

    @property
    def own(self) -> list[Run]:
        """Its runs, each once, the newest first."""
        found = {run.name: run for run in self.runs.values()}
        return sorted(found.values(), key=lambda run: (when(run), run.name), reverse=True)

    def score(self, suite: str) -> SuiteScore:
        """Return the score of one of its suites."""
        return self.runs[suite].scores[suite]


def cells_of(runs: Sequence[Run], models: Mapping[str, TrackedModel], plan: Sequence[Planned]) -> list[Cell]:
    """Return the cells of runs and of a plan, by model, then by preset, whatever the order of the runs.

    Of several runs of a suite the newest counts, but one that came to its end goes before one that did not, one of all
    problems before one of a part of them, and of these one that could evaluate all before one that could not. A model
    that a run has served has a cell for each preset that is planned for it, for all presets if nothing is.
    """
    found: defaultdict[tuple[str, str], dict[str, Run]] = defaultdict(dict)
    for run in sorted(runs, key=lambda run: (when(run), run.name)):
        own = found[models[run.name].name, preset_of(run)]
        for suite in run.suites:
            if suite not in own or _rank(run, suite) >= _rank(own[suite], suite):
                own[suite] = run
    planned: defaultdict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    for one in plan:
        planned[one.model, one.preset] += one.suites
    for model, preset in list(found):
        if preset and not any(name == model for name, _ in planned):
            for other in PRESETS:
                found[model, other] |= {}
    for key in planned:
        found[key] |= {}
    return [
        Cell(model, preset, own, _pending(planned.get((model, preset), ()), own))
        for (model, preset), own in sorted(found.items(), key=lambda one: (one[0][0], in_order(one[0][1])))
    ]


def in_order(preset: str) -> tuple[int, str]:
    """Return the place of a preset among others."""
    return (_ORDER.index(preset) if preset in _ORDER else len(_ORDER), preset)


def main_cells(cells: Sequence[Cell]) -> list[Cell]:
    """Return of each model that was run the cell by which it is set beside other models."""
    first = [cell for preset in (DEFAULT, *_ORDER) for cell in cells if cell.preset == preset and cell.runs]
    found: dict[str, Cell] = {}
    for cell in [*first, *(cell for cell in cells if cell.runs)]:
        found.setdefault(cell.model, cell)
    return sorted(found.values(), key=lambda cell: cell.model)


def suites_of(cells: Sequence[Cell]) -> list[str]:
    """Return all suites of cells by name, those that are planned and nobody has among them."""
    return sorted({suite for cell in cells for suite in (*cell.runs, *cell.pending)})


def _rank(run: Run, suite: str) -> tuple[bool, bool, bool]:
    score, total = run.scores[suite], run.scores[suite].total or 0
    return run.finished, len({*score.problems, *score.errors}) >= total, len(score.problems) >= total


def _pending(planned: Sequence[str], runs: Mapping[str, Run]) -> tuple[str, ...]:
    """Return what is planned and not there; a suite with a protocol or a part is called by more than its name."""
    known = {name.partition("@")[0] for run in runs.values() for name in run.datasets} | {*runs}
    return tuple(dict.fromkeys(suite for suite in planned if suite not in known))
