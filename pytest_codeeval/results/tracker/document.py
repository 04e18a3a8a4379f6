"""Document: the Markdown file, whose notes are kept to the byte while all else is made anew."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.results.tracker.history import Entry
from pytest_codeeval.results.tracker.markdown import markdown
from pytest_codeeval.results.tracker.section import Section

BEGIN = b"<!-- notes: what stands between here and the end of notes is yours, and stays -->"
END = b"<!-- end of notes -->"
_STATE, _STATE_ENDS = b"<!-- state of codeeval tracker", b"-->"
_MARKS = (b"<!-- notes:", b"<!-- end of notes")  # as a marker that somebody has changed begins
_HEAD = (
    "# Model tracker\n\n"
    "Made of results by `codeeval tracker update`, which writes all of it anew but for these notes.\n\n"
    "## Notes\n\n"
)


@dataclass(frozen=True, slots=True)
class Document:
    """What an update keeps of a document: its notes, with the line ends around them, and its history.

    `edited` is whether anything else in it was changed since it was written.
    """

    notes: bytes = b"\n"
    history: tuple[Entry, ...] = ()
    windows: bool = False
    edited: bool = False

    @classmethod
    def read(cls, path: Path) -> Document | None:
        """Read a document, None where there is none.

        Raises UsageError for a file that is none, or whose notes cannot be told from the rest.
        """
        try:
            whole = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}; name another file by --doc.") from None
        return cls.of(whole, str(path))

    @classmethod
    def of(cls, whole: bytes, name: str) -> Document:
        """Take a document apart; `name` is what messages call it. Raises UsageError likewise."""
        if not any(mark in whole for mark in (*_MARKS, _STATE)):
            raise UsageError(
                f"{name!r} is no document of `codeeval tracker`, and nothing else is overwritten; name another."
            )
        head, notes, tail = _apart(whole, name)
        generated, digest, history = _state(tail, name)
        return cls(notes, history, head.endswith(b"\r\n"), digest != _digest(head + generated, history))

    def text(self, sections: Sequence[Section], history: Sequence[Entry]) -> bytes:
        """Return the document with these sections, around the notes that it has."""
        head = _HEAD.encode()
        tail = f"\n\n{markdown(sections)}".encode()
        state = [_json({"sha256": _digest(head + tail, history)}), *_rows(history)]
        ended = tail + b"\n".join([_STATE, *state, _STATE_ENDS, b""])
        if self.windows:
            head, ended = (part.replace(b"\n", b"\r\n") for part in (head, ended))
        line = b"\r\n" if self.windows else b"\n"
        return head + BEGIN + line + self.notes + END + ended


def _apart(whole: bytes, name: str) -> tuple[bytes, bytes, bytes]:
    """Return what stands before the notes, the notes, and what stands behind them."""
    begins, ends = (whole.count(mark) for mark in _MARKS)
    if (begins, ends) != (1, 1):
        raise _unclear(name, f"it has {begins} beginnings and {ends} ends of them")
    head, found, rest = whole.partition(BEGIN)
    notes, ended, tail = rest.partition(END)
    line = notes[: 2 if notes.startswith(b"\r\n") else 1]
    at_the_margin = all(not part or part.endswith(b"\n") for part in (head, notes))
    if not (found and ended) or line not in (b"\n", b"\r\n") or not at_the_margin or tail[:1] not in (b"\r", b"\n"):
        raise _unclear(name, "a marker was changed, or has other text on its line")
    return head, notes[len(line) :], tail


def _unclear(name: str, why: str) -> UsageError:
    return UsageError(
        f"{name!r}: the notes cannot be told from the rest, as {why}; put one line {BEGIN.decode()!r} before them and "
        f"one line {END.decode()!r} behind them."
    )


def _state(tail: bytes, name: str) -> tuple[bytes, str, tuple[Entry, ...]]:
    """Return what was generated behind the notes, and what the document keeps of it: its hash, and the history."""
    generated, found, state = tail.rpartition(_STATE)
    lines = state.splitlines()
    try:
        if not found or lines[0].strip() or lines[-1] != _STATE_ENDS:
            raise ValueError("it has no beginning or no end")
        first, *rows = [json.loads(line) for line in lines[1:-1]]
        (digest,) = first.values()
        return generated, str(digest), tuple(Entry.from_json(row) for row in rows)
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError):
        raise UsageError(
            f"{name!r}: the block {_STATE.decode()!r} at its end was changed and cannot be read; bring it back, or "
            "keep your notes elsewhere, remove the file and update again."
        ) from None


def _digest(generated: bytes, history: Sequence[Entry]) -> str:
    """Return a hash of what was generated, whichever line ends it has been given since."""
    return hashlib.sha256(b"\n".join([generated.replace(b"\r\n", b"\n"), *_rows(history)])).hexdigest()


def _rows(history: Sequence[Entry]) -> list[bytes]:
    return [_json(one.to_json()) for one in history]


def _json(value: object) -> bytes:
    """Return JSON that no reader of comments takes for the end of one."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").encode("ascii")
