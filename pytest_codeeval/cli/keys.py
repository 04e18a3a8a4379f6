"""Keys: whether those of providers are in the environment; never what they are."""

from __future__ import annotations

import os

KEYS = {
    "DASHSCOPE_API_KEY": "needed for --model=qwen...",
    "OPENAI_API_KEY": "needed for --model=gpt...",
    "ANTHROPIC_API_KEY": "needed for --model=claude...",
    "XAI_API_KEY": "needed for --model=grok...",
    "GEMINI_API_KEY": "needed for --model=gemini..., if not GOOGLE_API_KEY",
    "GOOGLE_API_KEY": "stands in for GEMINI_API_KEY",
    "DEEPSEEK_API_KEY": "needed for --model=deepseek...",
    "MISTRAL_API_KEY": "needed for --model=mistral...",
    "AZURE_API_KEY": "needed for --model=litellm:azure/...",
    "GROQ_API_KEY": "needed for --model=litellm:groq/...",
    "OPENROUTER_API_KEY": "needed for --model=litellm:openrouter/...",
    "CODEEVAL_API_KEY": "for --base-url and --vllm-url, where the server wants a key",
    "HF_TOKEN": "for gated models and datasets on the Hugging Face hub",
}
"""The variables, each with what it is for."""


def examine() -> dict[str, bool]:
    """Return whether each variable holds something."""
    return {name: bool(os.environ.get(name, "").strip()) for name in KEYS}


def rows(found: dict[str, bool]) -> list[tuple[str, str]]:
    """Return what `examine` found as (variable, text)."""
    return [(name, "set" if there else f"not set: {KEYS[name]}") for name, there in found.items()]
