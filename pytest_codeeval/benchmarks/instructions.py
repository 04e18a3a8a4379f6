"""How a problem is put to a model: to one that chats, and to one that continues text."""

from pytest_codeeval.core.problem import Problem

_LANGUAGES = {"python": "Python", "rust": "Rust"}

# Where a base model that has finished goes on with something else. Four: OpenAI's servers take no more.
_AFTER_BODY = ("\nclass ", "\ndef ", "\nif ", "\nprint(")
_AFTER_PROGRAM = ("\nclass ", "\nassert ", '\n"""', "\nprint(")


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


def continued(problem: Problem) -> tuple[str, tuple[str, ...]]:
    """Return text for a base model to continue with the solution, and where to stop.

    That is the prompt itself where it is code, else a docstring with the description and the tests it shows.
    """
    python = problem.language == "python"
    if problem.stub:
        return problem.stub, _AFTER_BODY if python else ()
    lines = [problem.prompt.strip(), *problem.extra.get("shown_tests", ())]
    return '"""\n' + "\n".join(lines) + '\n"""\n', _AFTER_PROGRAM if python else ()
