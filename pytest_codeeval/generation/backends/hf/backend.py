"""HfBackend: a transformers model in this very process, a batch at a time."""

from __future__ import annotations

import asyncio
import importlib.util
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, UsageError
from pytest_codeeval.generation.backend import ModelBackend, plainly
from pytest_codeeval.generation.backends.hf.model import HfModel

if TYPE_CHECKING:
    from pytest_codeeval.generation.modelspec import ModelSpec

_DTYPES = ("auto", "float32", "float16", "bfloat16")
_BATCH = 8


class HfBackend(ModelBackend):
    """Loads the model with the first request that is not answered by the store; works in a thread of its own.

    One batch at a time: the model has the whole device.
    """

    concurrency = 1
    cacheable = True

    def __init__(self, spec: ModelSpec, request_timeout: float = 600.0) -> None:  # noqa: ARG002 - nothing is sent
        """Check the settings without the slow imports.

        Raises UsageError where they cannot be, or torch, transformers or the model's folder is missing.
        """
        options = spec.checked_options()
        for package in ("torch", "transformers"):
            if importlib.util.find_spec(package) is None:
                raise UsageError(
                    f"--model=hf:{spec.model} needs {package}, which is not installed: "
                    "pip install 'pytest-codeeval[hf]'."
                )
        if spec.model.startswith(("/", "./", "../")) and not Path(spec.model).is_dir():
            raise UsageError(f"--model=hf:{spec.model}: there is no such folder.")
        self.batch_size = _batch_size(options)
        dtype = options.get("dtype", "auto")
        if dtype not in _DTYPES:
            raise UsageError(f"--model-args dtype={dtype} is none of {', '.join(_DTYPES)}.")
        self._spec = spec
        self._gone = threading.Event()
        self._lock = asyncio.Lock()
        self._model = HfModel(
            spec.model,
            device=options.get("device", "auto"),
            dtype=dtype,
            trusted=options.get("trust_remote_code", "false").lower() in ("true", "1", "on"),
            gone=self._gone,
        )

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion | BackendError]:
        """Return one completion a request, in their order, or its error.

        Raises BackendError where the model cannot be loaded or run.
        """
        async with self._lock:
            return await asyncio.to_thread(self._generate, requests)

    def preview(self, request: CompletionRequest) -> Mapping[str, Any]:
        """Return the text that the model goes on from, by its chat template, as far as the tokenizer can be had."""
        found = dict(plainly(request))
        try:
            self._model.load_tokenizer()
            if self._spec.mode == "score":
                return found
            raw = self._raw()
            text = self._model.text(request, raw)
        except Exception as error:
            said = " ".join(str(error).split())
            return {**found, "note": f"its tokenizer cannot be had here ({type(error).__name__}: {said:.200})"}
        for name in ("messages", "prompt", "tools", "tool_choice"):
            found.pop(name, None)
        stops = {"stop": list(request.prompt_stop)} if raw and request.prompt_stop and "stop" not in found else {}
        return {"text": text, **found, **stops}

    async def aclose(self) -> None:
        """Have the batch at work end with the token that it is at."""
        self._gone.set()

    def _generate(self, requests: Sequence[CompletionRequest]) -> list[Completion | BackendError]:
        try:
            self._model.load()
            if self._spec.mode == "score":
                return self._model.score(requests)
            raw = self._raw()
            return self._model.answer(requests, raw=raw)
        except BackendError:
            raise
        except Exception as error:
            raise self._fault(error, len(requests)) from error

    def _raw(self) -> bool:
        if self._spec.mode == "chat" and not self._model.chats:
            raise BackendError(
                f"{self._spec.label} has no chat template; ask it with --mode=completion (or auto)", fatal=True
            )
        return self._spec.mode == "completion" or not self._model.chats

    def _fault(self, error: Exception, size: int) -> BackendError:
        said = " ".join(str(error).split())[:400].rstrip(".")
        if type(error).__name__ == "OutOfMemoryError" or "out of memory" in said:
            smaller = f"--model-args batch_size={size // 2}" if size > 1 else "a smaller --max-tokens or dtype"
            return BackendError(
                f"{self._spec.label} ran out of memory with a batch of {size}; try {smaller}: {said}", fatal=True
            )
        what = "run" if self._model.loaded else "loaded"
        return BackendError(f"{self._spec.label} could not be {what}: {type(error).__name__}: {said}", fatal=True)


def _batch_size(options: Mapping[str, str]) -> int:
    text = options.get("batch_size", str(_BATCH))
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--model-args batch_size={text} has to be a whole number from 1.")
    return int(text)
