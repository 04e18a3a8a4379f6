"""What items are, and what is known of those that run again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_codeeval.core.suite import Suite
from pytest_codeeval.plugin.itemreport import BY, FIRST_RESULT, RESULT, ItemReports
from pytest_codeeval.plugin.items import without_skipped
from tests.reports.rows import PASS, result


def item(suite: str = "", skip: pytest.MarkDecorator | None = None) -> Any:
    """Make an item with these marks."""
    marks = [pytest.mark.suite(Suite(suite, lambda _: [], lambda _: "")).mark] if suite else []
    return SimpleNamespace(
        get_closest_marker={"skip": skip and skip.mark}.get,
        iter_markers=lambda name: iter(marks),
        stash=pytest.Stash(),
    )


def test_skipped_items_are_left_out_and_their_suites_named() -> None:
    kept, other = item("a"), item()
    skipped = [
        item("b", pytest.mark.skip("here")),
        item("c", pytest.mark.skip(reason="there")),
        item("d", pytest.mark.skip),
    ]
    found = without_skipped([kept, other, *skipped, item("b", pytest.mark.skip("later")), item("", pytest.mark.skip)])
    assert found == ([kept, other], {"b": "here", "c": "there", "d": "it is marked to be skipped"})


def test_the_result_of_an_earlier_run_of_an_item_is_none_of_this_one() -> None:
    found = item("a")
    found.stash[RESULT] = result(1, PASS)
    for _ in range(2):
        ItemReports().pytest_runtest_setup(found)
        assert RESULT not in found.stash


def test_nothing_of_an_item_is_kept_once_it_is_reported() -> None:
    found, reports = item("a"), ItemReports()
    protocol = reports.pytest_runtest_protocol(found)
    next(protocol)
    first = found.stash[RESULT] = result(1, PASS)
    found.stash[FIRST_RESULT], found.stash[BY] = first, ({}, False)
    with pytest.raises(StopIteration):
        protocol.send(True)
    assert not len(found.stash)
    sent = pytest.TestReport("a", ("a", 1, "a"), {}, "passed", None, "call")
    vars(sent).update(codeeval_results="[]", codeeval_by="[]", codeeval_passed=True)
    reports.pytest_runtest_logreport(sent)
    assert {name for name in vars(sent) if name.startswith("codeeval")} == {"codeeval_passed"}
