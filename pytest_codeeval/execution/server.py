"""Server: the clean process beside a pytest worker from which all others are forked.

It is started as a bare interpreter, with nothing of pytest, no key and no data in its memory. It imports what solutions
commonly import, and forks two slots: one for solutions, one for the tests. What the tests expect is therefore never in
the memory of a solution's ancestors.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from pytest_codeeval.execution.commands import builder, executor
from pytest_codeeval.execution.grading import candidate, inprocess, tester
from pytest_codeeval.execution.sandbox import canary, kernel
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.semaphore import PipeSemaphore
from pytest_codeeval.execution.sandbox.slot import Slot
from pytest_codeeval.execution.sandbox.tiers.landlock import Landlock
from pytest_codeeval.execution.sandbox.tiers.namespaces import Namespaces
from pytest_codeeval.execution.sandbox.tiers.plain import Plain
from pytest_codeeval.execution.sandbox.tiers.tier import Tier
from pytest_codeeval.execution.sandbox.unavailable import Unavailable

# Only such as a solution cannot tell from a first import of its own: none brings another package's submodule along.
PRELOADED = (
    *("abc", "array", "bisect", "cmath", "collections", "copy", "dataclasses", "datetime", "decimal", "enum"),
    *("fractions", "functools", "heapq", "itertools", "json", "math", "numbers", "operator", "queue"),
    *("random", "re", "string", "struct", "textwrap", "threading", "time", "types", "typing"),
)
_TIERS: dict[str, Callable[[Runtime, Limits], Tier]] = {
    "namespaces": partial(Namespaces, adopted=True),
    "landlock": Landlock,
    "plain": Plain,
}


def main() -> None:
    """Read what to be from a variable of the environment, fork the slots, and wait for them."""
    config = json.loads(os.environ["CODEEVAL_SERVER"])
    os.environ.clear()
    controls = [socket.socket(fileno=descriptor) for descriptor in config["controls"]]
    sys.executable = getattr(sys, "_base_executable", sys.executable)
    sys.path += config["path"]
    if config["warm"]:
        for name in (*PRELOADED, *config["packages"]):
            with suppress(Exception):
                importlib.import_module(name)
        compile("def f(x):\n    return [y for y in x]", "", "exec")  # the first one is the slow one
    if config["tier"] == "landlock":
        _keep_out_of_shm()
    # A solution is to find the standard library and what is allowed, and nothing of ours.
    for name in [name for name in sys.modules if name.partition(".")[0] == "pytest_codeeval"]:
        del sys.modules[name]
    gc.collect()
    kernel.trim_memory()
    gc.freeze()
    with suppress(OSError):  # no such thing on macOS
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    for place, control in enumerate(controls):
        if os.fork() == 0:
            controls[1 - place].close()
            _be_slot(config, control)
    for control in controls:
        control.close()
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _keep_out_of_shm() -> None:
    """Have `multiprocessing` do without /dev/shm: all processes of the machine share it."""
    with suppress(ImportError, AttributeError):
        importlib.import_module("_multiprocessing").SemLock = PipeSemaphore  # type: ignore[attr-defined]
        importlib.import_module("multiprocessing.heap").Arena._dir_candidates = []


def _be_slot(config: dict[str, Any], control: socket.socket) -> None:
    try:
        readable, hidden = map(tuple, config["runtime"])
        runtime = Runtime(readable, hidden, config["processes"])
        tier: Tier = _TIERS[config["tier"]](runtime, Limits(**config["limits"]))
        try:
            tier.enter()
        except Unavailable as error:
            control.sendall(json.dumps({"refused": str(error)}).encode() + b"\n")
            os._exit(0)
        control.sendall(json.dumps({"tier": tier.name}).encode() + b"\n")
        try:
            Slot(tier, control, _PROGRAMS).serve()
        finally:
            tier.close()
    finally:
        os._exit(0)


def _candidate(descriptors: Sequence[int]) -> None:
    source, reader, writer = descriptors
    candidate.main(_read(source), reader, writer)


def _tester(descriptors: Sequence[int]) -> None:
    tester.main(socket.socket(fileno=descriptors[0]))


def _inprocess(descriptors: Sequence[int]) -> None:
    job, report = descriptors
    inprocess.main(json.loads(_read(job)), report)


def _canary(descriptors: Sequence[int]) -> None:
    world, report = descriptors
    os.write(report, json.dumps(canary.escapes(json.loads(_read(world)))).encode())


_PROGRAMS = (_candidate, _tester, _inprocess, _canary, builder.main, executor.main)  # as numbered in Programs


def _read(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    os.close(descriptor)
    return b"".join(parts)
