"""ResultsFolder: what one model's run leaves on disk, written as it comes."""

from __future__ import annotations

import fcntl
import json
import os
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.jsonl import append_rows, read_whole_lines, replace_file
from pytest_codeeval.core.result import Result

SAMPLES, RUN, LOCK = "samples.jsonl", "run.json", ".lock"
_MAY_BE_UNKNOWN = {"weights"}  # of folders that were made before it was noted


class ResultsFolder:
    """The folder of one model: `samples.jsonl` line by line, `run.json` at start and end, parquet at the end.

    `settings` are those that change answers or verdicts. A folder that was made with others is refused, so that its
    rows always belong together.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any]) -> None:
        """Open the folder; one that is not there is made when the first thing is written.

        Raises UsageError where it cannot be written, or was made with other settings.
        """
        self.path = path
        self.started = False
        self._compact = False
        self._settings: dict[str, Any] = json.loads(json.dumps(settings))  # as it will be read back
        self._run: dict[str, Any] = {}
        self._unlock: Callable[[], object] | None = None
        if os.path.lexists(path):
            self._open()
        else:
            _try_to_make(path)

    def _open(self) -> None:
        if self._unlock is not None:
            return
        path = self.path
        try:
            path.mkdir(parents=True, exist_ok=True)
            # Root may write anywhere that os.access is asked about: try it.
            append_rows(path / SAMPLES, [])
        except (OSError, StorageError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise _unwritable(path, reason) from None
        self._unlock = weakref.finalize(self, os.close, _locked(path))
        try:
            self._run = self._earlier_run()
            self._check_settings()
        except UsageError:
            self.close()
            raise

    @property
    def datasets(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each suite's dataset, by suite."""
        found: Mapping[str, Mapping[str, Any]] = self._run.get("datasets", {})
        return found

    def add_dataset(self, dataset: Mapping[str, Any]) -> None:
        """Note which dataset a suite is run with.

        Raises UsageError where earlier results of the suite came from another one.
        """
        self._open()
        earlier = self.datasets.get(dataset["suite"])
        for name in ("sha256", "language"):
            if earlier and earlier[name] != dataset[name]:
                raise UsageError(
                    f"{str(self.path)!r} holds results of another {dataset['suite']} ({name} {earlier[name][:12]}, "
                    f"now {dataset[name][:12]}); give another --results."
                )
        self._run.setdefault("datasets", {})[dataset["suite"]] = dict(dataset)
        if earlier != dict(dataset):
            self._write_run()

    def append(self, result: Result) -> None:
        """Add a problem's samples, one line each.

        Raises StorageError where the disk does not take them.
        """
        self._open()
        self._compact = False
        append_rows(self.path / SAMPLES, result.rows())

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the samples of this and earlier runs, the last line of each sample only, in the order of the file."""
        last = self._last_lines()
        for number, row in enumerate(read_whole_lines(self.path / SAMPLES)):
            if last is None or last[_identity(row)] == number:
                yield row

    def start(self, about: Mapping[str, Any]) -> None:
        """Write `run.json` for a run that begins, so that a killed one can be told from one that ended.

        Raises UsageError where another run has come first.
        """
        self._open()
        self.started = True
        self._run.update(about, settings=self._settings, started=_now(), finished=None)
        self._write_run()

    def compact(self) -> None:
        """Rewrite `samples.jsonl` with one line a sample, if there is anything else in it.

        Raises StorageError where the disk does not take it.
        """
        last = self._last_lines()
        if last and len(last) < _lines_in(self.path / SAMPLES):
            part = self.path / f".{SAMPLES}.{os.getpid()}.part"
            try:
                with part.open("w", encoding="ascii") as lines:
                    for row in self.rows():
                        lines.write(json.dumps(row) + "\n")
                part.replace(self.path / SAMPLES)
            except OSError as error:
                part.unlink(missing_ok=True)
                raise StorageError(f"{self.path / SAMPLES} cannot be written: {error.strerror}") from None
        self._compact = True

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write `run.json` with what came of the run."""
        self._run.update(about, finished=_now())
        self._write_run()

    def close(self) -> None:
        """Let other runs into the folder; nothing is to be written afterwards."""
        if self._unlock is not None:
            self._unlock()

    def _last_lines(self) -> dict[tuple[Any, ...], int] | None:
        """Return the number of each sample's last line; None if it is known that each has one line only."""
        if self._compact:
            return None
        return {_identity(row): number for number, row in enumerate(read_whole_lines(self.path / SAMPLES))}

    def _write_run(self) -> None:
        replace_file(self.path / RUN, json.dumps(self._run, indent=1).encode("ascii") + b"\n")

    def _earlier_run(self) -> dict[str, Any]:
        try:
            run = json.loads((self.path / RUN).read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            run = None
        if not isinstance(run, dict):
            raise UsageError(f"{str(self.path / RUN)!r} is no run of this tool; give another --results, or remove it.")
        return run

    def _check_settings(self) -> None:
        earlier = self._run.get("settings", self._settings)
        names = {*earlier, *self._settings} - (_MAY_BE_UNKNOWN - earlier.keys())
        changed = sorted(name for name in names if earlier.get(name) != self._settings.get(name))
        if changed:
            said = ", ".join(
                f"{name} was {earlier.get(name)!r} and is {self._settings.get(name)!r}" for name in changed
            )
            raise UsageError(
                f"{str(self.path)!r} holds results made with other settings ({said}); give another --results."
            )


def _unwritable(path: Path, reason: object) -> UsageError:
    return UsageError(f"the results folder {str(path)!r} cannot be written ({reason}); give another --results.")


def _try_to_make(path: Path) -> None:
    """Make the folder and take it away again.

    Raises UsageError where it cannot be made.
    """
    made: list[Path] = []
    try:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            made.insert(0, folder)
    except FileExistsError:  # another run has come meanwhile, or what is there leads nowhere
        return
    except OSError as error:
        raise _unwritable(path, error.strerror) from None
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


def _locked(path: Path) -> int:
    """Return a descriptor that keeps other runs out of the folder until it is closed, or this process ends."""
    lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        message = f"another run is writing to {str(path)!r}; wait for its end, or give another --results."
        raise UsageError(message) from None
    return lock


def _lines_in(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row.get("suite"), row.get("task_id"), row.get("sample_index")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
