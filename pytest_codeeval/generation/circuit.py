"""Circuit: when a model that fails is asked no more."""

from __future__ import annotations

from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError


class Circuit:
    """Opens at a fault that every request would meet, and when nothing gets through any more.

    Before the first answer that is so after `give_up_after` failures. Later a request that fails may do so by itself.
    One that others were answered beside, while it was tried, shows nothing of the model; as many others that failed
    without an answer between make it `suspect`, and then as many new ones have to fail as well. `answers` is how many
    came.
    """

    def __init__(self, give_up_after: int) -> None:
        self._give_up_after = give_up_after
        self._in_a_row = 0
        self._failed_when_suspect = 0
        self.answers = 0

    @property
    def suspect(self) -> bool:
        """Whether it shall be seen whether a new request gets through."""
        return self._in_a_row >= self._give_up_after

    def answered(self) -> None:
        """Note an answer."""
        self.answers += 1
        self._in_a_row = self._failed_when_suspect = 0

    def failed(self, error: CodeEvalError, answers_before: int = 0) -> CodeEvalError | None:
        """Note a failure for good, and return why nothing more is to be sent, where that is so.

        `answers_before` is how many answers there were when the request was first sent.
        """
        if isinstance(error, StorageError) or (isinstance(error, BackendError) and error.fatal):
            return error
        # Before the first answer any failure may be one that all requests share, whatever its status says.
        if not isinstance(error, BackendError) or (self.answers and not error.retryable):
            return None
        if self.answers > answers_before:
            return None
        self._in_a_row += 1
        return self._opened(error) if self.suspect and not self.answers else None

    def failed_when_suspect(self, error: BackendError) -> CodeEvalError | None:
        """Note that a request failed that was first sent under suspicion, be it once; return as `failed` does."""
        if not self.suspect or not error.retryable:
            return None
        self._failed_when_suspect += 1
        return self._opened(error) if self._failed_when_suspect >= self._give_up_after else None

    def _opened(self, error: BackendError) -> BackendError:
        return BackendError(
            f"{self._in_a_row} requests in a row failed for good, so nothing more is sent; the last error was: {error}",
            fatal=True,
        )
