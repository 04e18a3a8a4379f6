"""The command of a run is shown without keys, and whole but for these."""

from __future__ import annotations

import pytest

from pytest_codeeval.plugin.commandline import command_line, without_keys


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["suites", "--model=openai:gpt-4o", "-n2"], "pytest suites --model=openai:gpt-4o -n2"),
        (["--model-args", "api_key_env=MY_KEY,input_price=1"], "pytest --model-args api_key_env=MY_KEY,input_price=1"),
        (["--max-tokens=100"], "pytest --max-tokens=100"),
        (["--max-tokens", "none", "-k", "key"], "pytest --max-tokens none -k key"),
        (["--model-args=api_key=abc,top_k=1"], "pytest '--model-args=api_key=***,top_k=1'"),
        (["--api-key", "abc", "x"], "pytest --api-key *** x"),
        (["--api-key", "-x"], "pytest --api-key -x"),
        (["--token=abc"], "pytest '--token=***'"),
        (["--base-url=https://me:pass@host/v1"], "pytest '--base-url=https://***@host/v1'"),
        (["--base-url=http://host/v1?api_key=abc&x=1"], "pytest '--base-url=http://host/v1?api_key=***&x=1'"),
        (["--x=sk-proj-abcdefghijkl0123"], "pytest '--x=***'"),
        (["-x", "hf_abcdefghijkl0123"], "pytest -x ***"),
        (["--system=Be brief.\x1b[2J"], "pytest '--system=Be brief.\\x1b[2J'"),
        (["--model=vllm:Qwen/Qwen2.5-Coder-32B-Instruct-GPTQ-Int4"],) * 2,
    ],
)
def test_keys_are_hidden(arguments: list[str], shown: str | list[str]) -> None:
    wanted = shown if isinstance(shown, str) else f"pytest {shown[0]}"
    assert command_line(arguments) == wanted


def test_what_is_a_secret_in_the_environment_is_one_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "plainwords")
    monkeypatch.setenv("OTHER_TOKEN", "on")
    assert without_keys("turn on plainwords") == "turn on ***"
