"""Runs the scripted chat server in a process of its own for the time of a test."""

from __future__ import annotations

import contextlib
import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

SCRIPT = Path(__file__).with_name("faulty.py")
START_SECONDS = 30.0
STOP_SECONDS = 10.0


class FaultyServer:
    """A `with` block around a running server; see faulty.py for the faults that it can be given."""

    def __init__(
        self,
        directory: Path,
        answers: Sequence[Mapping[str, str]] = (),
        faults: str = "",
        *,
        latency: float = 0.0,
        slow_seconds: float = 2.0,
        retry_after: float = 0.2,
        seed: int = 0,
        require_key: str | None = None,
        port: int = 0,
        many: str = "give",
    ) -> None:
        # A folder for each server, because one test may run several under one tmp_path.
        folder = Path(tempfile.mkdtemp(prefix="faulty-", dir=directory))
        self.log_path = folder / "requests.jsonl"
        self._errors_path = folder / "stderr.txt"
        answers_path = folder / "answers.jsonl"
        answers_path.write_text("".join(json.dumps(dict(row)) + "\n" for row in answers), encoding="utf-8")
        # -I -S: the server needs the standard library only, and starts faster without site-packages.
        self._command = [sys.executable, "-I", "-S", str(SCRIPT), "--answers", str(answers_path)]
        self._command += ["--log", str(self.log_path), "--faults", faults, "--latency", str(latency)]
        self._command += ["--slow-seconds", str(slow_seconds), "--retry-after", str(retry_after)]
        self._command += ["--seed", str(seed), "--port", str(port), "--many", many, "--until-stdin-closes"]
        if require_key is not None:
            self._command += ["--require-key", require_key]
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self._process is not None
        return self._process.pid

    def requests(self) -> list[dict[str, Any]]:
        """Every chat request so far, in order of arrival."""
        if not self.log_path.exists():
            return []
        lines = self.log_path.read_text(encoding="utf-8").splitlines(keepends=True)
        # The last line is incomplete while the server writes it.
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def exit_code(self, timeout: float = 5.0) -> int | None:
        """How the process ended, or None if it still runs after the timeout."""
        if self._process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout)
        return self._process.returncode

    def __enter__(self) -> Self:
        with self._errors_path.open("wb") as errors:
            # The pipe on standard input ends the server even when this process is killed without a chance to do so.
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        try:
            self.port = self._await_port()
        except BaseException:
            self._stop()
            raise
        return self

    def _await_port(self) -> int:
        assert self._process is not None and self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], START_SECONDS)
        line = self._process.stdout.readline().decode() if readable else ""
        if not line.startswith("ready "):
            raise RuntimeError(f"the scripted server did not start: {self._errors_path.read_text(errors='replace')}")
        return int(line.split()[1])

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _stop(self) -> None:
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()
