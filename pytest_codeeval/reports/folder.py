"""ResultsFolder: what one model's run leaves on disk, written as it comes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.jsonl import append_lines, append_rows, read_whole_lines, replace_file
from pytest_codeeval.core.keptfile import KeptFile
from pytest_codeeval.core.result import Result
from pytest_codeeval.reports.checkedfile import CheckedFile
from pytest_codeeval.reports.datasetfacts import datasets_of
from pytest_codeeval.reports.folderlock import FolderLock
from pytest_codeeval.reports.folderpath import try_to_make, unwritable
from pytest_codeeval.reports.promptfile import PromptFile
from pytest_codeeval.reports.samplefile import last_lines, put_in_order
from pytest_codeeval.reports.sampleorder import SampleOrder
from pytest_codeeval.reports.samplerow import identity, readable

SAMPLES, RUN, SWEEP = "samples.jsonl", "run.json", "sweep.json"
LAST_PLAN = "plan_of_last_run"
_MAY_BE_UNKNOWN = {"weights"}  # of folders that were made before it was noted


class ResultsFolder:
    """The folder of one model: `samples.jsonl` line by line, `run.json` at start and end, parquet at the end.

    `settings` are those that change answers or verdicts. A folder that was made with others is refused, so that its
    rows always belong together; so is that of another `shard` (`I/N`, empty for a whole run), so that each can be told
    to be there. `checked` says by what verdicts came about, `passed_over` how many lines of the file were no samples
    when it was last read.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any], *, shard: str = "") -> None:
        """Open the folder; one that is not there is made when the first thing is written.

        Raises UsageError where it cannot be written, or was made with other settings.
        """
        self.path = path
        self.started = False
        self.passed_over = 0
        self._compact = False
        self._shard = shard
        self._settings: dict[str, Any] = json.loads(json.dumps(settings))  # as it will be read back
        self._run: dict[str, Any] = {}
        self._lock: FolderLock | None = None
        self._samples: KeptFile | None = None
        self._prompts = PromptFile(path)
        self.checked = CheckedFile(path)
        if os.path.lexists(path):
            self._open()
        else:
            try_to_make(path)

    def _open(self) -> None:
        if self._lock is not None:
            return
        path = self.path
        try:
            path.mkdir(parents=True, exist_ok=True)
            # Root may write anywhere that os.access is asked about: try it.
            append_rows(path / SAMPLES, [])
            self._samples = KeptFile(path / SAMPLES)
        except (OSError, StorageError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise unwritable(path, reason) from None
        self._lock = FolderLock(path)
        try:
            self._run = self._earlier_run()
            self._check_settings()
            self._check_shard()
        except UsageError:
            self.close()
            raise

    @property
    def about(self) -> Mapping[str, Any]:
        """What `run.json` says, of this run and of earlier ones."""
        return self._run

    @property
    def warning(self) -> str:
        """What the user has to see to; nothing on a usual file system."""
        return self._lock.warning if self._lock else ""

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
        for name in ("sha256", "language", "judges", "shuffled", "overridden"):
            # Folders of before a name was noted have none.
            if earlier and name in dataset and earlier.get(name, dataset[name]) != dataset[name]:
                was, now = (_shown(about[name]) for about in (earlier, dataset))
                raise UsageError(
                    f"{str(self.path)!r} holds results of another {dataset['suite']} ({name} {was}, now {now}); "
                    "give another --results."
                )
        planned = {name: earlier[name] for name in ("planned", "prompts") if name in earlier} if earlier else {}
        self._note({**dataset, **planned})

    def plan(self, suite: str, samples: Mapping[str, int], order: Sequence[str], prompts: str) -> None:
        """Note how many samples there are to be of each task of a suite that was added, and a hash of its prompts.

        `order` is that of the dataset. What runs before had planned stays so.
        """
        about = self.datasets[suite]
        planned = {**about.get("planned", {}), **samples}
        known = dict.fromkeys([*order, *planned])  # what was planned before may be in no dataset now
        in_order = {task_id: planned[task_id] for task_id in known if task_id in planned}
        self._run.setdefault(LAST_PLAN, {})[suite] = dict(samples)
        self._note({**about, "planned": in_order, "prompts": prompts})

    def _note(self, about: Mapping[str, Any]) -> None:
        earlier = self.datasets.get(about["suite"])
        if earlier != dict(about):
            self._run.setdefault("datasets", {})[about["suite"]] = dict(about)
            self._write_run()

    def append(self, result: Result, rows: Iterable[dict[str, Any]] = (), by: Mapping[str, Any] | None = None) -> None:
        """Add a problem's samples, one line each; `rows` are what `sample_rows` gives of them, if that is at hand.

        `by` is what they were scored by, None if that is not known. Raises StorageError if the disk takes them not.
        """
        self._open()
        self._compact = False
        lines = [json.dumps(row) for row in rows or sample_rows(result)]
        append_lines(self.path / SAMPLES, lines)
        self._prompts.add(result)
        if by is not None:
            self.checked.add(result.suite, result.task_id, by, lines)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the samples of this and earlier runs, the last line of each sample only, in the order of the file."""
        last = None if self._compact else last_lines(self.path / SAMPLES)  # compact: each has one line only
        self.passed_over = 0
        for number, row in enumerate(read_whole_lines(self.path / SAMPLES)):
            found = identity(row)
            if found is None:
                self.passed_over += 1
            elif last is None or last[found] == number:
                yield readable(row)

    def restore(self) -> bool:
        """Make the folder again if somebody has removed it, with all of its samples; return whether that was so.

        Raises StorageError where the disk does not take it, or a run on another machine has the folder.
        """
        if self._lock is not None:
            self._lock.demand()
        if not self._samples or not self._samples.restore():
            return False
        self.close()
        self._prompts, self.checked = PromptFile(self.path), CheckedFile(self.path)  # those of before went with it
        try:
            self._lock = FolderLock(self.path)
        except UsageError as error:  # another run was quicker
            raise StorageError(str(error)) from None
        self._write_run()
        return True

    def start(self, about: Mapping[str, Any]) -> None:
        """Write `run.json` for a run that begins, so that a killed one can be told from one that ended.

        Raises UsageError where another run has come first.
        """
        self._open()
        self.started = True
        shard = {"shard": self._shard} if self._shard else {}
        self._run.pop(LAST_PLAN, None)
        self._run.pop("missing", None)  # which a merged folder was found to lack, and this run may bring
        self._run.update(about, settings=self._settings, started=_now(), finished=None, **shard)
        self._write_run()

    def compact(self) -> None:
        """Rewrite `samples.jsonl` with one line a sample, in the order of the datasets, unless it is so already.

        Raises StorageError where the disk does not take it.
        """
        put_in_order(self.path / SAMPLES, SampleOrder(self.datasets))
        self._compact = True

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write `run.json` with what came of the run."""
        self._run.update(about, finished=_now())
        self._write_run()

    def close(self) -> None:
        """Let other runs into the folder; nothing is to be written afterwards."""
        if self._lock is not None:
            self._lock.close()

    def _write_run(self) -> None:
        if self._lock is not None:
            self._lock.demand()
        replace_file(self.path / RUN, json.dumps(self._run, indent=1).encode("ascii") + b"\n")

    def _earlier_run(self) -> dict[str, Any]:
        try:
            run = json.loads((self.path / RUN).read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            run = None
        if not (isinstance(run, dict) and isinstance(run.get("settings", {}), dict)):
            raise UsageError(f"{str(self.path / RUN)!r} is no run of this tool; give another --results, or remove it.")
        run["datasets"] = datasets_of(run)
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

    def _check_shard(self) -> None:
        earlier = self._run.get("shard", "")
        if "settings" in self._run and earlier != self._shard:
            was, now = (f"shard {shard}" if shard else "a whole run" for shard in (earlier, self._shard))
            raise UsageError(
                f"{str(self.path)!r} holds results of {was}, and this is {now}; give each a --results of its own."
            )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)[:12]


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
