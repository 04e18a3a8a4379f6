"""Circuit: when a model that fails is asked no more."""

from __future__ import annotations

from pytest_codeeval.core.errors import BackendError, CodeEvalError, StorageError


class Circuit:
    """Opens at a fault that every request would meet, and after `give_up_after` failures without an answer between."""

    def __init__(self, give_up_after: int) -> None:
        self._give_up_after = give_up_after
        self._in_a_row = 0
        self._answered = False

    def answered(self) -> None:
        """Note an answer."""
        self._answered = True
        self._in_a_row = 0

    def failed(self, error: CodeEvalError) -> CodeEvalError | None:
        """Note a failure for good, and return why nothing more is to be sent, where that is so."""
        if isinstance(error, StorageError) or (isinstance(error, BackendError) and error.fatal):
            return error
        # Before the first answer any failure may be one that all requests share, whatever its status says.
        if not isinstance(error, BackendError) or (self._answered and not error.retryable):
            return None
        self._in_a_row += 1
        if self._in_a_row < self._give_up_after:
            return None
        return BackendError(
            f"{self._in_a_row} requests in a row failed for good, so nothing more is sent; the last error was: {error}",
            fatal=True,
        )
