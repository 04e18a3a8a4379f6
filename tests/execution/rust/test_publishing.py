from __future__ import annotations

import pytest

from pytest_codeeval.execution.rust.publishing import items, published


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fn f() {}", "pub fn f() {}"),
        ("pub fn f() {}", "pub fn f() {}"),
        ("pub(crate) fn f() {}", "pub fn f() {}"),
        ("struct A(u8);\nstruct B { c: u8 }", "pub struct A(u8);\npub struct B { c: u8 }"),
        ("struct A(pub (crate::B));", "pub struct A(pub (crate::B));"),
        ("#[derive(Debug)]\n/// d\nenum E { A, B }", "#[derive(Debug)]\n/// d\npub enum E { A, B }"),
        ("const A: [u8; 2] = [1, 2]; fn b() {}", "pub const A: [u8; 2] = [1, 2]; pub fn b() {}"),
        ("static mut A: u8 = { 1 }; type B = u8;", "pub static mut A: u8 = { 1 }; pub type B = u8;"),
        ("const fn f() {} async fn g() {}", "pub const fn f() {} pub async fn g() {}"),
        ("unsafe fn h() {}", "pub unsafe fn h() {}"),
        ('extern "C" fn f() {} extern "C" { fn g(); }', 'pub extern "C" fn f() {} extern "C" { fn g(); }'),
        ("unsafe impl Send for A {} unsafe trait T {}", "unsafe impl Send for A {} pub unsafe trait T {}"),
        ("impl A { fn f() {} } fn g() {}", "impl A { fn f() {} } pub fn g() {}"),
        ("mod m { fn f() {} } trait T { fn g(); }", "pub mod m { fn f() {} } pub trait T { fn g(); }"),
        ("use std::{fmt, io}; fn f() {}", "use std::{fmt, io}; pub fn f() {}"),
        ("macro_rules! m { () => { fn f() {} } }", "macro_rules! m { () => { fn f() {} } }"),
        ("m!(); n! { a } fn g() {}", "m!(); n! { a } pub fn g() {}"),
        ("#![allow(x)]\nfn f() { const A: u8 = 1; }", "#![allow(x)]\npub fn f() { const A: u8 = 1; }"),
        ('fn f() { "fn g() {" }\nfn i() {}', 'pub fn f() { "fn g() {" }\npub fn i() {}'),
        ("fn f() {} // fn h()\nfn i() {}", "pub fn f() {} // fn h()\npub fn i() {}"),
        ("union U { a: u8 } fn union() {}", "pub union U { a: u8 } pub fn union() {}"),
        ("const _: () = ();", "const _: () = ();"),
        ("const F: fn() = g; fn g() {}", "pub const F: fn() = g; pub fn g() {}"),
        ("", ""),
    ],
)  # fmt: skip
def test_items_at_the_root_are_made_public(source: str, expected: str) -> None:
    assert published(source) == expected
    assert published(expected) == expected


def test_items_are_told_with_their_names() -> None:
    source = "struct A; fn f(x: impl Fn()) {} static mut N: u8 = 0; impl A { fn g() {} } macro_rules! h { () => {} }"
    assert [(item.keyword, item.name) for item in items(source)] == [("struct", "A"), ("fn", "f"), ("static", "N")]


def test_a_program_that_is_never_closed_is_published_as_far_as_it_goes() -> None:
    assert published('fn f() { "') == 'pub fn f() { "'
    assert published("fn f(") == "pub fn f("
