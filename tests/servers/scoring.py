"""A completions server on loopback that gives known log-probabilities to prompts, or leaves them out as some do.

Its tokens are words, each with the blank before it, and single signs. What it gives to a token depends on the token
and on the one before it alone, so that a test can say what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

from tests.servers.worded import Body, Reply, WordedServer, error

BOS = 1
_WORDS = re.compile(r" ?\w+|\s|[^\w\s]")
_texts: dict[int, str] = {BOS: "<s>"}


def tokens_of(text: str) -> list[int]:
    """Return the tokens of a text; `<s>` is a token of its own, as tokenizers have it."""
    found = []
    for part in re.split("(<s>)", text):
        words = [part] if part == "<s>" else _WORDS.findall(part)
        for word in words:
            token = BOS if word == "<s>" else 2 + crc32(word.encode())
            _texts[token] = word
            found.append(token)
    return found


def given_to(ids: Sequence[int]) -> list[float]:
    """Return the log-probability of each token but the first."""
    return [-0.01 - crc32(f"{before} {token}".encode()) % 900 / 100 for before, token in pairwise(ids)]


def sum_behind(context: str, continuation: str, *, bos: bool = False) -> float:
    """Return what a continuation is given behind a context that ends where a token does."""
    before, behind = tokens_of(context), tokens_of(continuation)
    return sum(given_to([*([BOS] if bos else []), *before, *behind])[-len(behind) :])


def scoring(*, vllm: bool = False, bos: bool = False, fault: str = "", length: int = 4096) -> WordedServer:
    """Return a server; a `vllm` one offers its tokenizer and `prompt_logprobs`.

    `bos` has its tokenizer begin each text with `<s>`. `fault` is "drops" (only of what is generated, as llama.cpp),
    "zeros", "shorter" (one is missing), "none" (no log-probabilities at all), "one" (answers the first prompt only)
    or "ends" (the model ends at once and says nothing).
    """

    def reply(body: Body, _: int) -> Reply:
        if "add_special_tokens" in body:
            return _tokenized(body, bos, length) if vllm else error(404, "Not Found")
        prompts = body["prompt"] if fault != "one" else body["prompt"][:1]
        ids = [tokens_of(prompt) if isinstance(prompt, str) else prompt for prompt in prompts]
        if bos and isinstance(prompts[0], str):
            ids = [[BOS, *one] for one in ids]
        if any(len(one) >= length for one in ids):
            return error(400, f"This model's maximum context length is {length} tokens")
        choices = [_choice(place, one, body, vllm, fault) for place, one in enumerate(ids)]
        usage = {"prompt_tokens": sum(map(len, ids)), "completion_tokens": len(ids)}
        return Reply({"choices": choices[::-1], "usage": usage})  # in whatever order

    return WordedServer(reply)


def _tokenized(body: Body, bos: bool, length: int) -> Reply:
    tokens = tokens_of(body["prompt"])
    if bos and body["add_special_tokens"]:
        tokens = [BOS, *tokens]
    return Reply({"count": len(tokens), "max_model_len": length, "tokens": tokens})


def _choice(place: int, ids: list[int], body: Body, vllm: bool, fault: str) -> Body:
    values = [0.0] * (len(ids) - 1) if fault == "zeros" else given_to(ids)
    said = "" if fault == "ends" else " and"
    choice: Body = {"index": place, "text": said, "finish_reason": "stop" if fault == "ends" else "length"}
    if fault == "none":
        return choice
    if vllm and "prompt_logprobs" in body:
        entries = [
            {str(token): {"logprob": one, "rank": rank(one)}} for token, one in zip(ids[1:], values, strict=True)
        ]
        kept = {"drops": None, "shorter": [None, *entries[:-1]]}.get(fault, [None, *entries])
        return {**choice, "prompt_logprobs": kept}
    words, generated = [_texts[token] for token in ids], [] if fault == "ends" else [said]
    if fault == "drops":
        return {**choice, "logprobs": {"tokens": generated, "token_logprobs": [-0.1], "top_logprobs": [{" and": -0.1}]}}
    logprobs = [None, *values, *[-0.1 for _ in generated]]
    return {
        **choice,
        "logprobs": {
            "tokens": [*words, *generated],
            "token_logprobs": logprobs[:-1] if fault == "shorter" else logprobs,
            "top_logprobs": [one and {"x": one if rank(one) == 1 else one + 0.5} for one in logprobs],
        },
    }


def rank(logprob: float) -> int:
    """Return the place of a token among those that might stand there: the likely ones are the likeliest."""
    return 1 if logprob > -6 else 2
