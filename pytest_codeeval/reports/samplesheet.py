"""One sample written on a sheet: verdict, figures, solution and answer."""

import math

from pytest_codeeval.core.result import Sample
from pytest_codeeval.core.text import counted
from pytest_codeeval.core.verdict import Verdict
from pytest_codeeval.reports.markup import WEAK, WEAK_MEANS, one_line, one_line_within
from pytest_codeeval.reports.sheet import Sheet
from pytest_codeeval.reports.stagelines import has_stages, reason, stage_lines, took
from pytest_codeeval.scoring.code.solution import Method

METHODS = {
    Method.VERBATIM: "run as it came",
    Method.FENCED: "taken from a fenced block",
    Method.UNCLOSED: "taken from a fence never closed",
    Method.BARE: "taken from between the prose",
    Method.CONTINUATION: "a body, put behind the prompt",
    Method.NONE: "no code found",
}
_ROOM_FOR_A_FEW_LINES = 300


def write_sample(
    sheet: Sheet, sample: Sample, limit: float = math.inf, *, is_open: bool = False, twin: int | None = None
) -> None:
    """Write one sample as a `<details>` of at most about `limit` page bytes, its solution before its answer.

    `twin` is the index of a sample on the same sheet that has the same solution.
    """
    before = sheet.room
    sentence, block = reason(sample.verdict)
    said, is_cut = one_line_within(sentence, limit / 4)
    sheet.markup(f"<details{' open' if is_open else ''}><summary>{summary(sample, said)}</summary>")
    # Inside, and not on the <details> itself: so a browser that is sent there opens it. A row has no address.
    anchor = f" id=s{sample.index}" if limit == math.inf else ""
    if has_stages(sample.verdict):
        sheet.markup(f"<p{anchor}>{' · '.join(_of_generation(sample))}</p>")
        _write_stages(sheet, sample.verdict, limit / 4)
    else:
        sheet.markup(f"<p{anchor}>{figures(sample)}</p>")
    if block:
        sheet.text(block, limit / 3)
    code, answer = sample.solution.code, sample.completion.text
    if twin is not None:
        sheet.markup(f"<p>The solution is that of <a href=#s{twin}>sample {twin}</a>.</p>")
    elif code is not None:
        sheet.text(code, limit - _used(before, sheet), is_code=True)
    _write_answer(sheet, code, answer, limit - _used(before, sheet))
    if is_cut and not block:
        _write_apart(sheet, "The whole reason", sample.verdict.detail, limit - _used(before, sheet))
    if sample.completion.reasoning:
        _write_apart(sheet, "Reasoning", sample.completion.reasoning, limit - _used(before, sheet))
    sheet.markup("</details>")


def summary(sample: Sample, said: str) -> str:
    """Return the line that stands for a sample: its index, how it ended and why (HTML already), as HTML."""
    tone = "good" if sample.verdict.passed else "bad"
    ending = f"<b class=ce-{tone}>{_ending(sample.verdict)}</b>"
    if sample.verdict.weak:
        ending += f' <span title="{WEAK_MEANS}">{WEAK}</span>'
    return f"Sample {sample.index} {ending}" + (f" <bdi>{said}</bdi>" if said else "")


def figures(sample: Sample) -> str:
    """Return how the solution was found, and what generation and each stage took, as one line of HTML."""
    stages = sample.verdict.stages
    ended = (f"{one_line(stage.name, 40)} {'passed' if stage.passed else 'failed'} ({took(stage)})" for stage in stages)
    return " · ".join([*_of_generation(sample), *ended])


def _of_generation(sample: Sample) -> list[str]:
    completion = sample.completion
    parts = [METHODS[sample.solution.method]]
    if sample.solution.cause is not None:
        parts[0] += f" ({_words(sample.solution.cause)})"
    if completion.finish_reason:
        parts.append(f"finish reason {one_line(completion.finish_reason, 40)}")
    if completion.completion_tokens is not None:
        asked = "" if completion.prompt_tokens is None else f" (prompt {completion.prompt_tokens})"
        parts.append(f"{counted(completion.completion_tokens, 'token')}{asked}")
    if completion.seconds:
        parts.append(f"generated in {completion.seconds:.2f} s")
    if completion.cached:
        parts.append("kept from an earlier run")
    if completion.cost:
        parts.append(f"${completion.cost:.4g}")
    return parts


def _write_stages(sheet: Sheet, verdict: Verdict, room: float) -> None:
    lines, left_out = stage_lines(verdict, room)
    sheet.markup(f"<p>{lines}</p>")
    if left_out:
        verb = "is" if left_out == 1 else "are"
        sheet.omit(f"{counted(left_out, 'more kind')} of what the stages counted {verb} not shown here.")


def _write_answer(sheet: Sheet, code: str | None, answer: str, limit: float) -> None:
    if code == answer or (limit < math.inf and answer.strip() and answer.strip() in (code or "")):
        sheet.markup("<p>The answer stands in the solution, word for word.</p>")
    elif not answer.strip():
        sheet.markup(f"<p>The answer is {'blank' if answer else 'empty'}.</p>")
    else:
        _write_apart(sheet, "Answer as it came", answer, limit)


def _write_apart(sheet: Sheet, title: str, text: str, limit: float) -> None:
    if limit < _ROOM_FOR_A_FEW_LINES:
        sheet.omit(f"{title}: not shown here.")
        return
    sheet.markup(f"<details><summary>{title}</summary>")
    sheet.text(text, limit)
    sheet.markup("</details>")


def _used(before: float, sheet: Sheet) -> float:
    return 0.0 if before == math.inf else before - sheet.room


def _ending(verdict: Verdict) -> str:
    outcome, cause = _words(verdict.outcome), _words(verdict.cause)
    return outcome if outcome == cause else f"{outcome} ({cause})"


def _words(name: str) -> str:
    return name.replace("_", " ")
