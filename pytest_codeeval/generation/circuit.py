"""Circuit: when a model that fails is asked no more."""

from __future__ import annotations

from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError


class Circuit:
    """Opens at a fault that every request would meet, and after `give_up_after` failures without an answer between.

    A request that others were answered beside, while it was tried, fails by itself: it shows nothing of the model.
    `answers` is how many came.
    """

    def __init__(self, give_up_after: int) -> None:
        self._give_up_after = give_up_after
        self._in_a_row = 0
        self.answers = 0

    def answered(self) -> None:
        """Note an answer."""
        self.answers += 1
        self._in_a_row = 0

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
        if self._in_a_row < self._give_up_after:
            return None
        return BackendError(
            f"{self._in_a_row} requests in a row failed for good, so nothing more is sent; the last error was: {error}",
            fatal=True,
        )
