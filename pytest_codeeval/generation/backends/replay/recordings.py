"""Recordings: samples that a model gave earlier, read from files and found by task id."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.jsonl import read_bytes
from pytest_codeeval.generation.backends.replay.recorded import normal, samples_in

__all__ = ["Recordings", "normal", "recorded_ids"]

Turns = tuple[Completion, ...]
_SUFFIXES = (".jsonl", ".json", ".jsonl.gz", ".json.gz")
# What harnesses, this one included, write beside the samples.
_BESIDE = ("run.json", "api_calls.jsonl", "server.jsonl", "results_", "references_", "evaluation_results")
_OF_VERDICTS = ("_eval.json", "_eval_all.json")


def recorded_ids(task_id: str, suites: Iterable[str], aliases: Iterable[str]) -> list[str]:
    """Return the ids under which a recording may know a task, the surest first.

    Our own results say the suite as well (`mbpp:mbpp/11`), others only the task, with their own prefix (`aliases`).
    """
    _, slash, number = task_id.rpartition("/")
    plain = [normal(task_id), *(normal(f"{alias}{slash}{number}" if alias else number) for alias in aliases)]
    return [*(f"{suite}:{normal(task_id)}" for suite in suites), *dict.fromkeys(plain)]


class Recordings:
    """The samples of one or more files by recorded id, in the order of the file or of their `sample_index`.

    Each sample has one completion a turn. `sha256` is of the file's unpacked bytes, of several files of their sums.
    """

    def __init__(self, samples: Mapping[str, list[Turns]], sha256: str = "") -> None:
        self.sha256 = sha256
        self._samples = samples

    @classmethod
    def read(cls, path: Path) -> Recordings:
        """Read a recording: a file, gzipped or not, or all of a folder or pattern as those of one model.

        Raises UsageError where there is no such file or no sample in it, DatasetError for a malformed row.
        """
        sums: list[str] = []
        samples: dict[str, list[Turns]] = {}
        authors: set[str] = set()
        for file in _files(path):
            raw = read_bytes(file)
            sums.append(hashlib.sha256(raw).hexdigest())
            gathered: dict[str, list[tuple[int, Turns]]] = {}
            for sample in samples_in(raw, str(file)):
                found = gathered.setdefault(sample.recorded_id, [])
                found.append((len(found) if sample.index is None else sample.index, sample.turns))
                authors |= {sample.model} if sample.model else set()
            for recorded_id, found in gathered.items():
                samples.setdefault(recorded_id, []).extend(_in_order(found))
        if not samples:
            raise UsageError(f"--model=replay:{path} has no sample in it; give a recording with at least one row.")
        if len(sums) > 1 and len(authors) > 1:
            named = ", ".join(sorted(authors))
            raise UsageError(
                f"--model=replay:{path} has the samples of several models ({named}); give each by a --model of its own."
            )
        whole = sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sums).encode()).hexdigest()
        return cls(samples, whole)

    @property
    def counts(self) -> dict[str, int]:
        """How many samples there are under each recorded id."""
        return {task_id: len(found) for task_id, found in self._samples.items()}

    def get(self, recorded_id: str, index: int, turn: int = 0) -> Completion | None:
        """Return a turn, from 0, of sample `index` under a recorded id, or None where there is no such turn."""
        found = self._samples.get(recorded_id, [])
        turns = found[index] if index < len(found) else ()
        return turns[turn] if turn < len(turns) else None


def _in_order(found: list[tuple[int, Turns]]) -> list[Turns]:
    by_index = dict(found)  # a later row for the same sample replaces the earlier one
    return [by_index[index] for index in sorted(by_index)]


def _files(path: Path) -> list[Path]:
    """Return the files that a name stands for."""
    if path.is_file():
        return [path]
    if path.is_dir():
        inside = sorted(file for file in path.iterdir() if file.name.endswith(_SUFFIXES) and file.is_file())
        own = [file for file in inside if file.name == "samples.jsonl"]
        if found := own or [file for file in inside if _may_be_recording(file.name)]:
            return found
        raise UsageError(f"--model=replay:{path} is a folder without a recording (*.jsonl or *.json).")
    named = map(Path, sorted(glob.glob(str(path))))  # noqa: PTH207 - a pattern may begin anywhere
    if found := [file for file in named if file.is_file()]:
        return found
    raise UsageError(f"--model=replay:{path} names no file; give the path of a recording.")


def _may_be_recording(name: str) -> bool:
    return not name.startswith(_BESIDE) and not name.endswith(_OF_VERDICTS)
