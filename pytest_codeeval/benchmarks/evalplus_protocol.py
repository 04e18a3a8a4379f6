"""How EvalPlus asks: one way for each kind of model, whatever the benchmark.

In a chat that is the way of its clients of APIs: they do not begin the answer for the model.
"""

from pytest_codeeval.core.protocol import Protocol, Way
from pytest_codeeval.scoring.code.steps.sanitized import sanitized
from pytest_codeeval.scoring.code.steps.texts import After, Cut, spaced

_TASK = "evalplus.codegen"
_ENDS = ("<|endoftext|>", "<|endofmask|>", "</s>", "\nif __name__", "\ndef main(", "\nprint(")
AFTER_FUNCTION = ("\ndef ", "\nclass ", "\nimport ", "\nfrom ", "\nassert ")
AFTER_DOCSTRING = ('\n"""', "\nassert")
_ASKED = (
    "Please provide a self-contained Python script that solves the following problem in a markdown code block:\n"
    "```python\n{stripped}\n```"
)


def evalplus(stops: tuple[str, ...], timeout: float | None, note: str = "") -> Protocol:
    """Return the protocol for a benchmark at which a model that continues text stops at `stops`, too.

    `timeout` is None for a suite that has EvalPlus' own limits.
    """
    ends = (*stops, *_ENDS)
    return Protocol(
        "evalplus",
        chat=Way(
            _TASK,
            _ASKED,
            "```python\n{prompt}{canonical}\n```",
            steps=(sanitized,),
        ),
        completion=Way(
            _TASK,
            "{stripped}\n",
            "{canonical}",
            steps=(Cut(ends), spaced, After("{stripped}\n"), sanitized),
            stop=ends,
        ),
        timeout=timeout,
        max_tokens=768,
        note=note,
    )
