"""Decoy: the same tests with every expected value changed or turned around, which no right solution passes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pytest_codeeval.execution.toolchains.language import Expectation, Language

_TOKEN = re.compile(r"(?P<word>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<other>[\s\S])")
_OPEN, _CLOSE = "([{", ")]}"
_SMALL = 6
"""Numbers of so many digits are changed by one; with more, one in so many may be within a test's tolerance."""


def decoy(test: str, language: Language) -> str | None:
    """Return `test` with all literals that a solution's answers are compared with changed, None where there are none.

    What the solution is called with stays. A solution that passes has not been compared with anything: it ended the
    program on its own, replaced the assertions, or answered with something that equals everything.
    """
    if language.flips:
        return _flipped(test, language.flips)
    expects = language.expectation
    changed, done = [], 0
    for start, end in _assertions(test, expects):
        changed += [test[done:start], _unlike(test[start:end], expects)]
        done = end
    result = "".join(changed) + test[done:]
    return None if result == test else result


def _flipped(test: str, flips: Mapping[str, str]) -> str | None:
    """Return the test with its expectations turned around, so that a right solution meets none of them."""
    result = re.sub("|".join(map(re.escape, flips)), lambda found: flips[found[0]], test)
    return None if result == test else result


def _assertions(test: str, expects: Expectation) -> Iterator[tuple[int, int]]:
    done = 0
    for opening in expects.opening.finditer(test):
        if opening.start() >= done:
            done = _closing(test, opening.end(), expects)
            yield opening.end(), done


def _closing(text: str, start: int, expects: Expectation) -> int:
    """Return where the bracket that opened just before `start` is closed, the end of the text where it is not."""
    depth, at = 1, start
    while at < len(text):
        char = text[at]
        if char in expects.quotes or char in expects.characters:
            at = _quoted(text, at)
            continue
        depth += (char in _OPEN) - (char in _CLOSE)
        if not depth:
            return at
        at += 1
    return at


def _quoted(text: str, start: int) -> int:
    """Return the place after the string that opens at `start`."""
    at = start + 1
    while at < len(text) and text[at] != text[start]:
        at += 2 if text[at] == "\\" else 1
    return min(at + 1, len(text))


def _unlike(text: str, expects: Expectation) -> str:
    """Return the inside of an assertion with its literals changed, but for those in the call of the solution."""
    call = expects.call.search(text)
    if call is None:
        return text
    end = _closing(text, call.end(), expects)
    return _changed(text[: call.start()], expects) + text[call.start() : end] + _changed(text[end:], expects)


def _changed(text: str, expects: Expectation) -> str:
    parts, at = [], 0
    while at < len(text):
        char = text[at]
        if char in expects.quotes:
            end = _quoted(text, at)
            parts.append(f"{char}z{text[at + 1 : end]}")
        elif char in expects.characters:
            end = _quoted(text, at)
            parts.append(f"{char}{'y' if text[at + 1 : end - 1] == 'z' else 'z'}{char}")
        else:
            token = _TOKEN.match(text, at)
            assert token is not None  # noqa: S101  # its last branch takes anything
            end = token.end()
            parts.append(_number(token[0]) if token["number"] else expects.words.get(token[0], token[0]))
        at = end
    return "".join(parts)


def _number(text: str) -> str:
    """Return another number; different small ones stay different, as two equal keys of a map may not build."""
    whole = re.match(r"\d+", text)
    assert whole is not None  # noqa: S101  # that is what a number starts with
    digits = whole[0]
    if len(digits) <= _SMALL:
        return f"{int(digits) + 1}{text[len(digits) :]}"
    # None that is larger by much: it may not fit its type.
    if digits[0] == "1":
        return f"1{(int(digits[1]) + 5) % 10}{text[2:]}"
    return f"{int(digits[0]) - 1}{text[1:]}"
