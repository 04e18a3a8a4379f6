"""Suite files that are named as in a clone, where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.plugin.suitefiles import demand_here

CLONE = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("named", "given"),
    [
        ("suites", "--pyargs pytest_codeeval.suites,"),
        ("suites/test_arena.py", "--pyargs pytest_codeeval.suites.test_arena,"),
        ("./suites/test_arena.py::test_arena[a::b]", "--pyargs pytest_codeeval.suites.test_arena::test_arena[a::b],"),
    ],
)
def test_what_the_package_has_is_named_as_it_has_to_be(tmp_path: Path, named: str, given: str) -> None:
    with pytest.raises(UsageError) as found:
        demand_here(["--x", named], tmp_path)
    assert str(found.value).startswith(f"{named}: ") and given in str(found.value)
    demand_here([named], CLONE)


def test_what_the_package_has_not_is_pytests_to_find(tmp_path: Path) -> None:
    demand_here(["suites/test_nothing.py", "tests", "", "suites/../x", "/suites", "suites/__pycache__/x"], tmp_path)
