"""One sample written as HTML: verdict, figures, solution and answer."""

import math

from pytest_codeeval.core.columns import COLUMNS
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.result import Sample, in_words
from pytest_codeeval.core.score import PROGRAM, Score
from pytest_codeeval.core.text import counted
from pytest_codeeval.reports.html_buffer import HtmlBuffer
from pytest_codeeval.reports.markup import WEAK, WEAK_MEANS, one_line, one_line_within
from pytest_codeeval.reports.stage_html import has_stages, reason, stage_lines, took

FOUND = {
    "verbatim": "run as it came",
    "fenced": "taken from a fenced block",
    "unclosed": "taken from a fence never closed",
    "bare": "taken from between the prose",
    "continuation": "a body, put behind the prompt",
    "none": "no code found",
}
"""How programs were found, in words; scorers of other answers have words of their own."""
_ROOM_FOR_A_FEW_LINES = 300


def write_sample(
    sheet: HtmlBuffer, sample: Sample, limit: float = math.inf, *, is_open: bool = False, twin: int | None = None
) -> None:
    """Write one sample as a `<details>` of at most about `limit` page bytes, its solution before its answer.

    `twin` is the index of a sample on the same sheet that has the same solution.
    """
    before = sheet.room
    sentence, block = reason(sample.score)
    said, is_cut = one_line_within(sentence, limit / 4)
    sheet.markup(f"<details{' open' if is_open else ''}><summary>{summary(sample, said)}</summary>")
    # Inside, and not on the <details> itself: so a browser that is sent there opens it. A row has no address.
    anchor = f" id=s{sample.index}" if limit == math.inf else ""
    if has_stages(sample.score):
        sheet.markup(f"<p{anchor}>{' · '.join(_of_generation(sample))}</p>")
        _write_stages(sheet, sample.score, limit / 4)
    else:
        sheet.markup(f"<p{anchor}>{figures(sample)}</p>")
    if block:
        sheet.text(block, limit / 3)
    code, answer = sample.score.program, said_with_calls(sample.completion)
    if twin is not None:
        sheet.markup(f"<p>The solution is that of <a href=#s{twin}>sample {twin}</a>.</p>")
    elif code is not None:
        sheet.text(code, limit - _used(before, sheet), is_code=True)
    for turn, earlier in enumerate(sample.completions[:-1], 1):
        _write_apart(sheet, f"Answer of turn {turn}", said_with_calls(earlier), limit - _used(before, sheet))
    _write_answer(sheet, code, answer, limit - _used(before, sheet))
    if is_cut and not block:
        _write_apart(sheet, "The whole reason", sample.score.detail, limit - _used(before, sheet))
    if sample.completion.reasoning:
        _write_apart(sheet, "Reasoning", sample.completion.reasoning, limit - _used(before, sheet))
    sheet.markup("</details>")


def summary(sample: Sample, said: str) -> str:
    """Return the line that stands for a sample: its index, how it ended and why (HTML already), as HTML."""
    tone = "good" if sample.score.passed else "bad"
    ending = f"<b class=ce-{tone}>{_ending(sample.score)}</b>"
    if sample.score.weak:
        ending += f' <span title="{WEAK_MEANS}">{WEAK}</span>'
    return f"Sample {sample.index} {ending}" + (f" <bdi>{said}</bdi>" if said else "")


def figures(sample: Sample) -> str:
    """Return how the solution was found, and what generation and each stage took, as one line of HTML."""
    stages = sample.score.stages
    ended = (f"{one_line(stage.name, 40)} {'passed' if stage.passed else 'failed'} ({took(stage)})" for stage in stages)
    return " · ".join([*_of_generation(sample), *ended])


def _of_generation(sample: Sample) -> list[str]:
    parts = [_found(sample.score)]
    for column in COLUMNS:
        value = column.read(sample) if column.words and column.read else None
        if column.words and value and (said := column.words(value)):
            parts.append(one_line(said, column.room))
    parts += [f"{one_line(name, 40)} {value:g}" for name, value in sample.score.measures.items()]
    if sample.completion.cached:
        parts.append("kept from an earlier run")
    return parts


def _found(score: Score) -> str:
    """Say how the answer was found, or why there is none."""
    if score.kind == PROGRAM:
        known = FOUND.get(score.found, score.found)
        return known if score.program is not None else f"{known} ({in_words(score.cause)})"
    said = f"answer {one_line(str(score.answer), 80)}" if score.answer is not None else "no answer found"
    return f"{said} ({one_line(score.found, 40)})" if score.found else said


def _write_stages(sheet: HtmlBuffer, score: Score, room: float) -> None:
    lines, left_out = stage_lines(score, room)
    sheet.markup(f"<p>{lines}</p>")
    if left_out:
        verb = "is" if left_out == 1 else "are"
        sheet.omit(f"{counted(left_out, 'more kind')} of what the stages counted {verb} not shown here.")


def said_with_calls(completion: Completion) -> str:
    """Return the text of an answer, and the tools that were called beside it."""
    calls = [f"{call.name}({call.arguments})" for call in completion.tool_calls]
    return "\n".join([completion.text, "[calls]", *calls]).lstrip("\n") if calls else completion.text


def _write_answer(sheet: HtmlBuffer, code: str | None, answer: str, limit: float) -> None:
    if code == answer or (limit < math.inf and answer.strip() and answer.strip() in (code or "")):
        sheet.markup("<p>The answer stands in the solution, word for word.</p>")
    elif not answer.strip():
        sheet.markup(f"<p>The answer is {'blank' if answer else 'empty'}.</p>")
    else:
        _write_apart(sheet, "Answer as it came", answer, limit)


def _write_apart(sheet: HtmlBuffer, title: str, text: str, limit: float) -> None:
    if limit < _ROOM_FOR_A_FEW_LINES:
        sheet.omit(f"{title}: not shown here.")
        return
    sheet.markup(f"<details><summary>{title}</summary>")
    sheet.text(text, limit)
    sheet.markup("</details>")


def _used(before: float, sheet: HtmlBuffer) -> float:
    return 0.0 if before == math.inf else before - sheet.room


def _ending(score: Score) -> str:
    outcome, cause = in_words(score.outcome), in_words(score.cause)
    return outcome if outcome == cause else f"{outcome} ({cause})"
