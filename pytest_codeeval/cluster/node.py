"""One shard on a node: an ordinary run of pytest in a process of its own, and the archive of what it leaves."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest_codeeval
from pytest_codeeval.cluster.archive import LARGEST, SAID, packed
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.shardfolder import shard_folder
from pytest_codeeval.cluster.words import PLAIN
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.jsonl import rows_of
from pytest_codeeval.core.parent import end_with_parent
from pytest_codeeval.core.secretname import is_secret_name
from pytest_codeeval.execution.sandbox.signals import as_from_a_terminal
from pytest_codeeval.generation.registry import KINDS
from pytest_codeeval.generation.store import CompletionStore

ABSENT = -1000
"""The exit code, beside those of processes, of a shard that could not begin on this node."""
_SILENCE = 3600.0
"""Seconds without a line in any of its files after which a run is taken to hang: self-tests may take minutes."""
_WRITTEN_AT_MOST = 2 * LARGEST
_TICK, _GRACE = 0.2, 20.0
_ENGINES_OWN = ("RAY_",)


def look(tier: str) -> dict[str, Any]:
    """Return what a node is: its name, versions, and the tier of the sandbox that a choice comes to here.

    `tier` is empty where the machine does not give it, and `why` then says so.
    """
    from pytest_codeeval.execution.sandbox.choice import SandboxChoice
    from pytest_codeeval.execution.sandbox.probe import probe

    found, why = "", ""
    try:
        found = probe(SandboxChoice(tier)).name
    except (CodeEvalError, OSError) as error:
        why = str(error)
    return {"node": platform.node(), "tier": found, "why": why, "versions": versions()}


def versions() -> dict[str, str]:
    """Return the versions that all nodes have to share."""
    return {"pytest-codeeval": pytest_codeeval.__version__, "python": platform.python_version()}


def without_keys(variables: Iterable[str], more: Iterable[str] = ()) -> dict[str, str]:
    """Return those of the environment's variables that no key is in, nor an address of the engine."""
    keys = {name for kind in KINDS for name in kind.keys} | {*more}
    return {
        name: os.environ[name]
        for name in variables
        if name not in keys and not is_secret_name(name) and not name.startswith(_ENGINES_OWN)
    }


def run_order(order: Order, completions: bytes) -> bytes:
    """Run a shard whose answers are given as lines of an export; return its archive, whatever came of it."""
    with shard_folder() as place:
        results = place / "results"
        status = _run(order, completions, place, results)
        return packed(results, {"shard": order.shard, "node": platform.node(), "cpu_seconds": 0.0, **status})


def _run(order: Order, completions: bytes, place: Path, results: Path) -> dict[str, Any]:
    if not Path(order.folder).is_dir():
        return {
            "exit": ABSENT,
            "said": f"it does not see the folder {order.folder!r}; give --working-dir, which is sent",
        }
    if completions:
        with closing(CompletionStore(results)) as store:
            store.add(rows_of(completions, "answers"))
    command = [sys.executable, "-P", "-m", "pytest", *order.arguments, *_of_shard(order, results)]
    before = os.times()
    with (place / "said").open("wb") as said:
        exit_code = _finish(_started(command, order, said.fileno()), (place / "said", results))
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return {"exit": exit_code, "said": _end_of(place / "said"), "cpu_seconds": float(spent)}


def _of_shard(order: Order, results: Path) -> list[str]:
    workers = ["-n", str(order.workers)] if order.workers > 1 else ["-n0"]
    # Of what a config file names only the page of pytest-html would be written, by all shards to one place.
    pages = [] if "no:html" in order.arguments else ["--html="]
    # Of a package that an engine has brought nobody has told pytest.
    told = any(point.name == "codeeval" for point in metadata.entry_points(group="pytest11"))
    plugin = [] if told else ["-p", "pytest_codeeval.plugin"]
    how = [PLAIN, f"--shard={order.shard}", f"--sandbox={order.sandbox}", f"--results={results}"]
    return [*plugin, *workers, *pages, *how]


def _started(command: list[str], order: Order, said: int) -> subprocess.Popen[bytes]:
    environment = {**without_keys(os.environ, order.unset), **dict(order.variables)}
    package = str(Path(pytest_codeeval.__file__).parent.parent)
    known = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys([package, *known]))
    return subprocess.Popen(
        command,
        cwd=order.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
        start_new_session=True,
        preexec_fn=_begin,
    )


def _begin() -> None:
    """Have the run begin as from a terminal, and end, in order, when the engine's own process is gone in whatever way.

    Ray blocks SIGINT, and who starts a node may ignore others.
    """
    as_from_a_terminal()
    end_with_parent()


def _finish(process: subprocess.Popen[bytes], watched: tuple[Path, Path]) -> int:
    """Wait for a run, ending it if it says nothing for too long, or if this process is told to stop."""
    heard, size = time.monotonic(), 0
    try:
        while (code := process.poll()) is None:
            time.sleep(_TICK)
            now = _written(watched)
            if now != size:
                heard, size = time.monotonic(), now
            elif time.monotonic() - heard > _SILENCE:
                break
            if now > _WRITTEN_AT_MOST:
                break
        return -signal.SIGKILL if code is None else code
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()  # which writes down what there is, and ends its workers
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _written(watched: tuple[Path, Path]) -> int:
    said, results = watched
    files = [said, *results.glob("*/*.jsonl")]
    return sum(file.stat().st_size for file in files if file.exists())


def _end_of(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - SAID))
        return file.read().decode("utf-8", "replace")
