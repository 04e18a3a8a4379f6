"""MultiPL-E (Cassano et al., 2022): HumanEval and MBPP in other languages, one suite for each.

A row's program is prompt, completion, a line break and tests. Where the tests begin with the brace that closes the
function, the brace is taken to be the end of the solution (`extra["closing"]`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from pytest_codeeval.benchmarks.crates import needed
from pytest_codeeval.benchmarks.instructions import complete_function
from pytest_codeeval.benchmarks.programs import split_closing
from pytest_codeeval.benchmarks.source import Row, Rows, published_rows, unique
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite


@dataclass(frozen=True, slots=True)
class _Form:
    """How a language's problems are written: the line with the function's name, and how its tests begin.

    `timeout` is the CPU time of one run in seconds, as published.
    """

    function: str
    timeout: float
    closing: str = ""


_FORMS = {
    "rs": _Form(r"^fn (\w+)", 5.0, "}"),
    "js": _Form(r"^function (\w+)", 5.0),
    "ts": _Form(r"^function (\w+)", 15.0),
    "java": _Form(r"^ +public static [^(\n]*?(\w+)\(", 15.0, "    }"),
    "cpp": _Form(r"^[^\s/#][^(\n]*?(\w+)\([^\n]*\{$", 15.0, "}"),
    "go": _Form(r"^func (\w+)\(", 15.0),
    "sh": _Form(r"^(\w+)\(\) \{", 15.0, "}"),
    "php": _Form(r"^function (\w+)", 15.0),
    "rb": _Form(r"^def (\w+)", 5.0),
    "lua": _Form(r"^(?:local )?function (\w+)", 15.0),
    "pl": _Form(r"^sub (\w+)", 15.0),
    "r": _Form(r"^([\w.]+) <- function\(", 5.0),
}

# What the prompt asks for is in no standard library.
_CRATES = {("rust", "HumanEval_162_string_to_md5"): ("md5",)}

# Rows that are broken as published, by a text that only the broken row has in its tests.
_FAULTS = {
    ("javascript", "HumanEval_51_remove_vowels"): (
        'candidate("abcdef\nghijklm")',
        "the tests hold a line break in a string, so that no program with them is JavaScript",
    ),
    ("cpp", "HumanEval_137_compare_one"): (
        'candidate("5,1", "6")',
        "the prompt takes a value (`std::nullopt`) for a type, so that no program with it builds",
    ),
}


def _load(name: str, request: DataRequest) -> Dataset:
    """Load one suite from the data folder, else from the hub.

    Raises DatasetError where neither has it, or a row is malformed.
    """
    rows = _rows(name, request)
    ending = name.rpartition("-")[2]
    problems = tuple(_problem(row, ending) for row in rows.rows)
    unique((problem.task_id, row) for problem, row in zip(problems, rows.rows, strict=True))
    reasons = {problem.task_id: needed(_CRATES.get((problem.language, problem.task_id), ())) for problem in problems}
    skipped = {task: why for task, why in reasons.items() if why}
    faults = {problem.task_id: why for problem in problems if (why := _fault(problem))}
    return Dataset(problems, rows.sha256, rows.source, faults=faults, skipped=skipped)


def _fault(problem: Problem) -> str:
    mark, why = _FAULTS.get((problem.language, problem.task_id), ("", ""))
    return why if mark and mark in problem.test else ""


def _rows(name: str, request: DataRequest) -> Rows:
    files = (f"multipl_e/{name}.jsonl.gz", f"multipl_e/{name}.jsonl")
    return published_rows(request.data_dir, files, ("nuprl/MultiPL-E", name, "test"), f"MultiPL-E's {name}", name)


def _problem(row: Row, ending: str) -> Problem:
    form, language = _FORMS[ending], canonical(ending)
    if canonical(row.text("language")) != language:
        raise DatasetError(f"{row.where}: field 'language' is {row.fields['language']!r:.80}, not {ending!r}")
    prompt = row.text("prompt")
    names = re.findall(form.function, prompt, re.MULTILINE)
    if not names:
        raise DatasetError(f"{row.where}: field 'prompt' begins no function")
    found = split_closing(row.text("tests"), form.closing)
    if found is None:
        raise DatasetError(
            f"{row.where}: field 'tests' does not begin with {form.closing!r}, which closes the function"
        )
    test, closing = found
    return Problem(
        task_id=row.text("name"),
        prompt=prompt,
        test=test,
        entry_point=names[-1],
        language=language,
        extra={"closing": closing, "stop": row.texts("stop_tokens")},
    )


def _suite(name: str) -> Suite:
    ending = name.rpartition("-")[2]
    return Suite(
        name,
        partial(_load, name),
        complete_function,
        language=canonical(ending),
        timeout=_FORMS[ending].timeout,
        splits=("test",),
    )


HUMANEVAL_RS, MBPP_RS = _suite("humaneval-rs"), _suite("mbpp-rs")
HUMANEVAL_JS, MBPP_JS = _suite("humaneval-js"), _suite("mbpp-js")
HUMANEVAL_TS = _suite("humaneval-ts")
HUMANEVAL_JAVA = _suite("humaneval-java")
HUMANEVAL_CPP = _suite("humaneval-cpp")
HUMANEVAL_GO = _suite("humaneval-go")
HUMANEVAL_SH = _suite("humaneval-sh")
HUMANEVAL_PHP = _suite("humaneval-php")
HUMANEVAL_RB = _suite("humaneval-rb")
HUMANEVAL_LUA = _suite("humaneval-lua")
HUMANEVAL_PL = _suite("humaneval-pl")
HUMANEVAL_R = _suite("humaneval-r")
