"""HfLikelihood: how likely a transformers model finds continuations, those of one context in one forward pass."""

from __future__ import annotations

import inspect
import math
import time
from typing import Any

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.boundary import Pair, beginning, begun, paired, parted


class HfLikelihood:
    """Works with a model that is loaded, and with its tokenizer; `device` is where the model is."""

    def __init__(self, torch: Any, tokenizer: Any, model: Any, device: str) -> None:
        self._torch = torch
        self._tokenizer = tokenizer
        self._model = model
        self._device = device
        self._habit = beginning(self._plain("a"), tokenizer("a")["input_ids"])
        self._keeps = "logits_to_keep" in inspect.signature(model.forward).parameters

    def answer(self, request: CompletionRequest) -> Completion | BackendError:
        """Return the scores of a request's continuations, or why there are none."""
        start = time.perf_counter()
        try:
            pairs = [self._pair(request, continuation) for continuation in request.continuations]
            scores = self._scores(pairs, request)
        except BackendError as error:
            return error
        return Completion.of_scores(
            request,
            scores,
            prompt_tokens=sum(len(pair.ids) for pair in pairs),
            completion_tokens=0,
            seconds=round(time.perf_counter() - start, 4),
        )

    def _plain(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return found

    def _pair(self, request: CompletionRequest, continuation: str) -> Pair:
        context, rest = parted(request.prompt, continuation)
        if context:
            before, whole = begun(self._habit, self._plain(context)), begun(self._habit, self._plain(context + rest))
        else:
            ends = (self._tokenizer.bos_token_id, self._tokenizer.eos_token_id)
            before = self._habit or tuple(token for token in ends if token is not None)[:1]
            whole = (*before, *self._plain(rest))
        length = getattr(self._model.config, "max_position_embeddings", None)
        # The last token is not read, only scored.
        return paired(before, whole, None if length is None else length + 1, request.task_id)

    def _scores(self, pairs: list[Pair], request: CompletionRequest) -> tuple[Continuation, ...]:
        torch, width = self._torch, max(len(pair.ids) for pair in pairs) - 1
        pad = self._tokenizer.pad_token_id or 0
        ids = [[*pair.ids[:-1], *[pad] * (width - len(pair.ids) + 1)] for pair in pairs]
        mask = [[int(place < len(pair.ids) - 1) for place in range(width)] for pair in pairs]
        # What stands before the first continuation needs no logits, which are the most of the memory.
        first = min(pair.start for pair in pairs) - 1
        less = {"logits_to_keep": width - first} if self._keeps else {}
        with torch.inference_mode():
            logits = self._model(
                input_ids=torch.tensor(ids, device=self._device),
                attention_mask=torch.tensor(mask, device=self._device),
                **less,
            ).logits
            left = width - logits.shape[1]
            return tuple(self._score(logits[n], pair, left, request) for n, pair in enumerate(pairs))

    def _score(self, logits: Any, pair: Pair, left: int, request: CompletionRequest) -> Continuation:
        torch = self._torch
        # The logits at a token are of the one behind it.
        rows = logits[pair.start - 1 - left : len(pair.ids) - 1 - left].float().log_softmax(dim=-1)
        scored = torch.tensor(pair.scored, device=rows.device)
        logprob = float(rows.gather(1, scored.unsqueeze(1)).sum())
        if not math.isfinite(logprob):
            raise BackendError(f"the model gave a log-probability of {logprob} to {request.task_id}; try dtype=float32")
        greedy = bool((rows.argmax(dim=-1) == scored).all())
        return Continuation(logprob, len(pair.scored), greedy, pair.joined, pair.cut)
