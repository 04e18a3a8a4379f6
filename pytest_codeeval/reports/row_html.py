"""What a row of the page opens to: the prompt and the samples that tell most, within the row's budget."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from pytest_codeeval.core.result import Result, Sample, in_words
from pytest_codeeval.core.text import counted
from pytest_codeeval.reports.html_buffer import HtmlBuffer
from pytest_codeeval.reports.markup import one_line
from pytest_codeeval.reports.sample_html import write_sample
from pytest_codeeval.reports.stage_html import stage_counts

_MOST_SAMPLES = 5
_PER_SAMPLE = 3_000
_SHARE_OF_PROMPT = 0.2


class RowHtml(NamedTuple):
    """The HTML of a row's detail, and whether it shows all there is of the result."""

    html: str
    whole: bool


def row_html(result: Result, limit: int, language: str, *, sent: bool = True) -> RowHtml:
    """Write the detail of a row in at most about `limit` bytes of pytest-html's page.

    `sent` says that the prompt was put to a model.
    """
    sheet = HtmlBuffer(limit, language)
    sheet.markup(f"<p>{title(result)}<br>{counts(result)}</p>")
    write_prompt(sheet, result, limit * _SHARE_OF_PROMPT, sent=sent)
    most = min(_MOST_SAMPLES, max(1, int(sheet.room // _PER_SAMPLE)))
    shown = telling(result, most)
    opened = next((sample for sample in shown if not sample.score.passed), next(iter(shown), None))
    for number, sample in enumerate(shown):
        # The one that the reader sees at once has twice the share of the others.
        ahead = shown[number:]
        share = sheet.room / (len(ahead) + (opened in ahead)) * (2 if sample is opened else 1)
        write_sample(sheet, sample, share, is_open=sample is opened)
    if len(shown) < len(result.samples):
        sheet.omit(f"{counted(len(result.samples) - len(shown), 'more sample is', 'more samples are')} not shown here.")
    return RowHtml(sheet.html, sheet.whole)


def write_prompt(
    sheet: HtmlBuffer, result: Result, limit: float = math.inf, *, sent: bool, is_open: bool = False
) -> None:
    """Write what the model was asked; what no model was asked is the problem, in the words of its prompt."""
    if result.prompt.strip():
        named = "Prompt" if sent else "Problem"
        sheet.markup(f"<details{' open' if is_open else ''}><summary>{named}</summary>")
        sheet.text(result.prompt, limit)
        sheet.markup("</details>")


def title(result: Result, limit: int = 120) -> str:
    """Return model, suite and task id as HTML, each of at most `limit` characters."""
    return " · ".join(f"<bdi>{one_line(name, limit)}</bdi>" for name in (result.model, result.suite, result.task_id))


def counts(result: Result) -> str:
    """Return how many samples ended how, in words, and how many got through each stage where there are several."""
    total = len(result.samples)
    found = ", ".join(f"{count} {in_words(outcome)}" for outcome, count in result.outcomes.most_common())
    stages = stage_counts(result)
    return f"{counted(total, 'sample')}: {found}{stages and f'<br>{stages}'}" if total else "no samples"


def telling(result: Result, most: int) -> list[Sample]:
    """Return up to `most` samples in their order: the first one that passed, and failures as different as can be."""
    passed = [sample for sample in result.samples if sample.score.passed][:1]
    failed = _varied(sample for sample in result.samples if not sample.score.passed)
    ranked = passed + failed if result.passed else failed[:1] + passed + failed[1:]
    return sorted(ranked[:most], key=lambda sample: sample.index)


def _varied(samples: Iterable[Sample]) -> list[Sample]:
    """Return one sample of each cause, then the others whose solution is not among them yet."""
    firsts: dict[str, Sample] = {}
    others: dict[str | None, Sample] = {}
    for sample in samples:
        if firsts.setdefault(sample.score.cause, sample) is not sample:
            others.setdefault(sample.score.program, sample)
    shown = {sample.score.program for sample in firsts.values()}
    return [*firsts.values(), *(sample for code, sample in others.items() if code not in shown)]
