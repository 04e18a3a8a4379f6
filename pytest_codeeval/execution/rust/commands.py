"""The commands by which a Rust solution is built, linted and tested, one process each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from pytest_codeeval.execution.rust.toolchain import Toolchain

HARNESS = "libcodeeval_harness.rlib"
NONCE = "CODEEVAL_NONCE"
REPORT_FD = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One process in a folder: all paths are relative to it.

    `needs` are the files that must be there before, besides those that the step's owner lists; `gives` the files that
    it leaves. `environment` comes on top of a clean one.
    """

    name: str
    argv: tuple[str, ...]
    needs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Crate:
    """What is being compiled: its name in Cargo.toml, edition, lints of clippy that it allows, and its features."""

    name: str
    edition: str
    allow: tuple[str, ...] = ()
    features: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The name of the crate in code."""
        return self.name.replace("-", "_")

    @property
    def library(self) -> str:
        """The file that the solution is compiled to."""
        return f"lib{self.word}.rlib"


def harness(toolchain: Toolchain) -> tuple[str, Step]:
    """Return the source of the harness, to be written to `harness.rs`, and the step that compiles it: once for all."""
    source = files(__package__).joinpath("harness.rs").read_text("utf-8")
    argv = [str(toolchain.rustc), "harness.rs", "--crate-name", "codeeval_harness", *_library("2021", "link")]
    return source, Step("harness", tuple(argv), ("harness.rs",), (HARNESS,), {"RUSTC_BOOTSTRAP": "codeeval_harness"})


def build(toolchain: Toolchain, crate: Crate, *, apart: bool) -> tuple[Step, Step | None]:
    """Return the step that compiles `src/lib.rs`, and the one that lints it where that is to be done `apart`.

    A single process of clippy does both otherwise. Where clippy is missing nothing is linted.
    """
    common = ["src/lib.rs", "--crate-name", crate.word, "--error-format=json"]
    common += ["--force-warn", "unsafe_code", "--check-cfg", "cfg(docsrs,test)"]
    values = ", ".join(f'"{feature}"' for feature in crate.features)
    common += ["--check-cfg", f"cfg(feature, values({values}))"]
    # Lints of clippy that forbid by default do not break a build, as `cargo build` does not know them.
    levels = ["-W", "clippy::correctness", *(word for lint in crate.allow for word in ("-A", f"clippy::{lint}"))]
    environment = {"CARGO_PKG_NAME": crate.name, "CARGO_CRATE_NAME": crate.word, "CARGO_PKG_VERSION": "0.1.0"}

    def step(name: str, program: Path, emitted: str, gives: str, levels: Sequence[str] = ()) -> Step:
        argv = (str(program), *common, *_library(crate.edition, emitted), *levels)
        return Step(name, argv, ("src/lib.rs",), (gives,), environment)

    if toolchain.clippy is None:
        return step("build", toolchain.rustc, "link", crate.library), None
    if not apart:
        return step("build", toolchain.clippy, "link", crate.library, levels), None
    # The other process must leave the library alone: it sees `cfg(clippy)`.
    linting = step("lint", toolchain.clippy, "metadata", f"lib{crate.word}.rmeta", levels)
    return step("build", toolchain.rustc, "link", crate.library), linting


def link(toolchain: Toolchain, crate: Crate, root: str, program: str) -> Step:
    """Return the step that compiles the tests crate at `root`, with all it needs in one `program`."""
    argv = [str(toolchain.rustc), root, "--test", "--crate-name", "codeeval_tests", "--edition", crate.edition]
    argv += ["--error-format=json", "--cap-lints", "allow", "-o", program]
    argv += ["-C", "debuginfo=0", "-C", "embed-bitcode=no", "-C", "strip=symbols", "-C", "codegen-units=1"]
    argv += ["--extern", f"{crate.word}={crate.library}", "--extern", f"codeeval_harness={HARNESS}"]
    argv += [word for feature in crate.features for word in ("--check-cfg", f'cfg(feature, values("{feature}"))')]
    return Step("link", tuple(argv), (root, crate.library, HARNESS), (program,), {"RUSTC_BOOTSTRAP": "codeeval_tests"})


def run(program: str) -> Step:
    """Return the step that runs a tests program: fd 3 takes the report, the environment needs the nonce besides."""
    return Step("run", (f"./{program}",), (program,), (), {"RUST_BACKTRACE": "0"})


def _library(edition: str, emitted: str) -> list[str]:
    return [
        *("--crate-type", "lib", "--edition", edition, f"--emit={emitted}"),
        *("-C", "debuginfo=0", "-C", "embed-bitcode=no", "-C", "codegen-units=1"),
    ]
