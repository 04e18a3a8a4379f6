"""Sentences: how many a text has, by punkt if its data are at hand, else about so many by a pattern."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.scoring.instructions.kind import Args, keeps
from pytest_codeeval.scoring.instructions.punkt import has_punkt, punkt_in

PUNKT = "punkt"
"""The argument by which a loader says where the data of punkt lie."""

_DATA = Path("tokenizers/punkt_tab/english")
_CLOSING, _OPENING, _MARKS = "\"')]}*_’”»", "\"'([{*_‘“«", ".?!"
_ABBREVIATIONS = frozenset(
    "mr|mrs|ms|dr|prof|st|jr|sr|vs|etc|e.g|i.e|u.s|u.k|a.m|p.m|inc|ltd|co|dept|fig".split("|")  # noqa: SIM905
)


def has_so_many_sentences(text: str, args: Args) -> bool:
    """Whether there are as many sentences as were asked for."""
    folder, bound = args.get(PUNKT), args["num_sentences"]
    return keeps(args["relation"], _count(text, folder, bound) if folder else about(text), bound)


def about(text: str) -> int:
    """Return about how many sentences a text has: marks at the ends of words, but for the commonest abbreviations."""
    words = text.split()
    return bool(words) + sum(_ends(word, following) for word, following in pairwise(words))


def punkt_folder(data_dir: str | None) -> Path | None:
    """Return where the data of punkt lie: under NLTK_DATA, or in `nltk_data` in the data folder; None if nowhere."""
    named = [Path(folder) for folder in os.environ.get("NLTK_DATA", "").split(os.pathsep) if folder]
    own = [Path(data_dir, "nltk_data")] if data_dir else []
    return next((folder / _DATA for folder in (*named, *own) if has_punkt(folder / _DATA)), None)


def _count(text: str, folder: str, most: int) -> int:
    try:
        return punkt_in(folder).count(text, most)
    except (OSError, ValueError) as error:
        raise UsageError(f"the data of punkt in {folder} cannot be read: {error}") from None


def _ends(word: str, following: str) -> bool:
    """Whether a sentence ends with a word, by what follows."""
    said = word.rstrip(_CLOSING)
    bare = said.rstrip(_MARKS)
    if len(bare) == len(said):
        return False
    bare = bare.lstrip(_OPENING).lower()
    unsure = len(bare) == 1 or bare.isdecimal()
    return not said.endswith(".") or (bare not in _ABBREVIATIONS and not (unsure and following[0].islower()))
