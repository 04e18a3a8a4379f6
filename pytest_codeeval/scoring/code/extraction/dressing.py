"""Dress that is no Markdown: quoted answers, and other marks for fences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pytest_codeeval.scoring.code.extraction import unseen
from pytest_codeeval.scoring.code.extraction.wording import is_wording
from pytest_codeeval.scoring.marks import Marks

# One quoted line may be anything; a block of them is a quotation.
_QUOTED = re.compile(r"(?:^[ \t]{0,3}(?:>(?!>>)|[│┃|](?!\|))[^\n]*(?:\n|\Z)){2,}", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]{0,3}[>│┃|][ ]?", re.MULTILINE)
_TAG = r"[ \t]*+(?P<tag>[\w+#.-]{0,20})[^\S\n]*+$"
# Fences of the wrong length, or of marks that look like backticks.
_FENCE = re.compile(
    rf"^(?P<lead>[ \t]*)(?:`{{2,}}|~{{2,}}|´{{2,}}|[‘’]{{2,}}|｀{{2,}}|ˋ{{2,}}|‵{{2,}}|[“”]{{2,}}){_TAG}", re.MULTILINE
)
_QUOTES = re.compile(
    rf"^[ \t]*(?P<mark>`|'''|\"\"\"|''|\"\"|:::|\+\+\+|---|===|\$\$|\|\|\||###|%%%|<<<|>>>){_TAG}", re.MULTILINE
)
_NAME = (
    r"(?:code|python3?|py|program|solution|answer|begin|done|end|response|output|final(?:[_ ]answer)?|pre|source|result"
    r"|implementation|script|function|block|verbatim|lstlisting|minted|listing|noformat|src|snippet|tests?|start|stop"
    r"|c\+\+|cpp|rust|go|java|javascript|js|typescript|ts|php|ruby|bash|shell|sh|lua|perl|csharp)"
)
_RULED = rf"={{2,10}}[ ]?{_NAME}[ ]?={{2,10}}|-{{2,10}}[ ]?{_NAME}[ ]?-{{2,10}}|<</?[ ]?{_NAME}[ ]?>>"
# A word on the line of the code itself, and what an interactive session puts before it.
_LABELLED = re.compile(
    r"^[ \t]*+(?:python3?|py|code|copy|answer|solution|output|sure|代码|答案)(?:[:：,.!][ \t]*+|[ \t]++)"
    r"(?=(?:def|class|import|from|async|fn|func|function)[ \t]|@)",
    re.MULTILINE | re.IGNORECASE,
)
_PROMPTED = re.compile(r"^[ \t]*+(?:>>>|\.\.\.)(?:[ ]|$)", re.MULTILINE)
_LONG = "`" * 12
_TOKEN = rf"<\|(?!im_)(?:/|\w{{1,8}}[_ ]){{0,3}}(?:{_NAME}|content)(?:_\w{{1,8}})?\|>"
_OPENING = (
    rf"\[{_NAME}(?:[=: ][^\]\n]{{0,40}})?\]|<{_NAME}(?:\s[^<>\n]{{0,80}})?>|\{{{_NAME}(?:[:|][^}}\n]{{0,60}})?\}}"
    rf"|\\begin\{{{_NAME}\*?\}}(?:[\[{{][^\n]{{0,80}}[\]}}])?|\#\+begin_\w{{2,12}}[^\n]{{0,40}}"
    rf"|{_TOKEN}(?:assistant)?|{_RULED}"
)
# What may stand behind code on its line: no list and no subscript looks like that.
_CLOSING = (
    rf"\[/{_NAME}\]|</{_NAME}>|\{{/{_NAME}\}}|\\end\{{{_NAME}\*?\}}|\#\+end_\w{{2,12}}|{_TOKEN}"
    r"|\[(?-i:DONE|END|STOP)\]"
)


# Made when they are needed, as it takes longer than all else that this package does at its start.
@cache
def _open_tag() -> re.Pattern[str]:
    many = rf"^[ \t]*+(?:{_OPENING})(?>(?:\s{{0,4}}(?:{_OPENING}))*)[ \t]*+"
    return re.compile(many, re.MULTILINE | re.IGNORECASE)


@cache
def _close_tag() -> re.Pattern[str]:
    alone = rf"^[ \t]*+(?:{_CLOSING}|{_RULED}|\[{_NAME}\]|\{{{_NAME}\}})+[ \t]*+$"
    return re.compile(rf"{alone}|(?>(?:{_CLOSING})+)[ \t]*+$", re.MULTILINE | re.IGNORECASE)


def unquoted(text: str) -> str:
    """Drop one mark of quotation in front of each line in blocks of quoted ones."""
    return _QUOTED.sub(lambda found: _QUOTE.sub("", found[0]), text)


def fenced_again(text: str, marks: Marks) -> Iterator[str]:
    """Yield text with other marks of blocks made fences: first the outermost ones alone, as a program may hold more."""
    yield _LABELLED.sub("", text)
    yield _PROMPTED.sub("", text)
    yield from _outermost(text, list(_FENCE.finditer(text)), list(_FENCE.finditer(text)))
    opening = [found for found in _open_tag().finditer(text) if not marks.within(found[0])]
    closing = [found for found in _close_tag().finditer(text) if not marks.within(found[0])]
    yield from _outermost(text, opening, closing)
    rules = list(_QUOTES.finditer(text))
    for mark in dict.fromkeys(rule["mark"] for rule in rules):
        same = [rule for rule in rules if rule["mark"] == mark]
        ends = [rule for rule in same if not rule["tag"]]
        if len(same) > 1 and ends and is_wording(text[: same[0].start()]) and is_wording(text[ends[-1].end() :]):
            yield from _outermost(text, same, ends)
    text = _FENCE.sub(r"\g<lead>```\g<tag>", text)
    yield text

    def fence(found: re.Match[str]) -> str:
        return found[0] if marks.within(found[0]) else "\n```\n"

    yield _close_tag().sub(fence, _open_tag().sub(fence, text))


def _outermost(text: str, opening: list[re.Match[str]], closing: list[re.Match[str]]) -> Iterator[str]:
    """Yield text with one long fence from the first opening to the last closing mark."""
    if not opening:
        return
    first = opening[0]
    lead, tag = (first.groupdict().get(name) or "" for name in ("lead", "tag"))
    before = f"{text[: first.start()]}\n{lead}{_LONG}{tag}\n"
    if closing and closing[-1].start() >= first.end():
        last = closing[-1]
        inside = text[first.end() : last.start()].strip("\n")
        yield f"{before}{inside}\n{_LONG}\n{text[last.end() :]}"
    else:
        yield before + text[first.end() :].strip("\n")


def has_fence(code: str) -> bool:
    """Whether code has a line that is a fence of any length."""
    return _FENCE.search(code) is not None


def is_dressed(line: str) -> bool:
    """Whether a line that should be code begins with a mark of another dress."""
    return (
        any(dress.match(line) for dress in (_QUOTE, _FENCE, _QUOTES))
        or _open_tag().match(line) is not None
        or unseen.begins(line)
    )
