"""Command: how vLLM is started on this machine, and with which flags."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.backends.vllm.model import ModelFiles
from pytest_codeeval.generation.backends.vllm.preset import CONTEXT, Preset

_MODULE = ["-m", "vllm.entrypoints.openai.api_server"]
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")
# These are how the run reaches its server; and a key on a command line is there for all to see.
_OURS = (
    "--host",
    "--port",
    "--uds",
    "--api-key",
    "--served-model-name",
    "--model",
    "--root-path",
    "--ssl-keyfile",
    "--hf-token",
)


# With 150,000 words in a vocabulary their logits are 1.2 GB, which vLLM's own count of memory leaves out.
_SCORED_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Command:
    """`start` is what comes before the flags, `python` the interpreter that has vLLM, None where it is not known.

    `scores` says that prompts are scored: vLLM then holds the logits of all their tokens, and takes fewer at a time.
    `devices` are the GPUs that it may have, as CUDA_VISIBLE_DEVICES names them; empty for all.
    """

    start: tuple[str, ...]
    python: str | None
    model: str
    preset: Preset
    flags: tuple[str, ...] = ()
    scores: bool = False
    devices: str = ""

    def line(self, port: int, *, short: bool = False) -> list[str]:
        """Return the whole command; `short` leaves the length of the context to vLLM."""
        bound = [f"--max-num-batched-tokens={_SCORED_AT_ONCE}"] if self.scores else []
        flags = [*self.preset.flags(None if short else self._context()), *bound, *self.flags]
        return [*self.start, "--host=127.0.0.1", f"--port={port}", "--disable-uvicorn-access-log", *flags]

    @property
    def presets_context(self) -> bool:
        """Whether the length of the context is the preset's own guess."""
        return self._context() is not None

    def _context(self) -> int | None:
        if self.has("--max-model-len"):
            return None
        # vLLM refuses more than the model was made for.
        return min(CONTEXT, ModelFiles.of(self.model).context or CONTEXT)

    @property
    def data_parallel(self) -> int:
        """How many copies of the model the server runs, each with a batch of its own."""
        flags = " ".join(self.flags).replace("_", "-")
        found = re.search(r"(?:^| )(?:--data-parallel-size|-dp)[= ](\d{1,4})(?: |$)", flags)
        return max(1, int(found[1])) if found else 1

    def has(self, flag: str) -> bool:
        """Whether the user gave this flag."""
        return any(given.partition("=")[0].replace("_", "-") == flag for given in self.flags)


def command(model: str, executable: str, preset: Preset, flags: str) -> Command:
    """Return how to serve `model`; `executable` is a `vllm`, a Python that has it, or empty to look for one.

    Raises UsageError where there is no vLLM, or a flag is not the user's to give.
    """
    found = _executable(executable)
    try:
        given = tuple(shlex.split(flags))
    except ValueError as error:
        raise UsageError(f"--vllm-args={flags!r} is not understood: {error}.") from None
    asked = Command((), None, model, preset, given)
    for flag in _OURS:
        if asked.has(flag):
            raise UsageError(f"--vllm-args={flags!r}: {flag} is set by the run itself.")
    if _PYTHON.fullmatch(Path(found).name):
        return Command((found, *_MODULE, f"--model={model}"), found, model, preset, given)
    return Command((found, "serve", model), _interpreter(Path(found)), model, preset, given)


def _executable(named: str) -> str:
    if named:
        path = shutil.which(str(Path(named).expanduser()))
        if path is None:
            raise UsageError(f"--model-args vllm={named}: there is no such program.")
        return path
    beside = Path(sys.executable).with_name("vllm")
    path = shutil.which("vllm") or shutil.which(str(beside))
    if path is None and importlib.util.find_spec("vllm") is None:
        raise UsageError(
            "no vLLM is on this machine's PATH; install it (pip install vllm), say where it is "
            "(--model-args vllm=/path/to/vllm), or name a server that runs (--vllm-url URL)."
        )
    return path or sys.executable


def _interpreter(script: Path) -> str | None:
    """The Python in the first line of an installed script."""
    try:
        first = script.read_bytes()[:4096].partition(b"\n")[0].decode()
    except (OSError, UnicodeDecodeError):
        return None
    path = first.removeprefix("#!").strip()
    return path if first.startswith("#!/") and _PYTHON.fullmatch(Path(path).name) else None
