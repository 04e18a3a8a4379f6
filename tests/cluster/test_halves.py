"""A shard is made of its halves, and of nothing else."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.shard import Shard


@pytest.mark.parametrize("shard", [Shard(1, 1), Shard(3, 7), Shard(64, 64)])
def test_each_problem_of_a_shard_is_of_one_of_its_halves(shard: Shard) -> None:
    first, second = shard.halves()
    for task_id in (f"Task/{number}" for number in range(500)):
        assert shard.holds(task_id) == (first.holds(task_id) or second.holds(task_id))
        assert not (first.holds(task_id) and second.holds(task_id))
    assert all(shard.contains(half) and not half.contains(shard) for half in (first, second))
    assert shard.contains(shard) and shard.contains(first.halves()[1]) and not second.contains(first.halves()[0])
    assert not Shard(1, 999_999).halves()
