"""What an update writes: the document, and the page if one is wanted, each at once and over nothing of others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.results.tracker.document import Document
from pytest_codeeval.results.tracker.page import GENERATOR, page
from pytest_codeeval.results.tracker.tracker import tracked

_HEAD = 400


def update(paths: Sequence[str], doc: Path, html: Path | None = None, *, force: bool = False) -> list[Path]:
    """Bring the document up to date, and the page; return the files that were changed.

    Raises UsageError where that cannot be: there are no results, a file is none of ours, or something besides the notes
    was changed by hand, which is replaced only with `force`.
    """
    demand_writable(doc, html, force=force)
    found = tracked(paths)
    # Read again: the user may have written notes meanwhile.
    document = _document(doc)
    _refuse_edited(document, doc, force=force)
    document = document or Document()
    sections, history = found.sections(document.history)
    written = [_put(doc, document.text(sections, history))]
    if html is not None:
        written.append(_put(html, page(sections, document.notes)))
    return [path for path in written if path is not None]


def demand_writable(doc: Path, html: Path | None = None, *, force: bool = False) -> None:
    """Raise UsageError, as an update would, for a document or a page that may not be written."""
    _refuse_edited(_document(doc), doc, force=force)
    _check_page(html, doc)


def outdated(paths: Sequence[str], doc: Path, html: Path | None = None) -> str:
    """Return why the document or the page is not what an update would write, "" if it is; nothing is written.

    Raises UsageError where there are no results, or a file is none of ours.
    """
    document = _document(doc)
    _check_page(html, doc)
    if document is None:
        return f"{str(doc)!r} is not there"
    if document.edited:
        return f"{str(doc)!r} was changed by hand outside of its notes"
    sections, history = tracked(paths).sections(document.history)
    if _content(doc) != document.text(sections, history):
        return f"{str(doc)!r} is not what these results come to"
    if html is not None and _content(html) != page(sections, document.notes):
        return f"{str(html)!r} is not what these results come to"
    return ""


def _document(doc: Path) -> Document | None:
    _demand_file(doc, "--doc", "TRACKER.md")
    return Document.read(doc)


def _refuse_edited(document: Document | None, doc: Path, *, force: bool) -> None:
    if document and document.edited and not force:
        raise UsageError(
            f"{str(doc)!r} was changed by hand outside of its notes, and that would be lost; move what you wrote "
            "between the markers of the notes, and give --force, which replaces the rest."
        )


def _check_page(html: Path | None, doc: Path) -> None:
    if html is None:
        return
    _demand_file(html, "--html", "tracker.html")
    if html.resolve() == doc.resolve():
        raise UsageError(f"{str(html)!r} is named as the document and as the page; name another file by --html.")
    if not html.exists():
        return
    if f'<meta name=generator content="{GENERATOR}">'.encode() not in _content(html)[:_HEAD]:
        raise UsageError(
            f"{str(html)!r} is no page of `codeeval tracker`, and nothing else is overwritten; name another by --html."
        )


def _demand_file(path: Path, option: str, such_as: str) -> None:
    try:
        other = path.exists() and not path.is_file()
    except OSError as error:  # as for a name that is too long
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}; name another file by {option}.") from None
    if other:
        raise UsageError(f"{str(path)!r} is no ordinary file; name one by {option}, such as {such_as}.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}; name another file.") from None


def _put(path: Path, data: bytes) -> Path | None:
    """Write a file, behind a link if it is one; return it if that changed it."""
    if _content(path) == data:
        return None
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, data)
    except (OSError, StorageError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{str(path)!r} cannot be written ({reason}); name another file.") from None
    return path
