"""What in a URL or on a command line is a secret."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.secretname import has_key, secret_in_url


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("http://u:p@h/v1", "a user name or password"),
        ("https://token@h/v1", "a user name or password"),
        ("https://h/v1?api_key=abc", "a key"),
        ("https://h/v1?Api-Key=", "a key"),
        ("https://h/v1/?version=1&access_token=x#top", "a key"),
        ("https://h/sk-proj-0123456789abcdef/v1", "a key"),
        ("https://h:8000/v1?api-version=2026-01-01&max_tokens=5", ""),
        ("http://keys.example/v1", ""),
    ],
)
def test_a_secret_in_a_url(url: str, found: str) -> None:
    assert secret_in_url(url) == found


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ('--model-args=extra_body={"api_key": "abcdef"}', True),
        ("--model-args=api_key=abcdef", True),
        ("--stop=sk-proj-0123456789abcdef", True),
        ("--model-args=api_key_env=MY_KEY,max_tokens=5", False),
        ("--max-tokens=5000", False),
        ('--model-args=extra_body={"max_tokens": 5, "tokens": "3"}', False),
        ("--stop=token: x", False),
    ],
)
def test_a_key_on_a_command_line(word: str, found: bool) -> None:
    assert has_key(word) is found
