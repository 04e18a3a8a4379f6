"""SamplePages: one static page a problem beside the report, with all its samples in full."""

import base64
import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from pytest_codeeval.core.result import Result
from pytest_codeeval.reports.asset import asset
from pytest_codeeval.reports.html_buffer import HtmlBuffer
from pytest_codeeval.reports.markup import one_line
from pytest_codeeval.reports.row_html import counts, title, write_prompt
from pytest_codeeval.reports.sample_html import figures, summary, write_sample
from pytest_codeeval.reports.stage_html import reason

# Characters of code on a page that get colours: to find these costs more time than all the rest of the report.
_COLOURED = 16_000
_OURS = re.compile(r"[\w.-]{0,60}-[0-9a-f]{24}\.html", re.ASCII)


class SamplePages:
    """The folder `NAME.samples` beside a report `NAME.html`, written page by page as the results come."""

    def __init__(self, report: Path) -> None:
        self.folder = report.with_name(f"{report.stem}.samples")
        self._begun = False

    def write(self, result: Result, language: str, key: str, *, sent: bool = True) -> str:
        """Write the page of a result, and return its address relative to the report.

        `key` tells apart what the result does not, such as two items that ask the same. `sent` says that the prompt was
        put to a model. Raises OSError.
        """
        self._begin()
        name = page_name(result, key)
        style = asset("report.css")
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        with (self.folder / name).open("w", encoding="utf-8", newline="\n") as page:
            page.write(
                "<!DOCTYPE html><html lang=en><head><meta charset=utf-8>"
                "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; base-uri 'none'; "
                f"form-action 'none'; style-src 'sha256-{digest}'\">"
                '<meta name=referrer content=no-referrer><meta name=viewport content="width=device-width">'
                f'<meta name=color-scheme content="light dark"><title>{one_line(result.task_id, 120)}</title>'
                f"<style>{style}</style></head><body class=ce-page><main class=ce><h1>{title(result, 1000)}</h1>"
                f"<p>{counts(result)}</p>"
            )
            page.write(_overview(result))
            page.write(_prompt(result, sent))
            for html in _samples(result, language):
                page.write(html)
            page.write("</main></body></html>\n")
        return quote(os.fsencode(self.folder.name)) + "/" + quote(name)

    def _begin(self) -> None:
        """Make the folder, and take away what an earlier run of the same report left there."""
        if self._begun:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            if _OURS.fullmatch(old.name):
                old.unlink()
        self._begun = True


def page_name(result: Result, key: str = "") -> str:
    """Return a file name that is safe anywhere and that no two problems share, whatever their ids."""
    slug = re.sub(r"[^\w.-]+", "_", result.task_id[:60], flags=re.ASCII).lstrip("._-") or "problem"
    # JSON and not a joining character: the ids may hold any. A hash also where file names know no upper case.
    identity = json.dumps([result.model, result.suite, result.task_id, key])
    return f"{slug}-{hashlib.sha256(identity.encode()).hexdigest()[:24]}.html"


def _overview(result: Result) -> str:
    rows = (
        f"<li><a href=#s{sample.index}>{summary(sample, one_line(reason(sample.score)[0]))}</a><br>"
        f"<small>{figures(sample)}</small></li>"
        for sample in result.samples
    )
    return f"<details><summary>Overview</summary><ul>{''.join(rows)}</ul></details>"


def _prompt(result: Result, sent: bool) -> str:
    sheet = HtmlBuffer()
    write_prompt(sheet, result, sent=sent, is_open=True)
    return sheet.html


def _samples(result: Result, language: str) -> Iterator[str]:
    firsts: dict[str, int] = {}
    read = 0
    for sample in result.samples:
        sheet = HtmlBuffer(language=language if read < _COLOURED else "")
        code = sample.score.program or ""
        twin = firsts.setdefault(code, sample.index) if code else sample.index
        is_new = twin == sample.index
        write_sample(sheet, sample, is_open=True, twin=None if is_new else twin)
        read += len(code) if is_new else 0
        yield sheet.html
