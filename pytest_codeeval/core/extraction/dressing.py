"""Dress that is no Markdown: quoted answers, other marks for fences, and characters that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_codeeval.core.extraction.wording import is_wording

# One quoted line may be anything; a block of them is a quotation.
_QUOTED = re.compile(r"(?:^[ \t]{0,3}(?:>(?!>>)|[│┃|](?!\|))[^\n]*(?:\n|\Z)){2,}", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]{0,3}[>│┃|][ ]?", re.MULTILINE)
_TAG = r"[ \t]*(?P<tag>[\w+#.-]{0,20})[^\S\n]*$"
# Fences of the wrong length, or of marks that look like backticks.
_FENCE = re.compile(
    rf"^(?P<lead>[ \t]*)(?:`{{2,}}|~{{2,}}|´{{2,}}|[‘’]{{2,}}|｀{{2,}}|ˋ{{2,}}|‵{{2,}}|[“”]{{2,}}){_TAG}", re.MULTILINE
)
_TICK = re.compile(rf"^[ \t]*`{_TAG}", re.MULTILINE)
_QUOTES = re.compile(
    rf"^[ \t]*(?P<mark>'''|\"\"\"|''|\"\"|:::|\+\+\+|---|===|\$\$|\|\|\||###|%%%|<<<|>>>){_TAG}", re.MULTILINE
)
_NAME = (
    r"(?:code|python3?|py|program|solution|answer|begin|done|end|response|output|final(?:[_ ]answer)?|pre|source|result"
    r"|implementation|script|function|block|verbatim|lstlisting|minted|listing|noformat|src|snippet|tests?|start|stop"
    r"|c\+\+|cpp|rust|go|java|javascript|js|typescript|ts|php|ruby|bash|shell|sh|lua|perl|csharp)"
)
_RULED = rf"={{2,10}}[ ]?{_NAME}[ ]?={{2,10}}|-{{2,10}}[ ]?{_NAME}[ ]?-{{2,10}}|<</?[ ]?{_NAME}[ ]?>>"
_OPENING = (
    rf"\[{_NAME}(?:[=: ][^\]\n]{{0,40}})?\]|<{_NAME}(?:\s[^<>\n]{{0,80}})?>|\{{{_NAME}(?:[:|][^}}\n]{{0,60}})?\}}"
    rf"|\\begin\{{{_NAME}\*?\}}(?:[\[{{][^\n]{{0,80}}[\]}}])?|\#\+begin_\w{{2,12}}[^\n]{{0,40}}"
    rf"|<\|[\w ]{{1,40}}\|>(?:assistant)?|{_RULED}"
)
# What may stand behind code on its line: no list and no subscript looks like that.
_CLOSING = (
    rf"\[/{_NAME}\]|</{_NAME}>|\{{/{_NAME}\}}|\\end\{{{_NAME}\*?\}}|\#\+end_\w{{2,12}}|<\|[\w /]{{1,40}}\|>"
    r"|\[(?-i:DONE|END|STOP)\]"
)
_OPEN_TAG = re.compile(rf"^[ \t]*(?:{_OPENING})+[ \t]*", re.MULTILINE | re.IGNORECASE)
_CLOSE_TAG = re.compile(
    rf"^[ \t]*(?:{_CLOSING}|{_RULED}|\[{_NAME}\]|\{{{_NAME}\}})+[ \t]*$|[ \t]*(?:{_CLOSING})+[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_UNSEEN = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0f\ufeff"
_BLANK = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_ODD = re.compile(f"[{_UNSEEN}{_BLANK}\u2028\u2029\x85]")
_ODD_OR_STRING = re.compile(rf"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[{_UNSEEN}]|[{_BLANK}]|[\u2028\u2029\x85]")


def visible(text: str) -> str:
    """Drop characters that have no width, and make plain blanks of all others, but within strings on one line."""
    if not _ODD.search(text):
        return text

    def plain(found: re.Match[str]) -> str:
        char = found[0]
        if len(char) > 1:
            return char
        if char in "\u2028\u2029\x85":
            return "\n"
        return " " if re.match(f"[{_BLANK}]", char) else ""

    return _ODD_OR_STRING.sub(plain, text)


def unquoted(text: str) -> str:
    """Drop the marks of quotation in front of blocks of lines, three deep."""
    for _ in range(3):
        text = _QUOTED.sub(lambda found: _QUOTE.sub("", found[0]), text)
    return text


def fenced_again(text: str) -> Iterator[str]:
    """Yield text with other marks of blocks made fences, those that Python knows outermost only."""
    text = _FENCE.sub(r"\g<lead>```\g<tag>", text)
    yield text
    yield _CLOSE_TAG.sub("\n```\n", _OPEN_TAG.sub("\n```\n", text))
    if "```" not in text:
        yield _TICK.sub(r"```\g<tag>", text)
    marks = list(_QUOTES.finditer(text))
    for first in marks:
        last = next((mark for mark in reversed(marks) if mark["mark"] == first["mark"] and not mark["tag"]), None)
        if last is None or last.start() <= first.start():
            continue
        before, behind = text[: first.start()], text[last.end() :]
        if is_wording(before) and is_wording(behind):
            yield f"{before}``````{first['tag']}{text[first.end() : last.start()]}``````{behind}"
        return


def is_dressed(line: str) -> bool:
    """Whether a line that should be code begins with a mark of another dress."""
    return any(dress.match(line) for dress in (_QUOTE, _FENCE, _TICK, _QUOTES, _OPEN_TAG)) or bool(_ODD.match(line))
