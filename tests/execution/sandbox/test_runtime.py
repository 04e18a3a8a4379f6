from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox.interpreter import python_runtime, third_party
from pytest_codeeval.execution.sandbox.packages import installed
from pytest_codeeval.execution.sandbox.runtime import Runtime, visible
from tests.execution.sandbox.supervision import supervise

linux = pytest.mark.skipif(sys.platform != "linux", reason="paths are Linux's")


def covers(paths, path):
    return any(path == parent or path.startswith(parent + "/") for parent in paths)


@linux
def test_python_and_its_libraries_are_readable():
    whole, listed = visible(python_runtime())
    for module in ("os", "json", "_ctypes", "_sqlite3"):
        __import__(module)
        if path := getattr(sys.modules[module], "__file__", None):
            assert covers(whole, os.path.realpath(path))
    assert covers(whole, os.path.realpath("/bin/sh"))
    assert os.path.realpath(os.path.dirname(os.__file__)) in [*whole, *listed]


@linux
@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/home", "/root", "/proc", "/tmp", "/etc", "/", sysconfig.get_paths()["purelib"], __file__]
)
def test_nothing_else_is_readable(path):
    whole, listed = visible(python_runtime())
    assert not covers(whole, os.path.realpath(path))
    assert path not in listed


@linux
def test_no_site_packages_are_readable():
    whole, _ = visible(python_runtime())
    for name in ("site-packages", "dist-packages"):
        assert [path for path in whole if list(Path(path).glob(f"{name}/*"))] == []
        assert not any(f"/{name}" in path for path in whole)


def test_what_is_hidden_is_left_out_and_its_siblings_are_not(tmp_path):
    for name in ("a/hidden/allowed/x", "a/hidden/other/x", "a/b/x", "c/x"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    root = os.path.realpath(tmp_path)
    runtime = Runtime((f"{root}/link", f"{root}/c", f"{root}/a/hidden/allowed"), (f"{root}/a/hidden",))
    whole, listed = visible(runtime)
    assert sorted(whole) == [f"{root}/a/b", f"{root}/a/hidden/allowed", f"{root}/c"]
    assert listed == [f"{root}/a"]


def test_a_package_brings_what_it_requires():
    entries = installed(["pytest"])
    assert {"pytest", "_pytest", "pluggy", "iniconfig"} <= set(entries)
    assert all(path.exists() for path in entries.values())
    assert "hypothesis" not in entries


def test_a_package_goes_by_the_name_of_its_module_too():
    assert "_pytest" in installed(["_pytest"])


def test_a_missing_package_is_an_error_of_the_user_that_names_the_nearest():
    with pytest.raises(UsageError, match=r"'plugy'.*did you mean 'pluggy'"):
        installed(["plugy"])


def test_packages_are_linked_into_the_farm(tmp_path):
    runtime = python_runtime(["iniconfig"], tmp_path / "farm")
    assert (tmp_path / "farm" / "iniconfig" / "__init__.py").exists()
    assert str(tmp_path / "farm") in runtime.readable
    assert not (tmp_path / "farm" / "pytest").exists()


@linux
@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_a_solution_can_import_an_allowed_package(tier, tmp_path):
    farm = str(tmp_path / "farm")
    (result,) = supervise(tier, ["package"], farm=farm, packages=["iniconfig"])
    assert result["value"].startswith(farm)


def test_packages_are_found_behind_links_and_links_that_lead_nowhere_are_passed_by(tmp_path: Path) -> None:
    packages = tmp_path / "elsewhere" / "deep" / "er" / "lib" / "site-packages"
    packages.mkdir(parents=True)
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "python3").symlink_to(packages.parent)
    (tmp_path / "lib" / "loop").symlink_to(tmp_path / "lib" / "loop")
    (tmp_path / "lib" / "gone").symlink_to(tmp_path / "gone")
    assert third_party([str(tmp_path)]) == [str(tmp_path / "lib" / "python3" / "site-packages")]
