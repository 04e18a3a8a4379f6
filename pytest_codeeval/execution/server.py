"""Server: the clean process beside a pytest worker from which all others are forked.

It is started as a bare interpreter, with nothing of pytest, no key and no data in its memory. It imports what it is
asked to, for Python what solutions commonly import, and forks its slots, those for solutions and for their tests. What
the tests expect is therefore never in the memory of a solution's ancestors.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Any

from pytest_codeeval.execution.sandbox import groups, kernel
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.programs import Table, read_all
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.signals import as_from_a_terminal
from pytest_codeeval.execution.sandbox.slot import Slot
from pytest_codeeval.execution.sandbox.tiers.tier import Tier
from pytest_codeeval.execution.sandbox.traces import remove_traces
from pytest_codeeval.execution.sandbox.unavailable import Unavailable

Prepared = tuple[dict[str, Any], list[socket.socket], Callable[..., Tier], Table]
"""What a server is to be, the slots' ends of their sockets, what makes a tier, and the programs."""


def prepare(descriptor: int) -> Prepared:
    """Read what to be from a descriptor, and get ready for it.

    By itself, as it renames all code of ours but that which is running.
    """
    # Not from the environment: what a process was started with stays in its memory, and in that of its children.
    config = json.loads(read_all(descriptor))
    as_from_a_terminal()
    os.environ.clear()
    controls = [socket.socket(fileno=descriptor) for descriptor in config["controls"]]
    sys.executable = getattr(sys, "_base_executable", sys.executable)
    sys.orig_argv[:] = [sys.executable]
    sys.path += config["path"]
    module = importlib.import_module(config["programs"])
    programs: Table = module.PROGRAMS
    make_tier = _tier(config["tier"])
    # A solution is to find the standard library and what is allowed, and nothing of ours.
    remove_traces("pytest_codeeval")
    for name in config["preload"]:
        with suppress(Exception):
            importlib.import_module(name)
    if config["preload"]:
        compile("def f(x):\n    return [y for y in x]", "", "exec")  # the first one is the slow one
    getattr(module, "REHEARSE", int)()  # now that code is what it will be
    gc.collect()
    kernel.trim_memory()
    gc.freeze()
    return config, controls, make_tier, programs


def serve(
    config: dict[str, Any], controls: list[socket.socket], make_tier: Callable[..., Tier], programs: Table
) -> None:
    """Fork the slots, and wait for them."""
    with suppress(OSError):  # no such thing on macOS
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    me = os.getpid()
    groups.remove(me)
    for place, (control, runtime) in enumerate(zip(controls, config["runtimes"], strict=True)):
        if os.fork() == 0:
            for other in controls:
                if other is not control:
                    other.close()
            group = groups.join(f"{me}-{place}")
            made = partial(make_tier, Runtime(**runtime), Limits(**config["limits"]), counted=bool(group.cpu))
            # Who knows what other packages want to do in a child.
            _be_slot(control, group, made, programs, os.fork if config["path"] else kernel.fork)
    for control in controls:
        control.close()
    with suppress(ChildProcessError):
        while True:
            os.wait()
    groups.remove(me)


def _tier(name: str) -> Callable[..., Tier]:
    """Return what makes a tier, and import no other: each start pays for what it imports."""
    if name != "plain":
        _lock_by_region()
    if name == "namespaces":
        from pytest_codeeval.execution.sandbox.tiers.namespaces import Namespaces

        return partial(Namespaces, adopted=True)
    if name == "landlock":
        from pytest_codeeval.execution.sandbox.tiers.landlock import Landlock

        _keep_out_of_shm()
        return Landlock
    from pytest_codeeval.execution.sandbox.tiers.plain import Plain

    return Plain


def _keep_out_of_shm() -> None:
    """Have `multiprocessing` do without /dev/shm: all processes of the machine share it."""
    from pytest_codeeval.execution.sandbox.semaphore import PipeSemaphore

    with suppress(ImportError, AttributeError):
        importlib.import_module("_multiprocessing").SemLock = PipeSemaphore  # type: ignore[attr-defined]
        importlib.import_module("multiprocessing.heap").Arena._dir_candidates = []


def _lock_by_region() -> None:
    """Have `fcntl.flock` take locks that the machine's files, opened to read, do not give."""
    from pytest_codeeval.execution.sandbox.filelock import flock

    importlib.import_module("fcntl").flock = flock  # type: ignore[attr-defined]


def _be_slot(
    control: socket.socket,
    group: groups.Group,
    make_tier: Callable[[], Tier],
    programs: Table,
    fork: Callable[[], int],
) -> None:
    try:
        tier = make_tier()
        try:
            tier.enter()
        except Unavailable as error:
            control.sendall(json.dumps({"refused": str(error)}).encode() + b"\n")
            os._exit(0)
        said = {"tier": tier.name, "writes": tier.watches_scratch, "group": asdict(group)}
        control.sendall(json.dumps(said).encode() + b"\n")
        try:
            Slot(tier, control, programs, fork).serve()
        finally:
            tier.close()
    finally:
        os._exit(0)
