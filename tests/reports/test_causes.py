"""Why samples failed, and an example of each."""

from __future__ import annotations

import random

from pytest_codeeval.core.result import Result
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.reports.causes import Causes
from pytest_codeeval.reports.table import WIDTH
from tests.reports.rows import PASS, UNGRADED, WRONG, result, rust, staged


def said(*results: Result) -> list[str]:
    """Return the lines for results, whose node ids tell their task."""
    causes = Causes()
    for found in results:
        causes.add(f"t.py::t[{found.task_id}]", found)
    return causes.lines()


def test_causes_are_counted_with_the_first_failing_line_of_one() -> None:
    results = [
        rust(2, staged(WRONG, detail="assert f(2) == 3"), staged(PASS), staged(WRONG, detail="assert f(1) == 1")),
        rust(1, staged(Cause.BUILD_ERROR, detail="\nerror[E0382]: moved\n --> src/lib.rs:7:20")),
        rust(10, staged(WRONG, detail="assert f(10)")),
        rust(3, staged(Cause.NO_CODE)),
    ]
    expected = [
        "5 samples failed, by cause, with the first failing line of one:",
        "  3  wrong answer  assert f(2) == 3",
        "                   t.py::t[R/2]",
        "  1  build error   error[E0382]: moved",
        "                   t.py::t[R/1]",
        "  1  no code       (nothing more was said)",
        "                   t.py::t[R/3]",
    ]
    for _ in range(5):
        assert said(*results) == expected
        random.shuffle(results)


def test_of_a_traceback_it_is_the_last_line() -> None:
    detail = 'Traceback (most recent call last):\n  File "a.rb", line 1\nZeroDivisionError: divided by 0\n'
    assert "  1  exception  ZeroDivisionError: divided by 0" in said(rust(1, staged(Cause.EXCEPTION, detail=detail)))


def test_where_nothing_failed_nothing_is_said() -> None:
    assert said() == said(result(1, PASS), result(2, UNGRADED)) == []


def test_a_problem_that_is_run_again_counts_once() -> None:
    assert said(result(1, WRONG, WRONG), result(1, WRONG))[0].startswith("1 sample failed")
    assert said(result(1, WRONG), result(1, PASS)) == []


def test_models_and_suites_are_told_apart() -> None:
    found = said(result(1, WRONG), result(1, WRONG, model="n"), result(1, WRONG, suite="t"))
    assert found[0].startswith("3 samples failed")


def test_what_a_model_wrote_is_safe_and_short() -> None:
    lines = said(rust("1\x1b[2J", staged(WRONG, detail="\x1b]0;owned\x07 \u202e" + "x" * 10**6 + "\nmore")))
    assert not any(char in "".join(lines) for char in "\x1b\x07\u202e\n")
    assert len(lines[1]) == WIDTH
    assert lines[1].endswith("…")


def test_the_list_is_short() -> None:
    causes = [cause for cause in Cause if cause not in (PASS, UNGRADED)]
    lines = said(*(result(number, *[cause] * 2) for number, cause in enumerate(causes)))
    assert len(lines) == 1 + 2 * 8 + 1
    assert lines[-1] == f"  and {len(causes) - 8} more causes ({2 * (len(causes) - 8)} samples)"
