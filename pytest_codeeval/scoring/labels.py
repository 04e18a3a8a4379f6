"""Labels: which choice an answer in words names; a capital that merely stands there is no answer."""

from __future__ import annotations

import re
from typing import NamedTuple

from pytest_codeeval.scoring.options import Options
from pytest_codeeval.scoring.secondthoughts import instead, next_question, supposed, taken_back
from pytest_codeeval.scoring.wording import announcing, straight

MARKER, WHOLE_ANSWER, QUOTED_TEXT = "marker", "whole answer", "quoted text"

_MOST_LOOKS = 20
"""How many announcements are looked at, from the last: whoever writes more of them is not answering."""
_LONGEST = 2000  # characters of a line that are read
_NOUNS = (
    r"(?<![a-z])(?:correct|right|best|final|chosen|my|likely)\s(?:option|choice|ending|completion|statement)(?![a-z])"
)
_CHOOSES = (
    r"(?<![a-z])(?:i(?:['’]d|['’]ll|\swould|\swill)?\s(?:choose|chose|pick|select|go\swith)"
    r"|(?:so|thus|therefore|hence),?\s(?:it\sis|it's|it\smust\sbe|it\sshould\sbe))(?![a-z])"
    r"|\A[.,!:;*\s]{0,4}(?:it\sis|it's|it\sshould\sbe)(?![a-z])"
)
_MARKER = re.compile(
    r"(?:(?<![a-z])(?:answer\s)?(?:option|choice|answer|ending|statement)[\s*_(]{1,4}|(?:\A|(?<=\n)|(?<=[.!?]\s))[*_(]{0,3})"
    r"(?P<said>[a-z])[\s*_)]{1,4}is\s(?:the\s)?(?:(?:correct|right|best)(?:\s(?:answer|option|choice|one))?|answer)"
    r"(?=[*_]{0,4}(?:[.!]|,?\s(?:because|since|as)(?![a-z])|\s{0,2}(?:\Z|\n)))"
    rf"|{announcing(_NOUNS)}|{_CHOOSES}|\\boxed\s{{0,4}}(?=\{{)|[应應]?[选選][择擇]?(?=[^项項])",
    re.IGNORECASE,
)
_DRESS = re.compile(
    r"(?>(?:[\s*_`#>$:=\"'“‘({\[<]|\\(?:text|math)(?:bf|rm|it)?(?=\s?\{)|\\boxed(?=\s?\{)|\\[(\[]"
    r"|(?i:option|choice|letter|ending|answer|therefore|thus|opci[oó]n|opção|opzione|buchstabe|la|el|die)[\s:,]|[选選][项項])*)"
)
_LABEL = re.compile(
    r"(?P<label>[A-Za-z]|[0-9]{1,2})(?![A-Za-z0-9])(?!['’-][A-Za-z])(?!\.[a-z0-9]|\.[A-Z]\.|[,:/-][0-9])"
)
_CLOSED = re.compile(r"(?:[)\]}>*_`\"'”’]|\\[)\]])")
_CLOSINGS = re.compile(r"(?>(?:[\s)\]}>*_`\"'”’$]|\\[)\]])*)")
_POINTS = re.compile(r"[\s).:;,!*_`\"'”’}\]$–—-]*+")
_NOT = re.compile(
    r"[\s*_(]{0,4}(?:not|nicht)\s[\s*_(]{0,4}[A-Z][*_)]{0,4}[,.;]?\s{1,2}(?:but|rather|sondern|instead|it\sis|it's)(?:\s(?:it\sis|it's))?"
    r"(?![a-z])",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"[.;,]\s(?:(?:but|however,?|although|though)\s)?(?:(?:option|choice)\s)?[(*_]{0,3}(?P<label>[A-Z])[)*_]{0,3}\s"
    r"(?:is|may\sbe|might\sbe|could\sbe|would\sbe)\s(?:also|equally|just\sas)\s(?:correct|right|valid|acceptable|possible)(?![a-z])"
)
_AND = re.compile(
    r"(?:(?P<comma>[,;])|/|&|\+|\||\(or(?=\s)|(?:,\s?)?(?:and|or|und|oder|both)(?![A-Za-z])|[和或、])\s{0,3}"
    r"(?:(?:and|or)\s)?(?:(?:option|choice)\s)?[(*_\[]{0,4}(?P<label>[A-Z]|[0-9])(?![A-Za-z0-9'’]|\s(?:is|was|does|cannot|can)(?![a-z]))"
    r"(?P<end>[)*_\]]{0,4}\s{0,3}(?:\Z|[.,;!/&}$]|and\s|or\s))?"
)
_THEN = re.compile(r"(?:because|since|as|is|for|due|given|and|but|rather|not|with|which|if)(?![A-Za-z])")
_SENTENCE_END = tuple(".!?:。")


class Named(NamedTuple):
    """What an answer names: how it was found, and the labels.

    They are several if the text of the choice is repeated, and none if the answer names several choices.
    """

    rank: str
    labels: tuple[str, ...]


def named_choice(text: str, options: Options) -> Named | None:
    """Return the choice that an answer names, None if it names none.

    What stands behind the next question counts only if none is named before it, and what stands before words that take
    it back only if none is named behind them.
    """
    text = straight(text).strip()
    at = next_question(text)
    own = _named(text[:at].strip(), options) if at > 0 else None
    return own if own and own.rank != QUOTED_TEXT else _named(text, options)


