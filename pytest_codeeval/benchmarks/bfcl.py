"""BFCL v4 (Patil et al., 2025): questions answered by calling functions, of its eight categories of one turn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks.source import Row, Rows, lacking, local_file, rows_from_file, unique
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.metric import MeanOfParts
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.calls.schema import tool
from pytest_codeeval.scoring.calls.scorer import CallsScorer

CATEGORIES = (
    "simple_python",
    "simple_java",
    "simple_javascript",
    "multiple",
    "parallel",
    "parallel_multiple",
    "irrelevance",
    "live_simple",
)
_IN_PYTHON = ("simple_python", "multiple", "parallel", "parallel_multiple", "live_simple")
"""Those in which something is to be called and values are as JSON has them: `function_calling`, one figure of them."""
_FOLDER, _NONE_FITS = "bfcl", "irrelevance"
_LANGUAGES = {"simple_java": "java", "simple_javascript": "javascript"}
_EMPTY = "a required parameter has no value that is right, so that no call can pass"
_SKIPPED = {"live_simple_106-63-0": _EMPTY, "live_simple_112-68-0": _EMPTY}
_FAULTS = {
    "parallel_multiple_12": "its right answer names permeability for the wrong function; passed by leaving it out",
    "parallel_multiple_26": "its right answer names type, which is no parameter; passed by leaving it out",
}
_WRITTEN = {
    "python": "values as Python literals",
    "java": 'each value as in the source code of Java: "text", 5, 5L, true, new int[]{1, 2}, the name of a variable',
    "javascript": 'each value as in the source code of JavaScript: "text", 5, true, [1, 2], {"a": 1}, the name of a '
    "variable",
}


def load(request: DataRequest) -> Dataset:
    """Load all categories from the data folder, or the one that the split names.

    Raises DataAbsent where the folder lacks one of the files, DatasetError where a row is malformed.
    """
    categories = [request.split] if request.split else CATEGORIES
    read = {category: [_rows(request, name) for name in _files(category)] for category in categories}
    # Before what is absent is told: a row that is malformed is worse.
    parts = {category: _problems(category, *rows) for category, rows in read.items()}
    names = chain.from_iterable(map(_files, categories))
    files = list(chain.from_iterable(read.values()))
    absent = next((name for name, rows in zip(names, files, strict=True) if rows is None), None)
    if absent:
        raise DataAbsent(lacking("BFCL", "bfcl", request.data_dir, absent))
    ids = {name: tuple(problem.task_id for problem in part) for name, part in parts.items()}
    whole = {"function_calling": tuple(chain.from_iterable(ids.get(name, ()) for name in _IN_PYTHON))}
    sums = hashlib.sha256("".join(rows.sha256 for rows in files if rows).encode())
    known = {problem.task_id for part in parts.values() for problem in part}
    return Dataset(
        tuple(chain.from_iterable(parts.values())),
        sums.hexdigest(),
        str(Path(request.data_dir or "", _FOLDER)),
        variant=request.split or "",
        faults={name: why for name, why in _FAULTS.items() if name in known},
        skipped={name: why for name, why in _SKIPPED.items() if name in known},
        parts={} if request.split else {**whole, **ids},
    )


def _files(category: str) -> Sequence[str]:
    """Return the names of the files of a category: its questions, and the right answers where a function fits."""
    name = f"BFCL_v4_{category}.json"
    answers = [] if category == _NONE_FITS else [f"{_FOLDER}/possible_answer/{name}"]
    return [f"{_FOLDER}/{name}", *answers]


def _rows(request: DataRequest, name: str) -> Rows | None:
    path = local_file(request.data_dir, name, f"{name}.gz")
    return rows_from_file(path) if path else None


def _problems(category: str, questions: Rows | None, answers: Rows | None = None) -> list[Problem]:
    right = {row.text("id"): (row, _calls(row)) for row in answers.rows} if answers else {}
    problems = []
    for row in questions.rows if questions else ():
        problem = _problem(category, row)
        if problem.task_id in right:
            where, calls = right[problem.task_id]
            names = {function["name"] for function in problem.extra["functions"]}
            if not all(name in names for call in calls for name in call):
                raise DatasetError(f"{where.where}: field 'ground_truth' calls what {row.where} does not offer")
            problem = replace(problem, extra={**problem.extra, "calls": calls})
        elif answers:
            raise DatasetError(f"{row.where}: {problem.task_id} has no right answer in {answers.source}")
        problems.append(problem)
    unique((problem.task_id, row) for problem, row in zip(problems, questions.rows if questions else (), strict=True))
    return problems


def _problem(category: str, row: Row) -> Problem:
    functions = row.fields.get("function")
    if not isinstance(functions, list) or not functions or not all(map(_is_function, functions)):
        raise DatasetError(f"{row.where}: field 'function' is no list of functions with 'name' and 'parameters'")
    system, question = _messages(row)
    about = {"category": category, "language": _LANGUAGES.get(category, "python"), "system": system}
    return Problem(row.text("id"), question, language="", extra={**about, "functions": functions, "calls": []})


def _is_function(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("name"), str)
        and isinstance(one.get("parameters"), dict)
        and isinstance(one["parameters"].get("properties"), dict)
        and all(
            isinstance(declared, dict) and "type" in declared for declared in one["parameters"]["properties"].values()
        )
    )


def _messages(row: Row) -> tuple[str, str]:
    """Return what the system says, often nothing, and what the user asks."""
    turns = row.fields.get("question")
    first = turns[0] if isinstance(turns, list) and len(turns) == 1 else None
    said = [(m.get("role"), m.get("content")) for m in first if isinstance(m, dict)] if isinstance(first, list) else []
    match said:
        case [("user", str(question))]:
            return "", question
        case [("system", str(system)), ("user", str(question))]:
            return system, question
    raise DatasetError(f"{row.where}: field 'question' is not one turn of a user, with or without a system prompt")


def _calls(row: Row) -> Sequence[Mapping[str, Any]]:
    calls = row.fields.get("ground_truth")
    if not isinstance(calls, list) or not calls or not all(map(_is_right_call, calls)):
        raise DatasetError(f"{row.where}: field 'ground_truth' is no list of calls with lists of accepted values")
    return calls


def _is_right_call(one: Any) -> bool:
    if not isinstance(one, dict) or len(one) != 1:
        return False
    (accepted,) = one.values()
    return isinstance(accepted, dict) and all(isinstance(values, list) for values in accepted.values())


def prompt(problem: Problem) -> Prompt:
    """Offer the functions as tools; a model that is given none is told of them in words, and how to call them.

    That stands before the question and not in a system prompt, which the user's own would take the place of.
    """
    functions, system = problem.extra["functions"], problem.extra["system"]
    language = problem.extra["language"]
    offered = "\n".join(json.dumps(function, ensure_ascii=False) for function in functions)
    in_words = (
        "Answer the question below by calling functions. Write the calls as a list and write nothing else, with each "
        f"argument by its name and {_WRITTEN[language]}:\n\n"
        '[first_function(a=1, b="two"), second_function(c=3)]\n\n'
        "Call as many as the question needs, each as often as it does. Take only functions and parameters that are "
        "listed here. If none of them fits, or the question does not say enough for a call, say so in words and call "
        f"nothing.\n\nThe functions, one a line:\n\n{offered}\n\nThe question:\n\n{problem.prompt}"
    )
    return Prompt(
        (problem.prompt,),
        system=system,
        tools=tuple(tool(function, language) for function in functions),
        without_tools=Prompt((in_words,), system=system),
    )


BFCL = Suite(
    "bfcl",
    load,
    prompt,
    language="",
    splits=CATEGORIES,
    scorer=CallsScorer(),
    metrics=(*CallsScorer.metrics[:1], MeanOfParts("mean", CATEGORIES), *CallsScorer.metrics[1:]),
    note="mean: of the categories, each counted once; no figure here is the leaderboard's 'overall'",
)
