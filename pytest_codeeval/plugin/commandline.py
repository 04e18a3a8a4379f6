"""The command of a run as it may be shown: without whatever looks like a key."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Sequence

from pytest_codeeval.core.secretname import KEY, is_secret_setting
from pytest_codeeval.core.text import printable
from pytest_codeeval.plugin.secrets import secret_names

HIDDEN = "***"
_SETTING = re.compile(r"(?P<name>[\w-]+)=(?=(?P<value>[^\s,&;]+))")  # one may be the value of another
_USER = re.compile(r"(?P<scheme>\w+://)[^/\s@]+@")
_NUMBER = re.compile(r"[0-9.]+")
_LEAST = 6  # characters of a secret in the environment that is looked for elsewhere


def command_line(arguments: Sequence[str]) -> str:
    """Return the command that runs pytest with these arguments, safe to print, keys hidden.

    Keys come from the environment and have no place in a command; who puts one there all the same does not find it in
    a report.
    """
    shown: list[str] = []
    hide_next = False
    for argument in arguments:
        hide = hide_next and not argument.startswith("-")
        shown.append(HIDDEN if hide else without_keys(argument))
        hide_next = argument.startswith("-") and "=" not in argument and is_secret_setting(argument.lstrip("-"))
    return printable(" ".join(map(_quoted, ["pytest", *shown])))


def without_keys(text: str) -> str:
    """Return a text with whatever looks like a key hidden."""
    text = _USER.sub(rf"\g<scheme>{HIDDEN}@", text)
    for found in _SETTING.finditer(text):
        if is_secret_setting(found["name"]) and not _NUMBER.fullmatch(found["value"]):
            text = text.replace(found[0] + found["value"], found[0] + HIDDEN)
    for value in _secrets():
        text = text.replace(value, HIDDEN)
    return KEY.sub(HIDDEN, text)


def _secrets() -> Iterable[str]:
    """Yield what stands in the environment under a secret's name, the longest first."""
    values = {os.environ.get(name, "") for name in secret_names()}
    return sorted((value for value in values if len(value) >= _LEAST), key=len, reverse=True)


def _quoted(argument: str) -> str:
    return argument if argument == HIDDEN else shlex.quote(argument)
