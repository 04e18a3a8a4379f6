"""How a problem is put to a model: to one that chats, and to one that continues text."""

import re
from dataclasses import replace

from pytest_codeeval.core.language import title
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.prompt import Prompt

# Where a base model that has finished goes on with something else. Four: OpenAI's servers take no more.
_AFTER_BODY = ("\nclass ", "\ndef ", "\nif ", "\nprint(")
AFTER_PROGRAM = ("\nclass ", "\nassert ", '\n"""', "\nprint(")
AFTER_CRATE = ("\n#[cfg(test)]", "\n```", "\nfn main()")
AFTER_WHOLE = ("\nassert ", "\nif __name__", "\nprint(", '\n"""')
_MOST_STOPS = 4

_COMMENTS = {"sh": "#", "ruby": "#", "perl": "#", "r": "#", "lua": "--"}
_HEAD = {"php": "<?php\n"}


def complete_function(problem: Problem) -> str:
    """Ask for the whole function whose signature and docstring the prompt gives."""
    language = title(problem.language)
    # Tests of other languages call the function by name, and bring a `main` of their own.
    more = (
        "" if problem.language == "python" else " Keep its name and signature, and leave out tests and examples of use."
    )
    kind = "class" if problem.method else "function"
    return (
        f"Complete the following {language} {kind}. Answer with one {language} code block that holds the whole "
        f"{kind}, together with its imports.{more}\n\n{fenced(problem.prompt, problem.language)}\n"
    )


def describe_function(problem: Problem) -> str:
    """Ask for a function described in words (`words`, else the prompt), showing the tests it has to pass."""
    tests = "\n".join(problem.extra["shown_tests"])
    words = str(problem.extra.get("words") or problem.prompt)
    return (
        f"{words.strip()}\n\nThe function has to pass these tests:\n\n```python\n{tests}\n```\n\n"
        "Answer with one Python code block that holds the function, together with its imports.\n"
    )


def write_crate(problem: Problem) -> str:
    """Ask for the one file of a Rust crate that the prompt describes."""
    edition = problem.extra["crate"]["edition"]
    return (
        f"{problem.prompt.strip()}\n\nAnswer with one ```rust code block that holds the whole content of src/lib.rs "
        f"(Rust {edition}). Keep the names and signatures that are given, use the standard library only, and leave out "
        "tests and a main function.\n"
    )


def write_program(problem: Problem) -> Prompt:
    """Put a task as it stands, and say what a solution is: a program from standard input to standard output."""
    language = "Python 3" if problem.language == "python" else title(problem.language)
    asked = (
        f"Write a {language} program that reads its input from standard input and writes its output to standard output"
    )
    text = f"{problem.prompt.strip()}\n\n{asked}"
    block = title(problem.language)
    turn = f"{text}, and nothing else. Answer with one {block} code block that holds the whole program.\n"
    if problem.language == "python":
        return Prompt((turn,), text=in_comments(f"{text}."), stop=AFTER_WHOLE[:2])
    worded = replace(problem, prompt=f"{text}.")
    return Prompt((turn,), text=_continued_elsewhere(worded), stop=("\n```",))


def continued(problem: Problem) -> tuple[str, tuple[str, ...]]:
    """Return text for a base model to continue with the solution, and where to stop (four texts at most).

    That is the prompt itself where it is code, else a docstring with the description and the tests it shows (in other
    languages than Python a comment).
    """
    if problem.language != "python":
        return _continued_elsewhere(problem), tuple(problem.extra.get("stop", ()))[:_MOST_STOPS]
    if problem.stub:
        return problem.stub, _AFTER_BODY
    lines = [problem.prompt.strip(), *problem.extra.get("shown_tests", ())]
    return '"""\n' + "\n".join(lines) + '\n"""\n', AFTER_PROGRAM


def in_comments(text: str) -> str:
    """Return words and code as comments of Python, behind which a base model writes a program from its first line."""
    return "".join(f"# {line}".rstrip() + "\n" for line in text.rstrip().split("\n")) + "\n"


def comment_of(language: str) -> str:
    """Return what begins a comment in another language than Python."""
    return _COMMENTS.get(language, "//")


def fenced(code: str, language: str) -> str:
    """Return code as a block of Markdown, in a fence longer than those within it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`{3,}", code)), default=0))
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def _continued_elsewhere(problem: Problem) -> str:
    if problem.stub:
        return problem.stub
    mark = comment_of(problem.language)
    lines = [f"{mark} {line}".rstrip() for line in problem.prompt.strip().splitlines()]
    return _HEAD.get(problem.language, "") + "\n".join(lines) + "\n\n"
