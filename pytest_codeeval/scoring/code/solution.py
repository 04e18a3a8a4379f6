"""Solution: the program that was taken from a completion, and how it was found there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pytest_codeeval.core.verdict import Cause


class Method(StrEnum):
    """How the solution was found."""

    VERBATIM = "verbatim"  # run as it is (recorded continuation or program)
    FENCED = "fenced"  # whole function from a closed fence
    UNCLOSED = "unclosed"  # whole function from a fence never closed (an answer cut short)
    BARE = "bare"  # whole function without a fence, the prose around it left out
    CONTINUATION = "continuation"  # only the body: it continues the prompt
    PROTOCOL = "protocol"  # as the protocol has it that the run is by
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Solution:
    """The program to run, or None with the cause why the answer holds none."""

    code: str | None
    method: Method
    cause: Cause | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the solution back."""
        return {"code": self.code, "method": self.method.value, "cause": self.cause.value if self.cause else None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Solution:
        """Rebuild a solution from `to_json`'s values.

        Raises KeyError or ValueError where they are not such.
        """
        return cls(data["code"], Method(data["method"]), Cause(data["cause"]) if data["cause"] else None)
