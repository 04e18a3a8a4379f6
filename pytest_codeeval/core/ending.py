"""Ending: how an answer ended, from the word that a server has for it; a word not known here ends no answer."""

from __future__ import annotations

import re
from enum import StrEnum


class Ending(StrEnum):
    """What a model or its provider may do with an answer; all else that becomes of one is a fault of the server's."""

    COMPLETE = "complete"
    CUT_SHORT = "cut_short"
    REFUSED = "refused"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# As `_plain` writes them: in lower case, with one underscore between words.
_COMPLETE = _words(
    """
    complete completed done end end_id end_of_sequence end_of_text end_of_turn end_turn ended endoftext eom eos
    eos_found eos_token eot finish finished matched_stop natural natural_stop none normal null ok stop stop_criteria_met
    stop_eos stop_id stop_sequence stop_sequence_reached stop_sequences stop_str stop_string stop_string_found
    stop_strings stop_token stop_token_ids stop_word stop_words stopped succeeded success word
    function function_call function_calls tool tool_call tool_calls tool_use tools
    """
)
_CUT_SHORT = _words("compaction cut cutoff limit output_limit")
_REFUSED = _words(
    """
    block_reason blocked_content blocklist content_blocked content_risk data_inspection_failed error_toxic
    guardrail_intervened high_risk input_blocked model_armor output_blocked prompt_blocked recitation response_blocked
    risky_content spii
    """
)
# Names that are made of nothing but such words, at least one of them from the first set of a pair. What is made of
# others as well (`rate_limit`, `time_limit`, `content_filter_error`) stays unknown.
_CUT_SHORT_WORDS = (
    _words("context length len token tokens truncated truncation window"),
    _words(
        "completion cut exceeded generation hit limit limits max maximum model new off out output predicted "
        "reached response sequence size the by of on at too long"
    ),
)
_REFUSED_WORDS = (
    _words(
        "censored declined filter filtered filtering guardrail guardrails moderated moderation policy prohibited "
        "refusal refused safety sensitive toxic unsafe"
    ),
    _words(
        "ai armor blocked by completion content detected flagged google image input intervened openai output "
        "prompt response responsible spii text triggered usage violated violation violations"
    ),
)
_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PREFIX = re.compile(r"^(?:finish|stop|block|done|end)_reason_(?=.)|^reason_(?=.)")


def ending_of(reason: object) -> Ending | None:
    """Return the ending that a provider's word stands for; None where it is none that is known.

    An answer whose server gives no word, as some never do, is a whole one.
    """
    word = "" if reason is None else str(reason).strip()
    name = _plain(word)
    if name in _COMPLETE or not word:
        return Ending.COMPLETE
    if name in _CUT_SHORT or _made_of(name, *_CUT_SHORT_WORDS):
        return Ending.CUT_SHORT
    if name in _REFUSED or _made_of(name, *_REFUSED_WORDS):
        return Ending.REFUSED
    return None


def is_refusal(code: str) -> bool:
    """Whether an error's code says that the content of a question, or of the answer to it, was refused."""
    return ending_of(code) is Ending.REFUSED


def _plain(reason: str) -> str:
    """Write a word as the table has it: "FinishReason.MAX_TOKENS", "maxTokens", "max tokens: 1024" are one."""
    head = re.split(r"[:;,(\n]", reason, maxsplit=1)[0]
    words = _JOINT.sub("_", head).lower()
    return _PREFIX.sub("", re.sub(r"[^\w]+|_+", "_", words).strip("_"))


def _made_of(name: str, needed: frozenset[str], allowed: frozenset[str]) -> bool:
    words = set(name.split("_"))
    return bool(words & needed) and words <= needed | allowed
