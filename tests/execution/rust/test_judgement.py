from __future__ import annotations

import time

import pytest

from pytest_codeeval.execution.rust.judgement import chooses_types, judges_equality, takes_over, tells_for_itself
from pytest_codeeval.execution.rust.lexer import tokens
from pytest_codeeval.execution.rust.publishing import items


@pytest.mark.parametrize(
    "source",
    [
        "impl PartialEq for A { }",
        "impl<T> std::cmp::PartialEq<T> for A { }",
        "use std::cmp::PartialEq as Same;",
        "impl r#PartialEq for A { }",
        "impl PartialOrd for A { }",
        "macro_rules! m { (derive($t:path)) => { impl $t for A {} } } m!(derive(PartialEq));",
    ],
)
def test_equality_by_hand_is_seen(source: str) -> None:
    assert judges_equality(source, "")


@pytest.mark.parametrize(
    "source",
    [
        "#[derive(PartialEq, PartialOrd)] struct A;",
        "fn f<T: PartialEq>(a: T) {} fn g<T: Copy + PartialEq>(a: T) {}",
        "// impl PartialEq for A\n",
        'const A: &str = "impl PartialEq";',
    ],
)
def test_equality_that_is_derived_or_demanded_is_none_by_hand(source: str) -> None:
    assert not judges_equality(source, "")


def test_variants_have_to_be_of_an_enum() -> None:
    tests = "assert_eq!(f(), Plant::Clover);"
    assert not judges_equality("enum Plant { Clover, Grass }", tests)
    assert not judges_equality("enum Plant { #[default] Grass, Clover(u8), Last { a: u8, b: Clover } }", tests)
    assert judges_equality("struct Plant; impl Plant { const Clover: Plant = Plant; }", tests)
    assert judges_equality("enum Plant { Same } impl Plant { pub const Clover: Plant = Plant::Same; }", tests)
    assert judges_equality("enum Plant { Same } impl Plant { fn Clover(_: u8) -> Plant { Plant::Same } }", tests)
    assert judges_equality("enum Plant { Same(Clover) } struct Clover;", tests)


def test_types_that_the_compiler_chooses_are_seen() -> None:
    source = "impl From<&str> for A { }"
    assert chooses_types(source, 'assert_eq!(f(), "a".into());')
    assert not chooses_types(source, 'assert_eq!(f(), "a");')
    assert not chooses_types("", 'assert_eq!(f(), "a".into());')
    assert chooses_types("impl std::iter::Sum for A { }", "assert_eq!(f(), [1].iter().sum());")
    assert chooses_types("impl FromStr for A { }", 'assert_eq!(f(), "1".parse().unwrap());')
    assert chooses_types("impl TryFrom<u8> for A { }", "assert_eq!(f(), 1u8.try_into().unwrap());")


def test_answers_of_own_operators_and_methods_are_seen() -> None:
    tests = 'assert!((f() - 1.0).abs() < 0.1); assert!(g().contains("a"));'
    assert tells_for_itself("impl std::ops::Sub<f64> for A { }", tests)
    assert tells_for_itself("impl A { pub fn contains(&self, _: &str) -> bool { true } }", tests)
    assert not tells_for_itself("impl std::ops::Sub<f64> for A { }", "assert_eq!(f(), 1);")
    assert not tells_for_itself("fn f() -> f64 { 1.0 }", tests)


@pytest.mark.parametrize("text", ["trait{ ", "trait X{ fn a(){ ", "derive(", "fn a(", "use ", "enum X{", "#["])
def test_judging_takes_linear_time(text: str) -> None:
    def took(count: int) -> float:
        tokens.cache_clear()
        start = time.process_time()
        source = text * count
        takes_over(source, "a.len()")
        judges_equality(source, "X::Y")
        list(items(source))
        return time.process_time() - start

    # Four times the text takes four times as long, and sixteen times if every bracket is looked for anew.
    assert min(took(8000) for _ in range(2)) < 10 * min(took(2000) for _ in range(3)) + 0.05


@pytest.mark.parametrize(
    ("source", "tests", "expected"),
    [
        ("impl std::ops::Not for A { }", "", "the operator !"),
        ("impl A { fn is_err(&self) -> bool { true } }", "assert!(f().is_err());", "the method is_err"),
        ("impl A { fn is_err(&self) -> bool { true } }", "assert!(f() == 1);", ""),
        ("impl std::ops::Rem<i32> for A { }", "f() % 7", "the operators of Rem"),
        ("use std::ops::Rem;", "f() % 7", ""),
        ("trait T { fn to_string(self) -> u8; }", "f().to_string()", "the method to_string"),
        ("trait T { fn valid(&self) -> bool; }", 'assert!("1".valid())', ""),
        ("impl A { fn len(&self) -> usize { 0 } }", "f().len()", ""),
    ],
)
def test_what_is_taken_over_is_named(source: str, tests: str, expected: str) -> None:
    assert takes_over(source, tests) == expected
