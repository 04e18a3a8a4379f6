"""Backends of other plugins, and what they are asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.plugin.backends import make_backends


class Writes(ModelBackend):
    """Answers in words."""

    async def generate(self, requests: Any) -> Any:
        return list(requests)


class Scores(Writes):
    """Says how likely continuations are, too."""

    scores = True


class Loose:
    """Inherits nothing, and has what it has to."""

    batch_size, concurrency, cacheable = 1, 1, True

    async def generate(self, requests: Any) -> Any:
        return list(requests)


def made(backend: Any, mode: str) -> ModelBackend:
    hook = SimpleNamespace(pytest_codeeval_make_backend=lambda spec: backend)
    config = SimpleNamespace(hook=hook, getoption=lambda name: False)
    settings = SimpleNamespace(
        models=(ModelSpec("m", "mine", "m", mode=mode),), judges=(), request_timeout=1.0, generates=True, checks=True
    )
    return make_backends(cast(Any, config), cast(Any, settings))["m"]


@pytest.mark.parametrize("backend", [Writes(), Loose()], ids=["whole", "loose"])
def test_one_that_only_writes_is_not_asked_for_scores(backend: Any) -> None:
    assert made(backend, "chat") is not None
    with pytest.raises(UsageError, match="--mode=score: the backend of m gives no log-probabilities of a prompt"):
        made(backend, "score")


def test_one_that_says_so_is_asked_for_scores() -> None:
    assert isinstance(made(Scores(), "score"), Scores)
