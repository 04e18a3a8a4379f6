"""Writes the tables of `reference/files.md` that follow from COLUMNS: `python3 dev.py docs` runs it."""

from __future__ import annotations

import re
from pathlib import Path

from pytest_codeeval.core.column import Group
from pytest_codeeval.core.columns import COLUMNS
from pytest_codeeval.reports.parquet import PREDICTIONS, RESULTS

PAGE = Path(__file__).parent / "reference" / "files.md"
_TYPES = {str: "text", int: "integer", float: "number", bool: "boolean", object: "JSON"}


def columns() -> str:
    """Return the table of the columns of `samples.jsonl`."""
    rows = [f"| `{column.name}` | {_TYPES[column.type]} | {column.meaning} |" for column in COLUMNS]
    return "\n".join(["| column | type | meaning |", "|---|---|---|", *rows])


def parquet() -> str:
    """Return the table of the parquet files."""
    files = {"both": Group.KEY, f"`{PREDICTIONS}`": Group.ANSWER, f"`{RESULTS}`": Group.SCORE}
    named = {file: [f"`{column.name}`" for column in COLUMNS if column.group is group] for file, group in files.items()}
    rows = [f"| {file} | {', '.join(names)} |" for file, names in named.items()]
    return "\n".join(["| file | columns |", "|---|---|", *rows])


def rewritten(page: str) -> str:
    """Return a page with each table between its two marks written anew."""
    for name, table in (("columns", columns()), ("parquet", parquet())):
        begin, end = f"<!-- {name}: written by `python3 dev.py docs` -->\n", f"\n<!-- end of {name} -->"
        between = re.compile(rf"(?<={re.escape(begin)}).*?(?={re.escape(end)})", re.DOTALL)
        page, found = between.subn(lambda _, table=table: f"\n{table}\n", page)
        if found != 1:
            raise SystemExit(f"{PAGE.name} has the marks of the table {name!r} {found} times; it needs them once.")
    return page


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), "utf-8")
