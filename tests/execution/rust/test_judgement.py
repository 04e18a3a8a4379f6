from __future__ import annotations

import pytest

from pytest_codeeval.execution.rust.judgement import chooses_types, judges_equality, takes_over


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
    assert judges_equality("struct Plant; impl Plant { const Clover: Plant = Plant; }", tests)


def test_types_that_the_compiler_chooses_are_seen() -> None:
    source = "impl From<&str> for A { }"
    assert chooses_types(source, 'assert_eq!(f(), "a".into());')
    assert not chooses_types(source, 'assert_eq!(f(), "a");')
    assert not chooses_types("", 'assert_eq!(f(), "a".into());')


@pytest.mark.parametrize(
    ("source", "tests", "expected"),
    [
        ("impl std::ops::Not for A { }", "", "the operator !"),
        ("impl A { fn is_err(&self) -> bool { true } }", "assert!(f().is_err());", "the method is_err"),
        ("impl A { fn is_err(&self) -> bool { true } }", "assert!(f() == 1);", ""),
        ("trait T { fn to_string(self) -> u8; }", "f().to_string()", "the method to_string"),
        ("trait T { fn valid(&self) -> bool; }", 'assert!("1".valid())', ""),
        ("impl A { fn len(&self) -> usize { 0 } }", "f().len()", ""),
    ],
)
def test_what_is_taken_over_is_named(source: str, tests: str, expected: str) -> None:
    assert takes_over(source, tests) == expected
