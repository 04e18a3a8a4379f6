"""The canonical solution of a problem as a whole program."""

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.attempts.job import preamble


def reference(problem: Problem) -> str:
    """Return the canonical solution as a program: HumanEval's are bodies that continue the prompt, MBPP's are whole.

    Those of other languages are whole too, or continue the prompt as a completion does.
    """
    canonical = problem.canonical_solution
    if not canonical or not problem.stub:
        return canonical
    if problem.language != "python":
        whole = problem.entry_point in canonical
        return canonical if whole else problem.stub + canonical + str(problem.extra.get("closing", ""))
    whole = f"def {problem.defined}" in canonical or f"class {problem.defined}" in canonical
    return preamble(problem) + canonical if whole else problem.stub + canonical
