"""What can go wrong that is not the model's fault.

* CodeEvalError
  x UsageError          the user asked for something that cannot be; exit code 4
    . MissingExtra      a package that is not installed, which an extra of ours brings
    . DatasetError      a dataset is missing, unreadable or malformed
      - DataAbsent      a dataset that only the user can bring is not there; its suite is skipped
  x BackendError        a model could not be asked; the problem is not scored
  x SandboxError        the sandbox itself broke; the problem is not scored
    . BrokenTests       a problem's tests are at fault, whatever the solution is
  x JudgeError          a judge gave no verdict; the problem is not scored
  x ScorerError         a scorer broke, or gave no score; the problem is not scored
  x StorageError        results cannot be written; the run stops

A model's own failure is never an exception: it is a `Verdict`.
"""

import difflib
from collections.abc import Iterable


class CodeEvalError(Exception):
    """Base of every error this package raises on purpose; its message is one sentence for the user."""


class UsageError(CodeEvalError):
    """The user asked for something that cannot be; the message says what to do instead."""


class MissingExtra(UsageError):  # noqa: N818 - a state of affairs
    """What was asked needs a package that is not installed; the message names the extra that brings it."""


class DatasetError(UsageError):
    """A dataset is missing, unreadable or malformed; the message names the file and line."""


class DataAbsent(DatasetError):  # noqa: N818 - a state of affairs, for which a suite is skipped
    """A dataset that no hub has is not in the data folder; the message says what to give."""


class SandboxError(CodeEvalError):
    """The sandbox could not run a solution, for a reason that is not the solution's."""


class BrokenTests(SandboxError):  # noqa: N818 - a state of affairs
    """A problem's tests cannot tell right from wrong; seen without any solution's doing."""


class JudgeError(CodeEvalError):
    """A judge was asked and gave no verdict, which is no fault of the model that it judges."""


class ScorerError(CodeEvalError):
    """A suite's scorer raised what it should not, or said what is no score; that is no fault of the model."""


class StorageError(CodeEvalError):
    """Results or completions cannot be written to disk."""


class BackendError(CodeEvalError):
    """A model could not be asked, or did not answer properly.

    `status` is the HTTP status where there is one; `retryable` says that the same request may succeed later;
    `retry_after` is the server's own wish in seconds; `fatal` says that every other request would fail alike
    (bad key, unknown model), so that asking on is a waste. `server` is which of several servers of the model it was.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
        fatal: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.retryable = retryable
        self.retry_after = retry_after
        self.fatal = fatal
        self.server = ""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " (did you mean 'x'?)" for the known name most like `name`, or "" where none is near."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (did you mean {matches[0]!r}?)" if matches else ""
