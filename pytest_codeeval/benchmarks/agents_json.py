"""agents-json: prompts of BFCL and IFEval that are to be answered with JSON and nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from pytest_codeeval.benchmarks import bfcl, ifeval
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.calls.samples import wanted
from pytest_codeeval.scoring.calls.schema import described, parameters
from pytest_codeeval.scoring.calls.validation import violation
from pytest_codeeval.scoring.jsonanswer import JsonScorer

_FROM_BFCL, _FROM_IFEVAL = "simple_python", "detectable_format:json_format"
_SOMETHING = '{"answer": "This is all."}'


def load(request: DataRequest) -> Dataset:
    """Load the rows of BFCL's category of one call in Python, and those of IFEval that ask for JSON.

    Raises DataAbsent where either is not there, DatasetError where a row is malformed.
    """
    of_calls = bfcl.load(replace(request, split=_FROM_BFCL))
    of_words = ifeval.load(replace(request, split=None))
    calls = [_asked_otherwise(problem) for problem in of_calls.problems]
    faults = {problem.task_id: against for problem in calls if (against := _against_itself(problem))}
    arguments = [_of_call(problem, checked=problem.task_id not in faults) for problem in calls]
    words = [_asked_otherwise(problem) for problem in of_words.problems if _FROM_IFEVAL in ifeval.kinds_of(problem)]
    others = [replace(problem, extra={}, target=_SOMETHING) for problem in words]
    return Dataset(
        (*arguments, *others),
        hashlib.sha256((of_calls.sha256 + of_words.sha256).encode()).hexdigest(),
        f"{of_calls.source}, {of_words.source}",
        faults=faults,
        parts={
            "arguments": tuple(problem.task_id for problem in arguments),
            "json_format": tuple(problem.task_id for problem in others),
        },
    )


def _asked_otherwise(problem: Problem) -> Problem:
    """Return a problem under an id of its own: a recording of the dataset it is from holds no answer to this."""
    return replace(problem, task_id=f"Json/{problem.task_id.replace('/', '_')}")


def _of_call(problem: Problem, *, checked: bool) -> Problem:
    (function,), (call,) = problem.extra["functions"], wanted(problem)
    schema = {"schema": parameters(function, "python")} if checked else {}
    extra = {"function": described(function, "python"), **schema}
    return replace(problem, extra=extra, target=json.dumps(call.values, ensure_ascii=False))


def _against_itself(problem: Problem) -> str:
    """Return how the right arguments of a call are not as its own schema says."""
    (function,), (call,) = problem.extra["functions"], wanted(problem, all_given=True)
    against = violation(call.values, parameters(function, "python"))
    return f"its right answer is not as its own schema says ({against}); in no `schema`" if against else ""


def prompt(problem: Problem) -> Prompt:
    """Ask for the arguments of a call, or put the prompt as it stands; neither is a text to be continued."""
    if "function" not in problem.extra:
        return Prompt((problem.prompt,))
    function = json.dumps(problem.extra["function"], ensure_ascii=False)
    asked = (
        "Which arguments does this function have to be called with to answer the question below? Give them as one JSON "
        "object that is as its parameters say. Write the JSON and nothing else: no words, and no fence around it.\n\n"
        f"The function:\n\n{function}\n\nThe question:\n\n{problem.prompt}"
    )
    return Prompt((asked,))


AGENTS_JSON = Suite(
    "agents-json",
    load,
    prompt,
    language="",
    scorer=JsonScorer(),
    note="schema: of all answers those whose JSON, in a fence or not, is as its schema says",
)
