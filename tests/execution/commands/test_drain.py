"""Pipes taken in at both ends of what they bring."""

from __future__ import annotations

import os
import threading

from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.execution.commands.drain import Drain


def drained(texts: list[bytes], most: int) -> Drain:
    """Return a drain that has taken in what other threads wrote."""
    readers = []
    for text in texts:
        reader, writer = os.pipe()
        readers.append(reader)
        threading.Thread(target=write, args=(writer, text)).start()
    drain = Drain(readers, [most] * len(texts))
    while drain.is_open:
        drain.take(10.0)
    for reader in readers:
        os.close(reader)
    return drain


def write(writer: int, text: bytes) -> None:
    view = memoryview(text)
    while view:
        view = view[os.write(writer, view) :]
    os.close(writer)


@given(st.lists(st.binary(), min_size=1, max_size=3))
def test_short_texts_are_kept_whole(texts: list[bytes]) -> None:
    drain = drained(texts, 1 << 16)
    assert [drain.text(place) for place in range(len(texts))] == texts
    assert drain.written == sum(map(len, texts))


@given(st.binary(max_size=2000), st.integers(1, 100))
def test_of_long_texts_both_ends_are_kept(text: bytes, most: int) -> None:
    drain = drained([text], most)
    assert drain.head(0) == text[:most]
    kept = drain.text(0)
    if len(text) <= 2 * most:
        assert kept == text
    else:
        assert kept == text[:most] + b"\n[...]\n" + text[-most:]
    assert drain.written == len(text)


def test_a_full_pipe_is_told_once() -> None:
    reader, writer = os.pipe()
    drain = Drain([reader], [10])
    for size, full in ((1 << 16, True), ((1 << 16) - 1, False)):
        os.write(writer, bytes(size))
        drain.take(1.0)
        assert [drain.was_full(), drain.was_full()] == [full, False]
    os.close(writer)
    os.close(reader)
