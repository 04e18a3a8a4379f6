"""A shard takes its share of the limits, and says so."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.sharding import concurrency_of, head, shared
from tests.plugin.options import settings


def test_limits_are_divided_among_the_shards() -> None:
    found = settings(models=["openai:x"], shard="3/16", rpm="600", tpm="100000", max_cost="4", concurrency="40")
    assert Settings.from_json(found.to_json()) == found
    assert found.shard == Shard(3, 16)
    assert (shared(found.rpm, found), shared(found.tpm, found), shared(None, found)) == (37, 6250, None)
    (line,) = head(found)
    limits = "--concurrency 2 of 40, --rpm 37 of 600, --tpm 6,250 of 100,000, --max-cost 0.25 of 4"
    assert line == f"shard 3/16 of the problems, {limits}"


@pytest.mark.parametrize(
    ("model", "options", "divided"),
    [("openai:x", {}, 2), ("vllm:a/b", {}, 8), ("vllm:a/b", {"vllm_url": "http://127.0.0.1:1"}, 2), ("hf:x", {}, 8)],
)
def test_a_model_of_this_machine_is_asked_by_no_other_shard(model: str, options: dict[str, str], divided: int) -> None:
    found = settings(models=[model], shard="1/4", concurrency="8", **options)
    assert concurrency_of(found.models[0], found) == divided


def test_a_whole_run_has_all_of_a_limit() -> None:
    found = settings(models=["openai:x"], rpm="600", concurrency="8")
    assert (shared(found.rpm, found), concurrency_of(found.models[0], found), head(found)) == (600, 8, [])


@pytest.mark.parametrize("name", ["concurrency", "rpm", "tpm"])
def test_a_limit_that_leaves_nothing_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match=rf"^--{name}=3 is divided among the 4 shards .*; give 4 or more\.$"):
        settings(models=["openai:x"], shard="1/4", **{name: "3"})


def test_a_shard_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="--shard='5/4' names no part"):
        settings(shard="5/4")
