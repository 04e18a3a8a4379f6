"""Gates: what a comparison has to show for a job of CI to succeed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.results.comparison.comparison import Comparison
from pytest_codeeval.results.comparison.row import Finding, Row


@dataclass(frozen=True, slots=True)
class Gate:
    """A demand, whether it is met, and why."""

    name: str
    met: bool
    why: str

    def __str__(self) -> str:
        return printable(f"{self.name}: {'met' if self.met else 'missed'}: {self.why}")

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def gates_of(comparison: Comparison, regressions: Mapping[str, float], *, on_worse: bool) -> list[Gate]:
    """Judge the rows: by suite how many points may be lost, and with `on_worse` whether any run is worse.

    Raises UsageError for a suite that is not compared.
    """
    suites = dict.fromkeys(row.suite for row in comparison.rows)
    for suite in regressions:
        if suite not in suites:
            raise UsageError(
                f"--max-regression={suite}: that suite is not compared{nearest(suite, suites)}, only "
                f"{', '.join(suites)}; name one of them."
            )
    rows = {(row.suite, row.a, row.b): row for row in comparison.rows}
    gates = [
        Gate(f"--max-regression {suite}={points:g}", *_regression(rows.get((suite, a, b)), points, comparison, b))
        for suite, points in regressions.items()
        for a, b in comparison.pairs
    ]
    return gates + [Gate("--fail-on-worse", *_worse(comparison))] * on_worse


def _regression(row: Row | None, points: float, comparison: Comparison, run: str) -> tuple[bool, str]:
    """Judge by the upper end of what may be lost, of a score interval: that it is less has to be shown."""
    if row is None:
        return False, f"{run} has nothing of it that can be compared"
    if gap := _gap(row, comparison.unfinished):
        return False, gap
    lost = -(row.difference.low if row.lowest is None else row.lowest) / row.unit
    said = f"{row.b} may lose up to {max(lost, 0.0) + 0.0:.2f} points against {row.a} (95 %)"
    return round(lost, 9) <= points, f"{said}, over {counted(row.n, 'problem')}"


def _worse(comparison: Comparison) -> tuple[bool, str]:
    compared = {(row.a, row.b) for row in comparison.rows}
    gaps = [f"{b} has nothing that can be compared" for a, b in comparison.pairs if (a, b) not in compared]
    gaps += [f"{b} has nothing of {suite} that can be compared" for suite, _, b in comparison.lost]
    gaps += [gap for row in comparison.rows if (gap := _gap(row, comparison.unfinished))]
    worse = [f"{row.b} on {row.suite}" for row in comparison.rows if row.verdict is Finding.WORSE]
    if worse:
        return False, f"worse is {'; '.join(worse)}"
    return not gaps, "; ".join(dict.fromkeys(gaps)) or "nothing is shown to be worse"


def _gap(row: Row, unfinished: Sequence[str]) -> str:
    """Say what is missing in the run that is judged, so that what was lost there would not be seen."""
    errors = sum(one.error and one.run == row.b for one in row.left_out)
    if errors:
        return f"{counted(errors, 'problem')} of {row.suite} could not be evaluated with {row.b}"
    return f"the run of {row.b} did not come to its end" if row.b in unfinished else ""
