"""How EvalPlus asks: one way for each kind of model, whatever the benchmark."""

from pytest_codeeval.core.protocol import Protocol, Way
from pytest_codeeval.scoring.code.steps.sanitized import sanitized
from pytest_codeeval.scoring.code.steps.texts import After, Cut, spaced

_ENDS = ("<|endoftext|>", "<|endofmask|>", "</s>", "\nif __name__", "\ndef main(", "\nprint(")
AFTER_FUNCTION = ("\ndef ", "\nclass ", "\nimport ", "\nfrom ", "\nassert ")
AFTER_DOCSTRING = ('\n"""', "\nassert")
_ASKED = (
    "Please provide a self-contained Python script that solves the following problem in a markdown code block:\n"
    "```python\n{stripped}\n```"
)
_ABOUT = (
    "prompts and sanitizer of evalplus.codegen; chats are as with its openai backend, without the beginning that it "
    "puts into the mouth of a model that it runs itself"
)


def evalplus(stops: tuple[str, ...], timeout: float, about: str = "") -> Protocol:
    """Return the protocol for a benchmark at which a model that continues text stops at `stops`, too."""
    ends = (*stops, *_ENDS)
    return Protocol(
        "evalplus",
        "; ".join(filter(None, (_ABOUT, about))),
        chat=Way(
            "chat",
            _ASKED,
            "```python\n{prompt}{canonical}\n```",
            steps=(sanitized,),
        ),
        completion=Way(
            "direct completion",
            "{stripped}\n",
            "{canonical}",
            steps=(Cut(ends), spaced, After("{stripped}\n"), sanitized),
            stop=ends,
        ),
        timeout=timeout,
        max_tokens=768,
    )
