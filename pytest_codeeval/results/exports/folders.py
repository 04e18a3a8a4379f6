"""The folder that files of another harness are written to, one of its own for each model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
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


def write_beside(results: Results, path: Path, *, samples: bool) -> list[Path]:
    """Write the scores of a run to a file as lm-eval has them, and with `samples` those of each suite beside it.

    Of several runs each has files of its own, with the model in their names. Return the files.
    Raises UsageError for a file that is there already, or cannot be written.
    """
    made: list[Path] = []
    named = list(_names([run.name for run in results.runs]))
    try:
        for run, (_, label) in zip(results.runs, named, strict=True):
            stem = path.stem if len(named) == 1 else f"{path.stem}_{label}"
            made.append(path.with_name(f"{stem}{path.suffix}"))
            _write_new(made[-1], [json.dumps(lm_eval.results(run), indent=2) + "\n"])
            for suite, name in _names(list(run.suites)) if samples else ():
                made.append(path.with_name(f"{stem}_samples_{name}.jsonl"))
                _write_new(made[-1], (json.dumps(line) + "\n" for line in lm_eval.samples(run, suite)))
    except FileExistsError:
        raise UsageError(f"{str(made[-1])!r} is there, and nothing is overwritten; name another file.") from None
    except OSError as error:
        raise UsageError(f"{str(made[-1])!r} cannot be written: {error.strerror}; name another file.") from None
    return made


def _write_new(path: Path, lines: Iterable[str]) -> None:
    """Write a new file, or none at all."""
    with path.open("x", encoding="ascii") as file:
        try:
            file.writelines(lines)
        except BaseException:
            path.unlink(missing_ok=True)
            raise


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
