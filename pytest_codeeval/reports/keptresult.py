"""Results as they are read back from the rows of `samples.jsonl`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_codeeval.core.columns import COLUMNS, sample_rows
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.result import Result, Sample
from pytest_codeeval.core.score import PROGRAM, Score
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.core.verdict import StageResult

Row = Mapping[str, Any]
_UNGRADED = "ungraded"  # what `result` says of a sample that nothing was scored of


def result_of(
    rows: Sequence[Row], prompt: str, pass_if: str, said: Sequence[Sequence[Completion]] = ()
) -> Result | None:
    """Return the result of one problem, given the rows of its samples in order; None if they are not whole.

    `said` are the completions of each sample where these are at hand: then it is None as well if the rows are of other
    ones. `prompt` is not in rows, and `pass_if` no matter of theirs.
    """
    try:
        rows = [{column.name: column.of(row) for column in COLUMNS} for row in rows]  # of an earlier version, maybe
        answered = [tuple(turns) for turns in said] or [_turns(row) for row in rows]
        samples = tuple(
            Sample(row["sample_index"], turns, _score(row)) for row, turns in zip(rows, answered, strict=True)
        )
        first = rows[0]
        result = Result(first["model"], first["suite"], first["task_id"], prompt, samples, pass_if, first["difficulty"])
        again = list(sample_rows(result))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):  # anybody may have edited the file
        return None
    return result if again == rows else None


def _score(row: Row) -> Score:
    program = row["solution"]
    return Score(
        passed=None if row["result"] == _UNGRADED else row["passed"],
        outcome=row["outcome"],
        detail=row["detail"],
        cause=row["cause"],
        value=row["value"],
        answer=row["answer"] if program is None else program,
        found=row["extraction"],
        measures=row["measures"],
        stages=tuple(StageResult(**stage) for stage in row["stages"]),
        weak=row["weak"],
        kind="" if program is None else PROGRAM,
        fuzz="" if row["fuzz"] == "none" else row["fuzz"],
        counterexample=row["counterexample"],
    )


def _turns(row: Row) -> tuple[Completion, ...]:
    """Return the completions of a row; what was added up over turns is said of the last."""
    earlier = [
        Completion(turn["text"], turn["finish_reason"], tool_calls=_calls(turn.get("tool_calls", ())))
        for turn in row["turns"]
    ]
    last = Completion(
        row["completion"],
        row["finish_reason"],
        Form(row["form"]),
        row["reasoning"],
        row["prompt_tokens"],
        row["completion_tokens"],
        row["cost"],
        row["seconds"],
        cached=True,
        tool_calls=_calls(row["tool_calls"]),
        scores=tuple(map(Continuation.from_json, row["scores"])),
    )
    return (*earlier, last)


def _calls(found: Sequence[Mapping[str, Any]]) -> tuple[ToolCall, ...]:
    return tuple(map(ToolCall.from_json, found))
