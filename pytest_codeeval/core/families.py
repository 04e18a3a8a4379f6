"""Families of models: a judge is known to like the answers of its own."""

from __future__ import annotations

import re

# Beginnings of the words in a model's name. Makers are left out: a server may speak one's protocol and have another's.
_FAMILIES = {
    "gpt": "gpt chatgpt davinci babbage",
    "claude": "claude",
    "gemini": "gemini gemma palm bison learnlm",
    "llama": "llama codellama vicuna alpaca",
    "qwen": "qwen codeqwen qwq qvq",
    "mistral": "mistral mixtral codestral ministral magistral devstral pixtral mathstral",
    "deepseek": "deepseek",
    "phi": "phi",
    "command": "command aya",
    "glm": "glm chatglm codegeex",
    "kimi": "kimi moonshot moonlight",
    "grok": "grok",
    "nova": "nova",
    "granite": "granite",
    "olmo": "olmo tulu",
    "falcon": "falcon",
    "internlm": "internlm",
    "baichuan": "baichuan",
    "minimax": "minimax abab",
    "ernie": "ernie",
    "hunyuan": "hunyuan",
    "seed": "doubao seed",
    "nemotron": "nemotron",
    "exaone": "exaone",
    "solar": "solar",
    "yi": "yi",
    "jamba": "jamba",
    "starcoder": "starcoder starchat",
}
_FAMILY = {word: family for family, words in _FAMILIES.items() for word in words.split()}
_WHOLE = frozenset(("command", "nova", "phi", "seed", "solar", "yi", "palm", "aya"))
"""Words that others begin with: they count only alone, or with a number."""


def same_family(model: str, judge: str) -> bool:
    """Whether a model and its judge are of one family, as far as their names tell; a model is of its own."""
    names = model.rpartition("/")[2].lower(), judge.rpartition("/")[2].lower()
    return names[0] == names[1] or bool(_families(names[0]) & _families(names[1]))


def _families(name: str) -> set[str]:
    words = re.findall(r"[a-z]+|\d+", name)
    found = {_FAMILY[start] for word in words if (start := _start(word))}
    if re.search(r"(?<![a-z0-9])o[134](?![0-9a-z])", name):
        found.add("gpt")
    return found


def _start(word: str) -> str:
    """Return the known word that a word is or begins with, "" if there is none."""
    if word in _FAMILY:
        return word
    return next((known for known in _FAMILY if known not in _WHOLE and word.startswith(known)), "")
