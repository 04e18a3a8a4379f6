"""Results as frames."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pytest_codeeval.core.columns import COLUMNS
from pytest_codeeval.core.errors import MissingExtra, UsageError
from tests.results.chartruns import results, row

ODD = {
    "run": 5,
    "cost": True,
    "prompt_tokens": 1 << 70,
    "completion": "a\ud800",
    "detail": 7,
    "stages": [{"name": "x", "passed": True}],
}


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_a_frame_has_the_columns_of_samples_behind_the_run(tmp_path: Path, kind: str) -> None:
    pytest.importorskip(kind, reason=f"needs {kind}")
    found = results(
        tmp_path, [row(0, model="a", cost=0.5, seconds=1), row(1, False, model="a")], [row(0, model="b", **ODD)]
    )
    frame = getattr(found, f"to_{kind}")()
    assert list(frame.columns) == ["run", *(column.name for column in COLUMNS)]
    assert list(frame["run"]) == ["a", "a", "b"]
    assert list(frame["passed"]) == [True, False, True]
    assert float(frame["cost"].sum()) == 0.5
    assert list(frame["completion"])[2] == "a\ufffd"
    assert '"name": "x"' in list(frame["stages"])[2]
    assert "nt64" in str(frame["sample_index"].dtype)
    assert list(getattr(found, f"to_{kind}")(["passed", "run"]).columns) == ["passed", "run"]


def test_a_column_that_there_is_not_is_named(tmp_path: Path) -> None:
    pytest.importorskip("pandas", reason="needs pandas")
    with pytest.raises(UsageError, match=r"no column 'passd' \(did you mean 'passed'"):
        results(tmp_path, [row(0)]).to_pandas(["passd"])


@pytest.mark.parametrize("kind", ["pandas", "polars"])
def test_the_extra_is_named_if_it_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setitem(sys.modules, kind, None)
    with pytest.raises(MissingExtra, match=rf"pip install 'pytest-codeeval\[{kind}\]'"):
        getattr(results(tmp_path, [row(0)]), f"to_{kind}")()
