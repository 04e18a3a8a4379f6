"""The score table on the page of a GitHub Actions job, which is a file of Markdown that steps append to."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

VARIABLE = "GITHUB_STEP_SUMMARY"


def append_step_summary(table: Callable[[], Sequence[Any]]) -> str:
    """Append the headers, rows and notes that `table` returns first, if a job has such a page and there are any rows.

    Return a sentence if that cannot be done: what has been evaluated is evaluated.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return ""
    from pytest_codeeval.results.tables import markdown

    headers, rows, notes, *_ = table()
    if not rows:
        return ""
    said = "".join(f"- {markdown.escaped(note)}\n" for note in notes)
    try:
        with Path(path).open("a", encoding="utf-8") as page:
            page.write(f"{markdown.table(headers, rows, 'Code evaluation')}\n{said}\n")
    except (OSError, ValueError) as error:
        return f"the file that {VARIABLE} names was not written: {error}"
    return ""
