from __future__ import annotations

import pytest

from pytest_codeeval.execution.rust.signature import signatures


def typed(text: str, before: str = "") -> str | None:
    """A parameter's type as it is written for the other process, None where it is not plain."""
    found = signatures(f"{before} fn f(x: {text}) {{}}")["f"]
    return None if found is None else found.parameters[0].written("")


PLAIN = {
    "i32": "i32",
    "&str": "&str",
    "&'a str": "&str",
    "&mut Vec<i32>": "&mut ::std::vec::Vec<i32>",
    "Vec<Vec<&str>>": "::std::vec::Vec<::std::vec::Vec<&str>>",
    "&&str": "&&str",
    "[[u8; 3]; 2]": "[[u8; 3]; 2]",
    "(i32, (bool, char))": "(i32, (bool, char,),)",
    "()": "()",
    "(i32)": "i32",
    "std::collections::HashMap<String, Option<i64>>": (
        "::std::collections::HashMap<::std::string::String, ::std::option::Option<i64>>"
    ),
    "Result<Box<[u8]>, String>": "::std::result::Result<::std::boxed::Box<[u8]>, ::std::string::String>",
    "std::borrow::Cow<'a, str>": "::std::borrow::Cow<'_, str>",
}


@pytest.mark.parametrize("text", PLAIN)
def test_plain_types_are_written_with_their_whole_paths(text: str) -> None:
    assert typed(text) == PLAIN[text]


@pytest.mark.parametrize(
    "text",
    [
        *("T", "Own", "HashMap<u8, u8>", "impl Fn(i32) -> i32", "&dyn Any", "Box<dyn Any>", "fn(i32) -> i32"),
        *("own::Vec<i32>", "Vec<&mut i32>", "&mut str", "[u8; N]", "Result<u8>", "Vec<i32", "Vec<i32>>", "", "i32 i32"),
        *("std::vec::Own<u8>", "self::String", "*const u8", "Option<>", "&" * 300 + "u8"),
    ],
)
def test_other_types_are_none(text: str) -> None:
    assert typed(text) is None


def test_a_name_has_to_be_the_standard_library_s() -> None:
    assert typed("HashMap<u8, u8>", "use std::{fmt, collections::{HashMap, HashSet}};")
    assert typed("HashMap<u8, u8>", "use own::HashMap;") is None
    assert typed("HashMap<u8, u8>", "use std::collections::BTreeMap as HashMap;") is None
    assert typed("String", "struct String;") is None
    assert typed("Vec<u8>", "type Vec<T> = Option<T>;") is None


def test_only_plain_functions_have_a_signature() -> None:
    source = (
        "pub const fn a<'a>(mut n: i32, (x, y): (u8, u8)) -> &'a str { } fn b() { } async fn c() { } unsafe fn d() { }"
        "fn e<T>(x: i32) { } fn g(x: i32) where i32: Copy { } struct S(u8); fn h(x: i32) -> &mut i32 { } fn i(x: i32);"
        "fn j() { } fn j() { } fn k(#[cfg(x)] a: i32) { } fn l() -> [u8; 2] { }"
    )
    found = signatures(source)
    assert {name for name, signature in found.items() if signature} == {"a", "b", "i", "l"}
    assert found.keys() == {"a", "b", "c", "d", "e", "g", "S", "h", "i", "j", "k", "l"}
    assert found["a"] and found["a"].result.written("'static") == "&'static str"
    assert [one.written("") for one in found["a"].parameters] == ["i32", "(u8, u8,)"]


@pytest.mark.parametrize("source", ["fn", "fn a", "fn a(", "fn a(,)", "fn a<", "fn a(x:", "pub fn a(x: &"])
def test_what_breaks_off_raises_nothing(source: str) -> None:
    assert not any(signatures(source).values())
