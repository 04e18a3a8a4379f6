"""The commands by which a Rust solution is built, linted and tested, one process each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from pytest_codeeval.execution.rust.toolchain import Toolchain

HARNESS = "libcodeeval_harness.rlib"
SERVING = "libcodeeval_serving.rlib"
NONCE = "CODEEVAL_NONCE"

_MODULES = {HARNESS: ("wire.rs", "calls.rs", "loader.rs"), SERVING: ("wire.rs", "loader.rs")}


@dataclass(frozen=True, slots=True)
class Step:
    """One process in a folder: all paths are relative to it.

    `needs` are the files that must be there before, besides those that the step's owner lists; `gives` the files that
    it leaves. `environment` comes on top of a clean one. `may_fail` says that the next step is run all the same.
    """

    name: str
    argv: tuple[str, ...]
    needs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    may_fail: bool = False


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


def prebuilt(toolchain: Toolchain, library: str) -> tuple[Mapping[str, str], Step]:
    """Return the sources of `HARNESS` or `SERVING`, and the step that compiles it: once for all solutions."""
    name = library.removeprefix("lib").removesuffix(".rlib")
    root = f"{name.removeprefix('codeeval_')}.rs"
    sources = {path: files(__package__).joinpath(path).read_text("utf-8") for path in (root, *_MODULES[library])}
    argv = (str(toolchain.rustc), root, "--crate-name", name, *_library("2021", "link"))
    return sources, Step(name, argv, tuple(sources), (library,), {"RUSTC_BOOTSTRAP": name})


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


def link(toolchain: Toolchain, crate: Crate, root: str, program: str, *, alone: bool = False) -> Step:
    """Return the step that compiles the tests crate at `root`, with all it needs in one `program`.

    That is the solution's library, unless the tests stand `alone`.
    """
    libraries = {"codeeval_harness": HARNESS} if alone else {crate.word: crate.library, "codeeval_harness": HARNESS}
    step = program_of(toolchain, root, crate.edition, program, libraries)
    argv = [*step.argv, "--test", "--crate-name", "codeeval_tests"]
    argv += [word for feature in crate.features for word in ("--check-cfg", f'cfg(feature, values("{feature}"))')]
    return replace(step, argv=tuple(argv), environment={"RUSTC_BOOTSTRAP": "codeeval_tests"})


def link_server(toolchain: Toolchain, crate: Crate, root: str, program: str) -> Step:
    """Return the step that compiles what serves a solution's functions, from `root` and the solution's library."""
    libraries = {crate.word: crate.library, "codeeval_serving": SERVING}
    step = program_of(toolchain, root, "2021", program, libraries)
    return replace(step, name="serve", argv=(*step.argv, "--crate-name", "codeeval_server"), may_fail=True)


def program_of(toolchain: Toolchain, root: str, edition: str, program: str, libraries: Mapping[str, str]) -> Step:
    """Return the step that makes a `program` of `root` and libraries of Rust, by their names in code."""
    argv = [
        str(toolchain.rustc),
        root,
        "--edition",
        edition,
        "-o",
        program,
        "--error-format=json",
        "--cap-lints",
        "allow",
    ]
    argv += ["-C", "debuginfo=0", "-C", "embed-bitcode=no", "-C", "strip=symbols", "-C", "codegen-units=1"]
    argv += [word for name, path in libraries.items() for word in ("--extern", f"{name}={path}")]
    return Step("link", tuple(argv), (root, *libraries.values()), (program,))


def run(program: str) -> Step:
    """Return the step that runs a tests program: fd 3 takes the report, the environment needs the nonce besides."""
    return Step("run", (f"./{program}",), (program,), (), {"RUST_BACKTRACE": "0"})


def _library(edition: str, emitted: str) -> list[str]:
    return [
        *("--crate-type", "lib", "--edition", edition, f"--emit={emitted}"),
        *("-C", "debuginfo=0", "-C", "embed-bitcode=no", "-C", "codegen-units=1"),
    ]
