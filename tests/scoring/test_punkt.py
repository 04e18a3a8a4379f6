"""Sentences: counted by punkt's data where these are, else about right."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.scoring.instructions.punkt import punkt_in
from pytest_codeeval.scoring.instructions.sentences import about, has_so_many_sentences, punkt_folder

DATA = {
    "abbrev_types.txt": "dr\nu.s\npa\n",
    "collocations.tab": "##number##\tinternational\nj\tbach\n",
    # 36: seen with a capital within sentences and in small letters; 32: in small letters; 6: with a capital.
    "ortho_context.tab": "the\t32\nfox\t36\nsmith\t4\nof\t48\n",
    "sent_starters.txt": "however\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "nltk_data/tokenizers/punkt_tab/english"
    folder.mkdir(parents=True)
    for name, text in DATA.items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("One", 1),
        ("", 0),
        ("Is it?! Yes", 2),
        ("I saw Dr. Fox. He ran.", 2),  # an abbreviation
        ("It is in the U.S. The fox ran.", 2),  # and one before a word that is small elsewhere
        ("It is in the U.S. However it ran.", 2),  # or that often starts a sentence
        ("It is in the U.S. of old.", 1),
        ("wait... the fox", 1),
        ("wait... The fox", 2),
        ("by J. Bach and others.", 1),  # known together
        ("by J. Smith and others.", 1),  # an initial before a name
        ("1. The fox 2. fox", 2),  # a number before a small letter
        ('He said "No." Then he ran.', 2),  # what closes belongs to the sentence before
        ("(One.) (Two.)", 2),
        ("One.)) ] Two", 2),
        ("a.b c.d", 1),
        ("One.\n\nTwo.\n", 2),
        ('"', 1),
    ],
)
def test_where_punkt_ends_sentences(folder: Path, text: str, count: int) -> None:
    assert punkt_in(str(folder)).count(text) == count
    assert punkt_in(str(folder)).count(text, 1) == min(count, 1)


def test_what_is_asked_for_is_counted_by_the_data_that_are_named(folder: Path) -> None:
    asked = {"relation": "less than", "num_sentences": 2}
    text = "He is in Pa. to stay."
    assert has_so_many_sentences(text, {**asked, "punkt": str(folder)})
    assert not has_so_many_sentences(text, asked)


def test_where_the_data_are_looked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NLTK_DATA", raising=False)
    root = folder.parents[3]
    assert punkt_folder(None) is None
    assert punkt_folder(str(root)) == folder
    monkeypatch.setenv("NLTK_DATA", f"/nowhere:{root / 'nltk_data'}")
    assert punkt_folder(None) == folder
    (folder / "sent_starters.txt").unlink()
    assert punkt_folder(str(root)) is None


def test_data_that_are_broken_are_told(folder: Path) -> None:
    (folder / "ortho_context.tab").write_text("the\tmany\n")
    with pytest.raises(UsageError, match="the data of punkt in .* cannot be read"):
        has_so_many_sentences("a", {"relation": "less than", "num_sentences": 2, "punkt": str(folder)})


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ('He said "No." Then *he ran.* So', 3),
        ("Mr. Fox, e.g. J. Fox, etc. is here.", 2),  # which is one by rights
        ("Mr. Fox and Dr. Ox vs. the rest", 1),
        ("at 3.5 m", 1),
        ("1. the fox", 1),
        ("...", 1),
        ("", 0),
    ],
)
def test_about_how_many_sentences_there_are_without(text: str, count: int) -> None:
    assert about(text) == count
