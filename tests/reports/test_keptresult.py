"""Results that are read back from their rows, and by what verdicts came about."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from pytest_codeeval.core.columns import sample_rows
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.result import Result
from pytest_codeeval.reports.checkedfile import CHECKED, CheckedFile
from pytest_codeeval.reports.folder import SAMPLES, ResultsFolder
from pytest_codeeval.reports.keptresult import result_of
from pytest_codeeval.reports.keptrows import KeptRows
from tests.core.strategies import RESULTS
from tests.reports.rows import PASS, WRONG, result

BY = {"pytest-codeeval": "1", "sandbox": "plain"}


def rows_of(found: Result) -> list[dict[str, Any]]:
    """Return the rows as they are read from a file."""
    rows: list[dict[str, Any]] = json.loads(json.dumps(list(sample_rows(found))))
    return rows


@given(RESULTS)
def test_any_result_is_the_same_when_it_is_read_back(found: Result) -> None:
    rows = rows_of(found)
    said = [sample.completions for sample in found.samples]
    for again in (result_of(rows, found.prompt, found.pass_if), result_of(rows, found.prompt, found.pass_if, said)):
        assert again is not None
        assert (again.passed, again.outcome, again.prompt) == (found.passed, found.outcome, found.prompt)
        assert json.dumps(list(sample_rows(again))) == json.dumps(rows)


def test_it_is_none_where_the_answers_are_others_or_rows_are_no_samples() -> None:
    found = result(1, PASS, WRONG)
    rows, said = rows_of(found), [sample.completions for sample in found.samples]
    other = [(replace(said[0][0], text="another"),), said[1]]
    assert result_of(rows, "", "any", said) is not None
    assert result_of(rows, "", "any", other) is None
    assert result_of(rows, "", "any", said[:1]) is None
    for name, value in (("outcome", 7), ("stages", [{"name": "test"}]), ("tool_calls", "x"), ("result", "passed")):
        assert result_of([rows[0], {**rows[1], name: value}], "", "any", said) is None
    assert result_of([], "", "any") is None


def test_rows_of_an_earlier_version_lack_columns() -> None:
    row = rows_of(result(1, PASS))[0]
    older = {name: value for name, value in row.items() if name not in ("fuzz", "value", "measures", "tool_calls")}
    found = result_of([older], "", "any")
    assert found is not None
    assert found.passed


def test_verdicts_count_for_the_rows_and_the_settings_they_were_made_of(tmp_path: Path) -> None:
    folder = ResultsFolder(tmp_path, {})
    for found in (result(1, WRONG), result(1, PASS, PASS), result(2, PASS)):
        folder.append(found, by=BY)
    kept, checked = KeptRows(tmp_path / SAMPLES), CheckedFile(tmp_path)
    first = kept.of(found.suite, "T/1", 2)
    assert [row["passed"] for row in first] == [True, True]
    assert kept.of(found.suite, "T/1", 3) == kept.of(found.suite, "T/3", 1) == []
    assert checked.is_by(first, BY)
    assert not checked.is_by(first, {**BY, "sandbox": "landlock"})
    assert not checked.is_by([{**first[0], "passed": False}, first[1]], BY)
    assert not checked.is_by(first[:1], BY)
    assert not checked.is_by([], BY)
    checked.demand_same(found.suite, BY)
    checked.demand_same("another", {})
    with pytest.raises(UsageError, match=r"holds verdicts of \w+ by other settings \(sandbox was plain and is root\)"):
        checked.demand_same(found.suite, {**BY, "sandbox": "root"})


def test_a_torn_line_says_nothing(tmp_path: Path) -> None:
    found = result(1, PASS)
    lines = [json.dumps(row) for row in rows_of(found)]
    CheckedFile(tmp_path).add(found.suite, found.task_id, BY, lines)
    whole = (tmp_path / CHECKED).read_bytes()
    (tmp_path / CHECKED).write_bytes(whole[:-20])
    assert not CheckedFile(tmp_path).is_by(rows_of(found), BY)
    CheckedFile(tmp_path).add(found.suite, found.task_id, BY, lines)
    assert CheckedFile(tmp_path).is_by(rows_of(found), BY)
