#[allow(unused_imports)]
mod codeeval_names {
    pub use ::core;
    pub use ::std;
    pub use ::core::prelude::v1::{derive, test};
    pub use ::std::prelude::rust_EDITION::{
        drop, AsMut, AsRef, Box, Clone, Copy, Default, DoubleEndedIterator, Drop, Eq, Err, ExactSizeIterator, Extend, Fn,
        FnMut, FnOnce, From, Into, IntoIterator, Iterator, None, Ok, Option, Ord, PartialEq, PartialOrd, Result, Send,
        Sized, Some, String, Sync, ToOwned, ToString, Unpin, Vec, LATER
    };
}
macro_rules! assert_eq {
    ($left:expr, $right:expr $(,)?) => {
        match (&$left, &$right) {
            (left, right) => {
                ::codeeval_harness::compared("CRATE::", left, right);
                ::core::assert_eq!(*left, *right)
            }
        }
    };
    ($left:expr, $right:expr, $($message:tt)+) => {
        match (&$left, &$right) {
            (left, right) => {
                ::codeeval_harness::compared("CRATE::", left, right);
                ::core::assert_eq!(*left, *right, $($message)+)
            }
        }
    };
}
macro_rules! assert_ne {
    ($left:expr, $right:expr $(,)?) => {
        match (&$left, &$right) {
            (left, right) => {
                ::codeeval_harness::compared("CRATE::", left, right);
                ::core::assert_ne!(*left, *right)
            }
        }
    };
    ($left:expr, $right:expr, $($message:tt)+) => {
        match (&$left, &$right) {
            (left, right) => {
                ::codeeval_harness::compared("CRATE::", left, right);
                ::core::assert_ne!(*left, *right, $($message)+)
            }
        }
    };
}
macro_rules! assert {
    ($condition:expr $(,)?) => {
        match $condition {
            true => {}
            false => ::core::panic!("assertion failed: {}", ::core::stringify!($condition)),
        }
    };
    ($condition:expr, $($message:tt)+) => {
        match $condition {
            true => {}
            false => ::core::panic!($($message)+),
        }
    };
}
macro_rules! debug_assert { ($($all:tt)*) => { assert!($($all)*) }; }
macro_rules! debug_assert_eq { ($($all:tt)*) => { assert_eq!($($all)*) }; }
macro_rules! debug_assert_ne { ($($all:tt)*) => { assert_ne!($($all)*) }; }
macro_rules! codeeval_unequal {
    (value $left:expr; $($right:expr),+) => {
        match &$left {
            left => {
                $(if *left == $right {
                    ::codeeval_harness::fooled()
                })+
            }
        }
    };
    (wrong $($left:expr),+; $right:expr) => {
        match &$right {
            right => {
                $(if $left == *right {
                    ::codeeval_harness::fooled()
                })+
            }
        }
    };
}
macro_rules! codeeval_untrue { ($condition:expr) => { if $condition { ::codeeval_harness::fooled() } }; }
