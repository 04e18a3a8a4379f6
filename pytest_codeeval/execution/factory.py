"""From the name of a language to the runner that checks it, and what a machine lacks for that.

What one language needs is imported when it is asked for: each worker of a run pays for what it imports.
"""

from __future__ import annotations

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.language import canonical
from pytest_codeeval.execution.problemrunner import ProblemRunner
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice


def make_runner(language: str, choice: SandboxChoice | None = None) -> Runner:
    """Return the runner of a language in the sandbox of a choice (by default the strongest).

    Raises UsageError for a language that is not built, or whose tools are not there.
    """
    choice = choice or SandboxChoice()
    return ProblemRunner(_runner(language, choice), choice)


def _runner(language: str, choice: SandboxChoice) -> Runner:
    """Return the runner for tests that are code."""
    name = canonical(language)
    if name == "python":
        from pytest_codeeval.execution.languages.python import PythonRunner

        return PythonRunner(choice)
    if name == "rust":
        from pytest_codeeval.execution.languages.rust import RustRunner

        return RustRunner(choice)
    from pytest_codeeval.execution.languages.program import ProgramRunner
    from pytest_codeeval.execution.toolchains.catalogue import languages

    if name in languages():
        return ProgramRunner(languages()[name], choice)
    known = ["python", "rust", *sorted(languages())]
    raise UsageError(
        f"language {language!r} cannot be checked by this version{nearest(name, known)}; it has: {', '.join(known)}."
    )


def lacking(language: str) -> str:
    """Return what this machine lacks to check a language, in a sentence that says what to install, else nothing."""
    name = canonical(language)
    if name == "python":
        return ""
    if name == "rust":
        from pytest_codeeval.execution.languages.rust import lacks

        return lacks()
    from pytest_codeeval.execution.toolchains.catalogue import languages
    from pytest_codeeval.execution.toolchains.toolbox import Toolbox

    found = languages().get(name)
    try:
        if found is not None:
            Toolbox(found).demand()
    except UsageError as error:
        return str(error)
    return ""
