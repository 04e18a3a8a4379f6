"""Wrong solutions of `subjects.crate_problem` that try to pass all the same, by what they try."""

from __future__ import annotations

import re

from tests.execution.rust.subjects import RIGHT

_DOUBLE = "pub fn double(n: i32) -> i32 { n * 2 }\n"
_HALF = re.search(r"pub fn half.*\n", RIGHT)
_NAME = re.search(r"pub fn name(?s:.*?)\n}\n", RIGHT)
_PARITY = re.search(r"#\[derive.*\npub enum Parity.*\n", RIGHT)
assert _HALF and _NAME and _PARITY


def _with(double: str, more: str = "") -> str:
    """The right solution but for `double`."""
    assert _DOUBLE in RIGHT
    return more + RIGHT.replace(_DOUBLE, f"{double}\n")


def _without(*parts: str, more: str) -> str:
    """The right solution with other code in place of `parts`."""
    text = RIGHT
    for part in parts:
        assert part in text
        text = text.replace(part, "")
    return f"{more}\n{text}"


_WRONG = "pub fn double(n: i32) -> i32 { n * 3 }"
_LINES = r"""
    let word = std::env::var("CODEEVAL_NONCE").unwrap_or_default();
    let report = format!("{word} start 1\n{word} ok doubles\n{word} end\n");
"""

