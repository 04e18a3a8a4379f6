"""What `codeeval doctor` says of optional packages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pytest_codeeval.cli import extras

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_the_extras_are_those_of_the_project() -> None:
    declared = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    brought = {
        (match[0], extra)
        for extra, requirements in declared.items()
        if extra not in ("all", "dev")
        for requirement in requirements
        if (match := re.match(r"[\w-]+", requirement))
    }
    said = {(package, extra) for package, (extra, _) in extras.EXTRAS.items()}
    assert said == brought - {("aiohttp", "vllm"), ("vllm", "vllm")}


def test_an_absent_package_is_told_with_its_extra() -> None:
    found = dict(extras.rows(dict.fromkeys(extras.EXTRAS)))
    assert found["pyarrow"] == "not installed: pip install 'pytest-codeeval[parquet]' (for parquet files)"
    assert found["aiohttp"].startswith("not installed: pip install 'pytest-codeeval[openai]' (for ")


def test_an_installed_package_is_told_with_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed(tmp_path, "Metadata-Version: 2.1\nName: vllm\nVersion: 0.99.1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert extras.version("vllm") == "0.99.1"
    assert extras.rows({"torch": "2.9.0"}) == [("torch", "2.9.0")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # what importlib says of such metadata
def test_what_half_a_removal_left_behind_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed(tmp_path, "Metadata-Version: 2.1\nName: vllm\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert extras.version("vllm") is None


def test_a_package_that_was_never_there() -> None:
    assert extras.version("codeeval-no-such-package") is None


def installed(folder: Path, metadata: str) -> None:
    """Write what an installer leaves of a package."""
    info = folder / "vllm-0.99.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(metadata)
