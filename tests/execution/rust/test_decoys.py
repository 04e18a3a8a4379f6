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


LISTS = [
    ("assert_eq!(f(2), 4)", "value f(2)", r"\d+"),
    ("assert_eq!(f(2), -7_i64)", "value f(2)", r"-\d+i64"),
    ("assert_eq!(f(2), 0xF)", "value f(2)", r"0x[0-9a-f]+"),
    ("assert_eq!(f(2), true, \"why {}\", 1)", "value f(2)", "false"),
    ("assert_eq!(f(2), 1.5)", "value f(2)", r"\(1.5 \* \d\.0 \+ \d+\.\d\)"),
    ("assert_eq!(f(2), \"\")", "value f(2)", r'"[a-z]"'),
    (r'assert_eq!(f(2), "\n")', "value f(2)", r'"\\n[a-z]"'),
    ("assert_eq!(f(2), Some(\"b1C\".to_string()))", "value f(2)", r'Some\("[a-z][0-9][A-Z]"\.to_string\(\)\)'),
    ("assert_eq!(f(2), 'a')", "value f(2)", "'[b-z]'"),
    ("assert_eq!(f(2), r#\"a\"#)", "value f(2)", 'r#"[b-z]"#'),
    ("assert_eq!(g::<u8, u8>(2), Ok(3))", "value g::<u8, u8>(2)", r"Ok\(\d+\)"),
    ("assert_eq!(f(2), [1, 2].iter().sum())", "value f(2)", r"\[\d+, \d+\]\.iter\(\)\.sum\(\)"),
    ("assert_eq!(f(2), \"4\".parse().unwrap())", "value f(2)", r'"\d"\.parse\(\)\.unwrap\(\)'),
    ("assert!(f(2) == 4)", "value f(2)", r"\d+"),
]  # fmt: skip


@pytest.mark.parametrize(("assertion", "value", "wrong"), LISTS)
def test_what_is_expected_is_changed_in_several_ways(assertion: str, value: str, wrong: str) -> None:
    found = re.fullmatch(rf"codeeval_unequal!\({re.escape(value)}; ({wrong}(?:, {wrong})*)\)", turned(assertion))
    assert found, turned(assertion)
    assert assertion.partition(", ")[2].rstrip(")") not in re.findall(wrong, found[1])


def test_what_is_expected_may_stand_on_the_left() -> None:
    assert re.fullmatch(r"codeeval_unequal!\(wrong \d+(, \d+)+; f\(2\)\)", turned("assert_eq!(4, f(2))"))


def test_changes_have_no_parity() -> None:
    texts = "".join(decoys_of("assert_eq!(f(), 8); assert_eq!(f(), -10);", seed).text for seed in range(3))
    assert {int(number) % 2 for number in re.findall(r"\d+", texts)} == {0, 1}


def test_a_text_is_changed_at_any_place_into_any_letter() -> None:
    found = {
        text for seed in range(40) for text in re.findall('"(.*?)"', decoys_of('assert_eq!(f(), "one")', seed).text)
    }
    assert len(found) > 30 and {text[0] for text in found} > {"o"} and {text[2] for text in found} > {"e"}


def test_a_difference_is_taken_from_another_number() -> None:
    found = turned('assert!((f(2) - 1.5).abs() < 1e-9, "why")')
    assert re.fullmatch(r"codeeval_untrue!\(\(f\(2\) - \(1.5 \* \d.0 \+ \d+.\d\)\)\.abs\(\) < 1e-9\)", found)
    found = turned("assert!(f64::abs(f(2) + 1.0) < 0.01)")
    assert re.fullmatch(r"codeeval_untrue!\(f64::abs\(f\(2\) \+ \(1.0 \* \d.0 \+ \d+.\d\)\) < 0.01\)", found)


@pytest.mark.parametrize("method", ["contains", "starts_with", "ends_with"])
def test_a_question_about_a_text_is_asked_about_another(method: str) -> None:
    assert re.fullmatch(
        rf'codeeval_untrue!\(f\(2\)\.{method}\("[A-Za-z]{{16}}"\)\)', turned(f'assert!(f(2).{method}("a"))')
    )


@pytest.mark.parametrize(
    ("assertion", "decoy"),
    [
        ("assert!(a != b)", "codeeval_untrue!(a == b)"),
        ("assert!(a < b, \"why\")", "codeeval_untrue!(a >= b)"),
        ("assert!((f(2) - 1.5).abs() < 100.0)", "codeeval_untrue!((f(2) - 1.5).abs() >= 100.0)"),
    ],
)  # fmt: skip
def test_a_comparison_is_turned(assertion: str, decoy: str) -> None:
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
        'assert!(!f(2).contains("a"))',
        'assert!(f(2).contains("a") || f(3).contains("b"))',
        "assert_eq!(f(2), [2, 0].iter().product())",
        "assert!(a == b || c)",
        "assert!(f::<u8>(2) == 3)",
        "assert_eq!(f(2)",
    ],
)
def test_what_an_honest_solution_could_pass_is_left(assertion: str) -> None:
    assert turned(assertion) == assertion


def test_what_is_expected_may_be_in_a_variable() -> None:
    found = turned("assert_eq!(f(), &expected)", "let expected = vec![4];")
    assert re.fullmatch(r"codeeval_unequal!\(value f\(\); &vec!\[\d+\](, &vec!\[\d+\])+\)", found)
    assert turned("assert_eq!(f(), e)", "let mut e = 4;") == "assert_eq!(f(), e)"
    assert turned("assert_eq!(f(), e)", "let e = 4; let e = 5;") == "assert_eq!(f(), e)"
    assert turned("assert_eq!(f(), e)", "for (a, e) in CASES {} let x = 4;") == "assert_eq!(f(), e)"


def test_a_variant_is_changed_into_another_of_its_type() -> None:
    assert turned("assert_eq!(f(), Ok(Size::Big))", more="const S: Size = Size::Small;") == (
        "codeeval_unequal!(value f(); Ok(Size::Small))"
    )


def test_a_value_is_not_changed_into_one_that_the_list_has() -> None:
    for seed in range(10):
        found = re.findall(r"\[(.*?)\]", decoys_of("assert_eq!(f(), [1, 2, 1, 3]);", seed).text)
        assert found
        for one in found:
            assert set(one.split(", ")) not in ({"1", "2", "3"}, {"1", "2"}, {"1", "3"}, {"2", "3"})


def test_comparisons_that_stay_are_counted() -> None:
    found = decoys_of("fn t() { assert_eq!(a, b); assert_eq!(a, 1); if a == b {} assert!(a == 1); assert!(x); }", 1)
    assert (found.changed, found.left, found.bare) == (2, 1, 2)
