"""ReplayBackend: answers with recorded samples; a miss names the nearest recording."""

from collections.abc import Sequence

from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import BackendError, nearest
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.replay.recordings import Recordings, normal


class ReplayBackend(ModelBackend):
    """Answers from recordings, whatever the prompt was; nothing is asked of any model.

    `identity` tells results of this recording from those of another file with the same name.
    """

    batch_size = 64
    concurrency = 1
    cacheable = False

    def __init__(self, recordings: Recordings, name: str) -> None:
        self.identity = f"sha256:{recordings.sha256}"
        self._recordings = recordings
        self._name = name

    def recorded(self) -> dict[str, int]:
        """Return how many samples there are under each recorded id."""
        return self._recordings.counts

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion | BackendError]:
        """Return the recorded sample of each request, or an error in its place that names the nearest there is."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: CompletionRequest) -> Completion | BackendError:
        recorded_id = request.script or normal(request.task_id)
        completion = self._recordings.get(recorded_id, request.sample_index, request.turn)
        if completion is not None:
            return self._in_mode(completion, request)
        if request.turn and self._recordings.get(recorded_id, request.sample_index):
            return BackendError(f"{self._name} has no answer to turn {request.turn + 1} of {request.task_id}")
        count = self._recordings.counts.get(recorded_id, 0)
        if count:
            # The same words for each such task, so that they are said once.
            return BackendError(
                f"{self._name} has only {count} of the samples that --samples asks for; give --samples={count}, or "
                "--fewer-samples to score what is there"
            )
        hint = nearest(recorded_id, self._recordings.counts)
        return BackendError(f"{self._name} has no sample of {request.task_id}{hint}")

    def _in_mode(self, completion: Completion, request: CompletionRequest) -> Completion | BackendError:
        """Return a sample where it is of the kind that is asked for: words, or scores of all continuations."""
        if len(completion.scores) == len(request.continuations):
            return completion
        if not completion.scores:
            return BackendError(f"{self._name} has answers in words; leave out --mode=score to replay them")
        if not request.continuations:
            return BackendError(f"{self._name} has log-likelihoods and no words; replay it with --mode=score")
        return BackendError(
            f"{self._name} has {len(completion.scores)} log-likelihoods of {request.task_id}, not "
            f"{len(request.continuations)}: they are of other choices"
        )
