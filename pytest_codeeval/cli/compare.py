"""`codeeval compare`: runs side by side, with tests, and gates for CI."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.text import printable

if TYPE_CHECKING:
    from pytest_codeeval.results import Results, Run

_FLIPS = 20


def add_command(commands: Any) -> None:
    """Add the command to the parser's."""
    parser = commands.add_parser("compare", help="compare runs on the same problems, and fail if one is worse")
    parser.set_defaults(command=_compare)
    parser.add_argument("results", nargs="+", metavar="RESULTS", help="a results folder, or a samples.jsonl")
    add = parser.add_argument
    add("--baseline", metavar="NAME", help="the run that the others are compared with: its name, folder or file")
    add("--suite", action="append", default=[], metavar="NAME", help="compare this suite or part of one")
    add("--metric", default="", metavar="NAME", help="compare by this metric, not by the headline of each suite")
    add("--margin", metavar="POINTS", help="say equivalent if the difference is shown to be smaller")
    add("--fdr", action="store_true", help="adjust p-values by Benjamini and Hochberg, not by Holm")
    add("--force", action="store_true", help="compare runs that were not asked in the same way; never other data")
    add(
        "--max-regression",
        action="append",
        default=[],
        metavar="SUITE=POINTS",
        help="fail unless it is shown that no more is lost against the baseline",
    )
    add("--fail-on-worse", action="store_true", help="fail if a run is shown to be worse than the baseline")
    add(
        "--flips",
        type=int,
        default=_FLIPS,
        metavar="N",
        help=f"name so many changed problems of each cause (default {_FLIPS})",
    )
    add("--save", metavar="FOLDER", help="keep the runs without their answers, as a baseline for later")
    add("--json", action="store_true", help="print all of it as a JSON object")


def _compare(given: argparse.Namespace) -> int:
    from pytest_codeeval.results import Results
    from pytest_codeeval.results.comparison import compare
    from pytest_codeeval.results.comparison.gates import gates_of
    from pytest_codeeval.results.comparison.keeping import keep
    from pytest_codeeval.results.comparison.wording import in_text

    results, baselines = _loaded(given.results, given.baseline)
    others = [run for run in results.runs if run not in baselines]
    gated = bool(given.max_regression or given.fail_on_worse)
    if gated and not baselines and len(results.runs) != 2:
        raise UsageError(
            "--max-regression and --fail-on-worse need to know what is the baseline; name it by --baseline."
        )
    if given.save is not None:
        keep(Results(tuple(others)), Path(given.save))
        if len(results.runs) == 1:
            print(printable(f"kept in {given.save}"))
            return 0
    comparison = compare(
        results,
        baselines[0].name if len(baselines) == 1 else None,
        pairs=_namesakes(baselines, others, all_of_them=gated) if len(baselines) > 1 else None,
        suites=given.suite,
        metric=given.metric,
        margin=None if given.margin is None else _points("--margin", given.margin),
        fdr=given.fdr,
        force=given.force,
    )
    gates = gates_of(comparison, dict(map(_regression, given.max_regression)), on_worse=given.fail_on_worse)
    if given.json:
        print(json.dumps({**comparison.to_json(), "gates": [gate.to_json() for gate in gates]}, indent=1))
    else:
        print("\n".join(in_text(comparison, given.flips)))
        print("".join(f"\n{gate}" for gate in gates), end="\n" if gates else "")
    return 0 if all(gate.met for gate in gates) else 1


def _loaded(paths: Sequence[str], baseline: str | None) -> tuple[Results, list[Run]]:
    """Load what was named, and say which runs of it are the baseline: that of the name, else those of the path."""
    from pytest_codeeval.results import load

    results = load(*paths)
    if baseline is None:
        return results, []
    named = [run for run in results.runs if baseline in (run.name, run.model)]
    if named:
        if len(named) > 1:
            raise UsageError(f"--baseline={baseline} is the name of {len(named)} runs; name the folder of one of them.")
        return results, named
    if not Path(baseline).exists():
        names = [run.name for run in results.runs]
        raise UsageError(
            f"--baseline={baseline} is no run{nearest(baseline, names)} and no folder; the runs are {', '.join(names)}."
        )
    places = {run.samples_path.resolve() for run in load(baseline).runs}
    if not places <= {run.samples_path.resolve() for run in results.runs}:
        results = load(baseline, *paths)
    found = [run for run in results.runs if run.samples_path.resolve() in places]
    if len(found) == len(results.runs):
        raise UsageError(f"--baseline={baseline} is all that was named; name the results that are compared with it.")
    return results, found


def _namesakes(baselines: Sequence[Run], others: Sequence[Run], *, all_of_them: bool) -> list[tuple[str, str]]:
    """Pair each run with that of the same model in a baseline of several; `all_of_them` have to be there again."""
    old, new = ([run.model for run in runs] for runs in (baselines, others))
    for model in new:
        if model not in old:
            raise UsageError(
                f"the baseline has several models and no {model}{nearest(model, old)}; name the folder of one of them."
            )
    for model in old:
        if model not in new and all_of_them:
            raise UsageError(
                f"the baseline has {model}, and the results have not{nearest(model, new)}; name the folders of those "
                "models in the baseline that are to be judged, or run all of them."
            )
    return [(was.name, run.name) for run in others for was in baselines if was.model == run.model]


def _points(option: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise UsageError(f"{option}={text}: {text!r} is no number of points; give one such as 2 or 0.5.")
    return value


def _regression(text: str) -> tuple[str, float]:
    suite, _, points = text.rpartition("=")
    if not suite:
        raise UsageError(f"--max-regression={text} names no suite; write SUITE=POINTS, such as humaneval=2.")
    return suite, _points("--max-regression", points)
