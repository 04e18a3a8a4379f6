"""Lost: the end of a conversation."""


class Lost(BaseException):
    """The solution cannot be asked any more; no `except Exception` in a test may hide that."""

    def __init__(self, cause: str, detail: str) -> None:
        super().__init__(cause, detail)
        self.cause = cause
        self.detail = detail
