"""RayEngine: shards as tasks of a Ray cluster, which loses nodes and gets others."""

from __future__ import annotations

import logging
import os
import re
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest_codeeval
from pytest_codeeval.cluster.engine import EngineGone, Outcome
from pytest_codeeval.cluster.node import look, run_order, without_keys
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.extra import needed
from pytest_codeeval.core.text import printable

_RETRIES = 2
_AHEAD = 2
"""How many orders wait for each that runs, so that no core has to."""
_LOOKING, _ENDING = 300.0, 15.0
_ALONE = 300.0
"""Seconds without a node that could grade, as when all are lost and none joins: Ray would wait for ever."""
_LOCAL = {"include_dashboard": False, "object_store_memory": 256 << 20}
_ARROW = "RAY_DISABLE_CUSTOM_ARROW_DATA_SERIALIZATION"
"""Without it Ray imports pyarrow, for nearly a second of CPU, to carry tables; there are none here."""
_REACHED = 3.0
_AGAIN = (0.5, 1.0, 2.0)
_HOST_AND_PORT = re.compile(r"[^/]+:\d+")
_KEPT_HOME = [
    ".git", ".venv", "node_modules", "__pycache__", "*.sqlite3*", ".env*", ".netrc", ".npmrc", ".pypirc", ".aws",
    ".ssh", "*.pem", "*.key", "id_rsa*", "id_ed25519*",
]  # fmt: skip
"""What is not sent with a working directory: large, or likely to hold a key."""


