"""Finds out which isolation this machine gives, by starting it and trying to get out."""

from __future__ import annotations

import json
import os
import select
import socket
import tempfile
from pathlib import Path

from pytest_codeeval.core.errors import SandboxError, UsageError
from pytest_codeeval.execution.sandbox.choice import SandboxChoice, TierReport
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.descriptors import in_memory
from pytest_codeeval.execution.sandbox.interpreter import PRELOADED, python_runtime
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.programs import CANARY, GRADING, Programs
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.slotclient import TierRefused

STRONG = ("namespaces", "landlock")
CHOOSING = {"auto": STRONG, "strict": STRONG[:1]}
"""Choices that leave the tier open, and the tiers to be tried for them, the best first."""
_CANARY_CPU = 5.0


def probe(choice: SandboxChoice) -> TierReport:
    """Return the tier that a choice comes to on this machine.

    Raises UsageError where the machine does not give what was chosen, or a package is not installed.
    """
    refused: list[tuple[str, str]] = []
    for tier in CHOOSING.get(choice.tier, (choice.tier,)):
        grouped: tuple[str, ...] = ()
        try:
            fault, grouped = _escapes(tier, choice.packages) if tier in STRONG else ("", ())
        except (TierRefused, SandboxError) as error:
            fault = str(error).removeprefix(f"{tier}: ")
        if not fault:
            return TierReport(tier, tier not in STRONG, tuple(refused), grouped)
        refused.append((tier, fault))
    reasons = "; ".join(f"{tier}: {fault}" for tier, fault in refused)
    raise UsageError(
        f"--sandbox={choice.tier}: this machine does not give that isolation ({reasons}); run in a container that "
        "allows it, or accept weak verdicts and no isolation with --sandbox=plain."
    )


def start(choice: SandboxChoice, folder: Path, limits: Limits, programs: str = GRADING) -> SandboxServer:
    """Return a server for Python in the one tier that `choice` names, with slots for solutions and for tests.

    `limits` hold for all that it runs, `programs` names the module of what that can be. Allowed packages are linked
    below `folder`. Raises SandboxError where it cannot be had, UsageError for a package that is not installed.
    """
    farm = folder / "packages"
    runtime = _runtime(choice, farm)
    path = [str(farm)] if choice.packages else []
    try:
        return SandboxServer(
            choice.tier, [runtime, runtime], programs, limits, preload=[*PRELOADED, *choice.packages], path=path
        )
    except TierRefused as error:
        raise SandboxError(f"the sandbox could not be had: {error}") from None


def _runtime(choice: SandboxChoice, farm: Path) -> Runtime:
    return python_runtime(choice.packages, farm if choice.packages else None)


def _escapes(tier: str, packages: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Start a tier and try to get out of it; return what succeeded, in words, or nothing, and what groups count."""
    with tempfile.TemporaryDirectory(prefix="codeeval-") as name:
        folder = Path(name)
        secret = folder / "secret"
        secret.write_text("secret")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            world = {
                "secret": str(secret),
                "outside": str(folder / "written"),
                "port": listener.getsockname()[1],
                "pid": os.getpid(),
            }
            runtime = _runtime(SandboxChoice(tier, packages), folder / "packages")
            server = SandboxServer(tier, [runtime], CANARY)
            try:
                found = _ask(server, world)
            finally:
                server.close()
    return f"it does not hold: {', '.join(found)}" if found else "", server.slots[0].meter.grouped


def _ask(server: SandboxServer, world: dict[str, object]) -> list[str]:
    reader, writer = os.pipe()
    program = in_memory(json.dumps(world).encode())
    try:
        server.slots[0].run(Programs.CANARY, [program, writer], _CANARY_CPU)
    finally:
        os.close(writer)
        os.close(program)
    ready = select.poll()
    ready.register(reader, select.POLLIN)
    said = os.read(reader, 65536) if ready.poll(_CANARY_CPU * 1000) else b""
    os.close(reader)
    server.slots[0].end()
    if not said:
        raise SandboxError("a program in it did not come to its end")
    return [str(name) for name in json.loads(said)]
