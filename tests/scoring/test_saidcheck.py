"""Checks of what an answer says: each passes what it asks for and nothing near it."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.scoring.saidcheck import CHECKS, broken_check

TABLE: list[tuple[str, Any, str, bool]] = [
    ("says", ["Oslo"], "It is oslo.", True),
    ("says", ["Oslo"], "It is Oslofjord.", False),
    ("says", ["8|eight", "legs"], "Eight legs", True),
    ("says", ["8|eight", "legs"], "18 legs", False),
    ("says", ["8|eight", "legs"], "eight", False),
    ("says", ["bonne nuit"], "«Bonne nuit»", True),
    ("does_not_say", ["Oslo"], "Helsinki", True),
    ("does_not_say", ["Oslo", "Bergen"], "**BERGEN**", False),
    ("does_not_say", ["oak"], "a cloak", True),
    ("number_is", "36", "That makes 36.00 euros.", True),
    ("number_is", "36", "3 times 12", False),
    ("number_is", "36", "none", False),
    ("begins_with", "1. ", " 1. Mercury", True),
    ("begins_with", "1. ", "It is 1. Mercury", False),
    ("ends_with", "OVER", "It is 8. OVER\n", True),
    ("ends_with", "OVER", "It is 8. OVER.", False),
    ("lines", 2, "a\n\nb\n", True),
    ("lines", 2, "a", False),
    ("each_line_begins_with", "- ", "- a\n\n  - b", True),
    ("each_line_begins_with", "- ", "- a\nb", False),
    ("words_at_most", 1, " late ", True),
    ("words_at_most", 1, "it is", False),
    ("in_capitals", True, "OSLO, 8!", True),
    ("in_capitals", True, "OSLo", False),
    ("in_capitals", False, "Oslo", True),
    ("in_small_letters", True, "oslo.", True),
    ("in_small_letters", True, "Oslo", False),
    ("json_with_keys", ["a", "b"], '```json\n{"b": 1, "a": 2}\n```', True),
    ("json_with_keys", ["a"], '{"a": NaN}', False),
    ("json_with_keys", ["a"], '{"a": 1, "b": 2}', False),
    ("json_with_keys", ["a"], 'So: {"a": 1}', False),
    ("json_with_keys", ["a"], '["a"]', False),
    ("json_with_keys", ["a"], "[" * 50_000, False),
]


@pytest.mark.parametrize(("name", "wanted", "text", "passes"), TABLE)
def test_a_check_passes_what_it_asks_for(name: str, wanted: Any, text: str, passes: bool) -> None:
    assert CHECKS[name](text, wanted) is passes
    assert (broken_check(text, {name: wanted}) == "") is passes


def test_each_check_is_tried_both_ways() -> None:
    for passes in (True, False):
        assert {name for name, _, _, ends in TABLE if ends is passes} >= CHECKS.keys()


def test_the_first_that_does_not_pass_is_said() -> None:
    checks = {"says": ["Oslo"], "words_at_most": 2, "ends_with": "x"}
    assert broken_check("It is Oslo", checks) == "words at most 2"