SAFE: dict[str, str] = {
    "exit_in_function": _with("pub fn double(_: i32) -> i32 { std::process::exit(0) }"),
    "fake_summary_and_exit": _with(
        'pub fn double(_: i32) -> i32 { println!("test result: ok. 6 passed; 0 failed; 0 ignored"); '
        "std::process::exit(0) }"
    ),
    "always_equal_type": _without(
        _DOUBLE,
        more="#[derive(Debug)] pub struct Any;\n"
        "impl PartialEq<i32> for Any { fn eq(&self, _: &i32) -> bool { true } }\n"
        "pub fn double(_: i32) -> Any { Any }",
    ),
    "equal_type_made_by_a_macro": _without(
        _DOUBLE,
        more="#[derive(Debug)] pub struct Any;\n"
        "macro_rules! own { (: $t:ident, ) => { impl $t<i32> for Any { fn eq(&self, _: &i32) -> bool { true } } } }\n"
        "own!(: PartialEq, );\npub fn double(_: i32) -> Any { Any }",
    ),
    "equal_to_what_has_its_length": _without(
        "pub fn count(n: i32) -> Vec<i32> { (1..=n).collect() }\n",
        more="#[derive(Debug)] pub struct List(usize);\n"
        "impl PartialEq<Vec<i32>> for List { fn eq(&self, other: &Vec<i32>) -> bool { self.0 == other.len() } }\n"
        "pub fn count(n: i32) -> List { List(n as usize) }",
    ),
    "variants_that_are_all_the_same": _without(
        _PARITY[0],
        "pub fn parity(n: i32) -> Parity { if is_even(n) { Parity::Even } else { Parity::Odd } }\n",
        more="#[derive(Debug, PartialEq)] pub struct Parity;\n"
        "#[allow(non_upper_case_globals)]\n"
        "impl Parity { pub const Even: Parity = Parity; pub const Odd: Parity = Parity; }\n"
        "pub fn parity(_: i32) -> Parity { Parity }",
    ),
    "enum_that_is_always_equal": _without(
        _PARITY[0],
        "pub fn parity(n: i32) -> Parity { if is_even(n) { Parity::Even } else { Parity::Odd } }\n",
        more="#[derive(Debug)] pub enum Parity { Even, Odd }\n"
        "impl PartialEq for Parity { fn eq(&self, _: &Parity) -> bool { true } }\n"
        "pub fn parity(_: i32) -> Parity { Parity::Even }",
    ),
    "bool_that_negates_itself": _without(
        "pub fn is_even(n: i32) -> bool { n % 2 == 0 }\n",
        "pub fn parity(n: i32) -> Parity { if is_even(n) { Parity::Even } else { Parity::Odd } }\n",
        more="pub struct Maybe;\n"
        "impl std::ops::Not for Maybe { type Output = bool; #[track_caller] fn not(self) -> bool "
        "{ std::panic::Location::caller().column() > 5 } }\n"
        "pub fn is_even(_: i32) -> Maybe { Maybe }\n"
        "pub fn parity(n: i32) -> Parity { if n % 2 == 0 { Parity::Even } else { Parity::Odd } }",
    ),
    "own_assert_eq": _with(_WRONG, "#[macro_export] macro_rules! assert_eq { ($($t:tt)*) => {} }\n"),
    "own_assert": _with(_WRONG, "#[macro_export] macro_rules! assert { ($($t:tt)*) => {} }\n"),
    "own_macros_by_another_way": _with(
        _WRONG,
        "mod own { #[macro_export] macro_rules! empty { ($($t:tt)*) => {} } pub use crate::empty as assert_eq; }\n"
        "pub use own::assert_eq;\n",
    ),
    "own_vec": _without(
        "pub fn count(n: i32) -> Vec<i32> { (1..=n).collect() }\n",
        more="#[macro_export] macro_rules! vec { ($($t:tt)*) => { ::std::vec::Vec::<i32>::new() } }\n"
        "pub fn count(_: i32) -> Vec<i32> { Vec::new() }",
    ),
    "own_some": _without(
        _HALF[0],
        more="#[allow(non_snake_case)] pub fn Some(_: i32) -> Option<i32> { None }\n"
        "pub fn half(_: i32) -> Option<i32> { None }",
    ),
    "own_string": _without(
        _NAME[0],
        more="#[derive(Debug, PartialEq)] pub struct String;\nimpl From<&str> for String { fn from(_: &str) -> String "
        "{ String } }\nimpl PartialEq<std::string::String> for String { fn eq(&self, _: &std::string::String) -> bool "
        '{ true } }\npub fn name(n: u8) -> String { if n > 2 { panic!("no such name") } String }',
    ),
    "own_option": _without(
        _HALF[0],
        more="#[derive(Debug)] pub enum Option<T> { Some(T), None }\npub use Option::*;\n"
        "impl<T> PartialEq for Option<T> { fn eq(&self, _: &Self) -> bool { true } }\n"
        "pub fn half(_: i32) -> Option<i32> { Option::None }",
    ),
    "own_to_string": _without(
        _NAME[0],
        more="#[derive(Debug, PartialEq)] pub struct Name;\n"
        "pub trait Say { fn to_string(self) -> Name; }\nimpl Say for &str { fn to_string(self) -> Name { Name } }\n"
        "impl PartialEq<String> for Name { fn eq(&self, _: &String) -> bool { true } }\n"
        'pub fn name(n: u8) -> Name { if n > 2 { panic!("no such name") } Name }',
    ),
    "own_std_and_core": _with(
        _WRONG,
        "pub mod std { #[macro_export] macro_rules! nothing { ($($t:tt)*) => {} }\n"
        "pub use crate::nothing as println; }\n"
        "pub mod core { pub use crate::nothing as assert_eq; pub use crate::nothing as panic; }\n",
    ),
    "own_harness": _with(
        _WRONG,
        "pub mod codeeval_harness { pub fn run(_: &[&()]) { ::std::process::exit(0) } "
        "pub fn compared<L: ?Sized, R: ?Sized>(_: &str, _: &L, _: &R) {} pub fn fooled() {} }\n"
        "pub mod codeeval_names {}\n",
    ),
    "own_test_attribute": _with(_WRONG, "pub use std::prelude::v1::derive as test;\n"),
    "own_main": _with(_WRONG, "pub fn main() { std::process::exit(0) }\npub mod test {}\n"),
    "own_tests": _with(_WRONG, "#[test] pub fn doubles() {}\n#[cfg(test)] mod tests { #[test] fn all_is_well() {} }\n"),
    "right_only_where_it_is_tested": _with(
        f"#[cfg(any(test, clippy, doctest))] {_DOUBLE}#[cfg(not(any(test, clippy, doctest)))] {_WRONG}"
    ),
    "thread_local_destructor": _with(
        "struct Bye; impl Drop for Bye { fn drop(&mut self) { std::process::exit(0) } }\n"
        "thread_local! { static BYE: Bye = const { Bye } }\n"
        "pub fn double(_: i32) -> i32 { BYE.with(|_| ()); 0 }"
    ),
    "exit_in_another_thread": _with(
        "use std::{process, thread, time::Duration};\n"
        "pub fn double(_: i32) -> i32 { thread::spawn(|| { thread::sleep(Duration::from_millis(1)); "
        "process::exit(0) }); loop { thread::park() } }"
    ),
    "exit_in_panic_hook": _with(
        "pub fn double(_: i32) -> i32 { std::panic::set_hook(Box::new(|_| std::process::exit(0))); 0 }"
    ),
    "silent_panic_hook": _with(
        "pub fn double(_: i32) -> i32 { std::panic::set_hook(Box::new(|_| ())); 0 }",
    ),
    "payload_whose_destructor_exits": _with(
        "pub struct Bye; impl Drop for Bye { fn drop(&mut self) { std::process::exit(0) } }\n"
        "pub fn double(_: i32) -> i32 { std::panic::panic_any(Bye) }"
    ),
    "value_whose_destructor_exits": _without(
        _DOUBLE,
        more="#[derive(Debug)] pub struct Bye;\nimpl Drop for Bye { fn drop(&mut self) { std::process::exit(0) } }\n"
        "impl PartialEq<i32> for Bye { fn eq(&self, _: &i32) -> bool { false } }\n"
        "pub fn double(_: i32) -> Bye { Bye }",
    ),
    "comparison_that_exits": _without(
        _DOUBLE,
        more="#[derive(Debug)] pub struct Bye;\n"
        "impl PartialEq<i32> for Bye { fn eq(&self, _: &i32) -> bool { std::process::exit(0) } }\n"
        "pub fn double(_: i32) -> Bye { Bye }",
    ),
    "unwinding_without_a_panic": _with("pub fn double(_: i32) -> i32 { std::panic::resume_unwind(Box::new(())) }"),
    "lines_of_the_report_printed": _with(
        f'pub fn double(_: i32) -> i32 {{ {_LINES} print!("{{report}}"); eprint!("{{report}}"); '
        "std::process::exit(0) }"
    ),
    "word_from_the_environment": _with(
        f'pub fn double(_: i32) -> i32 {{ {_LINES} for path in ["/dev/fd/3", "/proc/self/fd/3"] '
        "{ let _ = std::fs::write(path, &report); } std::process::exit(0) }"
    ),
    "arguments_and_variables_searched": _with(
        "pub fn double(n: i32) -> i32 { let all: Vec<String> = std::env::args().chain(std::env::vars().map(|v| v.1))"
        '.collect(); if all.iter().any(|one| one.contains("double")) { n * 2 } else { 0 } }'
    ),
    "tests_included": _with(
        'pub fn double(n: i32) -> i32 { if include_str!("../tests/answer.rs").contains("double") { n * 2 } else { 0 } }'
    ),
    "tests_read_at_run_time": _with(
        'pub fn double(n: i32) -> i32 { match std::fs::read("tests/answer.rs") { Ok(_) => n * 2, Err(_) => 0 } }'
    ),
    "abort": _with("pub fn double(_: i32) -> i32 { std::process::abort() }"),
    "panic_while_panicking": _with(
        "struct Bye; impl Drop for Bye { fn drop(&mut self) { panic!() } }\n"
        "pub fn double(_: i32) -> i32 { let _bye = Bye; panic!() }"
    ),
    "stack_overflow": _with(
        "#[allow(unconditional_recursion)] pub fn double(n: i32) -> i32 { let room = [n; 1000]; double(room[7]) + 1 }"
    ),
    "endless_loop": _with("pub fn double(_: i32) -> i32 { loop {} }"),
    "leaking_threads": _with(
        "pub fn double(_: i32) -> i32 { for _ in 0..20 { std::thread::spawn(|| loop { std::thread::park() }); } 0 }"
    ),
    "other_kind_of_crate": _with(_WRONG, '#![crate_type = "proc-macro"]\n'),
    "another_runner": _with(_WRONG, "#![feature(custom_test_frameworks)]\n#![test_runner(crate::run)]\n"),
    "no_std": _with(_WRONG, "#![no_std]\nextern crate alloc; use alloc::{string::{String, ToString}, vec::Vec};\n"),
    "wrong": _with(_WRONG),
    "lint_that_is_an_error": _with("pub fn double(n: i32) -> i32 { let five: u8 = 256; n + i32::from(five) }"),
    "warnings_denied": _with("pub fn double(n: i32) -> i32 { let unused = 3; n * 2 }", "#![deny(warnings)]\n"),
    "stub": _with("pub fn double(_: i32) -> i32 { todo!() }"),
    "nothing": "",
}

UNSAFE: dict[str, str] = {
    "constructor": _with(
        _WRONG,
        'extern "C" fn before() { std::process::exit(0) }\n'
        '#[unsafe(link_section = ".init_array")] #[used] static BEFORE: extern "C" fn() = before;\n',
    ),
    "descriptor_opened_unsafely": _with(
        f"pub fn double(_: i32) -> i32 {{ {_LINES} use std::io::Write; use std::os::fd::FromRawFd; "
        "let mut file = unsafe { std::fs::File::from_raw_fd(3) }; let _ = file.write_all(report.as_bytes()); "
        "std::process::exit(0) }"
    ),
    "allocator": _with(
        _WRONG,
        "use std::alloc::{GlobalAlloc, Layout, System};\nstruct Bye;\n"
        "unsafe impl GlobalAlloc for Bye { unsafe fn alloc(&self, _: Layout) -> *mut u8 { std::process::exit(0) }\n"
        "unsafe fn dealloc(&self, a: *mut u8, b: Layout) { unsafe { System.dealloc(a, b) } } }\n"
        "#[global_allocator] static BYE: Bye = Bye;\n",
    ),
}
"""These have unsafe code in them: they must not pass either, and the compiler's lint has to tell."""
