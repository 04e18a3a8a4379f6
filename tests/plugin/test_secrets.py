"""Keys stay out of the workers, from their first environment on."""

from __future__ import annotations

import os
import sys

import execnet
import pytest

from pytest_codeeval.plugin.secrets import secret_names, without_secrets

LOOK = """
import os
first = '/proc/self/environ'
channel.send([open(first).read() if os.path.exists(first) else '', str(dict(os.environ))])
"""


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "CODEEVAL_API_KEY",
        "openai_api_key",
        "HF_TOKEN",
        "GITHUB_TOKENS",
        "AWS_PROFILE",
        "AZURE_API_BASE",
        "DB_PASSWORD",
        "MYSQL_PASSWD",
        "CLIENT_SECRET",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "KEY",
        "API_KEY_2",
    ],
)
def test_what_looks_like_a_secret_is_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    assert name in secret_names()


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "KEYBOARD", "TOKENIZERS_PARALLELISM", "CODEEVAL_DATA", "MY_AWS_REGION_OF_CHOICE"]
)
def test_what_does_not_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    assert name not in secret_names()


@pytest.mark.skipif(sys.platform == "win32", reason="needs env")
def test_a_worker_starts_without_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("ODD NAME_KEY", "sk-2")
    monkeypatch.setenv("HARMLESS", "yes")
    spec = execnet.XSpec("popen")
    without_secrets([spec])
    group = execnet.Group()
    try:
        channel = group.makegateway(spec).remote_exec(LOOK)
        first, now = channel.receive(timeout=20)
    finally:
        group.terminate(timeout=5)
    assert "sk-" not in first + now
    assert "HARMLESS" in now


def test_an_interpreter_that_was_asked_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    spec = execnet.XSpec(f"popen//python={sys.executable} -X dev")
    without_secrets([spec])
    assert spec.python.startswith("env -u ")
    assert spec.python.endswith(f" {sys.executable} -X dev")


def test_a_worker_elsewhere_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    spec = execnet.XSpec("ssh=host")
    without_secrets([spec])
    assert not spec.python


def test_without_secrets_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in secret_names():
        monkeypatch.delenv(name)
    spec = execnet.XSpec("popen")
    without_secrets([spec])
    assert not spec.python


def test_this_process_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    without_secrets([execnet.XSpec("popen")])
    assert os.environ["OPENAI_API_KEY"] == "sk-1"


def test_a_variable_that_was_named_is_one_too() -> None:
    spec = execnet.XSpec("popen")
    without_secrets([spec], ["MINE"])
    assert "-u MINE" in spec.python
