"""Where a line stays in place: on a terminal that knows how, whose items are kept from it."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_codeeval.plugin.live import stays_in_place


@pytest.mark.parametrize(
    ("term", "capture", "reporter", "terminal", "stays"),
    [
        ("xterm", "fd", True, True, True),
        ("dumb", "fd", True, True, False),
        (None, "fd", True, True, False),
        ("xterm", "no", True, True, False),
        ("xterm", "sys", True, True, False),
        ("xterm", "tee-sys", True, True, False),
        ("xterm", "fd", False, True, False),
        ("xterm", "fd", True, False, False),
    ],
)
def test_a_line_stays_where_nobody_else_writes(
    monkeypatch: pytest.MonkeyPatch, term: str | None, capture: str, reporter: bool, terminal: bool, stays: bool
) -> None:
    if term is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: terminal))
    plugins = SimpleNamespace(hasplugin=lambda name: reporter and name == "terminalreporter")
    config: Any = SimpleNamespace(pluginmanager=plugins, getoption=lambda name, default: capture)
    assert stays_in_place(config) is stays
