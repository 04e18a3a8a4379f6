"""Signals that ask a run to end, and what becomes of other people's handlers."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_codeeval.plugin import interrupts
from pytest_codeeval.plugin.interrupts import Interrupts, Stopped

NUMBERS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)


class Config:
    """What Interrupts sees of pytest's configuration."""

    def __init__(self) -> None:
        self.cleanups: list[Callable[[], None]] = []
        self.add_cleanup = self.cleanups.append

    def end(self) -> None:
        for cleanup in self.cleanups:
            cleanup()


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Begin with the usual handlers, and put back those of this process."""
    kept = {number: signal.getsignal(number) for number in NUMBERS}
    for number in NUMBERS:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def config() -> Any:
    return Config()


@pytest.fixture
def died(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The signals that would have ended this process."""
    found: list[int] = []
    monkeypatch.setattr(interrupts, "_die", found.append)
    return found


def caught(error: BaseException) -> Any:
    """Stand in for what pytest tells of an exception."""
    try:
        raise error
    except BaseException:
        return pytest.ExceptionInfo.from_current()


@pytest.mark.parametrize("number", NUMBERS[:3])
def test_a_signal_is_taken_as_ctrl_c_and_all_is_put_back(config: Any, number: int) -> None:
    Interrupts(config)
    with pytest.raises(KeyboardInterrupt, match=signal.Signals(number).name):
        os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)  # the same request, as many runners send it twice
    config.end()
    assert [signal.getsignal(number) for number in NUMBERS[:3]] == [signal.SIG_DFL] * 3


def test_who_ignores_a_signal_or_handles_it_goes_on_with_it(config: Any) -> None:
    def own(*_: object) -> None: ...

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, own)
    Interrupts(config)
    os.kill(os.getpid(), signal.SIGHUP)
    os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is own
    config.end()
    assert (signal.getsignal(signal.SIGHUP), signal.getsignal(signal.SIGTERM)) == (signal.SIG_IGN, own)


def test_a_handler_that_somebody_sets_meanwhile_stays(config: Any) -> None:
    def own(*_: object) -> None: ...

    Interrupts(config)
    signal.signal(signal.SIGTERM, own)
    config.end()
    assert signal.getsignal(signal.SIGTERM) is own


def test_an_end_is_not_cut_short_before_the_third_request(
    config: Any, died: list[int], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    now = [100.0]
    monkeypatch.setattr(interrupts, "time", SimpleNamespace(monotonic=lambda: now[0]))
    found = Interrupts(config)
    found.pytest_keyboard_interrupt(caught(KeyboardInterrupt()))
    next(found.pytest_sessionfinish())
    for number in (signal.SIGINT, signal.SIGTERM):  # at once: one request
        os.kill(os.getpid(), number)
    assert capfd.readouterr().err == ""
    now[0] += 2
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(os.getpid(), number)
    assert capfd.readouterr().err.count("once more leaves at once") == 1
    assert died == []
    now[0] += 2
    os.kill(os.getpid(), signal.SIGINT)
    assert died == [signal.SIGINT]
    config.end()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_worker_dies_at_once_and_bears_more_than_one_ctrl_c(config: Any, died: list[int]) -> None:
    found = Interrupts(config, in_worker=True)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    next(found.pytest_sessionfinish())
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGINT)
    assert died == []


def test_a_signal_between_two_lines_can_be_shown(config: Any) -> None:
    found, told = Interrupts(config), caught(Stopped("SIGTERM"))
    nowhere = SimpleNamespace(tb_lineno=None)
    told.traceback = type(told.traceback)([*told.traceback, SimpleNamespace(_rawentry=nowhere)])
    found.pytest_keyboard_interrupt(told)
    assert len(told.traceback) == 1
    config.end()


def test_a_signal_ends_the_workers_of_this_machine_too(config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    found = Interrupts(config)
    for name, popen, pid in [("gw0", True, 11), ("gw1", True, 12), ("gw2", False, 13)]:
        info = SimpleNamespace(pid=pid)
        spec = SimpleNamespace(popen=popen)
        node: Any = SimpleNamespace(gateway=SimpleNamespace(id=name, spec=spec, _rinfo=lambda info=info: info))
        found.pytest_testnodeready(node)
        if name == "gw0":
            found.pytest_testnodedown(node)
    monkeypatch.setattr(interrupts.os, "kill", lambda *asked: sent.append(asked))
    found.pytest_keyboard_interrupt(caught(KeyboardInterrupt()))
    assert sent == []  # a terminal has told them by itself
    found.pytest_keyboard_interrupt(caught(Stopped("SIGTERM")))
    assert sent == [(12, signal.SIGTERM)]
    config.end()


def test_a_fork_of_somebody_else_dies_as_it_would_have(config: Any) -> None:
    Interrupts(config)
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGTERM)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGTERM
    config.end()


def test_outside_the_main_thread_nothing_is_taken(config: Any) -> None:
    thread = threading.Thread(target=lambda: next(Interrupts(config).pytest_sessionfinish()))
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert config.cleanups == []
