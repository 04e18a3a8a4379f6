from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.execution.rust.diagnostics import read_diagnostics


def line(level: str, code: str | None, rendered: str = "", **more: Any) -> bytes:
    message = {"$message_type": "diagnostic", "level": level, "code": code and {"code": code}, "rendered": rendered}
    return json.dumps({"message": "m", "spans": [{}], **message, **more}).encode() + b"\n"


def test_the_first_error_is_told_as_people_see_it() -> None:
    text = "error[E0308]: mismatched types\n --> src/lib.rs:1:2\n  |\n"
    output = (
        line("error", "E0308", text) + line("error", "E0425", "x") + line("error", None, message="aborting due to 2")
    )
    found = read_diagnostics(output.replace(b'"spans": [{}], "message": "aborting', b'"message": "aborting'))
    assert found.first_error == "error[E0308]: mismatched types\n --> lib.rs:1:2\n  |"
    assert found.codes == ("E0308", "E0425")


def test_the_summary_is_no_error() -> None:
    assert read_diagnostics(line("error", None, message="aborting due to 1 previous error", spans=[])).errors == 0
    assert read_diagnostics(line("error", None, message="unexpected token", spans=[{}])).errors == 1


def test_lints_are_counted_by_name() -> None:
    output = line("warning", "unused_variables") + 2 * line("warning", "clippy::len_zero") + line("warning", None)
    assert read_diagnostics(output).lints == {"clippy::len_zero": 2, "unused_variables": 1}


def test_the_forced_lint_is_told_apart() -> None:
    output = line("warning", "unsafe_code")
    assert read_diagnostics(output).uses_unsafe and read_diagnostics(output).lints == {}
    assert read_diagnostics(output, asked_for_unsafe=True).lints == {"unsafe_code": 1}
    assert not read_diagnostics(line("warning", "dead_code")).uses_unsafe


def test_what_the_author_chose_is_kept_short_and_printable() -> None:
    long = "error: " + "\n".join(f"{number} \x1b[2J" + "x" * 500 for number in range(20))
    lines = read_diagnostics(line("error", "E0001", long)).first_error.split("\n")
    assert len(lines) == 15 and lines[-1] == "…"
    assert all(len(one) < 400 and "\x1b" not in one for one in lines)


def test_hostile_lines_are_left_out() -> None:
    lines = (
        b'{"a": ' + b"[" * 100_000,
        b"\xff\xfe{",
        b"{}",
        b"[]",
        b'{"code": 3}',
        b'{"level": [], "code": {"code": []}}',
    )
    found = read_diagnostics(b"\n".join(lines))
    assert (found.errors, found.lints) == (0, {})
    assert not read_diagnostics(b"x" * (9 << 20)).readable


def test_a_name_that_is_no_lint_is_not_counted() -> None:
    assert read_diagnostics(line("warning", "clippy::<script>")).lints == {}


@given(st.binary(max_size=100))
def test_any_output_can_be_read(output: bytes) -> None:
    assert read_diagnostics(b"{" + output).errors >= 0
