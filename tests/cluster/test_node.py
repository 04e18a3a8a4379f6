"""A shard on a node begins as a run from a terminal does, whatever started the node."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from pytest_codeeval.cluster.node import _started
from pytest_codeeval.cluster.order import Order


def test_signals_that_an_engine_blocks_or_ignores_reach_a_shard(tmp_path: Path) -> None:
    order = Order("1/1", (), "namespaces", 1, str(tmp_path))
    earlier = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with (tmp_path / "said").open("wb") as said:
            ends = [
                _started([sys.executable, "-c", f"import signal; signal.raise_signal({number})"], order, said.fileno())
                for number in (signal.SIGHUP, signal.SIGINT)
            ]
            assert [process.wait() for process in ends] == [-signal.SIGHUP, -signal.SIGINT]
    finally:
        signal.signal(signal.SIGHUP, earlier)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
