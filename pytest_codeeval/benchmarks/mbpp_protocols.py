"""MBPP by the protocols of other harnesses: the 500 problems that scores are published on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import Dataset, Problem
from pytest_codeeval.core.protocol import EXAMPLES, Protocol, Way, fields
from pytest_codeeval.scoring.code.steps.blocks import begun_block, freeform
from pytest_codeeval.scoring.code.steps.texts import After, Cut

_SHOTS = ("Mbpp/2", "Mbpp/3", "Mbpp/4")
_UNPROVIDED = "by this protocol its set-up code is not there for the tests, so that nobody passes"

_DOCSTRING = '"""\n{prompt}\n{shown_tests[0]}\n"""\n'
_BIGCODE = ("\nclass", "\nassert", '\n"""', "\nprint", "\nif", "\n<|/", "\n```")
_EXPERT = (
    "You are an expert Python programmer, and here is your task: {prompt} Your code should pass these tests:\n\n"
    "{tests}\n"
)
_EXPERT_CHAT = (
    "You are an expert Python programmer, and here is your task:\n{prompt}\nYour code should pass these tests:\n{tests}"
)


def published(dataset: Dataset, shots: Sequence[str] = (), *, trimmed: bool = False) -> Dataset:
    """Return the part `test` of the dataset, with some other problems as examples (`trimmed`: without outer space).

    Raises DatasetError if one of these is not there.
    """
    known = {problem.task_id: problem for problem in dataset.problems}
    if lacking := [task_id for task_id in shots if task_id not in known]:
        raise DatasetError(
            f"MBPP has no {lacking[0]} here, which is an example of this protocol; give all of its rows."
        )
    examples = [_example(known[task_id], trimmed) for task_id in shots]
    part = [problem for problem in dataset.problems if problem.extra.get("split") == "test"]
    unprovided = {problem.task_id: _UNPROVIDED for problem in part if problem.extra["setup"]}
    problems = tuple(_asked(problem, examples) for problem in part)
    return replace(dataset, problems=problems, variant="", scored=None, faults={**dataset.faults, **unprovided})


def _example(problem: Problem, trimmed: bool) -> dict[str, Any]:
    """Return what is shown of an example, its code with the line breaks that it was published with."""
    code, tests = problem.canonical_solution.replace("\n", "\r\n"), problem.extra["shown_tests"]
    if trimmed:
        code, tests = code.strip(), [test.strip() for test in tests]
    return {**fields(problem), "code": code, "tests": "\n".join(tests)}


def _asked(problem: Problem, examples: Sequence[dict[str, Any]]) -> Problem:
    extra = {**problem.extra, EXAMPLES: examples} if examples else problem.extra
    if not problem.extra["setup"]:
        return replace(problem, extra=extra)
    # What it would define is not there: the tests raise, whatever the solution.
    tests = "\n".join(problem.extra["shown_tests"])
    return replace(problem, extra=extra, test=f"raise NameError({_UNPROVIDED!r})\n{tests}")


_BY_BIGCODE = Protocol(
    "bigcode",
    completion=Way("mbpp", _DOCSTRING, "{canonical}", steps=(Cut(_BIGCODE), After(_DOCSTRING)), stop=_BIGCODE),
    select=published,
    max_tokens=512,
)

_BY_LM_EVAL = Protocol(
    "lm-eval",
    chat=Way(
        "mbpp_instruct",
        _EXPERT_CHAT,
        "\n{canonical}\n```",
        steps=(begun_block,),
        turns=(_EXPERT_CHAT, "\n```python\n{code}\n```"),
        prefill="\n```python\n",
    ),
    completion=Way(
        "mbpp",
        _EXPERT + "[BEGIN]\n",
        "{canonical}\n[DONE]",
        steps=(Cut(("[DONE]",)),),
        stop=("[DONE]",),
        shot=_EXPERT + "[BEGIN]\n{code}\n[DONE]\n\n",
    ),
    select=partial(published, shots=_SHOTS),
    max_tokens=256,
)

_BY_EVALSCOPE = Protocol(
    "evalscope",
    chat=Way(
        "mbpp",
        _EXPERT + "[BEGIN]\n",
        "[BEGIN]\n```python\n{canonical}\n```\n[DONE]",
        steps=(
            Cut(("[DONE]",)),
            freeform,
            Cut(("\nassert", '\n"""')),
            After("{setup}\n"),
            Cut(("if __name__ ==",)),
        ),
        shot=_EXPERT + "[BEGIN]\n{code}\n[DONE]\n",
    ),
    select=partial(published, shots=_SHOTS, trimmed=True),
    timeout=20.0,
    max_tokens=2048,
)

MBPP_PROTOCOLS = {protocol.name: protocol for protocol in (_BY_BIGCODE, _BY_LM_EVAL, _BY_EVALSCOPE)}
