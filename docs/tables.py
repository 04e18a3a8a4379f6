"""Writes the tables of `reference/files.md` and `reference/config.md` that follow from the code.

`python3 dev.py docs` runs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from pytest_codeeval.config import schema
from pytest_codeeval.core.column import Group
from pytest_codeeval.core.columns import COLUMNS
from pytest_codeeval.reports.parquet import PREDICTIONS, RESULTS

PAGE = Path(__file__).parent / "reference" / "files.md"
CONFIG = Path(__file__).parent / "reference" / "config.md"
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


def keys(holder: type[BaseModel], *besides: type[BaseModel]) -> str:
    """Return the table of the keys of a part of a config file, without those of its bases that are tables `besides`."""
    of_others = {name for other in besides for name in other.model_fields}
    rows = [
        f"| `{name}` | {'needed' if field.is_required() else ''} | {field.description} |"
        for name, field in holder.model_fields.items()
        if name not in of_others
    ]
    return "\n".join(["| key | | meaning |", "|---|---|---|", *rows])


def config_tables() -> dict[str, str]:
    """Return the tables of the keys of a config file by the names of their marks."""
    return {
        "run": keys(schema.Job, schema.Asking),
        "asking": keys(schema.Asking),
        "model": keys(schema.Model, schema.Asking),
        "suite": keys(schema.SuiteEntry),
        "judge": keys(schema.Asked),
        "arena": keys(schema.ArenaPart),
    }


def file_tables() -> dict[str, str]:
    """Return the tables of files by the names of their marks."""
    return {"columns": columns(), "parquet": parquet()}


def rewritten(page: str, tables: Mapping[str, str] | None = None) -> str:
    """Return a page with each table between its two marks written anew."""
    for name, table in (tables or file_tables()).items():
        begin, end = f"<!-- {name}: written by `python3 dev.py docs` -->\n", f"\n<!-- end of {name} -->"
        between = re.compile(rf"(?<={re.escape(begin)}).*?(?={re.escape(end)})", re.DOTALL)
        page, found = between.subn(lambda _, table=table: f"\n{table}\n", page)
        if found != 1:
            raise SystemExit(f"the page has the marks of the table {name!r} {found} times; it needs them once.")
    return page


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), "utf-8")
    CONFIG.write_text(rewritten(CONFIG.read_text("utf-8"), config_tables()), "utf-8")
