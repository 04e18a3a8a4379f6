"""Which of a provider's words end an answer, and how."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.ending import Ending, ending_of, is_refusal


def words(text: str) -> list[str]:
    """Return the words of a text."""
    return text.split()


COMPLETE = words(
    "stop STOP FinishReason.STOP FINISH_REASON_STOP REASON_STOP end_turn endTurn stop_sequence stopStringFound eos "
    "eos_token eosFound COMPLETE endoftext null None tool_calls tool_use function_call REASON_TOOL_CALLS toolCalls"
)
CUT_SHORT = words(
    "length LENGTH max_tokens MAX_TOKENS maxTokens FinishReason.MAX_TOKENS max_output_tokens max_completion_tokens "
    "max_new_tokens max_length model_length model_context_window_exceeded context_length_exceeded contextLengthReached "
    "maxPredictedTokensReached token_limit limit REASON_MAX_LEN REASON_MAX_CONTEXT maximum_tokens"
)
REFUSED = words(
    "content_filter contentFilter content-filter CONTENT_FILTERED SAFETY IMAGE_SAFETY sensitive refusal RECITATION "
    "BLOCKLIST PROHIBITED_CONTENT SPII MODEL_ARMOR guardrail_intervened ERROR_TOXIC content_policy_violation"
)
UNKNOWN = words(
    "error ERROR abort aborted cancelled network_error insufficient_system_resource timeout time_limit rate_limit "
    "tokens_per_minute_limit max_tokens_per_minute not_finished incomplete pause_turn OTHER userStopped 内容 .. 0 "
    "content_filter_error length_error unexpected_state overloaded server_error False load"
)


@pytest.mark.parametrize(
    ("said", "ending"),
    [
        (["", " ", "stop: eos", *COMPLETE], Ending.COMPLETE),
        (["max tokens", "length (1024)", *CUT_SHORT], Ending.CUT_SHORT),
        (["content_filter: PROHIBITED_CONTENT", "SAFETY\n", *REFUSED], Ending.REFUSED),
        (["error: timeout", "error.stop", *UNKNOWN], None),
    ],
    ids=["complete", "cut short", "refused", "unknown"],
)
def test_each_word_stands_for_its_ending(said: list[str], ending: Ending | None) -> None:
    assert {word: ending_of(word) for word in said} == dict.fromkeys(said, ending)


@given(st.text() | st.none() | st.integers() | st.booleans() | st.lists(st.text()))
def test_anything_can_be_asked_about(word: object) -> None:
    assert ending_of(word) in {None, *Ending}


@given(st.sampled_from([*COMPLETE, *CUT_SHORT, *REFUSED]), st.sampled_from(["error", "failed", "aborted", "timeout"]))
def test_a_word_of_trouble_behind_a_known_one_ends_no_answer(word: str, trouble: str) -> None:
    assert ending_of(f"{word}_{trouble}") is None


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("content_filter", True),
        ("data_inspection_failed", True),
        ("DataInspectionFailed", True),
        ("ResponsibleAIPolicyViolation", True),
        ("moderation_blocked", True),
        ("invalid_request_error", False),
        ("rate_limit_exceeded", False),
        ("context_length_exceeded", False),
        ("content_filter_unavailable", False),
        ("model_policy", False),
        ("", False),
        ("400", False),
    ],
)
def test_a_code_says_whether_content_was_refused(code: str, refused: bool) -> None:
    assert is_refusal(code) is refused
