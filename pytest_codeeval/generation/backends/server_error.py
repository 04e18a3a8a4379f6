"""ServerError: what a server says of a request that it did not answer, in words and in codes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.ending import is_refusal

_CODES = ("code", "type", "status")
_NO_CREDIT = frozenset(
    {"insufficient_quota", "insufficient_user_quota", "exceeded_current_quota_error", "access_terminated"}
    | {"insufficient_funds", "account_suspended", "subscription_expired", "1113"}
)
_MONEY = re.compile(
    r"(?:^|_)(?:billing|bill|(?<!load_)balance|credits?|arrearage|arrears|payment|overdue|unpaid|free_tier)(?:_|$)"
)
_OF_A_MOMENT = re.compile(r"rate|limit_requests|per_(?:second|minute)|too_many|throttl|overload")
# Where the words alone say that a content was refused, as no code does; each is a provider's whole phrase.
_REFUSED = re.compile(
    r"(?i)content exists risk|considered high risk|content filtering policy|content violates usage guidelines"
    r"|flagged as potentially violating|response was filtered due to the prompt"
)
_DELAY = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)s")


@dataclass(frozen=True, slots=True)
class ServerError:
    """An error as a body tells it: `said` in one line, `codes` the surest first, `parameter` the setting it is about.

    `wish` is how many seconds the server wants us to wait, where the body says it.
    """

    said: str
    codes: tuple[str, ...] = ()
    parameter: str = ""
    wish: float | None = None

    @classmethod
    def of(cls, body: bytes) -> ServerError:
        """Read the body of a response."""
        text = body[:4000].decode("utf-8", "replace")
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            found = None
        return cls.told(found, text)

    @classmethod
    def told(cls, found: Any, text: str = "") -> ServerError:
        """Read an error from JSON values, in any layout that servers have for it; `text` stands for no words."""
        if isinstance(found, list):
            found = next((part for part in found if isinstance(part, Mapping)), None)
        if not isinstance(found, Mapping):
            return cls(_line(found if isinstance(found, str) else text))
        error = found.get("error") or found.get("detail") or found
        if not isinstance(error, Mapping):
            return cls(_line(_worded(error) or text), tuple(_codes_in(found)), _text(found.get("param")))
        parts = [_worded(error.get(part)) for part in ("message", "msg", "detail", "code")]
        said = " ".join(dict.fromkeys(part for part in parts if part)) or text
        codes = tuple(dict.fromkeys([*_codes_in(error), *(_codes_in(found) if error is not found else [])]))
        return cls(_line(said), codes, _text(error.get("param")), _wish(error))

    @property
    def status(self) -> int | None:
        """The HTTP status among the codes, of an error that came as an answer."""
        return next((int(code) for code in self.codes if re.fullmatch(r"[45]\d\d", code)), None)

    @property
    def says_anything(self) -> bool:
        """Whether it is an error at all: some servers send an empty one with each answer."""
        idle = {"0", "200", "ok", "success"}
        return bool(self.codes and not idle.issuperset(code.lower() for code in self.codes)) or bool(
            self.said and not self.codes
        )

    @property
    def refused(self) -> bool:
        """Whether it is the content of question or answer that was refused, by the provider's filter."""
        codes = (part for code in self.codes for part in (code, code.rpartition(".")[2]))
        return any(map(is_refusal, codes)) or _REFUSED.search(self.said) is not None

    @property
    def no_credit(self) -> bool:
        """Whether a code says that the account has nothing left to pay with; what the words say of that is no sign."""
        for code in map(_plain, self.codes):
            if _OF_A_MOMENT.search(code):
                return False
            if code in _NO_CREDIT or _MONEY.search(code):
                return True
        return False


def _codes_in(error: Mapping[str, Any]) -> Iterator[str]:
    for name in _CODES:
        value = error.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            yield str(value).strip()[:100]
    for name in ("innererror", "inner_error", "metadata", "details"):
        inner = error.get(name)
        for part in inner if isinstance(inner, list) else [inner]:
            if isinstance(part, Mapping):
                yield from (str(part[key])[:100] for key in ("code", "error_type", "reason") if _text(part.get(key)))
                if part.get("flagged_input"):
                    yield "content_flagged_by_moderation"


def _wish(error: Mapping[str, Any]) -> float | None:
    details = error.get("details")
    for part in details if isinstance(details, list) else []:
        delay = part.get("retryDelay") if isinstance(part, Mapping) else None
        if isinstance(delay, str) and (found := _DELAY.fullmatch(delay)):
            return float(found[1])
    return None


def _worded(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(code: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", code).lower()).strip("_")


def _line(text: str) -> str:
    return " ".join(text.split())[:500]
