"""What a run that ended early says of going on."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.plugin.resuming import resuming


@pytest.mark.parametrize(
    ("kept", "wanted", "more", "said"),
    [
        (13, 64, {}, "13 answers are kept, 51 are missing: the same command goes on, and asks only for them"),
        (1, 2, {}, "1 answer is kept, 1 is missing: the same command goes on, and asks only for it"),
        (0, 24, {}, "no answer is kept, 24 are missing: the same command goes on, and asks only for them"),
        (24, 24, {}, "24 answers are kept, none is missing: the same command goes on, and asks for none again"),
        (
            1,
            2,
            {"fresh": True},
            "1 answer is kept, 1 is missing: the same command without --fresh goes on, and asks only for it",
        ),
        (
            3,
            4,
            {"all_known": False},
            "3 answers are kept: the same command goes on, and asks only for what is missing",
        ),
        (0, 0, {}, "no model was asked: the same command runs it again"),
    ],
)
def test_it_says_what_is_kept_and_what_is_missing(kept: int, wanted: int, more: dict[str, Any], said: str) -> None:
    assert resuming(kept, wanted, **more) == said
