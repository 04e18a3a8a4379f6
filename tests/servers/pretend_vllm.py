"""A real process that takes vLLM's command line and speaks its protocol, without a model; for tests of start and stop.

`PRETEND` in its environment says what it does: `load` seconds, `die` while loading, `after` so many questions die at
the next, which takes `dying` seconds (only where the file `once` is not there yet, if one is named), `no_template`,
`stubborn` (does not end when told to). It starts a child in a session of its own, as vLLM does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STAMP = "(APIServer pid=1) INFO 11-21 11:28:14 [entry.py:14] "
REFUSED = "As of transformers v4.44, default chat template is no longer allowed, so you must provide a chat template"
TOO_LONG = "User-specified max_model_len (32768) is greater than the derived max_model_len (4096)"


def executable(folder: Path) -> Path:
    """Write a program named `vllm` that runs this script."""
    program = folder / "vllm"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {__file__} "$@"\n')
    program.chmod(0o755)
    return program


def main() -> None:
    told: dict[str, Any] = json.loads(os.environ.get("PRETEND", "{}"))
    flags = {name: value or "on" for name, _, value in (each.partition("=") for each in sys.argv[3:])}
    model, key = sys.argv[2], os.environ["VLLM_API_KEY"]
    if told.get("stubborn"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    child = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(300)"]
    subprocess.Popen(child, start_new_session=True)
    print(f"{STAMP}loading {model}", flush=True)
    print(f"keys: {sorted(name for name in os.environ if 'KEY' in name or 'TOKEN' in name)}", flush=True)
    time.sleep(told.get("load", 0))
    if told.get("derived") and int(flags.get("--max-model-len", 0)) > 4096:
        sys.exit(f"pydantic_core.ValidationError: 1 validation error for ModelConfig\n  Value error, {TOO_LONG}")
    if told.get("die"):
        print("ValueError: the weights are torn", flush=True)
        sys.exit("RuntimeError: Engine core initialization failed. See root cause above.")
    served, lock = {"questions": 0, "answers": 0, "running": 0}, threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self.reply(200, metrics(served["answers"], served["running"]))
            elif self.path == "/health":
                self.reply(200, "")
            elif self.headers["Authorization"] != f"Bearer {key}":
                self.reply(401, '{"error": "Unauthorized"}')
            else:
                self.reply(200, json.dumps({"data": [{"id": model}]}))

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.headers["Authorization"] != f"Bearer {key}":
                self.reply(401, '{"error": "Unauthorized"}')
            elif "messages" in asked and told.get("no_template"):
                self.reply(400, json.dumps({"error": {"message": REFUSED}}))
            elif self.number() >= told.get("after", 10**9) and not died_before(told.get("once")):
                time.sleep(told.get("dying", 0))
                print("RuntimeError: the engine is gone", flush=True)
                os._exit(1)
            else:
                with lock:
                    served["running"] += 1
                time.sleep(told.get("latency", 0))
                with lock:
                    served["running"] -= 1
                    served["answers"] += 1
                self.reply(200, json.dumps(answer(asked)))

        def number(self) -> int:
            with lock:
                served["questions"] += 1
                return served["questions"] - 1

        def reply(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer((flags["--host"], int(flags["--port"])), Handler).serve_forever()


def died_before(path: str | None) -> bool:
    """Whether a server of this run has died already; note that one does."""
    try:
        if path is not None:
            Path(path).touch(exist_ok=False)
    except FileExistsError:
        return True
    return False


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    count = asked.get("n", 1)
    part = (
        {"message": {"role": "assistant", "content": "```python\nx = 1\n```"}}
        if "messages" in asked
        else {"text": "    return 1\n"}
    )
    choices = [{"index": number, "finish_reason": "stop", **part} for number in range(count)]
    return {"choices": choices, "usage": {"prompt_tokens": 10, "completion_tokens": 8 * count}}


def metrics(answers: int, running: int) -> str:
    return (
        "# HELP vllm:generation_tokens_total Tokens.\n"
        f'vllm:generation_tokens_total{{engine="0"}} {8.0 * answers}\n'
        f'vllm:prompt_tokens_total{{engine="0"}} {10.0 * answers}\n'
        f'vllm:num_requests_running{{engine="0"}} {float(running)}\n'
        f'vllm:prefix_cache_queries_total{{engine="0"}} {10.0 * answers}\n'
        f'vllm:prefix_cache_hits_total{{engine="0"}} {5.0 * answers}\n'
    )


if __name__ == "__main__":
    main()
