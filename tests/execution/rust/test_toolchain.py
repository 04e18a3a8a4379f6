from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.execution.rust.toolchain import Toolchain, find_toolchain


def test_the_programs_are_those_of_one_sysroot(rust: Toolchain) -> None:
    assert rust.rustc.is_file() and rust.clippy and rust.clippy.is_file()
    assert rust.clippy.parent == rust.rustc.parent
    assert rust.version >= (1, 85, 0)


def test_what_is_missing_is_told_with_its_remedy(rust: Toolchain) -> None:
    assert rust.missing == ()
    missing = replace(rust, clippy=None, linker=None, version=(1, 63, 0)).missing
    assert "rustc 1.85 or later (this one is 1.63.0): `rustup update stable`" in missing
    assert any("`rustup component add clippy`" in one for one in missing)
    assert any("gcc" in one for one in missing)


def test_no_rustc_is_no_toolchain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_toolchain() is None
    broken = tmp_path / "rustc"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    assert find_toolchain() is None
