"""HumanEval by the protocols of other harnesses."""

from pytest_codeeval.benchmarks.evalplus_protocol import AFTER_FUNCTION, evalplus
from pytest_codeeval.core.protocol import Protocol, Way
from pytest_codeeval.scoring.code.steps.blocks import first_tagged
from pytest_codeeval.scoring.code.steps.texts import After, Cut

_BIGCODE = ("\nclass", "\ndef", "\n#", "\n@", "\nprint", "\nif", "\n```", "<file_sep>")
_LM_EVAL = ("\nclass", "\ndef", "\n#", "\nif", "\nprint")

_OPENAI = Protocol(
    "openai",
    completion=Way("human-eval", "{prompt}", "{canonical}", steps=(After("{prompt}"),), stop=_LM_EVAL[:4]),
)

_BY_BIGCODE = Protocol(
    "bigcode",
    completion=Way(
        "humaneval", "{stripped}", "\n{canonical}", steps=(Cut(_BIGCODE), After("{stripped}")), stop=_BIGCODE
    ),
    max_tokens=512,
)

_BY_LM_EVAL = Protocol(
    "lm-eval",
    chat=Way(
        "humaneval_instruct",
        "Write a solution to the following problem and make sure that it passes the tests:\n```python\n{prompt}\n```\n",
        "{canonical}```",
        steps=(Cut((*_LM_EVAL, "```")), After("{prompt}")),
        prefill="Here is the completed function:\n```python\n{prompt}\n",
    ),
    completion=Way("humaneval", "{prompt}", "{canonical}", steps=(Cut(_LM_EVAL), After("{prompt}")), stop=_LM_EVAL),
    max_tokens=1024,
)

_BY_EVALSCOPE = Protocol(
    "evalscope",
    chat=Way(
        "humaneval",
        "Read the following function signature and docstring, and fully implement the function described. Your "
        "response should only contain the code for this function.\n{prompt}",
        "```python\n{prompt}{canonical}\n```",
        steps=(first_tagged, After("{prompt}")),
    ),
    timeout=4.0,
    max_tokens=2048,
)

HUMANEVAL_PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        _OPENAI,
        evalplus(AFTER_FUNCTION, 10.0, "HumanEval's own tests"),
        _BY_BIGCODE,
        _BY_LM_EVAL,
        _BY_EVALSCOPE,
    )
}
