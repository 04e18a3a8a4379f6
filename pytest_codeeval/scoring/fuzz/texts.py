"""Texts: strategies for texts like those that were seen, by their form, their words or their letters."""

from __future__ import annotations

import string
from collections.abc import Sequence

from hypothesis import strategies as st

from pytest_codeeval.scoring.fuzz.domain import Domain
from pytest_codeeval.scoring.fuzz.lot import Lot
from pytest_codeeval.scoring.fuzz.shape import Shape, least_length, most_length

_OTHERS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, " ", ".,!?'-_:;", "\n\t", "áßñ")


def in_form(lot: Lot, places: Sequence[Sequence[str]], few: Sequence[int], *, only: bool) -> str:
    """Return a text of a form; many or `only` numbers are of `few`, which others of the same call may have as well."""
    return "".join(_token(lot, place, few, only) for place in places)


def _token(lot: Lot, place: Sequence[str], few: Sequence[int], only: bool) -> str:
    if not place[0].isdigit():
        return lot.one_of(place)
    widths = {len(token) for token in place}
    width = widths.pop() if len(widths) == 1 else 0
    if width > 2 and not any(token.startswith("0") for token in place):  # such as years
        return lot.one_of(place) if lot.coin() else str(lot.number(10 ** (width - 1), 10**width - 1))
    number = (
        lot.one_of(few)
        if only
        else lot.one_of([lot.one_of(few), lot.one_of([*few, *map(int, place)]), lot.number(0, 99)])
    )
    if width and any(token.startswith("0") for token in place):
        return str(number % 10**width).zfill(width)
    return str(max(number, min(*map(int, place), 1)))


def numbers(domain: Domain) -> st.SearchStrategy[int]:
    """Return a strategy for numbers that stand in texts."""
    known = [number for number in domain.numbers if 0 < number < 1000]
    return st.one_of(st.sampled_from(known), st.integers(1, 99)) if known else st.integers(1, 99)


def free(shape: Shape, domain: Domain) -> st.SearchStrategy[str]:
    """Return a strategy for texts of the letters of a shape, of words that are known, and of other letters."""
    least, most = least_length(shape, domain), most_length(shape)
    own = _joined(st.sampled_from(shape.letters or string.ascii_lowercase), least, most)
    if shape.closed:
        return own
    mixed = _joined(_letters(shape.letters), least, most)
    few = st.sets(_letters(shape.letters), min_size=1, max_size=3).flatmap(
        lambda letters: _joined(st.sampled_from(sorted(letters)), least, min(most, 12))
    )
    found = [own, own, mixed, few]
    words = [text for text in domain.texts if least <= len(text) <= most]
    if words and most > 1:
        found += [st.sampled_from(words), _phrases(words, shape, most)]
        found += [own.map(lambda text: (text + text[::-1])[:most]), own.map(lambda text: (text + text)[:most])]
    return st.one_of(found)


def _joined(letters: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[str]:
    # Not st.text, which writes a table of all characters into the folder that a run stands in.
    return st.lists(letters, min_size=least, max_size=most).map("".join)


def _letters(seen: str) -> st.SearchStrategy[str]:
    """Return a strategy for letters: as a rule those seen, and now and then any other of a kind."""
    kinds = [kind for kind in _OTHERS[:-1] if kind != "\n\t"]
    near = [kind for kind in kinds if set(kind) & set(seen)] or [string.ascii_lowercase]
    pools = [seen or string.ascii_lowercase, seen or string.ascii_lowercase, *near, *kinds]
    return st.sampled_from(pools).flatmap(st.sampled_from)


def _phrases(words: Sequence[str], shape: Shape, most: int) -> st.SearchStrategy[str]:
    """Return a strategy for several words with what stands between words."""
    between = [sign for sign in (" ", ", ", "_", "-", "", "  ") if not sign or set(sign) <= set(shape.letters)]
    parts = st.lists(st.sampled_from(words), min_size=1, max_size=5)
    return st.builds(lambda sign, found: sign.join(found)[: 2 * most], st.sampled_from(between), parts)
