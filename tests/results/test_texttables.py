"""Tables as CSV, Markdown and LaTeX, with cells that somebody made up to be more than text."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path
from shutil import which

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
    ours = {
        "begin",
        "end",
        "centering",
        "caption",
        "hline",
        "toprule",
        "midrule",
        "bottomrule",
        "textbackslash",
        "textasciitilde",
        "textasciicircum",
    }
    ours |= {"providecommand", "footnotesize", "setlength", "tabcolsep", "ifdefined", "Umathchar", "else", "fi"}
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


def test_latex_has_characters_that_it_does_not_know_by_their_numbers() -> None:
    assert latex.escaped("é 中文_☃") == (
        r"é \ifdefined\Umathchar 中文\else U+4E2D U+6587\fi{}\_\ifdefined\Umathchar ☃\else U+2603\fi{}"
    )


def test_a_large_table_in_latex_goes_on_in_others_behind_the_same_names() -> None:
    rows = [[f"m{n}", "suite", *["50.0% (40.0%–60.0%)"] * 6] for n in range(60)]
    table = latex.table(["model", "suite", *"abcdef"], rows, "Scores")
    assert table.count(r"\begin{table}") == 4
    assert table.count("Scores") == 1
    assert table.count("m59 & suite & ") == 2
    assert table.count("50.0") == 60 * 6


@pytest.mark.skipif(which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("package", ["", r"\usepackage{booktabs}"])
def test_latex_sets_the_tables(tmp_path: Path, package: str) -> None:
    odd = ["é中文🙂 \ufffd", "−≤≥τ·…–—“q”€", "a\u200bc\u0301"]
    table = latex.table(HEADERS, [*ROWS, *((name, "1") for name in odd)], "50 % & more 中")
    rows = [[f"provider/model-{n}", "humaneval", *["50.0% (40.0%–60.0%)"] * 5, *"34567"] for n in range(60)]
    large = latex.table(["model", "suite", *["pass@1 (95 %)"] * 5, *["wrong answer"] * 5], rows, "Scores")
    for name, text in (("odd", table), ("large", large)):
        document = rf"\documentclass{{article}}{package}\begin{{document}}{text}\end{{document}}"
        (tmp_path / f"{name}.tex").write_text(document, "utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "-draftmode", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stdout[-3000:]
        assert b"too large" not in done.stdout
        assert name == "odd" or b"Overfull" not in done.stdout
