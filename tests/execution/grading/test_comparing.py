"""Outputs come in pieces: what is said of them does not depend on where these end."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from pytest_codeeval.execution.grading.comparing import Comparing, _is_inexact

EXPECTED = ["0.5", "1", "true", "[0.5,1]"]
HEAD = {"entry_point": "f", "rule": "equal", "atol": 0.0, "starts": [1]}
RIGHT = [b"=", *(f"+ {text}".encode() for text in EXPECTED)]
NEAR = b"+ [0.5000001,1]"
"""It would do if the tolerance that the first expected output calls for held behind the first part."""


def checked(
    pieces: list[list[bytes]], head: dict[str, Any] | None = None, expected: list[str] = EXPECTED
) -> tuple[str, int]:
    """Have lines compared of which each piece is written when those before it have been read."""
    job = "\n".join([json.dumps(head or HEAD), *("[1]",) * len(expected), *expected]).encode()
    reader, writer = os.pipe()
    waiting = [b"".join(line + b"\n" for line in piece) for piece in pieces]
    os.write(writer, waiting.pop(0))

    def tell(_: int) -> None:
        if waiting:
            os.write(writer, waiting.pop(0))

    said = Comparing(job).check(reader, tell)
    os.close(writer)
    os.close(reader)
    return said["cause"], said["at"]


@pytest.mark.parametrize("ends", [[5], [2, 5], [2, 3, 5], [2, 4, 5], [1, 2, 3, 4, 5]])
def test_where_a_piece_ends_does_not_matter(ends: list[int]) -> None:
    begins = [0, *ends[:-1]]
    pieces = [RIGHT[begin:end] for begin, end in zip(begins, ends, strict=True)]
    assert checked([*pieces[:-1], [*pieces[-1], b"beyond the last"]]) == ("passed", 4)
    pieces[-1] = [*pieces[-1][:-1], NEAR]
    assert checked(pieces) == ("wrong_answer", 3)
    assert checked(pieces, HEAD | {"starts": []}) == ("passed", 4)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (b"+ 2", "wrong_answer"),
        (b"+0.25 1", "passed"),
        (b"+ 1 ", "passed"),
        (b"+ 1.0", "passed"),
        (b"- 1", "tampering"),
        (b"+x 1", "tampering"),
        (b"1", "tampering"),
        (b"", "tampering"),
        (b"+ \xff", "tampering"),
    ],
)
def test_a_line_among_right_ones_is_judged_by_itself(line: bytes, cause: str) -> None:
    lines = [*RIGHT[:2], line, *RIGHT[3:]]
    assert checked([lines]) == (cause, 4 if cause == "passed" else 1)


def test_a_rule_of_its_own_is_asked_though_the_texts_are_the_same() -> None:
    assert checked([[b"=", b"+ 7"]], HEAD, ["7"]) == ("passed", 1)
    assert checked([[b"=", b"+ 7"]], HEAD | {"rule": "root"}, ["7"]) == ("wrong_answer", 0)


@pytest.mark.parametrize("text", ["0.5", "1e+22", "-1E5", "[NaN]", "-Infinity", '{"s":[1]}'])
def test_what_may_equal_something_else_is_compared_as_what_it_is(text: str) -> None:
    assert _is_inexact(text.encode())
    assert checked([[b"=", b"+ 7", f"+ {text}".encode(), b"+ 8"]], HEAD, ["7", text, "9"])[0] == "wrong_answer"


@pytest.mark.parametrize("text", ["true", "null", '["eE"]', "[12,-3]"])
def test_what_equals_its_own_text_alone_is_compared_as_text(text: str) -> None:
    assert not _is_inexact(text.encode())
    assert checked([[b"=", f"+ {text}".encode(), b"+ 8"]], HEAD, [text, "8"]) == ("passed", 2)
    assert checked([[b"=", f"+ {text}".encode(), b"+ 8"]], HEAD, [text, "9"]) == ("wrong_answer", 1)
