"""extract_code: from what a model said to the program that it meant, never to one that it did not write."""

from __future__ import annotations

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.extraction.fences import Block, normalized, read_layout
from pytest_codeeval.core.extraction.parsing import Parser, Standing, standing_in
from pytest_codeeval.core.extraction.prose import reads_like_refusal
from pytest_codeeval.core.extraction.search import Search, ended
from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.solution import Method, Solution
from pytest_codeeval.core.verdict import Cause

__all__ = ["Method", "Solution", "extract_code", "solution_of"]


def extract_code(text: str, *, prompt: str = "", entry_point: str = "", language: str = "python") -> Solution:
    """Take the program out of a chat answer; `prompt` is code that the answer may continue (`Problem.stub`).

    Never raises, whatever the text.
    """
    answer = normalized(text)
    if not answer:
        return Solution(None, Method.NONE, Cause.NO_CODE)
    if canonical(language) != "python":
        return _foreign(answer, entry_point, language)
    return Search(answer, prompt, entry_point).solution()


def solution_of(completion: Completion, problem: Problem) -> Solution:
    """Turn a completion into a solution in the way that its form asks for."""
    text, stub = completion.text, problem.stub
    if completion.form is Form.CHAT:
        return extract_code(text, prompt=stub, entry_point=problem.entry_point, language=problem.language)
    if not text.strip():
        return Solution(None, Method.NONE, Cause.NO_CODE)
    if completion.form is Form.CONTINUATION or _is_only_body(text, stub, problem.entry_point):
        return Solution(stub + text, Method.VERBATIM)
    return Solution(text, Method.VERBATIM)


def _is_only_body(text: str, stub: str, entry_point: str) -> bool:
    """Whether a recorded program is none, but gives the stub's function its body."""
    parser = Parser()
    alone, together = parser.tree(text), parser.tree(stub + text)
    if not stub or together is None or (alone and standing_in(alone, entry_point)):
        return False
    return standing_in(together, entry_point) is Standing.DEFINED


def _foreign(answer: str, entry_point: str, language: str) -> Solution:
    """Take the block of a language other than Python: by its tag and the entry point, else the first one."""
    layout = read_layout(answer, None)
    wanted = canonical(language)

    def fitness(block: Block) -> tuple[bool, bool, bool]:
        tagged = canonical(block.tag) == wanted
        holds = bool(entry_point) and entry_point in block.code
        return (tagged and (holds or not entry_point), tagged or holds, block.closed)

    if layout.blocks:
        best = max(layout.blocks, key=fitness)  # the first of equals
        return Solution(ended(best.code), Method.FENCED if best.closed else Method.UNCLOSED)
    rest = layout.text.strip()
    if not rest:
        cause = Cause.THINKING_LEAKED if layout.unfinished_thinking else Cause.NO_CODE
        return Solution(None, Method.NONE, cause)
    if reads_like_refusal(rest) and not (entry_point and entry_point in rest):
        return Solution(None, Method.NONE, Cause.REFUSAL)
    return Solution(ended(rest), Method.BARE)
