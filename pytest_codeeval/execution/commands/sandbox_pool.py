"""SandboxPool: keeps the server that a language's commands run in, and starts another where it has failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.commands.command_sandbox import ROOM, CommandSandbox
from pytest_codeeval.execution.commands.pair import Pair
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.client import SandboxServer
from pytest_codeeval.execution.sandbox.probe import CHOOSING, probe
from pytest_codeeval.execution.sandbox.programs import COMMANDS
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.slotclient import TierRefused

T = TypeVar("T")


class SandboxPool:
    """A sandbox for each of some runtimes, in the best tier of a choice; nothing is started before it is needed."""

    def __init__(self, choice: SandboxChoice, *runtimes: Runtime) -> None:
        self._choice = replace(choice, packages=())
        self._runtimes = runtimes
        self._server: SandboxServer | None = None

    @property
    def tier(self) -> str:
        """The tier that commands run in, once one did; before that what was asked for."""
        return self._choice.tier

    def attempt(self, run: Callable[[CommandSandbox], T], place: int = 0) -> T:
        """Return what `run` returns, given the sandbox at a place in the order of the runtimes.

        Where the machinery fails, it is run once more with a new server.

        Raises SandboxError where it fails again, UsageError where the machine does not give the choice.
        """
        return self._again(lambda server: run(CommandSandbox(server.slots[place])))

    def attempt_pair(self, run: Callable[[Pair], T], solutions: int, tests: int) -> T:
        """Return what `run` returns, given two slots at once; as `attempt` in everything else."""
        return self._again(lambda server: run(Pair(server.slots[solutions], server.slots[tests])))

    def close(self) -> None:
        """End the server; a later attempt starts another."""
        if self._server is not None:
            server, self._server = self._server, None
            server.close()

    def _again(self, run: Callable[[SandboxServer], T]) -> T:
        try:
            return self._once(run)
        except SandboxError:
            return self._once(run)

    def _once(self, run: Callable[[SandboxServer], T]) -> T:
        try:
            return run(self._running())
        except BaseException:
            # One that is interrupted, as by an alarm of the user's, leaves words that the next would take for its.
            self.close()
            raise

    def _running(self) -> SandboxServer:
        if self._server is None:
            self._server = self._started()
        return self._server

    def _started(self) -> SandboxServer:
        refusal = ""
        for tier in self._tiers():
            try:
                server = SandboxServer(tier, self._runtimes, COMMANDS, ROOM)
            except TierRefused as error:
                refusal = str(error)
                continue
            self._choice = replace(self._choice, tier=tier)
            return server
        other = "; --sandbox=landlock may do" if self._choice.tier == "namespaces" else ""
        raise SandboxError(f"the sandbox could not be had: {refusal}{other}")

    def _tiers(self) -> Iterator[str]:
        """Yield the tiers to be tried, the best first; where the choice leaves them open, those that hold."""
        asked = CHOOSING.get(self._choice.tier)
        if asked is None:
            yield self._choice.tier
            return
        best = probe(self._choice).name
        yield best
        for tier in asked[asked.index(best) + 1 :]:
            yield probe(replace(self._choice, tier=tier)).name
