"""Protocols: other harnesses' prompts to the byte, their problems, and answers made into their programs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL, MBPP
from pytest_codeeval.benchmarks.evalplus_protocol import AFTER_DOCSTRING, evalplus
from pytest_codeeval.benchmarks.mbpp_protocols import published
from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.scoring.code.scorer import CODE
from tests.benchmarks.test_mbpp import ROW, load

# Of all prompts, as the code of the harnesses makes them (perf/protocols.py compares the texts themselves).
PROMPTS = {
    ("humaneval", "openai"): (164, "4f53cda18c2baa0c", "eb2a2b2910a647f5"),
    ("humaneval", "evalplus"): (164, "a3d2f809bd5b9e65", "212d63d37f350270"),
    ("humaneval", "bigcode"): (164, "4f53cda18c2baa0c", "cae6e51660c10686"),
    ("humaneval", "lm-eval"): (164, "6e31f239476603a7", "eb2a2b2910a647f5"),
    ("humaneval", "evalscope"): (164, "5f63f9c1e752b85e", "4f53cda18c2baa0c"),
    ("mbpp", "bigcode"): (500, "4f53cda18c2baa0c", "6efdaa7e80c8fc16"),
    ("mbpp", "lm-eval"): (500, "51f6215b634b5053", "ced3e319ebe441b2"),
    ("mbpp", "evalscope"): (500, "43031d8e5fda504c", "4f53cda18c2baa0c"),
}
ALL = [(suite, name) for suite in (HUMANEVAL, MBPP) for name in suite.protocols]


def loaded(suite: Suite, name: str, data: Path) -> Dataset:
    dataset, select = suite.load(DataRequest(str(data))), suite.protocols[name].select
    return select(dataset) if select else dataset


def digest(texts: list[str]) -> str:
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:16]


@pytest.mark.parametrize(("suite", "name"), ALL, ids=[f"{suite.name}-{name}" for suite, name in ALL])
def test_prompts_are_those_of_the_harness(data: Path, suite: Suite, name: str) -> None:
    protocol = suite.protocols[name]
    problems = loaded(suite, name, data).problems
    prompts = [protocol.prompt(problem) for problem in problems]
    chats = [json.dumps(prompt.messages()) for prompt in prompts] if protocol.chat else []
    texts = [prompt.text for prompt in prompts] if protocol.completion else []
    assert (len(problems), digest(chats), digest(texts)) == PROMPTS[suite.name, name]
    assert all(len(prompt.stop) <= 4 for prompt in prompts)


@pytest.mark.parametrize(("suite", "name"), ALL, ids=[f"{suite.name}-{name}" for suite, name in ALL])
def test_right_answers_pass(data: Path, suite: Suite, name: str, runner: PythonRunner) -> None:
    under = suite.under(suite.protocols[name])
    problems = loaded(suite, name, data).problems
    scorer = CODE.under(suite.protocols[name])
    for problem in problems[5:100:40]:
        code = scorer.solution(Completion(scorer.reference(problem)), problem).code
        assert code is not None
        verdict = runner.check(problem, code, under.timeout_of(problem))
        assert verdict.passed, (problem.task_id, verdict)


def test_a_problem_without_its_set_up_code_is_failed_by_everybody(data: Path, runner: PythonRunner) -> None:
    for name in ("bigcode", "lm-eval", "evalscope"):
        dataset = loaded(MBPP, name, data)
        (problem,) = [one for one in dataset.problems if one.task_id == "Mbpp/367"]
        assert runner.check(problem, problem.canonical_solution, 3.0).cause is Cause.EXCEPTION
        assert "set-up" in dataset.faults["Mbpp/367"]
        assert (len(dataset.problems), dataset.scored, dataset.variant) == (500, None, "")


def test_what_reads_an_answer_goes_by_its_form() -> None:
    problem = Problem("HumanEval/0", "def f(x):\n", entry_point="f")
    scorer = CODE.under(HUMANEVAL.protocols["lm-eval"])

    def program(text: str, form: Form) -> str | None:
        return scorer.solution(Completion(text, form=form), problem).code

    assert program("    return x\n```\n", Form.CHAT) == "def f(x):\n    return x\n"
    assert program("    return x\n```\n\nprint", Form.CONTINUATION) == "def f(x):\n    return x\n```\n"
    assert program("def f(x): return x", Form.PROGRAM) == "def f(x): return x"
    empty = scorer.solution(Completion(" "), problem)
    assert (empty.code, empty.cause) == (None, Cause.NO_CODE)


def test_thinking_is_read_as_the_harness_reads_it() -> None:
    problem = Problem("HumanEval/0", "def f(x):\n", entry_point="f")
    said = Completion("<think>```\na\n```</think>```\nb\n```")
    assert CODE.under(HUMANEVAL.protocols["evalscope"]).solution(said, problem).code == "def f(x):\na\n"


def test_models_that_continue_text_are_asked_by_evalplus_with_its_own_stops() -> None:
    protocol = evalplus(AFTER_DOCSTRING, None)
    problem = Problem("Mbpp/2", '\n"""\nSay\n"""\n', entry_point="f")
    assert protocol.prompt(problem).text == '"""\nSay\n"""\n'
    assert MBPP.under(protocol).timeouts == MBPP.timeouts
    code = protocol.program(problem, "def f():\n\treturn 1\nassert f\n", chat=False)
    assert code == "def f():\n    return 1"


def test_an_example_that_is_not_there_is_said(tmp_path: Path) -> None:
    dataset = load(tmp_path, ROW, {**ROW, "task_id": 2})
    assert len(published(dataset).problems) == 1
    with pytest.raises(DatasetError, match="MBPP has no Mbpp/3 here, which is an example of this protocol"):
        published(dataset, ("Mbpp/2", "Mbpp/3"))
