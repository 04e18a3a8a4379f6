"""The document: notes stay to the byte, what was written by hand elsewhere is never lost, and it is always the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.results.tracker.document import BEGIN, END
from tests.results.writing import numbered, write

NOTES = b"Ask *Kim* \xff\xfe\x00\r\n\r\n<!-- hm -->\t\n## Models\n  end"


@pytest.fixture
def results(tmp_path: Path) -> str:
    write(tmp_path / "r", "one", {"s": numbered("++-")}, finished="2026-01-01T00:00:00Z")
    return str(tmp_path / "r")


@pytest.fixture
def doc(tmp_path: Path, results: str) -> Path:
    path = tmp_path / "docs" / "T.md"
    assert main(["tracker", "update", results, f"--doc={path}"]) == 0
    return path


def update(results: str, doc: Path, *more: str) -> int:
    return main(["tracker", "update", results, f"--doc={doc}", *more])


def check(results: str, doc: Path) -> int:
    return main(["tracker", "check", results, f"--doc={doc}"])


def noted(doc: Path, notes: bytes = NOTES + b"\n") -> bytes:
    """Write notes into a document."""
    whole = doc.read_bytes().replace(BEGIN + b"\n\n", BEGIN + b"\n" + notes)
    doc.write_bytes(whole)
    return whole


def test_the_same_results_give_the_same_bytes_and_notes_stay(results: str, doc: Path, tmp_path: Path) -> None:
    first = doc.read_bytes()
    assert update(results, doc) == 0 == check(results, doc)
    assert doc.read_bytes() == first
    whole = noted(doc)
    assert update(results, doc) == 0 == check(results, doc)
    assert doc.read_bytes() == whole
    write(tmp_path / "r", "two", {"s": numbered("+++")}, finished="2026-01-02T00:00:00Z")
    assert check(results, doc) == 1
    assert doc.read_bytes() == whole  # nothing is written
    assert update(results, doc) == 0 == check(results, doc)
    assert doc.read_bytes() != whole
    assert BEGIN + b"\n" + NOTES + b"\n" + END in doc.read_bytes()


def test_a_document_with_other_line_ends_keeps_them_and_notes_of_either_kind(results: str, doc: Path) -> None:
    head, rest = doc.read_bytes().split(BEGIN)
    _, tail = rest.split(END)
    notes = b"by hand\nand \r\n"
    windows = [part.replace(b"\n", b"\r\n") for part in (head, BEGIN + b"\n", tail)]
    whole = windows[0] + windows[1] + notes + END + windows[2]
    doc.write_bytes(whole)
    assert check(results, doc) == 0 == update(results, doc)
    assert doc.read_bytes() == whole


def moved(whole: bytes) -> bytes:
    block = whole[whole.index(BEGIN) : whole.index(END) + len(END)]
    return block + b"\n" + whole.replace(block, b"")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda whole: whole.replace(END, b""), "0 ends"),
        (lambda whole: whole.replace(BEGIN + b"\n", b""), "0 beginnings"),
        (lambda whole: whole.replace(END, END + b"\n" + END), "2 ends"),
        (lambda whole: whole + BEGIN + b"\nmine\n" + END + b"\n", "2 beginnings and 2 ends"),
        (lambda whole: whole.replace(BEGIN, b"words " + BEGIN), "other text on its line"),
        (lambda whole: whole.replace(END, END + b" words"), "other text on its line"),
        (lambda whole: whole.replace(BEGIN, BEGIN[:30] + b" -->"), "a marker was changed"),
        (lambda whole: whole.replace(BEGIN, b"?").replace(END, BEGIN).replace(b"?", END), "a marker was changed"),
        (moved, "changed by hand"),
        (lambda whole: whole.replace(b"## Models", b"## Models\n\nThis one is good."), "changed by hand"),
        (lambda whole: whole + b"a last word\n", "cannot be read"),
        (lambda whole: whole.replace(b'{"when"', b'mine {"when"'), "cannot be read"),
        (lambda whole: whole.replace(b'{"sha256"', b'{"mine": "words", "sha256"'), "cannot be read"),
        (lambda whole: whole.replace(b'"problems": "', b'"problems": "mine'), "changed by hand"),
        (lambda whole: whole[: len(whole) // 2], "cannot be read"),
        (lambda whole: b"# Our models\n", "no document of"),
        (lambda whole: b"", "no document of"),
    ],
)
def test_rather_than_lose_a_word_it_refuses(
    results: str, doc: Path, change: object, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    noted(doc, b"keep me\n")
    changed = change(doc.read_bytes())  # type: ignore[operator]
    doc.write_bytes(changed)
    assert update(results, doc) == 4
    assert says in (said := capsys.readouterr().err)
    assert said.count("\n") == 1
    assert doc.read_bytes() == changed
    assert [path.name for path in doc.parent.iterdir()] == [doc.name]
    assert check(results, doc) in (1, 4)
    assert doc.read_bytes() == changed


def test_what_was_changed_by_hand_is_replaced_if_that_is_said(results: str, doc: Path) -> None:
    whole = noted(doc)
    doc.write_bytes(whole.replace(b"## Models\n\n|", b"## Models\n\nWords.\n\n|"))
    assert check(results, doc) == 1
    assert update(results, doc, "--force") == 0 == check(results, doc)
    assert doc.read_bytes() == whole


def test_the_changelog_outlives_the_results_that_it_is_of(results: str, doc: Path, tmp_path: Path) -> None:
    write(tmp_path / "later", "one", {"s": numbered("+++")}, finished="2026-02-01T00:00:00Z")
    later = str(tmp_path / "later")
    assert update(later, doc) == 0
    text = doc.read_text()
    assert "100.0%" in text.partition("## Changelog")[0]
    assert "66.7%" not in text.partition("## Changelog")[0]
    log = text.partition("## Changelog")[2]
    assert log.index("### 2026-02-01") < log.index("### 2026-01-01")
    assert "3 of 3 problems; was pass@1 66.7%" in log
    assert update(later, doc) == 0 == check(later, doc)
    assert doc.read_text() == text


def test_files_of_others_and_folders_are_left_alone(
    results: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "index.html"
    page.write_text("<p>mine")
    doc = tmp_path / "T.md"
    assert update(results, doc, f"--html={page}") == 4
    assert update(results, tmp_path) == 4 == update(results, doc, f"--html={doc}")
    assert update(str(tmp_path / "nowhere"), doc) == 4 == update(results, tmp_path / ("x" * 300))
    assert capsys.readouterr().err.count("\n") == 5
    assert page.read_text() == "<p>mine"
    assert not doc.exists()
    assert check(results, doc) == 1  # it is not there
    link = tmp_path / "link.md"
    link.symlink_to(doc)
    assert update(results, link) == 0
    assert link.is_symlink() and doc.is_file()
