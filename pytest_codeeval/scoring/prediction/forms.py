"""Forms: right and wrong answers to a task of prediction, as models write them, for the self-test."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_codeeval.scoring.prediction.task import PredictionTask

_CLASS = "type('A', (), {'__eq__': lambda a, b: True})()"


def right(task: PredictionTask) -> Mapping[str, str]:
    """Return right answers by the name of their form."""
    answer = task.call if task.wants_call else task.output
    assertion = f"assert {task.call} == {task.output}"
    what = "call" if task.wants_call else "output"
    forms = {
        "bare": answer,
        "blanks and a comment": f"  {answer}  # as above\n",
        "assertion": assertion,
        "comparison": f"{task.call} == {task.output}",
        "turned round": f"assert {task.output} == {task.call}",
        "tags": f"[ANSWER]{answer}[/ANSWER]",
        "assertion in tags": f"It goes through all of them.\n[ANSWER]\n{assertion}\n[/ANSWER]\nThat is it.",
        "answer line": f"First it makes an empty list, then it adds 1.\n\nANSWER: {answer}",
        "bold answer line": f"1. It starts with x = 3.\n2. It ends.\n\n**Answer:** `{answer}`",
        "sentence": f"After the loop nothing is left to do, so the {what} is {answer}.",
        "sentence with code": f"The {what} is `{answer}`, because the loop ends there.",
        "fence": f"```python\n{answer}\n```",
        "fence behind words": f"So the {what} is:\n\n```python\n{answer}\n```\n\nNothing else is changed.",
        "assertion in a fence": f"Step by step: x = 1.\n\n```python\n{task.code}\n\n{assertion}\n```\n",
        "backticks": f"`{answer}`",
        "explained": f"{answer}\n\nExplanation: the loop runs to its end.",
    }
    return {**forms, "arguments": f"ANSWER: {task.input}"} if task.wants_call and task.input else forms


def wrong(task: PredictionTask) -> Mapping[str, str]:
    """Return wrong answers by name."""
    anything = {
        "equal to everything": f"[ANSWER]{_CLASS}[/ANSWER]",
        "import": "ANSWER: __import__('os')._exit(0)",
        "no expression": "I cannot say what it is.",
    }
    if task.wants_call:
        return {
            **anything,
            "value itself": f"assert {task.output} == {task.output}",
            "call beside": f"ANSWER: [{task.call}, {task.output}][1]",
            "given another name": f"ANSWER: [f := (lambda *a: {task.output}), {task.call}][1]",
            "returned as it is": f"ANSWER: (lambda f: {task.call})(lambda *a: {task.output})",
            "too many": "ANSWER: f(1, 2, 3, 4, 5, 6, 7, 8, 9)",
        }
    return {
        **anything,
        "asked of the function": f"ANSWER: {task.call}",
        "one more": f"ANSWER: [{task.output}]",
        "as text": f"ANSWER: {task.output!r}" if task.output[0] not in "'\"" else f"ANSWER: [{task.output!r}]",
        "earlier": f"At first it is {task.output}.\n\nANSWER: [{task.output}, None]",
        "either": "ANSWER: " + ("{} or " if task.output[0] == "[" else "[None] or ") + task.output,
    }