def _named(text: str, options: Options) -> Named | None:
    back = taken_back(text)
    return (_found(text[back:].strip(), options) if back else None) or _found(text, options)


def _found(text: str, options: Options) -> Named | None:
    marked = _marked(text, options)
    if marked is not None:
        return Named(MARKER, marked)
    lines = [line.strip()[:_LONGEST] for line in text.split("\n")]
    if label := _on_its_own(lines, options):
        return Named(WHOLE_ANSWER, (label,))
    last = next((line for line in reversed(lines) if line), "")
    quoted = options.quoted(last)
    begun = _label_at(last, 0, options)
    if begun and _is_list([line for line in lines if line][-2:], options):
        return None
    return Named(QUOTED_TEXT, quoted) if quoted and not (begun and begun not in quoted) else None


def _is_list(lines: list[str], options: Options) -> bool:
    """Whether the last two lines are choices as they were shown, each with its label: a question that is repeated."""
    labels = [_label_at(line, 0, options) for line in lines]
    return len(set(labels)) > 1 and all(
        label and label in options.quoted(line) for label, line in zip(labels, lines, strict=True)
    )


def _marked(text: str, options: Options) -> tuple[str, ...] | None:
    """Return what stands behind the last announcement that has a label or a choice's text behind it."""
    for mark in list(_MARKER.finditer(text))[-_MOST_LOOKS:][::-1]:
        if supposed(text, mark.start(), mark.end()):
            continue
        if said := mark["said"]:
            if said.isupper() and (label := options.label(said)):
                return (label,)
            continue
        found = _announced(text, mark.end(), options)
        if found is not None:
            return found
    return None


def _announced(text: str, start: int, options: Options) -> tuple[str, ...] | None:
    """Return the label or the text that stands at a place; no label at all if there are several."""
    denied = _NOT.match(text, start)
    start = denied.end() if denied else start
    at = _after_dress(text, start)
    end = text.find("\n", at)
    line = text[at : min(len(text) if end < 0 else end, at + _LONGEST)]
    found = _LABEL.match(line)
    label = options.label(found["label"]) if found else ""
    if found and label:
        tail = line[found.end() :]
        later = instead(text, at + found.end())
        if later >= 0 and (second := _announced(text, later, options)) is not None:
            return second
        if _several(tail, label, options):
            return ()
        if _meant(found["label"], label, tail, options):
            return (label,)
    return options.beginning(line) or options.beginning(text[start : at + len(line)]) or None


def _after_dress(text: str, start: int) -> int:
    dress = _DRESS.match(text, start, start + _LONGEST)
    return dress.end() if dress else start


def _several(tail: str, label: str, options: Options) -> bool:
    closings = _CLOSINGS.match(tail)
    at = closings.end() if closings else 0
    if (also := _ALSO.match(tail, at)) and options.label(also["label"]) not in ("", label):
        return True
    other = _AND.match(tail, at)
    if other is None or options.label(other["label"]) in ("", label):
        return False
    return not other["comma"] or other["end"] is not None


def _meant(written: str, label: str, tail: str, options: Options) -> bool:
    """Whether a letter is a label, by what follows it on its line: "A", "A)", "A because", not "A mixture"."""
    rest = tail[_end(_CLOSINGS, tail) :]
    if not rest.strip(" .!"):
        return True
    if written.islower():
        return False
    if _CLOSED.match(tail.lstrip("$ ")) or rest[0] in ".:;,!–—-/=|(<→" or rest[0] > "\u2e80":
        return True
    own = options.text_of(label)
    return _THEN.match(rest) is not None or (bool(own) and options.normal(rest).startswith(own))


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0


def _on_its_own(lines: list[str], options: Options) -> str:
    """Return the label that the first or the last line consists of, if no other line consists of another one."""
    there = [number for number, line in enumerate(lines) if line]
    alone = len(there) == 1
    on_lines = {number: label for number in there if (label := _whole_line(lines[number], options, alone))}
    if len(set(on_lines.values())) != 1:
        return ""
    first, last = there[0], there[-1]
    apart = last - 1 not in there or lines[last - 1].endswith(_SENTENCE_END) or len(lines[last]) > 1
    return on_lines.get(first) or (on_lines.get(last, "") if apart else "")


def _whole_line(line: str, options: Options, alone: bool) -> str:
    at = _after_dress(line, 0)
    found = _LABEL.match(line, at)
    label = options.label(found["label"]) if found else ""
    if found is None or not label or (found["label"].islower() and not alone):
        return ""
    rest = line[found.end() :]
    rest = rest[_end(_POINTS, rest) :]
    if not rest:
        return label if alone or not found["label"].isdecimal() else ""
    own, shown = options.text_of(label), options.normal(rest.rstrip(" .…"))
    shortened = rest.endswith(("…", "...")) and bool(shown) and own.startswith(shown)
    meant = shortened or label in options.beginning(rest)
    return label if meant and not found["label"].islower() else ""


def _label_at(line: str, start: int, options: Options) -> str:
    """Return the label that a line begins with, if that is marked as one by what follows it."""
    found = _LABEL.match(line, _after_dress(line, start))
    if found is None or not re.match(r"[).:\]*_]", line[found.end() :]):
        return ""
    return options.label(found["label"]) if not found["label"].isdecimal() else ""
