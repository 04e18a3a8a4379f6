"""The marks of thinking that the user names beside those that are known."""

from collections.abc import Sequence

from pytest_codeeval.core.errors import UsageError


def marks_from(texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of `--thinking-marks` in order, each once.

    Raises UsageError for one that is no pair.
    """
    pairs: dict[tuple[str, str], None] = {}
    for text in texts:
        opening, _, closing = (part.strip() for part in text.partition(","))
        if not opening or not closing:
            raise UsageError(
                f"--thinking-marks={text!r} is no pair; give what begins thinking and what ends it, as in "
                "'<plan>,</plan>'."
            )
        pairs[opening, closing] = None
    return tuple(pairs)
