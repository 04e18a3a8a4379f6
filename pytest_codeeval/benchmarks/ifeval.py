"""IFEval (Zhou et al., 2023): 541 prompts with 834 instructions of 25 kinds that can be checked by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_codeeval.benchmarks.source import Row, Rows, published_rows, unique
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.instructions.composing import contradiction
from pytest_codeeval.scoring.instructions.instruction import INSTRUCTIONS, fault_of, instructions_of
from pytest_codeeval.scoring.instructions.kinds import OF_LANGUAGE, OF_SENTENCES
from pytest_codeeval.scoring.instructions.language import MISSING, can_tell
from pytest_codeeval.scoring.instructions.scorer import InstructionScorer
from pytest_codeeval.scoring.instructions.sentences import PUNKT, punkt_folder

_FILES = ("ifeval/input_data.jsonl", "ifeval/input_data.jsonl.gz")


def load(request: DataRequest) -> Dataset:
    """Load the prompts from the data folder, else from the hub.

    Raises DataAbsent where neither has them, DatasetError where a row is malformed.
    """
    rows = _rows(request)
    punkt = punkt_folder(request.data_dir)
    problems = tuple(_problem(row, str(punkt or "")) for row in rows.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    untold = {} if can_tell() else {p.task_id: MISSING for p in problems if kinds_of(p) & OF_LANGUAGE}
    notes = []
    kinds = [about["kind"] for problem in problems for about in problem.extra[INSTRUCTIONS]]
    if not punkt and (counted := sum(kind in OF_SENTENCES for kind in kinds)):
        notes.append(f"approximate sentence counts ({counted} of {len(kinds)})")
    if untold:
        notes.append(f"{len(untold)} of {len(problems)} problems left out: pip install 'pytest-codeeval[ifeval]'")
    faults = {problem.task_id: fault for problem in problems if (fault := _unfollowable(problem))}
    return Dataset(problems, rows.sha256, rows.source, faults=faults, skipped=untold, note="; ".join(notes))


def prompt(problem: Problem) -> Prompt:
    """Put the prompt as it stands; it is no text to be continued."""
    return Prompt((problem.prompt,))


def kinds_of(problem: Problem) -> set[str]:
    """Return the names of the kinds of a problem's instructions."""
    return {about["kind"] for about in problem.extra[INSTRUCTIONS]}


def _unfollowable(problem: Problem) -> str:
    name = contradiction(instructions_of(problem))
    return f"the request that an answer has to start with is itself against {name}" if name else ""


def _rows(request: DataRequest) -> Rows:
    return published_rows(request.data_dir, _FILES, ("google/IFEval", None, "train"), "IFEval", "ifeval")


def _problem(row: Row, punkt: str) -> Problem:
    key, names, kwargs = row.fields.get("key"), row.texts("instruction_id_list"), row.fields.get("kwargs")
    if not isinstance(key, int) or isinstance(key, bool):
        raise DatasetError(f"{row.where}: field 'key' is not a whole number")
    if not names:
        raise DatasetError(f"{row.where}: field 'instruction_id_list' is empty")
    if not isinstance(kwargs, list) or len(kwargs) != len(names) or not all(isinstance(a, Mapping) for a in kwargs):
        raise DatasetError(f"{row.where}: field 'kwargs' is not a list of {len(names)} objects")
    instructions = [_instruction(row, name, args, punkt) for name, args in zip(names, kwargs, strict=True)]
    return Problem(f"IFEval/{key}", row.text("prompt"), language="", extra={INSTRUCTIONS: instructions})


def _instruction(row: Row, name: str, args: Mapping[str, Any], punkt: str) -> dict[str, Any]:
    args = {
        arg: value for arg, value in args.items() if value is not None
    }  # the hub has all of them, most of them null
    if fault := fault_of(name, args):
        raise DatasetError(f"{row.where}: {fault}")
    return {"kind": name, "args": {**args, PUNKT: punkt} if punkt and name in OF_SENTENCES else args}


IFEVAL = Suite(
    "ifeval",
    load,
    prompt,
    language="",
    aliases=("",),
    scorer=InstructionScorer(),
    note="rules as published; fixed: prompt strict by repaired rules",
)
