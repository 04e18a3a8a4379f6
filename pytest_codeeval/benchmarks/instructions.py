"""How a problem is put to a chat model."""

from pytest_codeeval.core.problem import Problem

_LANGUAGES = {"python": "Python", "rust": "Rust"}


def complete_function(problem: Problem) -> str:
    """Ask for the whole function whose signature and docstring the prompt gives."""
    language = _LANGUAGES.get(problem.language, problem.language)
    return (
        f"Complete the following {language} function. Answer with one {language} code block that holds the whole "
        f"function, together with its imports.\n\n```{problem.language}\n{problem.prompt.rstrip()}\n```\n"
    )


def describe_function(problem: Problem) -> str:
    """Ask for a function described in words, showing the tests it has to pass."""
    tests = "\n".join(problem.extra["shown_tests"])
    return (
        f"{problem.prompt.strip()}\n\nThe function has to pass these tests:\n\n```python\n{tests}\n```\n\n"
        "Answer with one Python code block that holds the function, together with its imports.\n"
    )
