"""Unavailable: the machine cannot isolate in one of the ways."""


class Unavailable(Exception):  # noqa: N818 - the next tier is tried, so it is no error yet
    """A tier cannot be had here; says which step failed and why."""

    def __init__(self, tier: str, step: str, reason: str | OSError) -> None:
        if isinstance(reason, OSError):
            reason = reason.strerror or str(reason)
        super().__init__(f"{tier}: {step}: {reason}")
        self.tier = tier
        self.step = step
        self.reason = reason
