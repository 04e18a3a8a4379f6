"""The Rust toolchain of this machine: where its programs are, and what is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

OLDEST = (1, 85, 0)
"""The first version with the edition 2024."""


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Programs and versions: `clippy` and `linker` are None where they are not installed.

    `sysroot` has to be readable for what runs them, and what `cc` needs to link. `joiner` is what makes a library of an
    object, and `builtins` what the compiler takes for granted there: None where libraries are not to be had so.
    """

    rustc: Path
    clippy: Path | None
    linker: Path | None
    sysroot: Path
    version: tuple[int, int, int]
    host: str
    joiner: Path | None = None
    builtins: Path | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """What is missing, each with the command that brings it."""
        found = []
        if self.version < OLDEST:
            wanted, got = (".".join(map(str, numbers)) for numbers in (OLDEST[:2], self.version))
            found.append(f"rustc {wanted} or later (this one is {got}): `rustup update stable`")
        if self.clippy is None:
            found.append("clippy-driver: `rustup component add clippy`, or Debian's package rust-clippy")
        if self.linker is None:
            found.append("a linker, cc: Debian's package gcc")
        return tuple(found)


NO_RUSTC = "rustc: https://rustup.rs, or Debian's packages rustc and rust-clippy"


def find_toolchain() -> Toolchain | None:
    """Find the toolchain behind the `rustc` on the PATH, None where there is none that runs."""
    proxy = shutil.which("rustc")
    if proxy is None:
        return None
    try:
        sysroot = Path(_said(proxy, "--print", "sysroot").strip())
        rustc = _program(sysroot, "rustc") or Path(proxy).resolve()
        told = _said(str(rustc), "-vV")
    except (OSError, subprocess.SubprocessError):
        return None
    release = re.search(r"^release: (\d+)\.(\d+)\.(\d+)", told, re.MULTILINE)
    host = re.search(r"^host: (\S+)", told, re.MULTILINE)
    if not (release and host and sysroot.is_absolute()):
        return None
    version = int(release[1]), int(release[2]), int(release[3])
    linker = shutil.which("cc")
    clippy = _program(sysroot, "clippy-driver")
    found = Toolchain(rustc, clippy, Path(linker) if linker else None, sysroot, version, host[1])
    joiner = shutil.which("ld") if host[1].endswith("-linux-gnu") else None
    builtins = sorted((sysroot / "lib" / "rustlib" / host[1] / "lib").glob("libcompiler_builtins-*.rlib"))
    return replace(found, joiner=Path(joiner), builtins=builtins[0]) if joiner and builtins else found


def _said(program: str, *arguments: str) -> str:
    # From /, as a rust-toolchain.toml in the current folder would choose another.
    run = subprocess.run([program, *arguments], capture_output=True, text=True, check=True, cwd="/", timeout=60)
    return run.stdout


def _program(sysroot: Path, name: str) -> Path | None:
    path = sysroot / "bin" / name
    return path if os.access(path, os.X_OK) else None
