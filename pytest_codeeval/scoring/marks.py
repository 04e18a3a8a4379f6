"""The marks that models put around their thinking, in one table; `--thinking-marks` adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

# What the marks of most models say between their brackets, alone or behind a name of the model's maker ("seed:think").
_NAME = (
    r"(?P<name>(?!end[_▁ -])(?:\w{1,24}[:_.-])?(?:re|ant)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|analysis|rationale"
    r"|reflect(?:ion)?|scratch_?pad|chain[_ -]of[_ -]thoughts?|cot|(?:inner[_ -])?monologue|deliberation)"
    r"(?:_(?:content|process|steps?|trace|block))?|思考|推理)"
)
_BAR, _JOINT = "[|｜]", "[_▁ -]"


@dataclass(frozen=True, slots=True)
class Mark:
    """One pair of marks as expressions: `NAME` in both is the same word, if that is said.

    `first` marks are words as anybody may say them, and count on the first line of an answer alone. `sure` ones begin
    thinking even if nothing ends it, and the closings of `lone` ones end it even if nothing began it. What may end it
    besides, if its own mark is missing, is in `faint`.
    """

    opening: str
    closing: str
    first: bool = False
    sure: bool = True
    lone: bool = True
    faint: str = ""


TABLE = (
    Mark(
        r"<NAME(?:[_-](?:start|begin))?(?:\s[^<>\n]{0,200})?>", "</NAME>|<end[_-](?:of[_-])?NAME>|<NAME[_-]end>"
    ),  # DeepSeek, Qwen, Seed, MiniMax, LongCat, EXAONE…
    Mark(r"\[THINK(?:ING)?\]", r"\[/THINK(?:ING)?\]"),  # Magistral
    Mark(r"\[NAME\]", r"\[/NAME\]", sure=False),
    Mark("◁NAME▷", "◁/NAME▷"),  # Kimi
    Mark("【NAME】", "【/NAME】", sure=False),
    Mark(
        rf"<{_BAR}(?:(?:start|begin)(?:{_JOINT}of)?{_JOINT})?NAME(?:{_JOINT}(?:start|begin))?{_BAR}>",
        rf"<{_BAR}(?:/|end(?:{_JOINT}of)?{_JOINT})NAME{_BAR}>|<{_BAR}NAME{_JOINT}end{_BAR}>",
        faint=r"<\|end\|>",
    ),  # Cohere, OpenThoughts, Solar
    Mark(r"<\|channel>[ ]?NAME", r"<channel\|>"),  # Gemma
    Mark(r"<\|im_start\|>think", r"<\|im_start\|>answer"),  # s1
    Mark("<unused94>", "<unused95>"),  # MedGemma
    Mark(r"<\|inner_prefix\|>", r"<\|inner_suffix\|>"),  # Apertus
    Mark(r'<details type="reasoning"[^<>\n]{0,200}>', "</details>", sure=False, lone=False),  # Open WebUI
    Mark(r"[*_# ]{0,3}thinking(?:\.\.\.|…)[*_]{0,3}$", r"(?:^|(?<=\W))(?:\.\.\.|…)[ ]?done thinking\b\.?", first=True),
    Mark(
        "here(?: i|['’])s my thought process:", "here(?: i|['’])s my response:", first=True, sure=False, lone=False
    ),  # Granite
)


class Marks:
    """The table made ready for use, with pairs of the user's own in front."""

    def __init__(self, own: Iterable[tuple[str, str]] = ()) -> None:
        """Take the pairs of the user's own, each an opening and a closing mark as they are written."""
        mine = (Mark(re.escape(opening), re.escape(closing)) for opening, closing in own)
        self._rows = [(mark, _compiled(mark.opening)) for mark in (*mine, *TABLE)]

    @cached_property
    def closing(self) -> re.Pattern[str]:
        """Any mark that ends thinking even if nothing began it."""
        marks = (mark.closing for mark, _ in self._rows if mark.lone)
        return re.compile("|".join(f"(?:{_plain(closing)})" for closing in marks), re.IGNORECASE)

    @cached_property
    def opening(self) -> re.Pattern[str]:
        """Any mark that begins thinking wherever it stands."""
        marks = (_plain(mark.opening) for mark, _ in self._rows if not mark.first)
        return re.compile("|".join(f"(?:{opening})" for opening in marks), re.IGNORECASE)

    def within(self, text: str) -> bool:
        """Whether text has any of the marks."""
        return self.opening.search(text) is not None or self.closing.search(text) is not None

    def begun(self, line: str, *, first: bool) -> tuple[Mark, str, int] | None:
        """Return the mark that a line starts with, the word in it, and where it ends."""
        start = len(line) - len(line.lstrip())
        for mark, opening in self._rows:
            if (first or not mark.first) and (found := opening.match(line, start)):
                return mark, found.groupdict().get("name") or "", found.end()
        return None


@lru_cache(maxsize=8)
def marks_with(own: tuple[tuple[str, str], ...] = ()) -> Marks:
    """Return the table with pairs of the user's own."""
    return Marks(own)


def ends_of(mark: Mark, word: str) -> list[re.Pattern[str]]:
    """Return what ends thinking that this mark began with this word: its own end, else one of another word."""
    own = mark.closing.replace("NAME", re.escape(word))
    others = mark.closing + (f"|{mark.faint}" if mark.faint else "")
    return [_compiled(own), *([_compiled(others)] if own != others else [])]


def _plain(expression: str) -> str:
    return expression.replace("NAME", _NAME.replace("?P<name>", "?:"))


@lru_cache(maxsize=256)
def _compiled(expression: str) -> re.Pattern[str]:
    once = expression.replace("NAME", _NAME, 1)
    return re.compile(_plain(once), re.IGNORECASE)
