"""Each problem is of exactly one shard, and always of the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.shard import Shard


@given(st.text(), st.integers(1, 50))
def test_a_problem_is_of_one_shard(task_id: str, of: int) -> None:
    assert sum(Shard(number, of).holds(task_id) for number in range(1, of + 1)) == 1


def test_the_shard_of_an_id_never_changes() -> None:
    # Shards of one run may be run by different versions.
    ids = ["HumanEval/0", "HumanEval/163", "Mbpp/11", "\ud800"]
    assert [next(n for n in range(1, 17) if Shard(n, 16).holds(one)) for one in ids] == [8, 1, 1, 9]
    assert Shard(8, 16).among(ids) == ids[:1]


@pytest.mark.parametrize("text", ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1.0/4", "1/1000000", "1/٤"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no part; write I/N with I from 1 to N"):
        Shard.read(text)


def test_it_is_read_as_it_is_written() -> None:
    assert str(Shard.read(" 3 / 16 ")) == "3/16"
