"""Short names on the command line, made long ones once every plugin and conftest has declared its own."""

from __future__ import annotations

import copy
import glob
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_codeeval.plugin.names import Names


def see_conftests(config: pytest.Config, args: list[str], names: Names) -> None:
    """Have pytest look for conftests where it would if our short names were known already.

    Until they are, it takes the value in `--samples 3` for a path, and looks beside that alone. It is to look there all
    the same: a conftest may declare `--samples` to be without a value.
    """
    names.look_for_others(config)
    known = config.known_args_namespace
    with suppress(pytest.UsageError):
        ours = names.parser.parse_known_args(_spelt_out(args, names), namespace=copy.copy(config.option))
        if known.file_or_dir and not ours.file_or_dir:
            patterns = config.getini("testpaths") if config.invocation_params.dir == config.rootpath else []
            # As pytest finds them.
            found = [path for pattern in patterns for path in sorted(glob.iglob(pattern, recursive=True))]  # noqa: PTH207
            known.file_or_dir = [*known.file_or_dir, *(found or [str(config.invocation_params.dir)])]


def spell_out(config: pytest.Config, args: list[str], names: Names) -> None:
    """Put long names for the short ones in the arguments of a run; those that another has declared by now stay."""
    names.look_for_others(config)
    found = _spelt_out(args, names)
    names.remember(_words(args))
    if found != list(_words(args)):
        args[:] = found


def _spelt_out(args: Iterable[str], names: Names) -> list[str]:
    found: list[str] = []
    for word in (words := _words(args)):
        found.append(names.spelt_out(word))
        if word == "--":
            found.extend(words)
    return found


def _words(args: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    """The arguments as text, with those of files that are named by `@FILE`, a line each, as argparse has it."""
    for arg in args:
        word = os.fspath(arg)
        if word.startswith("@"):
            with suppress(OSError, ValueError):
                yield from _words(Path(word[1:]).read_text(encoding="utf-8").splitlines())
                continue
        yield word
