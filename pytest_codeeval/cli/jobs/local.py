"""run_here: the shards of a run as processes of this machine, as many at once as it has processors for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pytest_codeeval.cli.jobs.shardedrun import ShardedRun
from pytest_codeeval.cli.jobs.together import put_together
from pytest_codeeval.core.parent import end_with_parent
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.generation.dealing import deal_out
from pytest_codeeval.generation.storefile import FILE_NAME

_LOOK = 0.2  # seconds
_GRACE = 30.0  # seconds that a run may take to write its results when it is asked to end
_LINES = 5
_CODEEVAL = "from pytest_codeeval.cli import main; raise SystemExit(main())"
GRADED = (0, 1)
"""Exit codes of a run that has come to its end; 1 says that there are programs which fail."""


def ask_here(run: ShardedRun) -> int:
    """Have the models asked, and hand each shard its answers; return the exit code of the asking."""
    with _asked_to_end_as_by_ctrl_c():
        process = subprocess.Popen(_codeeval(run.generating()), preexec_fn=end_with_parent)
        try:
            code = process.wait()
        except KeyboardInterrupt:
            process.terminate()  # which is one request together with that of the terminal
            process.wait()
            raise
    if code in GRADED and (run.answers / FILE_NAME).is_file():
        dealt = deal_out(run.answers, run.parts, run.shards)
        print(f"codeeval: {counted(dealt, 'answer')} for {counted(run.shards, 'shard')}", file=sys.stderr)
    return code


def run_here(run: ShardedRun) -> int:
    """Ask, grade all shards and put them together; return the exit code.

    What is done already is not done again. Raises UsageError where the parts cannot be put together.
    """
    run.parts.mkdir(parents=True, exist_ok=True)
    asked = ask_here(run)
    if asked not in GRADED:
        return asked
    codes = _Shards(run).end()
    if bad := {number: code for number, code in codes.items() if code not in GRADED}:
        for number, code in bad.items():
            _tell_of(run, number, code)
        print("codeeval: the same command goes on with what is missing", file=sys.stderr)
        return max(bad.values())
    return put_together(run) or max([asked, *codes.values()])


class _Shards:
    """Shards that wait, run and have ended, by their number."""

    def __init__(self, run: ShardedRun) -> None:
        self._run = run
        self._waiting = list(range(run.shards, 0, -1))
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._codes: dict[int, int] = {}
        whole = run.workers and not run.workers.isdecimal()  # such as auto: one shard has all processors
        self._places = 1 if whole else max(1, len(os.sched_getaffinity(0)) // run.cpus)

    def end(self) -> dict[int, int]:
        """Run them all to their end; return their exit codes."""
        with _asked_to_end_as_by_ctrl_c():
            try:
                while self._waiting or self._running:
                    while self._waiting and len(self._running) < self._places:
                        self._start(self._waiting.pop())
                    time.sleep(_LOOK)
                    self._look()
            finally:
                self._stop()
        return dict(sorted(self._codes.items()))

    def _start(self, number: int) -> None:
        with log_of(self._run, number).open("ab") as log:
            self._running[number] = subprocess.Popen(
                _codeeval(self._run.checking(number)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C is for this process, which then asks them to end
                preexec_fn=end_with_parent,
            )

    def _look(self) -> None:
        for number, process in list(self._running.items()):
            if (code := process.poll()) is None:
                continue
            del self._running[number]
            self._codes[number] = code if code >= 0 else 128 - code
            done = f"{len(self._codes)} of {counted(self._run.shards, 'shard')}"
            print(f"codeeval: shard {number} has ended (exit code {self._codes[number]}), {done}", file=sys.stderr)

    def _stop(self) -> None:
        for process in self._running.values():
            process.terminate()
        give_up = time.monotonic() + _GRACE
        for process in self._running.values():
            try:
                process.wait(max(0.0, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def log_of(run: ShardedRun, number: int) -> Path:
    """Return the file that the output of a shard is added to."""
    return run.parts / f"shard-{number}.log"


def _tell_of(run: ShardedRun, number: int, code: int) -> None:
    log = log_of(run, number)
    print(printable(f"codeeval: shard {number} ended with exit code {code}; the end of {log}:"), file=sys.stderr)
    for line in log.read_text("utf-8", "replace").splitlines()[-_LINES:]:
        print(printable(f"  {line}"), file=sys.stderr)


def _codeeval(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-P", "-c", _CODEEVAL, "run", *words]


@contextmanager
def _asked_to_end_as_by_ctrl_c() -> Iterator[None]:
    """Take SIGTERM, by which clusters end a job, for Ctrl-C."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    earlier = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)
