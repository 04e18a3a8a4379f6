"""What `codeeval doctor` says of vLLM and of GPUs."""

from __future__ import annotations

import importlib.util
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_codeeval.cli import serving

Install = Callable[..., Path]


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Install:
    """Begin with an empty PATH; return what puts a program on it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def install(name: str, script: str, interpreter: str = "/bin/sh") -> Path:
        place = folder / name
        place.write_text(f"#!{interpreter}\n{script}\n")
        place.chmod(place.stat().st_mode | stat.S_IXUSR)
        return place

    return install


def said() -> list[tuple[str, str]]:
    return serving.rows(serving.examine())


def test_a_vllm_is_told_with_the_version_that_its_own_python_has(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = install("vllm", "raise SystemExit('too slow to be asked')", sys.executable)
    info = tmp_path / "vllm-0.99.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: vllm\nVersion: 0.99.1\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert ("vLLM", f"0.99.1 ({place})") in said()
    assert serving.examine()["vllm"] == {"command": str(place), "version": "0.99.1"}


@pytest.mark.parametrize("interpreter", ["/bin/sh", "/nowhere/python3"])
def test_a_vllm_whose_python_is_not_known_has_no_version(install: Install, interpreter: str) -> None:
    place = install("vllm", "exit 1", interpreter)
    assert ("vLLM", f"version not known ({place})") in said()


def test_without_a_vllm_it_says_how_to_get_one(install: Install) -> None:
    if importlib.util.find_spec("vllm") is not None:
        pytest.skip("this environment has vLLM")
    text = dict(said())["vLLM"]
    assert text.startswith("not found: pip install 'pytest-codeeval[vllm]'")
    assert "--vllm-url URL" in text


def test_gpus_are_told_with_name_and_memory(install: Install) -> None:
    install("nvidia-smi", r"printf 'NVIDIA H100 80GB HBM3, 81559\nOdd, with a comma, 1024\nShared, [N/A]\n'")
    assert [text for name, text in said() if name == "GPU"] == [
        "NVIDIA H100 80GB HBM3, 80 GiB",
        "Odd, with a comma, 1 GiB",
        "Shared",
    ]
    assert serving.examine()["gpus"][0] == {"name": "NVIDIA H100 80GB HBM3", "memory_mib": 81559}


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'NVIDIA-SMI has failed: no driver'; exit 9", "NVIDIA-SMI has failed: no driver"),
        ("echo 'No devices were found'", "No devices were found"),
        ("exit 1", "nvidia-smi does not run"),
        (r"printf '\377'; exit 1", "\ufffd"),
    ],
)
def test_gpus_that_cannot_be_read_are_told_with_the_reason(install: Install, script: str, reason: str) -> None:
    install("nvidia-smi", script)
    assert ("GPU", f"none that can be read: {reason}") in said()


def test_a_machine_without_gpus(install: Install) -> None:
    if importlib.util.find_spec("pynvml") is not None:
        pytest.skip("this environment has NVML's binding, which may find GPUs without nvidia-smi")
    assert ("GPU", "none") in said()
