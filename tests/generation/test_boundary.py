"""Where the tokens of a continuation begin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.boundary import beginning, begun, paired, parted


@given(st.text(), st.text())
def test_blanks_move_to_the_continuation_and_nothing_is_lost(context: str, continuation: str) -> None:
    bare, rest = parted(context, continuation)
    assert bare + rest == context + continuation
    assert bare == bare.rstrip()
    assert rest.endswith(continuation)
    assert not rest.removesuffix(continuation).strip()


def test_a_context_that_ends_with_a_blank_is_as_one_that_does_not() -> None:
    assert parted("Answer: ", "yes") == parted("Answer:", " yes") == ("Answer:", " yes")


def test_the_tokens_behind_those_of_the_context_are_the_continuations() -> None:
    pair = paired([1, 2], [1, 2, 3, 4], None, "T/0")
    assert (pair.ids, pair.start, pair.scored, pair.joined, pair.cut) == ((1, 2, 3, 4), 2, (3, 4), False, 0)


def test_a_token_over_the_boundary_is_noted_and_parted_as_lm_eval_does() -> None:
    pair = paired([1, 2], [1, 9, 3], None, "T/0")
    assert (pair.ids, pair.scored, pair.joined) == ((1, 2, 3), (3,), True)


@pytest.mark.parametrize(("room", "ids", "start", "cut"), [(5, (1, 2, 3, 4, 5), 3, 0), (3, (3, 4, 5), 1, 2)])
def test_what_a_model_has_no_room_for_is_cut_off_at_the_left(
    room: int, ids: tuple[int, ...], start: int, cut: int
) -> None:
    pair = paired([1, 2, 3], [1, 2, 3, 4, 5], room, "T/0")
    assert (pair.ids, pair.start, pair.cut) == (ids, start, cut)


@pytest.mark.parametrize(
    ("context", "whole", "room", "said"),
    [
        ([1, 2], [1, 2, 3, 4], 2, "a continuation of 2 tokens, and the model takes 2"),
        ([1, 2], [1, 2], None, "T/0 has a continuation without a token of its own"),
        ([], [1, 2], None, "T/0 has no token before its continuation"),
    ],
)
def test_what_cannot_be_scored_is_an_error(context: list[int], whole: list[int], room: int | None, said: str) -> None:
    with pytest.raises(BackendError, match=said) as caught:
        paired(context, whole, room, "T/0")
    assert not caught.value.fatal


@pytest.mark.parametrize(
    ("plain", "special", "habit"),
    [
        ([7], [7], ()),
        ([7], [1, 7], (1,)),
        ([7], [1, 5, 7, 2], (1, 5)),
        ([7], [7, 2], ()),
        ([7], [8, 9], ()),
    ],
)
def test_a_tokenizers_habit_is_what_it_puts_first(plain: list[int], special: list[int], habit: tuple[int, ...]) -> None:
    assert beginning(plain, special) == habit


def test_a_text_is_begun_once() -> None:
    assert begun((1,), [7, 8]) == (1, 7, 8)
    assert begun((1,), [1, 7]) == (1, 7)
    assert begun((), [7]) == (7,)
    assert begun((1,), []) == (1,)
