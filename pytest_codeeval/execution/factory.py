"""From the name of a language to the runner that checks it, and what a machine lacks for that."""

from __future__ import annotations

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.language import canonical
from pytest_codeeval.execution.languages.program import ProgramRunner
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.languages.rust import RustRunner, toolchain
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.rust.toolchain import NO_RUSTC
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.toolbox import Toolbox


def make_runner(language: str, choice: SandboxChoice | None = None) -> Runner:
    """Return the runner of a language in the sandbox of a choice (by default the strongest).

    Raises UsageError for a language that is not built.
    """
    name, choice = canonical(language), choice or SandboxChoice()
    if name == "python":
        return PythonRunner(choice)
    if name == "rust":
        return RustRunner(choice)
    if name in languages():
        return ProgramRunner(languages()[name], choice)
    known = ["python", "rust", *sorted(languages())]
    raise UsageError(
        f"language {language!r} cannot be checked by this version{nearest(name, known)}; it has: {', '.join(known)}."
    )


def lacking(language: str) -> str:
    """Return what this machine lacks to check a language, in a sentence that says what to install, else nothing."""
    if canonical(language) == "rust":
        found_rust = toolchain()
        missing = (NO_RUSTC,) if found_rust is None else found_rust.missing
        return f"Rust solutions cannot be run here: {'; '.join(missing)}" if missing else ""
    found = languages().get(canonical(language))
    if found is not None:
        try:
            Toolbox(found).demand()
        except UsageError as error:
            return str(error)
    return ""
