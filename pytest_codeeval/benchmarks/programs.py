"""The program form: a prompt that a completion continues, what closes it, and tests that come after it."""

import re

from pytest_codeeval.core.language import canonical

LANGUAGES = frozenset(
    ("python", "rust", "javascript", "typescript", "java", "cpp", "go", "sh", "php", "ruby", "lua", "perl", "r")
)
"""The languages, by their one name, that a row may say that it is in."""

_RUST_FUNCTION = re.compile(r"^[ \t]*(?:pub(?:\([^)\n]*\))? )?(?:(?:const|async|unsafe) )*fn\s+(\w+)", re.MULTILINE)


def split_closing(tests: str, closing: str) -> tuple[str, str] | None:
    """Return tests without the lines `closing` that they begin with, and these lines as the end of a solution.

    Such tests close the function that a completion leaves open. None where they begin with something else.
    """
    text = tests.lstrip("\n")
    if not closing:
        return tests, ""
    if not text.startswith(f"{closing}\n"):
        return None
    # On a line of its own: what comes before may end in a comment, and `echo hi}` is another program.
    return text[len(closing) + 1 :], f"\n{closing}"


def ends_inside(prompt: str, language: str) -> bool:
    """Whether a prompt is code that breaks off inside a function."""
    if prompt.rstrip().endswith("{"):
        return True
    function = canonical(language) == "rust" and _RUST_FUNCTION.search(prompt)
    return bool(function) and prompt.count("{") > prompt.count("}")


def last_function(code: str) -> str:
    """Return the name of the last function that Rust code declares, an empty text where there is none."""
    names = _RUST_FUNCTION.findall(code)
    return names[-1] if names else ""
