"""Tables beside the score table: how many samples got through each stage, and which lints were found."""

from collections.abc import Sequence
from typing import NamedTuple

from pytest_codeeval.core.text import counted
from pytest_codeeval.reports.stages import OVERALL, shown, stages_of
from pytest_codeeval.reports.suitescore import SuiteScore


class Table(NamedTuple):
    """Columns and rows, the first `left` columns being words; folded away under `title` in HTML, where it has one."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: int = 2
    title: str = ""


def stage_table(scores: Sequence[SuiteScore]) -> Table:
    """Return the rates of all stages by model and suite, for the suites whose language has several.

    A rate is over all scored samples: what has no code, or did not get as far as a stage, did not pass it.
    """
    staged = [score for score in scores if score.stage_names]
    names = [*stages_of({name for score in staged for name in score.stage_names}), OVERALL]
    rows = []
    for score in staged:
        total, passed = score.tally.samples, score.tally.columns(score.stage_names)
        rates = [f"{passed[name] / total:.1%}" if total and name in passed else "–" for name in names]
        rows.append([score.model, score.suite, str(total), *rates])
    return Table(["model", "suite", "samples", *map(shown, names)], rows)


def lint_table(scores: Sequence[SuiteScore], most: int) -> Table:
    """Return by model and suite the lints that were found most often, up to `most` of each suite."""
    rows, kinds, total = [], set[str](), 0
    for score in (score for score in scores if score.stage_names):
        found = score.tally.by_lint()
        kinds.update(name for name, _, _ in found)
        total += sum(count for _, count, _ in found)
        rows += [
            [score.model, score.suite, shown(name), str(count), str(samples)] for name, count, samples in found[:most]
        ]
        if len(found) > most:
            rest = sum(count for _, count, _ in found[most:])
            rows.append([score.model, score.suite, f"({counted(len(found) - most, 'more kind')})", str(rest), ""])
    title = f"Lints: {counted(len(kinds), 'kind')}, found {counted(total, 'time')}"
    return Table(["model", "suite", "lint", "count", "in samples"], rows, left=3, title=title)
