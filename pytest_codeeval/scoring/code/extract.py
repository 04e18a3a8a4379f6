"""extract_code: from what a model said to the program that it meant, never to one that it did not write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.inputoutput import has_input_output
from pytest_codeeval.core.language import canonical
from pytest_codeeval.core.problem import PACKAGE, Problem, defined_by
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.scoring.code.extraction.continuation import may_go_on
from pytest_codeeval.scoring.code.extraction.fences import normalized
from pytest_codeeval.scoring.code.extraction.parsing import DefinitionLevel, Parser, level_of
from pytest_codeeval.scoring.code.extraction.reading import best_reading
from pytest_codeeval.scoring.code.extraction.search import Search
from pytest_codeeval.scoring.code.solution import Method, Solution
from pytest_codeeval.scoring.marks import Marks, marks_with

if TYPE_CHECKING:
    from pytest_codeeval.core.sourcecode.problem_context import ProblemContext

__all__ = ["Method", "Solution", "extract_code", "solution_of"]

ThinkingMarks = Sequence[tuple[str, str]]


def extract_code(
    text: str,
    *,
    prompt: str = "",
    entry_point: str = "",
    language: str = "python",
    closing: str = "",
    test: str = "",
    thinking_marks: ThinkingMarks = (),
) -> Solution:
    """Take the program out of a chat answer; `prompt` is code that the answer may continue (`Problem.stub`).

    For languages other than Python: `closing` is what a body leaves out at its end, and `test` the tests that the
    program stands before, in the same file; definitions that clash with theirs are left out. `thinking_marks` are
    pairs that begin and end thinking beside those that are known. Never raises, whatever the text.
    """
    marks = marks_with(tuple(thinking_marks))
    if canonical(language) == "python":
        return _python(text, prompt, defined_by(entry_point), marks)
    from pytest_codeeval.core.sourcecode.problem_context import ProblemContext

    return _other_language(text, ProblemContext(prompt, entry_point, language, closing, tests=test), marks)


def solution_of(completion: Completion, problem: Problem, thinking_marks: ThinkingMarks = ()) -> Solution:
    """Turn a completion into a solution in the way that its form asks for."""
    text, stub = completion.text, problem.stub
    marks = marks_with(tuple(thinking_marks))
    if completion.form is Form.CHAT and has_input_output(problem):
        # Here, as few problems ask for whole programs.
        from pytest_codeeval.scoring.code.extraction.wholeprogram import narrowed

        text = narrowed(text, canonical(problem.language), marks)
        completion = replace(completion, text=text)
    if completion.form is Form.CHAT and completion.reasoning.strip() and not normalized(text, marks):
        return Solution(None, Method.NONE, Cause.THINKING_LEAKED)  # all that it said was kept apart
    if canonical(problem.language) != "python":
        return _other_solution(completion, problem, marks)
    if completion.form is Form.CHAT:
        return _python(text, stub, problem.defined, marks)
    if not text.strip():
        return Solution(None, Method.NONE, Cause.NO_CODE)
    if completion.form is Form.CONTINUATION or _is_only_body(text, stub, problem.defined):
        return Solution(stub + text, Method.VERBATIM)
    return Solution(text, Method.VERBATIM)


def _python(text: str, stub: str, entry_point: str, marks: Marks) -> Solution:
    answer, parser = normalized(text, marks), Parser()
    if not answer:
        return Solution(None, Method.NONE, Cause.NO_CODE)
    return best_reading(answer, marks, lambda said: Search(said, stub, entry_point, marks, parser))


def _other_language(text: str, frame: ProblemContext, marks: Marks) -> Solution:
    # Here, as all their expressions are compiled at import, and most runs are of Python.
    from pytest_codeeval.scoring.code.extraction.other_languages import ForeignSearch

    answer = normalized(text, marks)
    if not answer:
        return Solution(None, Method.NONE, Cause.NO_CODE)
    return best_reading(answer, marks, lambda said: ForeignSearch(said, frame, marks))


def _in_files(text: str, package: Mapping[str, Any], frame: ProblemContext, marks: Marks) -> Solution:
    from pytest_codeeval.scoring.code.extraction.severalfiles import Files, FilesSearch

    answer = normalized(text, marks)
    if not answer:
        return Solution(None, Method.NONE, Cause.NO_CODE)
    asked = tuple(package["solution"])
    files = Files(asked, (package["test"], *(name for name in package["files"] if name not in asked)))
    return best_reading(answer, marks, lambda said: FilesSearch(said, files, frame, marks))


def _other_solution(completion: Completion, problem: Problem, marks: Marks) -> Solution:
    from pytest_codeeval.core.sourcecode.framing import continuation, program
    from pytest_codeeval.core.sourcecode.problem_context import ProblemContext

    text, extra = completion.text, problem.extra
    frame = ProblemContext(
        problem.stub,
        problem.entry_point,
        problem.language,
        str(extra.get("closing", "")),
        tuple(map(str, extra.get("stop", ()))),
        "" if "crate" in extra or PACKAGE in extra or has_input_output(problem) else problem.test,
        "" if "closing" in extra else problem.prompt,
    )
    if completion.form is Form.CHAT and PACKAGE in extra:
        return _in_files(text, extra[PACKAGE], frame, marks)
    if completion.form is Form.CHAT:
        return _other_language(text, frame, marks)
    if not text.strip():
        return Solution(None, Method.NONE, Cause.NO_CODE)
    code = continuation(text, frame) if completion.form is Form.CONTINUATION else program(text, frame)
    return Solution(code, Method.VERBATIM)


def _is_only_body(text: str, stub: str, entry_point: str) -> bool:
    """Whether a recorded program is none, but gives the stub's function its body."""
    parser = Parser()
    alone, together = parser.tree(text), parser.tree(stub + text)
    if not may_go_on(stub, entry_point, parser) or together is None or (alone and level_of(alone, entry_point)):
        return False
    return level_of(together, entry_point) is DefinitionLevel.DEFINED
