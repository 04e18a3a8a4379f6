"""What is said of answers that a model did not bring to their end."""

from pytest_codeeval.core.ending import Ending
from pytest_codeeval.core.verdict import Cause

UNFINISHED = {
    Ending.CUT_SHORT: (Cause.CUT_SHORT, "the answer was cut off at the token limit; raise --max-tokens"),
    Ending.REFUSED: (Cause.REFUSAL, "the model declined to answer, or its provider's filter ended the answer"),
}
ONLY_THOUGHT = (
    "the answer is empty: all that the model said is in reasoning_content, as thinking; raise --max-tokens, turn "
    "thinking off (--model-args enable_thinking=false), or start the server without its reasoning parser"
)
THOUGHT = "the answer ends inside its thinking; raise --max-tokens or turn thinking off"
