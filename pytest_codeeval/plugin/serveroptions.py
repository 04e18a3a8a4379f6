"""The options that say where models are, and how their servers are set up."""

from __future__ import annotations

from collections.abc import Callable


def add_server_options(add: Callable[..., None]) -> None:
    """Declare them."""
    add(
        "--base-url",
        action="append",
        dest="codeeval_base_url",
        default=[],
        metavar="URL",
        help="ask an OpenAI-compatible server at this URL; given several times, several servers that have the model",
    )
    add(
        "--model-args",
        action="append",
        dest="codeeval_model_args",
        default=[],
        metavar="KEY=VALUE[,KEY=VALUE…]",
        help="settings of the backend, such as api_key_env=NAME; may be given several times",
    )
    add(
        "--preset",
        dest="codeeval_preset",
        metavar="performance|balanced|memory",
        help="how much of the GPU vLLM takes, and how many requests at once (default balanced)",
    )
    add(
        "--vllm-args",
        action="append",
        dest="codeeval_vllm_args",
        default=[],
        metavar="FLAGS",
        help="flags of `vllm serve`, such as '--dtype float16 --tensor-parallel-size 2'; may be given several times",
    )
    add("--vllm-url", dest="codeeval_vllm_url", metavar="URL", help="ask this vLLM server, and start none")
