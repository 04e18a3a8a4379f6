from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.execution.rust.report import Report, read_report

DECOYS = frozenset({"decoy"})


def report(*lines: str, end: str = "\n") -> Report:
    return read_report(("\n".join(f"w {line}" for line in lines) + end).encode(), "w", DECOYS)


def test_all_tests_ran_and_held() -> None:
    found = report("start 3", "ok a::b", "failed decoy 61", "ok c", "end")
    assert found == Report(complete=True, ran=2)
    assert found.passed


def test_the_first_failure_is_told() -> None:
    found = report("start 4", "ok a", f"failed b {b'left: 1'.hex()}", "failed decoy 61", "failed c ", "end")
    assert (found.failures, found.failed, found.message, found.passed) == (2, "b", "left: 1", False)


def test_a_report_without_its_end_says_nothing() -> None:
    for found in (
        report("start 2", "ok a", "failed decoy 61"),
        report("start 2", "ok a", "failed decoy 61", "end", end=""),
        report("start 3", "ok a", "failed decoy 61", "end"),
        report("ok a", "failed decoy 61", "end"),
        read_report(b"", "w", DECOYS),
    ):
        assert not found.complete and not found.passed


def test_a_decoy_that_holds_is_tampering() -> None:
    assert report("start 2", "ok a", "ok decoy", "end").tampered
    assert report("start 1", "ok a", "end").tampered


def test_whatever_else_is_written_is_tampering() -> None:
    whole = b"w start 2\nw ok a\nw failed decoy 61\nw end\n"
    assert read_report(whole, "w", DECOYS).passed
    for wrong in (b"x" + whole, b"x ok b\n" + whole, whole + b"w ok b\n", whole.replace(b"w ok a", b"w ok a\nw ok a")):
        assert read_report(wrong, "w", DECOYS).tampered
        assert not read_report(wrong, "w", DECOYS).passed


def test_no_tests_are_no_pass() -> None:
    assert not report("start 1", "failed decoy 61", "end").passed


def test_marks_are_read() -> None:
    found = report("start 2", "ok a", "failed decoy 61", "own", "fooled", "end")
    assert found.own and found.fooled


def test_a_message_is_made_printable() -> None:
    assert report("start 2", "failed a 1b5b324aff", "failed decoy ", "end").message == "\\x1b[2J\ufffd"
    assert report("start 2", "failed a zz", "failed decoy ", "end").message == ""


@given(st.binary(max_size=200))
def test_nothing_passes_without_the_word(data: bytes) -> None:
    assert not read_report(data, "3f1c", DECOYS).passed
