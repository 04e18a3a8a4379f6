"""Samples: right and wrong docstrings made of a reference, for the self-test."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.docstrings.documented import documented
from pytest_codeeval.scoring.docstrings.examples import examples_in
from pytest_codeeval.scoring.docstrings.task import DocstringTask, reference_docstring


def right(problem: Problem, reference: str) -> Mapping[str, str]:
    """Return a right docstring with its function, alone in quotes, and in a block without them."""
    text = reference_docstring(problem)
    quoted = '"""' + text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') + '\n"""'
    found = {"reference": reference, "alone": f"```python\n{quoted}\n```", "bare": quoted}
    return found if '"""' in text else {**found, "without quotes": f"```\n{text}\n```\n"}


def wrong(problem: Problem) -> Mapping[str, str]:
    """Return wrong docstrings by what is wrong with them."""
    task, text = DocstringTask.of(problem), reference_docstring(problem)
    lines = text.split("\n")
    found = {
        "an irrelevant answer": "I would be glad to help with that. Which function do you mean?",
        "a summary alone": f'"""{lines[0]}"""',
        "code behind the docstring": f'"""{text}\n"""\nimport os\nos._exit(0)\n',
        "without examples": "\n".join(line for line in lines if not line.lstrip().startswith((">>>", "..."))),
    }
    if task.parameters:
        last = task.parameters[-1]
        found["a parameter by another name"] = text.replace(last, f"{last}_codeeval")
    examples = examples_in(text, task.name)
    said = documented(text, task.style)
    if not isinstance(examples, str):
        shown = next(one for one in examples if one.want)
        number = shown.lineno + shown.source.count("\n")
        found["a wrong example"] = "\n".join([*lines[:number], f"{lines[number]}0", *lines[number + 1 :]])
    if not isinstance(said, str) and said.raises:
        found["another exception"] = text.replace(said.raises[0], "CodeevalError")
    return found
