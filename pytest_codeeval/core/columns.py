"""COLUMNS: all that is known of a sample, in one table from which files, tables, pages and their reference are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_codeeval.core.column import Column, Group, price
from pytest_codeeval.core.column_fuzz import FUZZ
from pytest_codeeval.core.column_resources import RESOURCES
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.result import Result, Sample, human_eval_result
from pytest_codeeval.core.text import counted
from pytest_codeeval.core.verdict import Outcome


def sample_rows(result: Result) -> Iterator[dict[str, Any]]:
    """Yield one flat JSON row a sample, in human-eval's keys and our own: the lines of `samples.jsonl`."""
    for sample in result.samples:
        yield {
            column.name: getattr(result, column.name) if column.read is None else column.read(sample)
            for column in COLUMNS
        }


def _over_turns(name: str) -> Callable[[Sample], Any]:
    """Read a number of a sample's completions, added up; None if it is known of none."""

    def read(sample: Sample) -> Any:
        if len(sample.completions) == 1:
            return getattr(sample.completion, name)
        known = [value for one in sample.completions if (value := getattr(one, name)) is not None]
        return sum(known) if known else None

    return read


def _turn(completion: Completion) -> dict[str, Any]:
    calls = [call.to_json() for call in completion.tool_calls]
    said = {"text": completion.text, "finish_reason": completion.finish_reason}
    return {**said, **({"tool_calls": calls} if calls else {})}


