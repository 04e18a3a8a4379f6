"""SuiteRecord: what this machine has found out about a suite, kept in the user's cache folder from run to run."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_codeeval import __version__
from pytest_codeeval.core.errors import StorageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.core.problem import Dataset
from pytest_codeeval.core.selftest import SelfTest
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.worklock import held
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice


@dataclass(frozen=True, slots=True)
class SuiteRecord:
    """CPU seconds of canonical solutions by task id, the self-test, and the run that last added to them."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    self_test: SelfTest | None = None
    run: str = ""


class RecordFile:
    """One record on disk. A folder that cannot be used is no error: nothing is then found, and nothing kept."""

    def __init__(self, folder: str, key: str) -> None:
        """Name the file; `folder` may be empty for none."""
        self._path = Path(folder) / f"{key}.json" if folder else None

    def read(self) -> SuiteRecord:
        """Return what is on record; an empty one where there is none that can be read."""
        if self._path is None:
            return SuiteRecord()
        try:
            row = json.loads(self._path.read_bytes())
            seconds = {str(task_id): float(value) for task_id, value in row["seconds"].items()}
            return SuiteRecord(
                seconds, SelfTest.from_json(row["self_test"]) if row["self_test"] else None, str(row["run"])
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return SuiteRecord()

    def write(self, record: SuiteRecord) -> None:
        """Put a record in the place of the old one, at once."""
        if self._path is None:
            return
        tested = record.self_test.to_json() if record.self_test else None
        row = {"seconds": dict(record.seconds), "self_test": tested, "run": record.run}
        with suppress(OSError, StorageError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, json.dumps(row).encode("ascii") + b"\n")

    def locked(self, patience: float) -> AbstractContextManager[None]:
        """Keep other processes from the same work, waiting for them up to `patience` seconds; then go on regardless."""
        return held(self._path.with_suffix(".lock") if self._path else None, patience)


def record_key(name: str, suite: Suite, dataset: Dataset, runners: Mapping[str, Runner], sandbox: SandboxChoice) -> str:
    """Return the name of the record of a dataset on this machine; `name` is the suite's with the part that was loaded.

    `runners` are by the languages that its problems name.

    Another release of the data, a suite file that makes other problems of it, another processor, Python, sandbox or
    version of this package: each has a record of its own.
    """
    problems = [
        [p.task_id, p.prompt, p.test, p.entry_point, p.canonical_solution, p.language, suite.timeout_of(p)]
        for p in dataset.problems
    ]
    kinds = [(language, type(runner)) for language, runner in sorted(runners.items())]
    how = [*(f"{language} {kind.__module__}.{kind.__qualname__}" for language, kind in kinds), sandbox.tier]
    about = [__version__, platform.python_version(), _processor(), *how, sandbox.packages]
    return _digest([name, dataset.sha256, *about, problems])


def _digest(parts: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(parts).encode("ascii")).hexdigest()


def _processor() -> str:
    """The model of the processor, as the kernel names it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    model = next((line for line in lines if line.startswith(("model name", "CPU part"))), "")
    return f"{platform.machine()} {model.partition(':')[2].strip()}"
