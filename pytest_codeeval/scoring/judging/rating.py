"""The rating that a judge gave, read from what it wrote: from 1 to 10 in steps of a half, or none at all."""

from __future__ import annotations

import re
from enum import StrEnum

LOWEST, HIGHEST = 1.0, 10.0


class VerdictForm(StrEnum):
    """How a judge is asked to write its rating, with the number for N: a judge that repeats this gives none."""

    LINE = "VERDICT: N"
    BRACKETS = "[[N]]"  # as MT-Bench's published prompts have it


# Digits are ASCII's, repetitions are bounded: what is read here may quote hostile text.
_NUMBER = r"[-+]?[0-9]{1,6}(?:\.[0-9]{0,6})?(?:(?:[ ]?/[ ]?|[ ]out[ ]of[ ])[0-9]{1,3})?"
_BRACKETED = rf"\[\[[ *]{{0,4}}(?:rating[ *]{{0,4}}:[ *]{{0,4}})?(?P<rating>{_NUMBER})[ *]{{0,4}}\]\]"
_BRACKETS = re.compile(rf"(?P<label>rating[ *]{{0,4}}:[ *]{{0,4}}[\"'“`]?)?{_BRACKETED}", re.IGNORECASE)
_LINE = re.compile(
    rf"^[ \t*_#-]{{0,8}}(?:final )?VERDICT[ \t*_]{{0,8}}[:：]"
    rf"[ \t*_]{{0,8}}\[{{0,2}}(?P<rating>{_NUMBER})\]{{0,2}}[ \t*_.\r]{{0,8}}$",
    re.IGNORECASE | re.MULTILINE,
)
# A last line that is a verdict and nothing else, be it in quotation marks, or in single brackets behind its label.
_DRESS = "[ \\t*_#`\"'“”.\\r]{0,8}"
_LAST = re.compile(
    rf"{_DRESS}(?:{_BRACKETED}|(?:final |overall )?(?:rating|score)[ *_]{{0,4}}:{_DRESS}"
    rf"(?:{_BRACKETED.replace('<rating>', '<doubled>')}|\[(?P<single>{_NUMBER})\])){_DRESS}",
    re.IGNORECASE,
)
# At the very end, in the brackets that FastChat takes as well.
_RATED = re.compile(
    rf"(?<![a-z])(?:rate|rated|rating|score|give)(?![a-z])[^.\[\]\n]{{0,80}}\[(?P<rating>{_NUMBER})\][ *_.`]{{0,8}}\Z",
    re.IGNORECASE,
)
_END = re.compile(r"(?:<\|[a-z_]{1,24}\|>|</s>|<end_of_turn>|<eos>)\Z")
_MOST_ENDS = 4
_NEAR = 200  # characters at the end of a text
_AROUND = " .*_\"'`“”‘’«»"
_QUOTES = "\"'`“”‘’«»"


def rating_in(text: str, form: VerdictForm = VerdictForm.BRACKETS) -> float | None:
    """Return the rating in a judge's text, the last of those in the form that was asked for; None if there is none.

    One that is out of range, or no whole or half number, is none. A judge that took the other form is understood if
    that leaves no doubt: a `VERDICT` line, or a last line that is nothing but a rating.
    """
    text = _ended(text)
    if form is VerdictForm.BRACKETS:
        found = _bracketed(text) or _on_a_line(text) or _alone(text) or _rated(text)
    else:
        found = _on_a_line(text) or _alone(text)
    return _rating(found) if found else None


def _bracketed(text: str) -> str:
    """Return the last number in double brackets; one in quotation marks, its label with it, is what somebody else said.

    Who puts the number alone into such marks, behind a label, says it himself, and so does who says nothing else and
    ends with it.
    """
    found = ended = ""
    for match in _BRACKETS.finditer(text):
        before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
        quoted = before and after and before in _QUOTES and after in _QUOTES
        if not quoted:
            found = match["rating"]
        elif match["label"] and not text[match.end() :][:_NEAR].strip(_AROUND):
            ended = match["rating"]
    return found or ended


def _on_a_line(text: str) -> str:
    found = ""
    for match in _LINE.finditer(text):
        found = match["rating"]
    return found


def _alone(text: str) -> str:
    match = _LAST.fullmatch(text.rstrip().rpartition("\n")[2])
    return next(filter(None, match.groupdict().values()), "") if match else ""


def _rated(text: str) -> str:
    found = _RATED.search(text[-_NEAR:].rpartition("\n")[2])
    return found["rating"] if found else ""


def _ended(text: str) -> str:
    """Return text without the marks by which some servers show that it is over, and without blanks at its end."""
    for _ in range(_MOST_ENDS):
        text = text.rstrip().rstrip("\u200b\ufeff")
        text = text[:-_NEAR] + _END.sub("", text[-_NEAR:])
    return text


def _rating(number: str) -> float | None:
    value, _, out_of = number.lower().replace(" out of ", "/").partition("/")
    rating = float(value)
    fits = LOWEST <= rating <= HIGHEST and (rating * 2).is_integer()
    return rating if fits and (not out_of or int(out_of) == HIGHEST) else None
