"""Sentences: how many a text has, by punkt if its data are at hand, else about so many by a pattern."""

from __future__ import annotations

import os
import re
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.scoring.instructions.kind import Args, keeps
from pytest_codeeval.scoring.instructions.punkt import has_punkt, punkt_in

PUNKT = "punkt"
"""The argument by which a loader says where the data of punkt lie."""

_DATA = Path("tokenizers/punkt_tab/english")
_END = re.compile(r"(?P<word>\S{0,20}?)[.?!]+[\"')\]}*_’”»]*\s+(?=(?P<next>\S))")
_ABBREVIATIONS = frozenset("mr mrs ms dr prof st jr sr vs etc e.g i.e u.s u.k a.m p.m no inc ltd co dept fig".split())


def has_so_many_sentences(text: str, args: Args) -> bool:
    """Whether there are as many sentences as were asked for."""
    folder = args.get(PUNKT)
    return keeps(args["relation"], _count(text, folder) if folder else about(text), args["num_sentences"])


def about(text: str) -> int:
    """Return about how many sentences a text has: marks at the ends of words, but for the commonest abbreviations."""
    text = text.strip()
    return bool(text) + sum(map(_ends, _END.finditer(text)))


def punkt_folder(data_dir: str | None) -> Path | None:
    """Return where the data of punkt lie: under NLTK_DATA, or in `nltk_data` in the data folder; None if nowhere."""
    named = [Path(folder) for folder in os.environ.get("NLTK_DATA", "").split(os.pathsep) if folder]
    own = [Path(data_dir, "nltk_data")] if data_dir else []
    return next((folder / _DATA for folder in (*named, *own) if has_punkt(folder / _DATA)), None)


def _count(text: str, folder: str) -> int:
    try:
        return punkt_in(folder).count(text)
    except (OSError, ValueError) as error:
        raise UsageError(f"the data of punkt in {folder} cannot be read: {error}") from None


def _ends(mark: re.Match[str]) -> bool:
    word = mark["word"].lower().lstrip("(\"'*_")
    if not mark[0][len(mark["word"]) :].startswith("."):
        return True
    unsure = len(word) == 1 or word.isdecimal()
    return word not in _ABBREVIATIONS and not (unsure and mark["next"].islower())
