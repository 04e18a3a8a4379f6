"""Sweep: runs the parts one after the other, keeps what is complete, and has the tracker follow."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile

from pytest_codeeval.cli.sweep.part import Part, parts_of
from pytest_codeeval.cli.sweep.running import run
from pytest_codeeval.config.checked import check
from pytest_codeeval.config.jobfile import JobFile, read_job
from pytest_codeeval.core.errors import CodeEvalError, StorageError, UsageError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.reports.folder import SAMPLES
from pytest_codeeval.reports.folderlock import FolderLock
from pytest_codeeval.reports.table import as_text
from pytest_codeeval.reports.threshold import Threshold
from pytest_codeeval.reports.thresholds import judge
from pytest_codeeval.results.loading import load
from pytest_codeeval.results.tracker.plan import read_plan, write_plan
from pytest_codeeval.results.tracker.writing import demand_writable, update

_RESULTS = "results"
_ROOM = 4 << 20  # bytes, which is less than most parts need
_ENDED = (0, 1)  # as pytest says that all was run, and perhaps not all passed
_WHY = {2: ", stopped", 4: ", refused for what stands above", 5: ", and nothing was evaluated"}


@dataclass
class Sweep:
    """A config file and its parts; `results` has a folder for each preset, `known` what parts were last run with."""

    path: Path
    file: JobFile
    parts: Sequence[Part]
    results: Path
    known: set[tuple[str, str, str]] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> Sweep:
        """Read a config file, and what a sweep before has kept of it.

        Raises UsageError for a file that cannot be, names no suites, or has what no part could come to its end with.
        """
        file = read_job(path)
        check(file)
        if not file.suites:
            raise UsageError(f"{path}: names no suites, and a sweep has to know what is to come; name them.")
        _demand_whole(file)
        results = Path(file.options().get("results") or file.beside(_RESULTS, made_here=True))
        known = {(one.model, one.preset, one.asked) for one in read_plan(results) if one.asked}
        return cls(path, file, list(parts_of(file)), results, known)

    def tell(self) -> int:
        """Print what is complete and what there is to run."""
        states = [self._state(part) for part in self.parts]
        rows = [[part.label, part.preset or "–", state] for part, state in zip(self.parts, states, strict=True)]
        for line in as_text(["model", "preset", "state"], rows, 2):
            print(printable(line))
        suites = ", ".join(entry.suite for entry in self.file.suites)
        print(printable(f"each on {suites}; results: {self.results}"))
        return 0

    def run(self, doc: Path, html: Path | None) -> int:
        """Run what is not complete; return the exit code.

        Raises UsageError where the tracker cannot be written, or another sweep runs there, whose servers need the same
        memory; StorageError where the disk takes no more, which no part to come could end with.
        """
        demand_writable(doc, html)
        try:
            self.results.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{str(self.results)!r} cannot be made: {error.strerror}; name other results.") from None
        with closing(FolderLock(self.results, "name other results")):
            try:
                self._keep()
                return self._run_all(doc, html)
            except StorageError as error:
                done = f"{sum(map(self._is_complete, self.parts))} of {counted(len(self.parts), 'part')} complete"
                raise StorageError(
                    f"the sweep ends here: {error}; {done}, and what there is of others is kept: make room, and the "
                    "same command goes on."
                ) from None

    def _run_all(self, doc: Path, html: Path | None) -> int:
        failed: list[str] = []
        missed: list[str] = []
        for number, part in enumerate(self.parts, 1):
            _say(f"{number} of {len(self.parts)}: {part.title}: {self._state(part)}")
            passed_over = self._is_complete(part)
            if why := "" if passed_over else self._run(part):
                failed.append(f"not complete: {part.title}: {why}")
                _say(f"{part.title} is not complete: {why}")
                _demand_room(self.results)
            else:
                missed += [f"{part.title}: {one}" for one in self._missed(part)]
            if number < len(self.parts) and not passed_over:
                self._track(doc, html)
        tracked = self._track(doc, html)
        done = f"{len(self.parts) - len(failed)} of {counted(len(self.parts), 'part')} complete"
        _say(f"{done}; tracker: {doc}" if tracked else f"{done}; the tracker is not up to date")
        for one in (*failed, *missed):
            _say(one)
        return 1 if failed or missed or not tracked else 0

    def _run(self, part: Part) -> str:
        """Run a part; return why it is not complete, "" if it is."""
        code = run(part.arguments(self.path, self.results))
        if why := self._lacking(part) if code in _ENDED else _ended(code):
            return why
        if code and self.file.job.fail_under and not self._missed(part):
            return f"fail_under is met, and its run ended with exit code {code} all the same"
        self.known = {one for one in self.known if one[:2] != (part.label, part.preset)} | {part.identity}
        self._keep()
        return ""

    def _track(self, doc: Path, html: Path | None) -> bool:
        """Bring the tracker up to date; what is wrong with it is to be said, and is no end. Return whether it is."""
        try:
            update([str(self.results)], doc, html)
        except CodeEvalError as error:
            _say(str(error))
            _demand_room(self.results)
            return False
        return True

    def _keep(self) -> None:
        file = os.path.relpath(self.path.resolve(), self.results.resolve())
        cells = [part.planned(file, complete=part.identity in self.known) for part in self.parts]
        write_plan(self.results, cells)

    def _state(self, part: Part) -> str:
        if self._is_complete(part):
            return "complete"
        return "to go on with" if (part.place(self.results) / SAMPLES).is_file() else "to run"

    def _is_complete(self, part: Part) -> bool:
        return part.identity in self.known and not self.file.job.fresh and not self._lacking(part)

    def _missed(self, part: Part) -> list[str]:
        """Return which thresholds of the file the results of a complete part miss, whenever that was run."""
        asked = map(Threshold.read, self.file.job.fail_under or ())
        board = load(part.place(self.results)).runs[0].board
        return [str(found) for found in (judge(one, board) for one in asked) if not found.reached]

    def _lacking(self, part: Part) -> str:
        """Return what the results of a part have not, "" if they are complete."""
        try:
            return self._gap(part)
        except CodeEvalError as error:  # a file that was cut or edited is this part's alone
            return str(error)

    def _gap(self, part: Part) -> str:
        place = part.place(self.results)
        if not (place / SAMPLES).is_file():
            return "it has no results"
        (found,) = load(place).runs
        if not found.finished:
            return "its run did not come to its end"
        known = {name.partition("@")[0] for name in found.datasets}  # behind it is the protocol
        if missing := [suite for suite in part.suites if suite not in known]:
            return f"nothing of {', '.join(missing)} was run"
        errors = found.about.get("errors_of_last_run")
        return (
            f"{counted(len(errors), 'problem')} could not be evaluated" if isinstance(errors, list) and errors else ""
        )


def _demand_room(folder: Path) -> None:
    """Raise StorageError where the disk takes no more, as something failed that may have been for that."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(_ROOM))
            os.fsync(file.fileno())
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from None


def _demand_whole(file: JobFile) -> None:
    for name in ("stages", "shard"):
        if getattr(file.job, name):
            raise file.document.refusal((name,), f"{name} would leave a part of each run out; leave it out of a sweep.")
    for place, entry in enumerate(file.suites):
        if entry.suite == "arena" and not entry.file:
            said = "arena sets models side by side, and a sweep runs each alone; take `codeeval arena` for it."
            raise file.document.refusal(("suites", place), said)


def _ended(code: int) -> str:
    why = _WHY.get(code, "")
    return f"its run was killed by signal {-code}" if code < 0 else f"its run ended with exit code {code}{why}"


def _say(line: str) -> None:
    sys.stdout.flush()
    print(printable(f"codeeval sweep: {line}"), flush=True)
