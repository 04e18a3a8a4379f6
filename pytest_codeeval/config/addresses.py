"""The addresses that a config file gives of the servers of a model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_codeeval.config.document import Where
from pytest_codeeval.config.saying import NO_KEYS, called
from pytest_codeeval.core.secretname import secret_in_url

if TYPE_CHECKING:
    from pytest_codeeval.config.schema import Judge, Model

_URL = re.compile(r"https?://[^/\s]+")


def wrong_addresses(where: Where, asked: Model | Judge) -> Iterator[tuple[Where, str]]:
    """Yield what is wrong with them, each with where it stands."""
    at, place, seen = (*where, "base_url"), called(where), set[str]()
    for url in _given(asked):
        if not _URL.match(url):
            yield at, f"{place}.base_url is {url!r} and no URL; give one such as http://127.0.0.1:8000/v1."
        elif secret := secret_in_url(url):
            yield at, f"{place}.base_url has {secret} in it; {NO_KEYS}."
        elif url.rstrip("/") in seen:
            yield at, f"{place}.base_url has {url} twice; name each server once."
        seen.add(url.rstrip("/"))


def first_address(asked: Model | Judge) -> str:
    """Return the first that can be one, which stands for all of them; empty if there is none."""
    return next((url for url in _given(asked) if _URL.match(url) and not secret_in_url(url)), "")


def _given(asked: Model | Judge) -> Sequence[str]:
    given = asked.base_url
    return [given] if isinstance(given, str) else given or []
