"""Question: one row of a benchmark, and how a model is asked it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks.dataset import file_rows, language_of, row_problem
from pytest_codeeval.benchmarks.source import Row, Rows, rows_from_hub
from pytest_codeeval.cli.complete.asked import Asked
from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import DatasetError, UsageError
from pytest_codeeval.core.jsonl import as_text
from pytest_codeeval.core.language import title
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.code.extract import solution_of

PROMPT_FIELDS = ("prompt", "question", "instruction", "problem", "text", "input")
"""Where a row's prompt is looked for, in this order."""
ANSWER, PROGRAM, ENDING = "response", "program", "finish_reason"
_FILES = (".jsonl", ".json", ".gz", ".parquet")


@dataclass(frozen=True, slots=True)
class Question:
    """A row, the problem that it is, and the request that puts it to the model."""

    row: Row
    problem: Problem
    request: CompletionRequest

    def answered(self, completion: Completion) -> str:
        """Return the line of the row with its answer: plain ASCII, whatever a model said."""
        program = solution_of(completion, self.problem).code
        answer = {ANSWER: completion.text, PROGRAM: program, ENDING: completion.finish_reason}
        # Rows that have no id are known to `--dataset` by their number: a replay finds them by it.
        task_id = {} if "task_id" in self.row.fields else {"task_id": self.problem.task_id}
        return _as_json({**self.row.fields, **task_id, **answer})


def directive(language: str) -> str:
    """Return the sentence that is appended to each prompt."""
    name = title(language)
    return f"Solve this in {name}: give the whole solution in one {name} code block."


def questions_of(asked: Asked) -> tuple[list[Question], str]:
    """Read the benchmark; return its questions, and the sha256 of its rows.

    Raises DatasetError where it cannot be read, or a row has no prompt or cannot be written with an answer.
    """
    rows = _rows(asked).rows
    if not rows:
        raise DatasetError(f"{asked.benchmark} has no row in it")
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_checked(row).encode() + b"\n")
    name = asked.prompt_field or _prompt_field(rows[0])
    known: Counter[str] = Counter()
    found = []
    for number, row in enumerate(rows):
        problem, prompt = _problem(row, number, name, asked)
        # The same words once more are another sample of the same question.
        found.append(Question(row, problem, _request(asked, problem, prompt, known[prompt])))
        known[prompt] += 1
    return found, digest.hexdigest()


def unnamed(questions: Sequence[Question]) -> list[str]:
    """Return the ids of problems whose prompt does not name what their tests call: nobody could know it."""
    return [
        question.problem.task_id
        for question in questions
        if question.problem.test and question.problem.defined not in question.problem.prompt
    ]


def _rows(asked: Asked) -> Rows:
    name, path = asked.benchmark, Path(asked.benchmark)
    if path.is_file():
        if asked.split or asked.config:
            raise UsageError(f"--split and --config are of a dataset on the hub, and {name} is a file; leave them out.")
        return file_rows(path)
    if name.endswith(_FILES) or name.count("/") != 1 or path.exists():
        raise UsageError(f"--benchmark={name!r} names no file; give JSONL, parquet, or OWNER/NAME on the hub.")
    missing = f"--benchmark={name!r} names no file here"
    return rows_from_hub(name, asked.config or None, (asked.split or "test",), missing, as_they_are=True)


def _checked(row: Row) -> str:
    """Return a row as JSON.

    Raises DatasetError where that cannot be done, or it has fields of the names that are to be written.
    """
    for name in (ANSWER, PROGRAM, ENDING):
        if name in row.fields:
            raise DatasetError(
                f"{row.where}: there is a field {name!r} already, which is written here; rename it in the benchmark"
            )
    try:
        return _as_json(row.fields)
    except (TypeError, ValueError, RecursionError) as error:
        raise DatasetError(f"{row.where} cannot be written as JSON: {error}") from None


def _as_json(fields: Mapping[str, Any]) -> str:
    """Return a row as JSON, with null for what JSON has no number for: NaN, by which tables say that nothing is there.

    Raises TypeError, ValueError or RecursionError for what cannot be written.
    """
    try:
        return json.dumps(fields, default=as_text, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(fields), default=as_text, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _prompt_field(row: Row) -> str:
    for name in PROMPT_FIELDS:
        value = row.fields.get(name)
        if isinstance(value, str) and value.strip():
            return name
    there = ", ".join(map(repr, row.fields)) or "nothing"
    looked = ", ".join(map(repr, PROMPT_FIELDS))
    raise DatasetError(
        f"{row.where}: no prompt, which was looked for in {looked}; the row has {there}. Name the field by "
        "--prompt-field"
    )


def _problem(row: Row, number: int, name: str, asked: Asked) -> tuple[Problem, str]:
    """Return the problem of a row and the words that put it to a model."""
    task_id = _task_id(row, number)
    prompt = row.text(name)
    language = language_of(row, asked.language)
    told = Row(row.where, {**row.fields, "task_id": task_id, "prompt": prompt})
    try:
        problem, _ = row_problem(told, number, asked.language)
    except DatasetError:  # it cannot be graded as it stands, which is not what is asked here
        entry_point = row.fields.get("entry_point")
        named = entry_point if isinstance(entry_point, str) else ""
        problem = Problem(task_id, prompt, entry_point=named, language=language)
    gap = "\n" if prompt.endswith("\n") else "\n\n"
    return problem, f"{prompt}{gap}{directive(language)}\n"


def _task_id(row: Row, number: int) -> str:
    fields: Mapping[str, Any] = row.fields
    if "task_id" not in fields and "stop_tokens" in fields and isinstance(fields.get("name"), str):
        return str(fields["name"])  # MultiPL-E's
    found = fields.get("task_id", number)
    if not isinstance(found, str | int) or isinstance(found, bool) or found == "":
        raise DatasetError(f"{row.where}: field 'task_id' is not a text or a whole number")
    return str(found)


def _request(asked: Asked, problem: Problem, prompt: str, sample: int) -> CompletionRequest:
    return CompletionRequest(
        backend=asked.spec.backend,
        model=asked.spec.model,
        messages=({"role": "user", "content": prompt},),
        params=asked.params,
        sample_index=sample,
        endpoint=asked.spec.endpoint,
        suite="complete",
        task_id=problem.task_id,
        args=asked.spec.request_args,
    )
