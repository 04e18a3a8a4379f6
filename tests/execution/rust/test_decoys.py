from __future__ import annotations

import re

import pytest

from pytest_codeeval.execution.rust.decoys import decoys_of


def turned(assertion: str, before: str = "", more: str = "") -> str:
    """The assertion as a decoy, within a test."""
    text = f"fn t() {{ {before} {assertion}; }} {more}"
    new = decoys_of(text, 1).text
    head, tail = f"fn t() {{ {before} ", f"; }} {more}"
    assert new.startswith(head) and new.endswith(tail)
    return new[len(head) : len(new) - len(tail)]


@pytest.mark.parametrize(
    ("assertion", "decoy"),
    [
        ("assert_eq!(f(2), 4)", "codeeval_unequal!(f(2), 5)"),
        ("assert_eq!(4, f(2))", "codeeval_unequal!(5, f(2))"),
        ("assert_eq!(f(2), -7_i64)", "codeeval_unequal!(f(2), -8i64)"),
        ("assert_eq!(f(2), 0xF)", "codeeval_unequal!(f(2), 0x10)"),
        ("assert_eq!(f(2), true, \"why {}\", 1)", "codeeval_unequal!(f(2), false)"),
        ("assert_eq!(f(2), 1.5)", "codeeval_unequal!(f(2), (1.5 * 2.0 + 1.0))"),
        ("assert_eq!(f(2), \"\")", "codeeval_unequal!(f(2), \"q\")"),
        (r'assert_eq!(f(2), "\n")', r'codeeval_unequal!(f(2), "\nq")'),
        ("assert_eq!(f(2), Some(\"abc\".to_string()))", "codeeval_unequal!(f(2), Some(\"qbc\".to_string()))"),
        ("assert_eq!(f(2), 'a')", "codeeval_unequal!(f(2), 'q')"),
        ("assert_eq!(f(2), r#\"a\"#)", "codeeval_unequal!(f(2), r#\"q\"#)"),
        ("assert_eq!(g::<u8, u8>(2), Ok(3))", "codeeval_unequal!(g::<u8, u8>(2), Ok(4))"),
        ("assert!(f(2) == 4)", "codeeval_untrue!(f(2) == 5)"),
        ("assert!(a != b)", "codeeval_untrue!(a == b)"),
        ("assert!(a < b, \"why\")", "codeeval_untrue!(a >= b)"),
    ],
)  # fmt: skip
def test_an_assertion_becomes_a_decoy(assertion: str, decoy: str) -> None:
    assert turned(assertion) == decoy


@pytest.mark.parametrize(
    "assertion",
    [
        "assert_eq!(f(2), g(2))",
        "assert_eq!(f(2), None)",
        "assert_eq!(f(2), vec![0; 3])",
        "assert_eq!(f(2), Shape::Round(3))",
        "assert_eq!(f(2), [])",
        "assert_ne!(f(2), 3)",
        "assert!(f(2))",
        "assert!(!f(2))",
        "assert!(a == b || c)",
        "assert!(f::<u8>(2) == 3)",
        "assert_eq!(f(2)",
    ],
)
def test_what_an_honest_solution_could_pass_is_left(assertion: str) -> None:
    assert turned(assertion) == assertion


def test_what_is_expected_may_be_in_a_variable() -> None:
    assert turned("assert_eq!(f(), &expected)", "let expected = vec![4];") == "codeeval_unequal!(f(), &vec![5])"
    assert turned("assert_eq!(f(), e)", "let mut e = 4;") == "assert_eq!(f(), e)"
    assert turned("assert_eq!(f(), e)", "let e = 4; let e = 5;") == "assert_eq!(f(), e)"
    assert turned("assert_eq!(f(), e)", "for (a, e) in CASES {} let x = 4;") == "assert_eq!(f(), e)"


def test_a_variant_is_changed_into_another_of_its_type() -> None:
    assert turned("assert_eq!(f(), Ok(Size::Big))", more="const S: Size = Size::Small;") == (
        "codeeval_unequal!(f(), Ok(Size::Small))"
    )


def test_a_value_is_not_changed_into_one_that_the_list_has() -> None:
    for seed in range(10):
        found = re.search(r"\[(.*)\]", decoys_of("assert_eq!(f(), [1, 2, 1, 3]);", seed).text)
        assert found and set(found[1].split(", ")) not in ({"1", "2", "3"}, {"1", "2"}, {"1", "3"}, {"2", "3"})


def test_lines_keep_their_numbers() -> None:
    text = (
        "fn t() {\n    let e = [\n        1,\n    ];\n    assert_eq!(\n        f(),\n        e,\n    );\n    z!();\n}\n"
    )
    assert decoys_of(text, 1).changed == 1
    text = "fn t() {\n    assert_eq!(\n        f(),\n        1,\n    );\n    z!();\n}\n"
    assert decoys_of(text, 1).changed == 1


def test_comparisons_that_stay_are_counted() -> None:
    found = decoys_of("fn t() { assert_eq!(a, b); assert_eq!(a, 1); if a == b {} assert!(a == 1); assert!(x); }", 1)
    assert (found.changed, found.left, found.bare) == (2, 1, 2)
