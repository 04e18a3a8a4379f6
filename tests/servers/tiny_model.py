"""Writes a tiny random chat model and serves it with a real llama.cpp server, for tests over a true protocol."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

INTERPRETER_VARIABLE = "CODEEVAL_LLAMA_PYTHON"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
PROBE_SECONDS = 60.0
START_TRIES = 3

LAYERS = 2
HIDDEN = 64
FEED_FORWARD = 128
HEADS = 4
TRAINED_CONTEXT = 2048
CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def write_model(path: Path, seed: int = 1) -> None:
    """Write a llama model of random weights whose vocabulary is the 256 bytes; needs `gguf` and `numpy`."""
    # Imported by name, because the interpreter that runs the tests, and type checks them, need not have gguf.
    gguf: Any = importlib.import_module("gguf")
    numpy: Any = importlib.import_module("numpy")
    kinds = gguf.TokenType
    tokens = [("<unk>", kinds.UNKNOWN), ("<|im_start|>", kinds.CONTROL), ("<|im_end|>", kinds.CONTROL)]
    tokens += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]

    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name("tiny-random")
    writer.add_context_length(TRAINED_CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_rope_dimension_count(HIDDEN // HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text.encode() for text, _ in tokens])
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([int(kind) for _, kind in tokens])
    writer.add_unk_token_id(0)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(CHAT_TEMPLATE)

    draw = numpy.random.default_rng(seed)

    def matrix(rows: int, columns: int) -> Any:
        return (draw.standard_normal((rows, columns)) / columns**0.5).astype(numpy.float32)

    ones = numpy.ones(HIDDEN, dtype=numpy.float32)
    writer.add_tensor("token_embd.weight", matrix(len(tokens), HIDDEN))
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", matrix(len(tokens), HIDDEN))
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        writer.add_tensor(f"{block}.attn_norm.weight", ones)
        writer.add_tensor(f"{block}.ffn_norm.weight", ones)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            writer.add_tensor(f"{block}.{name}.weight", matrix(HIDDEN, HIDDEN))
        writer.add_tensor(f"{block}.ffn_gate.weight", matrix(FEED_FORWARD, HIDDEN))
        writer.add_tensor(f"{block}.ffn_up.weight", matrix(FEED_FORWARD, HIDDEN))
        writer.add_tensor(f"{block}.ffn_down.weight", matrix(HIDDEN, FEED_FORWARD))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@functools.cache
def llama_python() -> str | None:
    """The interpreter that has llama_cpp with its server and gguf, or None; see CODEEVAL_LLAMA_PYTHON."""
    interpreter = os.environ.get(INTERPRETER_VARIABLE) or sys.executable
    probe = [interpreter, "-c", "import gguf, llama_cpp.server.app"]
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        if subprocess.run(probe, capture_output=True, timeout=PROBE_SECONDS, check=False).returncode == 0:
            return interpreter
    return None


def free_port() -> int:
    """A loopback port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LlamaServer:
    """Runs llama_cpp.server with the tiny model for the time of a `with` block."""

    def __init__(self, directory: Path, *, alias: str = "tiny", context: int = 1024) -> None:
        interpreter = llama_python()
        if interpreter is None:
            raise RuntimeError(f"no interpreter with llama_cpp[server] and gguf; name one in {INTERPRETER_VARIABLE}")
        self._interpreter = interpreter
        folder = Path(tempfile.mkdtemp(prefix="llama-", dir=directory))
        self._model = folder / "tiny.gguf"
        self._log = folder / "server.log"
        self._alias = alias
        self._context = context
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def log_tail(self, lines: int = 20) -> str:
        """The end of what the server printed."""
        if not self._log.exists():
            return ""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def __enter__(self) -> Self:
        make = [self._interpreter, __file__, str(self._model)]
        made = subprocess.run(make, capture_output=True, text=True, timeout=START_SECONDS, check=False)
        if made.returncode != 0:
            raise RuntimeError(f"the tiny model could not be written: {made.stderr[-2000:]}")
        deadline = time.monotonic() + START_SECONDS
        for last_try in (False,) * (START_TRIES - 1) + (True,):
            self._start()
            try:
                self._await_health(deadline)
            except BaseException:
                # The port was free when it was chosen, but another process can have taken it since.
                taken = "address already in use" in self.log_tail()
                self._stop()
                if not taken or last_try:
                    raise
            else:
                break
        return self

    def _start(self) -> None:
        self.port = free_port()
        command = [self._interpreter, "-m", "llama_cpp.server", "--model", str(self._model)]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--n_ctx", str(self._context)]
        # One thread: the spinning threads of llama.cpp fight over the cores of a busy machine.
        command += ["--model_alias", self._alias, "--n_threads", "1", "--seed", "1"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=self._log.parent
            )

    def _await_health(self, deadline: float) -> None:
        assert self._process is not None
        while time.monotonic() < deadline and self._process.poll() is None:
            # Only its own log tells this server from another one that took the port and answers for it.
            if f"Uvicorn running on http://127.0.0.1:{self.port}" in self.log_tail() and self._lists_models():
                return
            time.sleep(0.05)
        raise RuntimeError(f"llama_cpp.server did not get ready; the end of its log:\n{self.log_tail()}")

    def _lists_models(self) -> bool:
        # This server has no /health; its list of models answers once the model is loaded.
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"{self.base_url}/models", timeout=5) as reply,
        ):
            return f'"{self._alias}"'.encode() in reply.read()
        return False

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _stop(self) -> None:
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    write_model(Path(sys.argv[1]))
