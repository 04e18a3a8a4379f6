"""A whole run against a real model server: llama.cpp serving a tiny model with random weights."""

from __future__ import annotations

import pytest

from tests.servers.tiny_model import LlamaServer, llama_python

pytestmark = pytest.mark.skipif(
    llama_python() is None,
    reason="needs llama-cpp-python[server] and gguf, in the interpreter that CODEEVAL_LLAMA_PYTHON names",
)


def test_a_run_with_four_workers_completes_and_is_repeated_without_asking(run, tmp_path, samples):
    with LlamaServer(tmp_path, context=4096) as server:
        arguments = [
            "--model=litellm:openai/tiny",
            f"--base-url={server.base_url}",
            "--max-tokens=48",
            "--limit=8",
            "-n4",
        ]
        first = run(*arguments, "--samples=2", "--temperature=1", "--seed=1")
        rows = samples("openai-tiny")
    # Nobody knows what a random model says; but all of it is the model's, and none of it an error.
    assert first.ret == 1
    assert first.parseoutcomes().keys() <= {"passed", "failed"}
    assert len(rows) == 16
    assert all(row["completion_tokens"] for row in rows)
    again = run(*arguments, "--samples=2", "--temperature=1", "--seed=1")  # the server is gone by now
    assert again.parseoutcomes() == first.parseoutcomes()
    assert {row["completion"] for row in samples("openai-tiny")} == {row["completion"] for row in rows}
