"""Tables as CSV, Markdown and LaTeX, with cells that somebody made up to be more than text."""

from __future__ import annotations

import csv
import io
import re

import pytest

from pytest_codeeval.results.tables import csvtext, latex, markdown
from tests.results.chartruns import HOSTILE

HEADERS = ("model", "value")
ROWS = [(name, "50.0%") for name in HOSTILE]


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "=cmd|' /C calc'!A0"])
def test_no_cell_of_csv_is_a_formula(cell: str) -> None:
    (_, (first, _)) = csv.reader(io.StringIO(csvtext.table(HEADERS, [(cell, "x")])))
    assert first == "'" + cell.strip()


@pytest.mark.parametrize("cell", ["-1.5", "+2", "1e-07", "-1.5E+20", "50.0%", "a=b", "gpt-4", "2-1"])
def test_figures_and_names_in_csv_stay_as_they_are(cell: str) -> None:
    (_, (first, _)) = csv.reader(io.StringIO(csvtext.table(HEADERS, [(cell, "x")])))
    assert first == cell


def test_each_row_is_one_line() -> None:
    for table in (csvtext.table(HEADERS, ROWS), markdown.table(HEADERS, ROWS)):
        assert len(table.splitlines()) == len(ROWS) + (2 if table.startswith("|") else 1)
        table.encode("utf-8")


def test_markdown_has_a_table_and_nothing_else() -> None:
    table = markdown.table(HEADERS, ROWS, "A [title](x)")
    lines = table.splitlines()
    assert lines[:4] == ["## A &#91;title&#93;(x)", "", "| model | value |", "| --- | ---: |"]
    assert all(line.count("|") == 3 for line in lines[2:])
    assert not re.search(r"[<>`*\[\]\\]", "".join(lines[3:]))
    assert markdown.escaped("see @me, https://a.b www.a.b #12 pass@1 T&amp;") == (
        "see &#64;me, https&#58;//a.b www&#46;a.b &#35;12 pass@1 T&#38;amp;"
    )


def test_latex_has_no_command_but_its_own() -> None:
    table = latex.table(HEADERS, ROWS, "50 % & more")
    ours = {"begin", "end", "centering", "caption", "hline", "textbackslash", "textasciitilde", "textasciicircum"}
    ours |= {"textless", "textgreater", "textbar", "ldots", "textperiodcentered"}
    assert set(re.findall(r"\\([A-Za-z]+)", table)) <= ours
    assert r"\textbackslash{}input\{/etc/passwd\} \$x\_1\$ 50\% \& \# \textasciitilde{} \textasciicircum{}" in table
    assert re.sub(r"\\[%$&#_{}]", "", table).count("%") == 0
    assert all(line.endswith(r" \\") for line in table.splitlines() if " & " in line)


def test_a_cell_behind_the_end_of_a_row_is_no_argument_of_it() -> None:
    assert latex.escaped("[1cm] *x*") == "{[}1cm{]} {*}x{*}"
    assert latex.escaped("a--b ?` ''") == "a-{}-b ?{}` '{}'"


def test_columns_of_figures_stand_to_the_right() -> None:
    assert r"\begin{tabular}{lr}" in latex.table(HEADERS, [("a", "1.0%–2.0%"), ("b", "–")])
    assert "| --- | --- |" in markdown.table(HEADERS, [("a", "1.0%"), ("b", "c")])
