"""Options from `pyproject.toml`, `pytest.ini` and their kin, beneath those of the command line."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.plugin.fileoptions import file_options
from pytest_codeeval.plugin.names import Names, Option

_FILES = ("data", "dataset", "results", "report", "charts")


def settle(config: pytest.Config, names: Names) -> None:
    """Give each option its value: the command line's, else the config file's, the ini file's, or its default.

    Raises pytest.UsageError for a value in a file that is of another type.
    """
    absent = [option for option in names.options.values() if getattr(config.option, option.dest, None) is None]
    names.commanded = frozenset(option.own_dest for option in names.options.values() if option not in absent)
    from_file = file_options(config, names)
    for option in absent:
        value = from_file.get(option.own_dest)
        if value is None and option.in_files:
            value = _value(config, names.parser, option)
            if value is not None:
                names.set_by(option.name, option.key)
        setattr(config.option, option.dest, option.default if value is None else value)


def _value(config: pytest.Config, parser: pytest.Parser, option: Option) -> Any:
    """Return what the ini file says of an option, None where it says nothing."""
    if option.switch:
        return _read(config, parser, option, "bool")
    found = _read(config, parser, option, *(["linelist"] if option.many else []), "string", "float")
    if found is None:
        return None
    if isinstance(found, list) and not option.many:
        raise pytest.UsageError(f"{config.inipath}: {option.key} takes one value, and {found} is a list.")
    texts = [_beside(config, option, str(value)) for value in (found if isinstance(found, list) else [found])]
    return texts if option.many else texts[0]


def _read(config: pytest.Config, parser: pytest.Parser, option: Option, *kinds: Any) -> Any:
    """Return the value as the first of the types that takes it: TOML has types of its own, and one alone is strict."""
    error: Exception | None = None
    for kind in kinds:
        parser.addini(option.key, f"as {option.long}", kind, default=None)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that a text was expected: a list is named as an error of ours
                return config.getini(option.key)
        except (TypeError, ValueError, pytest.UsageError) as refusal:
            error = error or refusal
    said = str(error).removeprefix(f"{config.inipath}: ")
    raise pytest.UsageError(f"{config.inipath}: {option.key} cannot be read ({said}).")


def _beside(config: pytest.Config, option: Option, text: str) -> str:
    """Return a path that is relative to the ini file, as seen from here; any other text as it is."""
    if config.inipath is None or config.inipath.parent == config.invocation_params.dir:
        return text
    prefix, colon, path = text.rpartition(":")
    is_path = option.name in _FILES or (option.name == "model" and _names_a_file(prefix))
    found = config.inipath.parent / (path if option.name == "model" else text)
    # OWNER/NAME may be a dataset on the hub.
    if not is_path or not (found.exists() or option.name in ("results", "report", "charts")):
        return text
    relative = os.path.relpath(found, config.invocation_params.dir)
    return f"{prefix}{colon}{relative}" if option.name == "model" else str(Path(relative))


def _names_a_file(backend: str) -> bool:
    """Whether what stands behind the prefix of a backend is a path."""
    from pytest_codeeval.generation.registry import kind_of  # here, as a run without a model needs it not

    return kind_of(backend).is_file