_KEYS = (
    Column("model", str, Group.KEY, None, "label of the model"),
    Column("suite", str, Group.KEY, None, "the suite with its part, and behind `@` its [protocol](protocols.md)"),
    Column("sample_index", int, Group.KEY, lambda sample: sample.index, "number of the sample from 0"),
)
_SCORES = (
    Column(
        "outcome", str, Group.SCORE, lambda sample: sample.score.outcome, "how it [ended](outcomes.md), as in the table"
    ),
    Column("cause", str, Group.SCORE, lambda sample: sample.score.cause, "the same more finely"),
    Column("detail", str, Group.SCORE, lambda sample: sample.score.detail, "and in a sentence"),
    Column(
        "weak",
        bool,
        Group.SCORE,
        lambda sample: sample.score.weak,
        "whether a hostile solution could have forged the verdict; see [Weak verdicts](outcomes.md#weak-verdicts)",
        older=lambda row: False,
    ),
    Column(
        "stages",
        object,
        Group.SCORE,
        lambda sample: [stage.to_json() for stage in sample.score.stages],
        "for each [stage](outcomes.md#stages) of a program that was reached `name`, `passed`, `cpu_seconds`, "
        "`wall_seconds`, `max_rss` (bytes; 0 if unknown, as for Python), and `counts`: what it found, by name, such as "
        '`{"clippy::needless_return": 2}`',
        older=lambda row: [],
    ),
)
_ANSWERS = (
    Column(
        "finish_reason",
        str,
        Group.ANSWER,
        lambda sample: sample.completion.finish_reason,
        "the provider's",
        words=lambda reason: f"finish reason {reason}",
    ),
    Column(
        "reasoning",
        str,
        Group.ANSWER,
        lambda sample: sample.completion.reasoning,
        "thinking that the provider kept apart",
    ),
    Column(
        "prompt_tokens",
        int,
        Group.ANSWER,
        _over_turns("prompt_tokens"),
        "of what was asked; null if unknown",
        words=lambda tokens: f"prompt of {counted(tokens, 'token')}",
        total="sum",
        title="tokens in",
    ),
    Column(
        "completion_tokens",
        int,
        Group.ANSWER,
        _over_turns("completion_tokens"),
        "of the answer; null if unknown",
        words=lambda tokens: counted(tokens, "token"),
        total="sum",
        title="tokens out",
    ),
    Column(
        "cost",
        float,
        Group.ANSWER,
        _over_turns("cost"),
        "US dollars, null if unknown",
        words=lambda cost: f"${cost:.4g}",
        total="sum",
        title="cost",
        figure=price,
        beside="completion_tokens",
    ),
    Column(
        "seconds",
        float,
        Group.ANSWER,
        _over_turns("seconds"),
        "how long the call took, or those of all turns",
        words=lambda seconds: f"generated in {seconds:.2f} s",
    ),
)
COLUMNS: tuple[Column, ...] = (
    Column("task_id", str, Group.KEY, None, "the problem"),
    Column(
        "completion",
        str,
        Group.ANSWER,
        lambda sample: sample.completion.text,
        "the answer as it came, of the last turn",
    ),
    Column("passed", bool, Group.SCORE, lambda sample: sample.score.passed is True, "whether the answer is right"),
    Column(
        "result",
        str,
        Group.SCORE,
        lambda sample: human_eval_result(sample.score),
        "`passed`, `timed out`, `ungraded` or `failed: …`, as human-eval says it",
    ),
    *_KEYS,
    Column("solution", str, Group.ANSWER, lambda sample: sample.score.program, "the program that was run, or null"),
    Column(
        "answer",
        object,
        Group.ANSWER,
        lambda sample: None if sample.score.kind else sample.score.answer,
        "what was taken from the completion if that is no program: a number, a letter, or null",
    ),
    Column(
        "extraction",
        str,
        Group.ANSWER,
        lambda sample: sample.score.found,
        "how that was found: a [method](extraction.md)",
    ),
    Column(
        "form",
        str,
        Group.ANSWER,
        lambda sample: sample.completion.form.value,
        "how the answer is read: `chat`, `continuation` or `program`",
    ),
    Column(
        "turns",
        object,
        Group.ANSWER,
        lambda sample: [_turn(completion) for completion in sample.completions[:-1]],
        "`text`, `finish_reason` and if there are any `tool_calls` of earlier answers: of other turns, or other steps",
        older=lambda row: [],
    ),
    Column(
        "tool_calls",
        object,
        Group.ANSWER,
        lambda sample: [call.to_json() for call in sample.completion.tool_calls],
        "the calls of tools beside the last answer, each with `name`, `arguments` (the text as it came) and `id`",
        older=lambda row: [],
    ),
    Column(
        "scores",
        object,
        Group.ANSWER,
        lambda sample: [score.to_json() for score in sample.completion.scores],
        "of an answer by [log-likelihood](../how-to/log-likelihood.md), for each choice `logprob`, `tokens`, `greedy`, "
        "`joined` and `cut`",
        older=lambda row: [],
    ),
    *_SCORES,
    Column(
        "value",
        float,
        Group.SCORE,
        lambda sample: sample.score.value,
        "the headline figure: 1 or 0, or a rating; null if nothing is scored",
        older=lambda row: None if row.get("outcome") == Outcome.UNGRADED else float(row.get("passed") is True),
    ),
    Column(
        "measures",
        object,
        Group.SCORE,
        lambda sample: dict(sample.score.measures),
        "further figures by name",
        older=lambda row: {},
    ),
    Column("difficulty", str, Group.SCORE, None, "of the problem, as its dataset says it; null if it does not"),
    *FUZZ,
    Column(
        "base_passed",
        bool,
        Group.SCORE,
        lambda sample: bool(sample.score.measures["base"]) if "base" in sample.score.measures else None,
        "of [HumanEval+ and MBPP+](evalplus.md), whether it is right by the inputs of the benchmark itself, else null",
    ),
    Column(
        "edit_distance",
        float,
        Group.SCORE,
        lambda sample: sample.score.measures.get("edit_distance"),
        "of [python_code_repair](python-tasks.md#repair), how much of the program was changed, from 0 to 1, else null",
    ),
    *RESOURCES,
    *_ANSWERS,
)
TOTALS = tuple(column for column in COLUMNS if column.total)
"""The columns that are added up."""
