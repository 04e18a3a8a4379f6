"""What the plugins of others are told of a suite's items, in their own marks: they are no tests of a program here."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

_MARKS = {
    "timeout": (0,),  # pytest-timeout: an item waits for a model, and has limits of its own
    "enable_socket": (),  # pytest-socket: it speaks to the sandbox and to the model
}


def leave_alone(items: Iterable[pytest.Item], config: pytest.Config) -> None:
    """Mark items of suites with those marks that somebody here has declared, but for an item that has its own."""
    declared = {line.partition(":")[0].partition("(")[0].strip() for line in config.getini("markers")}
    known = {name: arguments for name, arguments in _MARKS.items() if name in declared}
    for item in items:
        for name, arguments in known.items():
            if item.get_closest_marker(name) is None:
                item.add_marker(getattr(pytest.mark, name).with_args(*arguments))
