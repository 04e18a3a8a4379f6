"""Numbers among the options of runs and commands, read alike; what is none is said with what it has to be."""

from __future__ import annotations

from pytest_codeeval.core.errors import UsageError

_OWN = "none"  # leaves a setting of sampling to the model
_OF_SAMPLING = ("temperature", "top-p", "max-tokens")


def whole(option: str, text: str | None, least: int) -> int | None:
    """Read a whole number; None where none was given, or the model has its own.

    Raises UsageError where it is less than `least`, or no such number.
    """
    if text is None or _is_own(option, text):
        return None
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise UsageError(f"--{option}={text} has to be a whole number from {least}.")
    return value


def number(option: str, text: str | None, low: float, high: float) -> float | None:
    """Read a number; None where none was given, or the model has its own.

    Raises UsageError where it is out of bounds, or no number.
    """
    if text is None or _is_own(option, text):
        return None
    try:
        value = float(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise UsageError(f"--{option}={text} has to be a number from {low:g} to {high:g}.")
    return value


def _is_own(option: str, text: str) -> bool:
    return text == _OWN and option in _OF_SAMPLING
