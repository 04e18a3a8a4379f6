"""Toolbox: finds tools, and shows no more of a machine than they need."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.toolchains.language import Language, Library
from pytest_codeeval.execution.toolchains.toolbox import Toolbox
from tests.execution.toolchains.specimens import language


def tool(place: Path, text: str = "#!/bin/sh\necho mytool 1.2\necho more\n") -> Path:
    """Write a program."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    place.chmod(place.stat().st_mode | stat.S_IXUSR)
    return place


@pytest.fixture
def mine() -> Language:
    return replace(language("js"), tools={"mytool": "mypackage"})


def test_an_installation_outside_the_system_is_shown_as_a_whole(tmp_path: Path, mine: Language) -> None:
    tool(tmp_path / "opt/node-v20/bin/mytool")
    found = Toolbox(mine, str(tmp_path / "opt/node-v20/bin"))
    assert str(tmp_path / "opt/node-v20") in found.readable()
    assert found.tools == {"mytool": str(tmp_path / "opt/node-v20/bin/mytool")}


def test_links_are_followed_and_all_they_lead_through_is_shown(tmp_path: Path, mine: Language) -> None:
    real = tool(tmp_path / "opt/node-v20/bin/mytool")
    for name, target in [("etc/links/mytool", real), ("local/bin/mytool", tmp_path / "etc/links/mytool")]:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).symlink_to(os.path.relpath(target, (tmp_path / name).parent))
    shown = Toolbox(mine, str(tmp_path / "local/bin")).readable()
    assert {str(tmp_path / part) for part in ("opt/node-v20", "etc/links", "local")} <= set(shown)


@pytest.mark.parametrize("where", ["bin", ".local/bin"])
def test_of_a_home_folder_only_the_program_is_shown(
    tmp_path: Path, mine: Language, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    tool(tmp_path / where / "mytool")
    shown = Toolbox(mine, str(tmp_path / where)).readable()
    assert str(tmp_path / where / "mytool") in shown
    assert not any(Path(path) in (tmp_path, tmp_path / ".local", tmp_path / "bin") for path in shown)


@pytest.mark.parametrize("name", ["js", "java", "r", "php", "go", "cpp"])
def test_the_system_is_shown_but_neither_homes_nor_all_of_etc(name: str) -> None:
    shown = Toolbox(language(name)).readable()
    assert "/usr" in shown
    assert not {"/", "/etc", "/home", "/root", "/tmp", "/var", "/opt"} & set(shown)
    assert all(os.path.exists(path) for path in shown)
    assert not any(Path(a).is_relative_to(b) for a in shown for b in shown if a != b)


def test_what_is_missing_is_told_with_its_package(tmp_path: Path, mine: Language) -> None:
    lacking = Toolbox(mine, str(tmp_path))
    assert lacking.missing() == [("mytool", "mypackage")]
    with pytest.raises(UsageError, match=r"mytool not found.*apt-get install mypackage"):
        lacking.demand()


def test_a_library_is_missing_where_its_probe_fails(tmp_path: Path, mine: Language) -> None:
    tool(tmp_path / "bin/mytool", '#!/bin/sh\nexit "$1"\n')
    there, lacking = (Library(name, ("mytool", code), f"lib{name}") for name, code in [("a", "0"), ("b", "3")])
    found = Toolbox(replace(mine, libraries=(there, lacking)), str(tmp_path / "bin"))
    assert found.missing() == [("b", "libb")]


def test_a_probe_runs_once_and_sees_no_secrets(tmp_path: Path, mine: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_API_KEY", "sk-1")
    log = tmp_path / "log"
    tool(tmp_path / "bin/mytool", f"#!/bin/sh\necho \"run${{MY_API_KEY}}\" >> '{log}'\n")
    ours = replace(mine, libraries=(Library("a", ("mytool",), "liba"),))
    for _ in range(2):
        assert Toolbox(ours, str(tmp_path / "bin")).missing() == []
    assert log.read_text() == "run\n"


def test_a_version_is_one_line(tmp_path: Path, mine: Language) -> None:
    tool(tmp_path / "bin/mytool")
    assert Toolbox(mine, str(tmp_path / "bin")).versions() == {"mytool": "mytool 1.2"}


def test_commands_get_absolute_paths_and_keep_the_place_of_the_run(tmp_path: Path, mine: Language) -> None:
    place = tool(tmp_path / "bin/mytool")
    ours = replace(mine, environment={"CACHE": "{prepared}/cache", "HOME": "{here}/home"})
    found = Toolbox(ours, str(tmp_path / "bin"))
    assert found.command(("mytool", "-I", "{prepared}", "{here}/x"), "/p") == (str(place), "-I", "/p", "{here}/x")
    assert found.command(("./program",)) == ("./program",)
    variables = found.environment("/p")
    assert (variables["CACHE"], variables["HOME"]) == ("/p/cache", "{here}/home")
    assert variables["PATH"].split(":")[0] == str(tmp_path / "bin")
