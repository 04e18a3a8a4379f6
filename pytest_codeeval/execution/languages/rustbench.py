"""RustBench: where Rust's compilers and programs run, and the libraries that are compiled once on a machine."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.attempts.attempt import Attempt
from pytest_codeeval.execution.attempts.conclusive import run_until_conclusive
from pytest_codeeval.execution.commands.command import Built, Command, Execution
from pytest_codeeval.execution.commands.command_sandbox import limits_for
from pytest_codeeval.execution.commands.pair import Paired, Part
from pytest_codeeval.execution.commands.sandbox_pool import SandboxPool
from pytest_codeeval.execution.languages.artifact_cache import ArtifactCache
from pytest_codeeval.execution.rust.commands import Step, prebuilt
from pytest_codeeval.execution.rust.diagnostics import Diagnostics, read_diagnostics
from pytest_codeeval.execution.rust.loading import LOADER, loader
from pytest_codeeval.execution.rust.toolchain import Toolchain
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.interpreter import third_party
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.runtime import Runtime
from pytest_codeeval.execution.sandbox.shared_exclusive_lock import SharedExclusiveLock

_COMPILING, _RUNNING, _TESTING = 0, 1, 2  # slots
_QUICK = 0.5
_LIBRARY_SECONDS = 60.0
_NONE = b"none"  # kept in the place of a loader that does not work here
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache")


class RustBench:
    """Runs what belongs to one solution after the other, each process in an empty folder."""

    def __init__(self, choice: SandboxChoice, toolchain: Toolchain) -> None:
        """Nothing is started before it is needed."""
        self.toolchain = toolchain
        hidden = tuple(third_party([*_SYSTEM, "/usr/local"]))
        # Compilers find their libraries by /proc. A program could find its own memory there, and in it the nonce.
        compilers = Runtime((*_SYSTEM, str(toolchain.sysroot)), hidden, processes=True)
        self._bench = SandboxPool(choice, compilers, Runtime(_SYSTEM, hidden), Runtime(_SYSTEM, hidden))
        self._choice = choice
        self._alone = SharedExclusiveLock(choice.locks)
        self._libraries: dict[str, bytes] = {}
        self._loaders: dict[str, bytes] = {}

    @property
    def tier(self) -> str:
        """The tier of the sandbox."""
        return self._bench.tier

    def close(self) -> None:
        """End the server; what comes later starts another."""
        self._bench.close()
        self._alone.close()

    def build(
        self, files: Mapping[str, bytes], steps: Sequence[Step], keep: Sequence[str], cpu_seconds: float
    ) -> Built:
        """Run compilers, and keep files of what they made."""
        commands = [command(step) for step in steps]
        with self._alone.beside():
            return self._bench.attempt(lambda shop: shop.build(files, commands, keep, cpu_seconds), _COMPILING)

    def execution(self, files: Mapping[str, bytes], command: Command, limits: Limits, cpu_seconds: float) -> Execution:
        """Execute a program that has both the solution and its tests."""
        return self._bench.attempt(lambda shop: shop.execute(files, command, limits, cpu_seconds), _RUNNING)

    def pair(self, solution: Part, tests: Part, limits: Limits, cpu_seconds: float) -> Paired:
        """Execute a solution's program and the one of its tests at once."""
        return self._bench.attempt_pair(
            lambda pair: pair.execute(solution, tests, limits, cpu_seconds), _RUNNING, _TESTING
        )

    def run_until_conclusive(self, run: Callable[[Limits, float], Attempt], cpu_seconds: float) -> Attempt:
        """Return the run that counts, of those within `cpu_seconds`."""
        limits = limits_for(cpu_seconds)
        return run_until_conclusive(
            self._alone, lambda seconds: run(limits, seconds), _QUICK * cpu_seconds, cpu_seconds
        )

    def library(self, name: str) -> bytes:
        """Return a library of ours, compiled once on a machine."""
        if not self._libraries.get(name):
            sources, step = prebuilt(self.toolchain, name)
            kept = self.kept(step.name, [sources, step.argv])
            with self._one_at_a_time():
                self._libraries[name] = kept.content() or self._compiled(sources, step, name)
                kept.keep(self._libraries[name])
        return self._libraries[name]

    def loader(self, library: str) -> bytes:
        """Return the program that loads what needs a library of ours, empty where none does so on this machine."""
        if library not in self._loaders:
            self._loaders[library] = self._loader(library) if self.toolchain.joiner else b""
        return self._loaders[library]

    def kept(self, name: str, made_from: Sequence[Any]) -> ArtifactCache:
        """Return the place of what this toolchain makes of something that is not a solution's."""
        return ArtifactCache(self._choice.locks, f"rust-{name}", [*made_from, self.toolchain.version])

    def _loader(self, library: str) -> bytes:
        needed = self.library(library)
        sources, steps = loader(self.toolchain, library)
        kept = self.kept("loader", [sources, [step.argv for step in steps], sha256(needed).hexdigest()])
        with self._one_at_a_time():
            content = kept.content()
            if not content:
                built = self.build({**encoded(sources), library: needed}, steps, [LOADER], _LIBRARY_SECONDS)
                works = len(built.steps) == len(steps) and built.steps[-1].code == 0
                content = built.files[LOADER] if works else _NONE
                if built.overrun is None:
                    kept.keep(content)
        return content if content != _NONE else b""

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Have one process make what all need, while the others wait for it."""
        if not self._choice.locks:
            yield
            return
        with ExitStack() as opened:
            with suppress(OSError):  # a file system without locks, or none to write to
                Path(self._choice.locks).mkdir(parents=True, exist_ok=True)
                lock = opened.enter_context((Path(self._choice.locks) / "rust.lock").open("a"))
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _compiled(self, sources: Mapping[str, str], step: Step, name: str) -> bytes:
        built = self.build(encoded(sources), [step], [name], _LIBRARY_SECONDS)
        if name not in built.files:
            raise SandboxError(f"the tools for Rust do not work in the sandbox: {why(built)}")
        return built.files[name]


def command(step: Step, further: Mapping[str, str] | None = None) -> Command:
    """Return a step as a command, with `further` in its environment."""
    program = "{here}" + step.argv[0][1:] if step.argv[0].startswith("./") else step.argv[0]
    return Command((program, *step.argv[1:]), {**step.environment, **(further or {})}, step.may_fail)


def encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    """Return texts as the bytes of files."""
    return {path: text.encode("utf-8", "replace") for path, text in files.items()}


def why(built: Built, said: Diagnostics | None = None) -> str:
    """Return why a build has failed; `said` is what its last step said, where it has been read already."""
    said = said or read_diagnostics(built.steps[-1].errors if built.steps else b"")
    if built.overrun is not None:
        return f"while it was built: {built.overrun[1]}"
    if said.first_error:
        return said.first_error
    return f"the compiler ended with status {built.steps[-1].code}" if built.steps else "the compiler did not start"
