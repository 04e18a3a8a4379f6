"""DemoBackend: answers for suites of this project's own, written by hand, some wrong on purpose; it is no model."""

from collections.abc import Sequence
from importlib.resources import files

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.continuation import Continuation
from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.core.jsonl import rows_of
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.scripted import scripted

_FILES = ("demo.jsonl", "agents.jsonl", "python_tasks.jsonl")
_JUDGES = "judge:"
"""What the suite of a request begins with if it is to a judge."""


class DemoBackend(ModelBackend):
    """Answers suites of this project's own from a script, scores choices, and judges by one.

    They are `starter`, `starter-general`, those of `agents` and the Python tasks. A sample beyond the scripted ones
    repeats them in turn.
    """

    batch_size = 1
    concurrency = 1
    cacheable = False

    def __init__(self) -> None:
        self._answers: dict[tuple[str, int], list[str]] = {}
        for name in _FILES:
            for _, row in rows_of(files(__package__).joinpath(name).read_bytes(), name):
                self._answers.setdefault((row["task_id"], row.get("turn", 0)), []).append(row["response"])
        raw = files(__package__).joinpath("scores.jsonl").read_bytes()
        self._logprobs = {row["task_id"]: row["logprobs"] for _, row in rows_of(raw, "scores.jsonl")}

    def recorded(self) -> dict[str, int]:
        """Return one sample for each scripted problem; more are to be had by asking for them."""
        from pytest_codeeval.generation.backends.replay.recorded import normal  # not for who only has it as a judge

        return {normal(task_id): 1 for task_id, _ in self._answers}

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        """Return the scripted answer of each request.

        Raises BackendError for a problem of another suite.
        """
        return [self._answer(request) for request in requests]

    def _answer(self, request: CompletionRequest) -> Completion:
        if request.suite.startswith(_JUDGES):
            from pytest_codeeval.generation.backends.demo.judge import scripted_verdict

            return Completion(scripted_verdict(request.script), finish_reason="stop")
        if request.continuations:
            return self._scored(request)
        answers = self._answers.get((request.task_id, request.turn))
        if not answers:
            asked = f"turn {request.turn + 1} of {request.task_id}" if request.turn else request.task_id
            raise BackendError(
                "--model=demo has answers for starter, starter-general, agents and the Python tasks only, "
                f"not for {asked}"
            )
        return scripted(answers[request.sample_index % len(answers)], request)

    def _scored(self, request: CompletionRequest) -> Completion:
        logprobs = self._logprobs.get(request.task_id)
        if logprobs is None:
            raise BackendError(f"--model=demo has scores for starter-general only, not for {request.task_id}")
        # One token a word, as if there were a tokenizer.
        pairs = zip(logprobs, request.continuations, strict=True)
        return Completion.of_scores(request, tuple(Continuation(one, len(text.split())) for one, text in pairs))
