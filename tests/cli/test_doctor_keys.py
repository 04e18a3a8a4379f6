"""What `codeeval doctor` says of API keys."""

from __future__ import annotations

import importlib.util
import re

import pytest

from pytest_codeeval.cli import keys
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.backends.litellm.backend import _KEYS
from pytest_codeeval.generation.modelnames import resolve
from pytest_codeeval.generation.modelspec import make_backend

NAMED = {name: found[1] for name, text in keys.KEYS.items() if (found := re.search(r"--model=([\w:/]+)\.\.\.", text))}


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in keys.KEYS:
        monkeypatch.delenv(name, raising=False)


def test_every_variable_that_a_provider_is_asked_with_is_known() -> None:
    assert {name for names in _KEYS.values() for name in names} <= set(keys.KEYS)


@pytest.mark.parametrize(("variable", "model"), NAMED.items())
def test_the_model_that_a_key_is_said_to_be_for_does_need_it(variable: str, model: str) -> None:
    for package in ("litellm", "dashscope"):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    with pytest.raises(UsageError, match=rf"set .*\b{variable}\b"):
        make_backend(resolve(f"{model}-x"), 1.0)


def test_a_key_is_set_or_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-secret")
    monkeypatch.setenv("XAI_API_KEY", " ")
    found = dict(keys.rows(keys.examine()))
    assert found["DASHSCOPE_API_KEY"] == "set"
    assert found["XAI_API_KEY"] == "not set: needed for --model=grok..."
    assert keys.examine() == {name: name == "DASHSCOPE_API_KEY" for name in keys.KEYS}