class RayEngine:
    """A `with` block in which a cluster is used; each order takes as many CPUs as it has workers."""

    def __init__(
        self,
        address: str,
        workers: int,
        *,
        working_dir: str = "",
        left_out: Sequence[str] = (),
        unset: Sequence[str] = (),
    ) -> None:
        """Connect to a cluster, that of `address` or of RAY_ADDRESS, or else one started for the run on this machine.

        `working_dir` is sent to the nodes together with this package, but for `left_out` within it. `unset` are further
        names of variables with keys. Raises MissingExtra without Ray, UsageError where the cluster cannot be reached.
        """
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        os.environ.setdefault("RAY_task_oom_retries", str(_RETRIES))  # for ever, without it
        os.environ.setdefault(_ARROW, "1")
        self._ray = needed("ray", "ray", "--on=ray")
        self._workers = workers
        self._pending: dict[Any, Order] = {}
        self._avoided: set[str] = set()
        self._usable = time.monotonic()
        keyless = without_keys(os.environ, unset)  # what is started here is to see none either
        for name in set(os.environ) - {*keyless, *(one for one in os.environ if one.startswith("RAY_"))}:
            del os.environ[name]
        self._connect(address, _runtime(working_dir, left_out))
        self._gcs = self._ray.get_runtime_context().gcs_address
        self._demand_cpus()
        self._task = self._ray.remote(max_retries=_RETRIES, num_cpus=workers)(_in_task)

    def __enter__(self) -> RayEngine:
        """Give the engine."""
        return self

    def __exit__(self, *_: object) -> None:
        """Disconnect; a cluster that was started for the run ends."""
        with suppress(Exception):
            self._ray.shutdown()

    def _connect(self, address: str, runtime: dict[str, Any]) -> None:
        address = address or os.environ.get("RAY_ADDRESS", "")
        try:
            if _HOST_AND_PORT.fullmatch(address) and not _answers(address):  # Ray would try for minutes
                raise ConnectionError("nobody listens")
            self._ray.init(
                address=address or "local",
                runtime_env=runtime,
                log_to_driver=False,
                logging_level=logging.CRITICAL,  # of lost nodes it prints the state in pages
                configure_logging=True,
                **({} if address else _LOCAL),
            )
        except Exception as error:  # noqa: BLE001 - of that very class, where a node is too slow to start
            with suppress(Exception):  # what did start
                self._ray.shutdown()
            said = [*str(error).strip().splitlines(), type(error).__name__][0]
            raise UsageError(_unreachable(address, printable(said, limit=300))) from None

    def look(self, tier: str) -> Mapping[str, Mapping[str, Any]]:
        """Return by its node what `node.look` says of each; of one that did not answer `why` alone."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        task = self._ray.remote(max_retries=_RETRIES, num_cpus=0)(look)
        asked = {
            node: task.options(scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)).remote(tier)
            for node in self._able()
        }
        self._ray.wait(list(asked.values()), num_returns=len(asked), timeout=_LOOKING)
        found: dict[str, Mapping[str, Any]] = {}
        for node, reference in asked.items():
            try:
                found[node] = self._ray.get(reference, timeout=1)
            except self._ray.exceptions.GetTimeoutError:
                found[node] = {"node": node[:8], "tier": "", "why": f"it did not answer within {_LOOKING:g} s"}
            except self._ray.exceptions.RayError as error:
                found[node] = {"node": node[:8], "tier": "", "why": _first_line(error)}
        return found

    def room(self) -> int:
        """Return how many orders may be under way at once, waiting ones with them."""
        return _AHEAD * max(1, sum(int(cpus // self._workers) for cpus in self._cpus()))

    def submit(self, order: Order, completions: bytes) -> None:
        """Have an order run on a node that is not to be avoided."""
        where = {"ray.io/node-id": f"!in({','.join(sorted(self._avoided))})"} if self._avoided else None
        task = self._task.options(label_selector=where) if where else self._task
        self._pending[task.remote(order.to_json(), completions)] = order

    def wait(self, seconds: float) -> Sequence[Outcome]:
        """Return what has ended, waiting no longer than that for the first."""
        self._demand_reachable()
        ready, _ = self._ray.wait(list(self._pending), num_returns=1, timeout=seconds)
        if not ready:
            self._demand_usable()
        return [self._outcome(reference, self._pending.pop(reference)) for reference in ready]

    def avoid(self, node: str) -> bool:
        """Give a node no further orders; return whether there are others."""
        self._avoided.add(node)
        return bool(self._able() - self._avoided)

    def cancel(self) -> None:
        """End what is under way."""
        for reference in self._pending:
            with suppress(Exception):  # a cluster that is gone has nothing to cancel
                self._ray.cancel(reference, force=False, recursive=True)
        with suppress(Exception):  # so that their runs clean up behind them
            self._ray.wait(list(self._pending), num_returns=len(self._pending), timeout=_ENDING)
        self._pending.clear()

    def _outcome(self, reference: Any, order: Order) -> Outcome:
        errors = self._ray.exceptions
        try:
            came = self._ray.get(reference)
        except (errors.WorkerCrashedError, errors.OutOfMemoryError) as error:
            return Outcome(order, why=f"the process that ran it died ({_first_line(error)})", poisoned=True)
        except errors.RayError as error:
            return Outcome(order, why=_first_line(error))
        if not isinstance(came, bytes) or len(came) < _ID:
            return Outcome(order, why="what came is no archive")
        return Outcome(order, came[_ID:], node=came[:_ID].decode("ascii", "replace"))

    def _demand_usable(self) -> None:
        """Raise EngineGone where there has been no node for long that orders could be given to."""
        if self._able() - self._avoided:
            self._usable = time.monotonic()
        elif time.monotonic() - self._usable > _ALONE:
            raise EngineGone(f"the Ray cluster has had no node that could grade for {_ALONE:g} s")

    def _demand_cpus(self) -> None:
        most = max(self._cpus(), default=0)
        if most < self._workers:
            raise UsageError(f"-n{self._workers}: no node of the cluster has so many CPUs, the most is {most:g}.")

    def _cpus(self) -> list[float]:
        return [resources.get("CPU", 0.0) for resources in self._nodes().values()]

    def _able(self) -> set[str]:
        """Return the nodes that have CPUs for a shard, as a head may not, which then says nothing of the others."""
        return {node for node, has in self._nodes().items() if has.get("CPU", 0) >= self._workers}

    def _nodes(self) -> dict[str, dict[str, Any]]:
        self._demand_reachable()
        return {node["NodeID"]: node["Resources"] for node in self._ray.nodes() if node["Alive"]}

    def _demand_reachable(self) -> None:
        """Raise EngineGone if nobody is there any more: Ray would wait for a minute, and then end this process."""
        for wait in _AGAIN:
            if _answers(self._gcs):
                return
            time.sleep(wait)
        raise EngineGone(f"the Ray cluster at {self._gcs} is gone")


def _answers(address: str) -> bool:
    """Whether somebody listens at HOST:PORT."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _REACHED).close()
    except (OSError, ValueError):
        return False
    return True


_ID = 56
"""Characters of the id of a node, which stand before an archive."""


def _in_task(order: dict[str, Any], completions: bytes) -> bytes:
    """Run a shard within a task of Ray; what is sent back is plain bytes, for which Ray makes no pickle."""
    import ray

    place = order["folder"]
    here = {**order, "folder": place if Path(place).is_absolute() else str(Path.cwd() / place)}
    node: str = ray.get_runtime_context().get_node_id()
    return node.encode("ascii") + run_order(Order.from_json(here), completions)


def _runtime(working_dir: str, left_out: Sequence[str]) -> dict[str, Any]:
    if not working_dir:
        return {}
    package = str(Path(pytest_codeeval.__file__).parent)
    return {"working_dir": working_dir, "py_modules": [package], "excludes": [*_KEPT_HOME, *left_out]}


def _unreachable(address: str, said: str) -> str:
    if not address:
        return f"Ray could not start a cluster on this machine ({said}); try again, or name one with --address."
    return (
        f"--address={address}: no Ray cluster can be reached there ({said}); start one with `ray start --head`, "
        "or leave --address out."
    )


def _first_line(error: BaseException) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0].strip()}" if lines else type(error).__name__
