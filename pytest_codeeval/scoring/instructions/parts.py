"""Parts: how a text is divided, into paragraphs, sections or two answers."""

from __future__ import annotations

import re

from pytest_codeeval.scoring.instructions.kind import Args

_RULE, _ANSWERS, _GAP = "***", "******", "\n\n"
_WORD_ENDS = re.compile("[.,?!'\"]")


def has_paragraphs(text: str, args: Args) -> bool:
    """Whether rules of three asterisks part as many paragraphs; before the first and behind the last may be nothing."""
    said = _said(text.split(_RULE))
    count: int = args["num_paragraphs"]
    return said is not None and len(said) == count


def has_two_answers(text: str, _: Args) -> bool:
    """Whether six asterisks part two answers that differ."""
    said = _said(text.split(_ANSWERS))
    return said is not None and len(said) == len(set(said)) == len(("one", "other"))


def starts_nth_paragraph(text: str, args: Args) -> bool:
    """Whether blank lines part as many paragraphs, and the nth starts with a word.

    As published blank pieces are not counted among the paragraphs, but are where the nth is looked for.
    """
    return _starts_nth(text.split(_GAP), args)


def starts_nth_said_paragraph(text: str, args: Args) -> bool:
    """Whether that is so where the nth is counted as the others are."""
    return _starts_nth([piece for piece in text.split(_GAP) if piece.strip()], args)


def has_sections(text: str, args: Args) -> bool:
    """Whether there are at least as many marks of a section, a word and a number."""
    least: int = args["num_sections"]
    return sum(1 for _ in re.finditer(rf"{re.escape(args['section_spliter'].strip())}\s?\d+", text)) >= least


def _said(pieces: list[str]) -> list[str] | None:
    """Return the pieces without a blank first and last one, None if another one is blank."""
    said = [piece.strip() for piece in pieces]
    said = said[not said[0] :]
    said = said[: len(said) - (bool(said) and not said[-1])]
    return said if all(said) else None


def _starts_nth(pieces: list[str], args: Args) -> bool:
    if sum(bool(piece.strip()) for piece in pieces) != args["num_paragraphs"]:
        return False
    nth = args["nth_paragraph"]
    words = pieces[nth - 1].split(maxsplit=1) if nth <= len(pieces) else []
    if not words:
        return False
    word = words[0].lstrip("'").lstrip('"')
    wanted: str = args["first_word"]
    return _WORD_ENDS.split(word, maxsplit=1)[0].lower() == wanted.lower()
