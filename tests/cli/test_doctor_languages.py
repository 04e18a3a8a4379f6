"""What `codeeval doctor` says of languages, by the tools that are on the PATH."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_codeeval.cli import languages
from pytest_codeeval.core.language import title
from pytest_codeeval.execution.toolchains import catalogue
from pytest_codeeval.execution.toolchains.toolbox import Toolbox

ALL = sorted(catalogue.languages())

Install = Callable[[str, str], None]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Install:
    """Begin with an empty PATH; return what puts a shell script on it."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def install(name: str, script: str) -> None:
        place = tmp_path / name
        place.write_text(f"#!/bin/sh\n{script}\n")
        place.chmod(place.stat().st_mode | stat.S_IXUSR)

    return install


def said() -> dict[str, str]:
    return dict(languages.rows(languages.examine()))


def test_without_tools_each_language_is_told_the_packages_that_bring_it(install: Install) -> None:
    found = said()
    for name in ALL:
        packages = " ".join(dict.fromkeys(catalogue.languages()[name].tools.values()))
        assert found[title(name)] == f"not found: apt-get install {packages}"
    assert found["PHP"] == "not found: apt-get install php-cli"
    assert found["Rust"] == "not found: https://rustup.rs, or Debian's packages rustc and rust-clippy"
    assert found["Python"].startswith("python 3.")


def test_without_tools_only_python_is_found(install: Install) -> None:
    assert [name for name, found in languages.examine().items() if found["found"]] == ["python"]


@pytest.mark.parametrize("name", ALL)
def test_an_installed_language_is_shown_with_the_numbers_of_its_tools(name: str) -> None:
    toolbox = Toolbox(catalogue.languages()[name])
    if absent := toolbox.missing():
        pytest.skip(f"not installed here: {absent}")
    found = languages.examine()[name]
    assert found["found"]
    text = dict(languages.rows({name: found}))[title(name)]
    tools = text.split(", ")
    assert [tool.split()[0] for tool in tools] == list(toolbox.language.tools)
    assert all(tool.split()[1].lstrip("v").replace(".", "").isdecimal() for tool in tools)


def test_an_installed_rust_is_shown_with_clippy_and_linker() -> None:
    if not all(map(shutil.which, ("rustc", "clippy-driver", "cc"))):
        pytest.skip("no rustc, clippy and cc here")
    assert said()["Rust"].startswith("rustc 1.")
    assert said()["Rust"].endswith(", clippy, cc")


def test_a_tool_that_is_missing_beside_one_that_is_there(install: Install) -> None:
    install("node", "echo v20.1.0")
    assert said()["JavaScript"] == "node v20.1.0"
    assert said()["TypeScript"] == "node v20.1.0; missing tsc: apt-get install node-typescript"


def test_a_library_that_is_missing(install: Install) -> None:
    install("lua", 'case $1 in -v) echo "Lua 5.4.4 of somebody";; *) exit 1;; esac')
    assert said()["Lua"] == "lua 5.4.4; missing luaunit: apt-get install lua-unit"
    assert not languages.examine()["lua"]["found"]


def test_a_tool_that_says_nothing_of_its_version(install: Install) -> None:
    install("php", "exit 1")
    assert said()["PHP"] == "php (tells no version)"


def test_a_rust_that_is_too_old_and_has_neither_clippy_nor_linker(install: Install) -> None:
    install("rustc", r"case $1 in -vV) printf 'release: 1.80.1\nhost: some-host\n';; *) echo /nowhere;; esac")
    assert said()["Rust"] == (
        "rustc 1.80.1; missing rustc 1.85 or later (this one is 1.80.1), clippy-driver, a linker, cc: "
        "`rustup update stable`; `rustup component add clippy`, or Debian's package rust-clippy; Debian's package gcc"
    )


def test_a_rustc_that_does_not_run(install: Install) -> None:
    install("rustc", "exit 1")
    assert said()["Rust"].startswith("the rustc on the PATH does not run: https://rustup.rs")
    assert not languages.examine()["rust"]["found"]


def test_a_tool_that_cannot_be_read_costs_its_own_line_only(install: Install) -> None:
    install("rustc", r"printf '\377'")
    install("node", "echo v20.1.0")
    assert said()["Rust"].startswith("cannot be told (UnicodeDecodeError: ")
    assert said()["JavaScript"] == "node v20.1.0"
