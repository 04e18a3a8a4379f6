"""The options that name a config file, and suites by their names; what the file says becomes options of the run."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.plugin.names import Names

if TYPE_CHECKING:
    from pytest_codeeval.config.jobfile import JobFile

FILE: pytest.StashKey[JobFile] = pytest.StashKey()
_CONFIG, _SUITES, _CHOSEN = "--codeeval-config", "--codeeval-suites", "--codeeval-models"


def add_file_options(add: Callable[..., None]) -> None:
    """Declare them; they are for the command line alone."""
    add(
        "--config",
        dest="codeeval_config",
        metavar="FILE.yaml",
        in_files=False,
        help="take models, suites and settings from this file; the command line goes before it",
    )
    add(
        "--models",
        action="append",
        dest="codeeval_chosen",
        default=[],
        metavar="NAME[,NAME…]",
        in_files=False,
        help="of the models in --config only these; may be given several times",
    )
    add(
        "--suites",
        action="append",
        dest="codeeval_suites",
        default=[],
        metavar="NAME[,NAME…]",
        in_files=False,
        help="run these suites of the package, such as humaneval,mbpp; may be given several times",
    )


def take_in(config: pytest.Config, args: list[str], names: Names) -> None:
    """Put what a config file says of pytest itself, and the tests of suites, among the arguments of a run.

    Raises pytest.UsageError for a file that cannot be read, or a suite that is not there.
    """
    if not any(word.startswith((_CONFIG, _SUITES, _CHOSEN)) for word in args):
        return
    given = names.parser.parse_known_args(args, namespace=copy.copy(config.option))
    try:
        more, tests = _asked(config, given)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    args[:] = [*more, *args, *(test for test in tests if test not in args)]


def _asked(config: pytest.Config, given: Any) -> tuple[list[str], list[str]]:
    """Return options of pytest and its other plugins, and the tests to run."""
    from pytest_codeeval.config.shipped import tests_named

    named = tests_named(separated(given.codeeval_suites))
    if not given.codeeval_config:
        if chosen := separated(given.codeeval_chosen):
            raise UsageError(f"--models={chosen[0]} chooses among the models of a --config file; give one.")
        return [], named
    from pytest_codeeval.config.jobfile import read_job

    file = config.stash[FILE] = read_job(Path(given.codeeval_config))
    if not named and not given.file_or_dir:
        named = file.tests()
        if not file.suites:
            raise UsageError(
                f"{file.document.name} names no suite, and the command line none; add suites: to the file."
            )
    # A run that only says what it would do has no page to write, and overwrites none.
    rehearses = given.codeeval_plan or given.codeeval_show_prompts
    return [] if rehearses else _of_others(config, file), named


def _of_others(config: pytest.Config, file: JobFile) -> list[str]:
    """Return what a file says of pytest-xdist and pytest-html, if they are loaded."""
    found, loaded = [], config.pluginmanager.hasplugin
    if file.job.workers and loaded("xdist"):
        found += ["-n", file.job.workers]
    if file.job.html and loaded("html"):
        found += [f"--html={file.beside(file.job.html, made_here=True)}", "--self-contained-html"]
    return found


def file_options(config: pytest.Config, names: Names) -> dict[str, Any]:
    """Return the options of the run that its config file gives.

    Raises pytest.UsageError for one that this version does not know, and for a model that the file has not.
    """
    file = config.stash.get(FILE, None)
    if file is None:  # a worker, which is told by the controller, or a config file of another run within this process
        return {}
    try:
        found = file.options()
        models = file.chosen(separated(config.option.codeeval_chosen))
        if "models" not in names.commanded:
            found["models"] = [file.model_name(model) for _, model in models]
            if not models:
                raise file.document.refusal((), "no model is named in the file, and none with --model; name one.")
        unknown = found.keys() - {option.own_dest for option in names.options.values()}
        if unknown:
            raise UsageError(f"{file.document.name}: {min(unknown)} is not known to this version; leave it out.")
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    return found


def separated(texts: Iterable[str] | None) -> list[str]:
    """Return names that were given together, with commas between them, or one by one."""
    return [name for text in texts or () for name in map(str.strip, text.split(",")) if name]
