"""What crosses to a process in the sandbox and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.execution.commands.framing import packed, unpacked

NAMES = st.text(min_size=1)
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)


@given(st.dictionaries(NAMES.filter(lambda name: name != "files"), VALUES), st.dictionaries(NAMES, st.binary()))
def test_what_is_packed_comes_out_again(header: dict[str, object], files: dict[str, bytes]) -> None:
    assert unpacked(packed(header, files)) == (header, files)


@given(st.binary())
def test_junk_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        unpacked(data)


@given(st.dictionaries(NAMES, st.binary(max_size=9), max_size=3), st.data())
def test_a_parcel_that_lacks_its_end_is_refused(files: dict[str, bytes], data: st.DataObject) -> None:
    whole = packed({"argv": ["a"]}, files)
    with pytest.raises(ValueError):
        unpacked(whole[: data.draw(st.integers(0, len(whole) - 1), "what is left")])


@pytest.mark.parametrize(
    "text",
    [
        *('{"files": [["a", 9]]}', '{"files": [["a", -1]]}', '{"files": [["a", true]]}', '{"files": [[1, 0]]}'),
        *('{"files": 3}', '{"files": ["abc"]}', "{}", "[]", '["files"]', '"files"', "null", "[" * 100_000),
    ],
    ids=range(12),
)
def test_a_header_without_files_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        unpacked(len(text).to_bytes(4, "big") + text.encode() + b"12345")
