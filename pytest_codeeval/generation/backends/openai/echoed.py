"""Scores out of an echo: the log-probabilities of a text's own tokens, as OpenAI's older completions give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backends.openai.promptscores import Dropped, total


@dataclass(frozen=True, slots=True)
class Echo:
    """The tokens of one prompt as texts, what each was given, and what the likeliest one in its place was."""

    tokens: tuple[str, ...]
    logprobs: tuple[object, ...]
    tops: tuple[object, ...]

    @classmethod
    def of(cls, choice: Mapping[str, Any], prompt: str) -> Echo:
        """Read a choice, without the token that was generated behind the prompt.

        Raises Dropped where it holds no log-probability for each token of the prompt.
        """
        about = choice.get("logprobs")
        lists = [about.get(name) if isinstance(about, Mapping) else None for name in ("tokens", "token_logprobs")]
        tokens, logprobs = lists
        if not isinstance(tokens, list) or not isinstance(logprobs, list):
            raise Dropped("there are no token_logprobs in its answer")
        if len(tokens) != len(logprobs):
            raise Dropped(f"it gave {len(logprobs)} for {len(tokens)} tokens")
        tops = about.get("top_logprobs") if isinstance(about, Mapping) else None
        if not isinstance(tops, list) or len(tops) != len(tokens):
            tops = [None] * len(tokens)
        words = tuple(map(str, tokens))
        end = len(words) - _generated(choice, words, prompt)
        return cls(words[:end], tuple(logprobs[:end]), tuple(tops[:end]))

    def score(self, before: Echo) -> Continuation:
        """Return the score of what stands behind the tokens of a context.

        Raises Dropped where a token of it has no log-probability.
        """
        start = len(before.tokens)
        logprobs, tops = self.logprobs[start:], self.tops[start:]
        greedy = all(map(_is_likeliest, logprobs, tops))
        return Continuation(total(logprobs), len(logprobs), greedy, self.tokens[:start] != before.tokens)


def echoed(choices: Sequence[Mapping[str, Any]], prompts: Sequence[str], task_id: str) -> tuple[Continuation, ...]:
    """Return the scores of the continuations in all prompts but the first, which is the context alone.

    Raises Dropped where the server gives no log-probabilities, BackendError for a continuation without a token.
    """
    before, *wholes = map(Echo.of, choices, prompts)
    if not before.tokens:
        raise Dropped("of the context not one token came back")
    if any(len(whole.tokens) <= len(before.tokens) for whole in wholes):
        raise BackendError(
            f"{task_id} has a continuation without a token of its own: it cannot be scored by log-likelihood"
        )
    return tuple(whole.score(before) for whole in wholes)


def _generated(choice: Mapping[str, Any], tokens: tuple[str, ...], prompt: str) -> int:
    """Return how many tokens stand behind those of the prompt: the one that was asked for, or none.

    A model that ends at once says nothing, or a token that ends it: then only the text tells.
    """
    if ending_of(choice.get("finish_reason")) is Ending.CUT_SHORT:
        return 1
    if "".join(tokens).endswith(prompt):
        return 0
    if "".join(tokens[:-1]).endswith(prompt):
        return 1
    raise Dropped("the tokens in its answer are not those of the prompt")


def _is_likeliest(logprob: object, top: object) -> bool:
    values = [value for value in top.values() if isinstance(value, int | float)] if isinstance(top, Mapping) else []
    return isinstance(logprob, int | float) and bool(values) and logprob >= max(values)
