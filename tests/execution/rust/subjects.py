"""Small problems of both forms, with their right solutions: what the attacks of `wrong_crates` are tried on."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_codeeval.core.problem import Problem

TESTS = """\
use answer::*;

#[test]
fn doubles() {
    assert_eq!(double(4), 8);
    assert_eq!(double(-5), -10, "of {}", -5);
}

#[test]
#[ignore]
fn halves() {
    assert_eq!(half(4), Some(2));
    assert_eq!(half(3), None);
}

#[test]
#[ignore]
fn names() {
    assert_eq!(name(1), "one".to_string());
    assert_eq!(name(2), String::from("two"));
}

#[test]
fn tells_even_from_odd() {
    assert!(is_even(4));
    assert!(!is_even(3), "3 is odd");
    assert_eq!(parity(4), Parity::Even);
    assert_eq!(parity(3), Parity::Odd);
}

#[test]
#[should_panic(expected = "no such name")]
fn refuses() {
    name(99);
}

mod lists {
    use answer::*;

    #[test]
    fn counts() -> Result<(), String> {
        assert_eq!(count(3), vec![1, 2, 3]);
        let expected = vec![1];
        assert_eq!(count(1), expected);
        Ok(())
    }
}
"""

RIGHT = """\
#[derive(Debug, PartialEq)]
pub enum Parity { Even, Odd }
pub fn double(n: i32) -> i32 { n * 2 }
pub fn half(n: i32) -> Option<i32> { if n % 2 == 0 { Some(n / 2) } else { None } }
pub fn name(n: u8) -> String {
    match n { 1 => "one", 2 => "two", _ => panic!("there is no such name") }.to_string()
}
pub fn is_even(n: i32) -> bool { n % 2 == 0 }
pub fn parity(n: i32) -> Parity { if is_even(n) { Parity::Even } else { Parity::Odd } }
pub fn count(n: i32) -> Vec<i32> { (1..=n).collect() }
"""


def crate_problem(tests: str = TESTS, edition: str = "2024", files: Mapping[str, str] | None = None) -> Problem:
    """A problem in crate form, of a crate named `answer` with one test file."""
    crate = {"name": "answer", "edition": edition, "tests": {"tests/answer.rs": tests}, "files": dict(files or {})}
    return Problem("Rust/answer", "", tests, canonical_solution=RIGHT, language="rust", extra={"crate": crate})


PROMPT = "use std::collections::HashMap;\n\n/// Twice a number.\nfn double(n: isize) -> isize {\n"
MAIN = """
fn main() {
    let candidate = double;
    assert_eq!(candidate(4), 8);
    assert_eq!(candidate(-5), -10);
}
"""
MODULE = """
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_double() {
        let all: HashMap<isize, isize> = HashMap::from([(1, 2), (2, 4)]);
        for (n, twice) in all { assert_eq!(double(n), twice); }
    }
}
"""


def program_problem(test: str = MAIN) -> Problem:
    """A problem in program form: the function `double`."""
    return Problem("Rust/double", PROMPT, test, "double", "    n * 2\n", "rust", {"closing": "}"})
