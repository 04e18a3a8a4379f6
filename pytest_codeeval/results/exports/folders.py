"""The folder that files of another harness are written to, one of its own for each model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.reports.folder import RUN
from pytest_codeeval.results.exports import evalplus, lm_eval
from pytest_codeeval.results.newfolder import new_folder
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.run import Run

_UNUSUAL = re.compile(r"[^A-Za-z0-9_.@-]")


def write_lm_eval(results: Results, out: Path) -> list[Path]:
    """Write the files of each run; raises UsageError for a folder that is not empty, or cannot be written."""
    made: list[Path] = []
    with new_folder(out) as part:
        for run, folder in _folders(results, part):
            when = lm_eval.stamp(run)
            path = folder / f"results_{when}.json"
            path.write_text(json.dumps(lm_eval.results(run), indent=2) + "\n", "ascii")
            made.append(path)
            for suite, name in _names(list(run.suites)):
                path = folder / f"samples_{name}_{when}.jsonl"
                with path.open("x", encoding="ascii") as lines:
                    lines.writelines(json.dumps(line) + "\n" for line in lm_eval.samples(run, suite))
                made.append(path)
    return [out / path.relative_to(part) for path in made]


def write_evalplus(results: Results, out: Path) -> list[Path]:
    """Write a file for each run and suite that EvalPlus has a dataset for.

    Raises UsageError if there is none, for a folder that is not empty, and for one that cannot be written.
    """
    if not any(evalplus.suites_of(run) for run in results.runs):
        raise UsageError(f"EvalPlus has none of these suites, only {', '.join(evalplus.SUITES)}; name other results.")
    made: list[Path] = []
    with new_folder(out) as part:
        for run, folder in _folders(results, part):
            for suite, name in _names(evalplus.suites_of(run)):
                path = folder / f"{name}_eval_results.json"
                with path.open("x", encoding="ascii") as file:
                    evalplus.write(run, suite, file)
                made.append(path)
    return [out / path.relative_to(part) for path in made]


def _folders(results: Results, out: Path) -> Iterator[tuple[Run, Path]]:
    """Yield each run with a folder that was made for it."""
    # The folder of a run is named after its model already.
    names = [
        (run.samples_path.parent.name if run.samples_path.with_name(RUN).exists() else "") or "run"
        for run in results.runs
    ]
    for run, (_, name) in zip(results.runs, _names(names), strict=True):
        folder = out / name
        folder.mkdir()
        yield run, folder


def _names(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each text with a name for a file that no other has."""
    taken: set[str] = set()
    for text in texts:
        plain = name = _UNUSUAL.sub("-", text).lstrip(".")[:100] or "unnamed"
        number = 2
        while name.casefold() in taken:
            name, number = f"{plain}-{number}", number + 1
        taken.add(name.casefold())
        yield text, name
