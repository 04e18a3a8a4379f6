"""What crosses to a process in the sandbox and back."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.execution.commands.parcel import packed, unpacked

NAMES = st.text(min_size=1)
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)


@given(st.dictionaries(NAMES.filter(lambda name: name != "files"), VALUES), st.dictionaries(NAMES, st.binary()))
def test_what_is_packed_comes_out_again(header: dict[str, object], files: dict[str, bytes]) -> None:
    assert unpacked(packed(header, files)) == (header, files)


@given(st.binary())
def test_junk_is_refused_and_nothing_else_happens(data: bytes) -> None:
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        unpacked(data)


@pytest.mark.parametrize("files", ['[["a", 9]]', '[["a", -1]]', '[["a", true]]', "[[1, 0]]", "3", '["ab"]'])
def test_files_that_are_none_are_refused(files: str) -> None:
    text = f'{{"files": {files}}}'.encode()
    with pytest.raises((ValueError, TypeError)):
        unpacked(len(text).to_bytes(4, "big") + text + b"12345")
