"""The pages: tables that follow from the code are as it says, and links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from pytest_codeeval import benchmarks
from pytest_codeeval.core.column import Group
from pytest_codeeval.core.columns import COLUMNS
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.reports import parquet

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]*))?\)")

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the pages are in a clone only")


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    """Load the script that writes the tables, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("docs_tables", ROOT / "docs" / "tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_of_files_are_what_the_columns_say(tables: ModuleType) -> None:
    page = tables.PAGE.read_text("utf-8")
    assert tables.rewritten(page) == page, "run `python3 dev.py docs`"
    assert re.findall(r"^\| `(\w+)` \| \w+ \| ", page, re.MULTILINE) == [column.name for column in COLUMNS]


def test_the_tables_of_a_config_file_are_what_the_schema_says(tables: ModuleType) -> None:
    page = tables.CONFIG.read_text("utf-8")
    assert tables.rewritten(page, tables.config_tables()) == page, "run `python3 dev.py docs`"


def test_the_table_of_parquet_files_has_what_is_written_to_them(tables: ModuleType) -> None:
    both, *rows = [set(re.findall(r"`(\w+)`", row)) for row in tables.parquet().splitlines()[2:]]
    assert [both | row for row in rows] == [
        {column.name for column in parquet._columns(group)} for group in (Group.ANSWER, Group.SCORE)
    ]


def test_a_page_that_has_lost_its_marks_is_not_written(tables: ModuleType) -> None:
    with pytest.raises(SystemExit, match="has the marks of the table 'columns' 0 times"):
        tables.rewritten("nothing")


def test_the_page_of_options_has_each_option(pytestconfig: pytest.Config) -> None:
    page = (ROOT / "docs/reference/options.md").read_text("utf-8")
    declared = [option.removeprefix("--codeeval-") for option in options_of(pytestconfig)]
    assert len(declared) > 30
    assert [name for name in declared if not re.search(rf"^\| `--{name}[ `]", page, re.MULTILINE)] == []


def options_of(config: pytest.Config) -> list[str]:
    """Return the options of this plugin."""
    assert NAMES in config.stash
    declared = [option for group in config._parser._groups for option in group.options]
    return [name for option in declared for name in option.names() if name.startswith("--codeeval-")]


def test_what_a_suite_says_of_its_scores_is_a_line() -> None:
    asked = [getattr(benchmarks, name) for name in benchmarks.__all__]
    suites = [*asked, *(suite.scored for suite in asked if suite.scored)]
    said = [f"{suite.name}: {suite.note}" for suite in suites if suite.note]
    assert len(said) > 4
    assert [line for line in said if len(line) > 100] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{path} is not there"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there), f"{path} has no #{anchor}"


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
