"""From the name of a language to the runner that checks it."""

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice


def make_runner(language: str, choice: SandboxChoice | None = None) -> Runner:
    """Return the runner of a language in the sandbox of a choice (by default the strongest).

    Raises UsageError for a language that is not built.
    """
    if language != "python":
        raise UsageError(f"language {language!r} cannot be checked by this version; it has: python.")
    return PythonRunner(choice or SandboxChoice())


def lacking(language: str) -> str:  # noqa: ARG001 - Python is always there
    """Return what this machine lacks to check a language, in a sentence that says what to install, else nothing."""
    return ""
