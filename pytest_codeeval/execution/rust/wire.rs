//! Values as bytes, between the process of a solution and the one of its tests.
//!
//! Every value takes a byte at least, so that a length is never more than what is left to read.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

/// What can be written.
pub trait Put {
    fn put(&self, to: &mut Vec<u8>);
}

/// What can be read, `None` where the bytes are no such value. What it borrows is never freed.
pub trait Get: Sized + 'static {
    fn get(from: &mut Input) -> Option<Self>;
}

/// Bytes that are being read.
pub struct Input {
    bytes: Vec<u8>,
    place: usize,
}

impl Input {
    pub fn new(bytes: Vec<u8>) -> Input {
        Input { bytes, place: 0 }
    }

    /// Reads one value.
    pub fn take<T: Get>(&mut self) -> Option<T> {
        T::get(self)
    }

    /// Whether everything has been read.
    pub fn is_done(&self) -> bool {
        self.place == self.bytes.len()
    }

    fn part(&mut self, length: usize) -> Option<&[u8]> {
        let start = self.place;
        let part = self.bytes.get(start..start.checked_add(length)?)?;
        self.place += length;
        Some(part)
    }

    fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(u64::get(self)?).ok()?;
        (length <= self.bytes.len() - self.place).then_some(length)
    }
}

fn put_length(length: usize, to: &mut Vec<u8>) {
    (length as u64).put(to);
}

fn put_all<'a, T: Put + 'a>(length: usize, all: impl Iterator<Item = &'a T>, to: &mut Vec<u8>) {
    put_length(length, to);
    all.for_each(|one| one.put(to));
}

fn get_all<T: Get, C: FromIterator<T>>(from: &mut Input) -> Option<C> {
    let length = from.length()?;
    (0..length).map(|_| T::get(from)).collect()
}

macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Put for $kind {
            fn put(&self, to: &mut Vec<u8>) {
                to.extend_from_slice(&self.to_le_bytes());
            }
        }
        impl Get for $kind {
            fn get(from: &mut Input) -> Option<Self> {
                let part = from.part(size_of::<$kind>())?;
                Some(<$kind>::from_le_bytes(part.try_into().ok()?))
            }
        }
    )*};
}
numbers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64);

impl Put for bool {
    fn put(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }
}

impl Get for bool {
    fn get(from: &mut Input) -> Option<bool> {
        match u8::get(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Put for char {
    fn put(&self, to: &mut Vec<u8>) {
        u32::from(*self).put(to);
    }
}

impl Get for char {
    fn get(from: &mut Input) -> Option<char> {
        char::from_u32(u32::get(from)?)
    }
}

impl Put for () {
    fn put(&self, to: &mut Vec<u8>) {
        to.push(0);
    }
}

impl Get for () {
    fn get(from: &mut Input) -> Option<()> {
        u8::get(from).map(drop)
    }
}

impl Put for str {
    fn put(&self, to: &mut Vec<u8>) {
        put_length(self.len(), to);
        to.extend_from_slice(self.as_bytes());
    }
}

impl Put for String {
    fn put(&self, to: &mut Vec<u8>) {
        self.as_str().put(to);
    }
}

impl Get for String {
    fn get(from: &mut Input) -> Option<String> {
        let length = from.length()?;
        String::from_utf8(from.part(length)?.to_vec()).ok()
    }
}

impl Get for &'static str {
    fn get(from: &mut Input) -> Option<Self> {
        String::get(from).map(|text| &*text.leak())
    }
}

impl<T: Put> Put for [T] {
    fn put(&self, to: &mut Vec<u8>) {
        put_all(self.len(), self.iter(), to);
    }
}

impl<T: Get> Get for &'static [T] {
    fn get(from: &mut Input) -> Option<Self> {
        Vec::get(from).map(|all| &*all.leak())
    }
}

impl<T: Put + ?Sized> Put for &T {
    fn put(&self, to: &mut Vec<u8>) {
        (**self).put(to);
    }
}

impl<T: Get> Get for &'static T {
    fn get(from: &mut Input) -> Option<Self> {
        T::get(from).map(|value| &*Box::leak(Box::new(value)))
    }
}

impl<T: Put, const N: usize> Put for [T; N] {
    fn put(&self, to: &mut Vec<u8>) {
        self.as_slice().put(to);
    }
}

impl<T: Get, const N: usize> Get for [T; N] {
    fn get(from: &mut Input) -> Option<Self> {
        Vec::get(from)?.try_into().ok()
    }
}

impl<T: Put + ?Sized> Put for Box<T> {
    fn put(&self, to: &mut Vec<u8>) {
        (**self).put(to);
    }
}

impl<T: Get> Get for Box<T> {
    fn get(from: &mut Input) -> Option<Self> {
        T::get(from).map(Box::new)
    }
}

impl Get for Box<str> {
    fn get(from: &mut Input) -> Option<Self> {
        String::get(from).map(Box::from)
    }
}

impl<T: Get> Get for Box<[T]> {
    fn get(from: &mut Input) -> Option<Self> {
        Vec::get(from).map(Vec::into_boxed_slice)
    }
}

impl<B: ToOwned + ?Sized> Put for Cow<'_, B>
where
    B: Put,
    B::Owned: Put,
{
    fn put(&self, to: &mut Vec<u8>) {
        matches!(self, Cow::Owned(_)).put(to);
        (**self).put(to);
    }
}

impl<B: ToOwned + ?Sized + 'static> Get for Cow<'static, B>
where
    &'static B: Get,
    B::Owned: Get,
{
    fn get(from: &mut Input) -> Option<Self> {
        match bool::get(from)? {
            true => B::Owned::get(from).map(Cow::Owned),
            false => <&'static B>::get(from).map(Cow::Borrowed),
        }
    }
}

macro_rules! collections {
    ($($name:ident: $($bound:ident)*;)*) => {$(
        impl<T: Put> Put for $name<T> {
            fn put(&self, to: &mut Vec<u8>) {
                put_all(self.len(), self.iter(), to);
            }
        }
        impl<T: Get $(+ $bound)*> Get for $name<T> {
            fn get(from: &mut Input) -> Option<Self> {
                get_all(from)
            }
        }
    )*};
}
collections!(Vec:; VecDeque:; HashSet: Eq Hash; BTreeSet: Ord;);

macro_rules! maps {
    ($($name:ident: $($bound:ident)*;)*) => {$(
        impl<K: Put, V: Put> Put for $name<K, V> {
            fn put(&self, to: &mut Vec<u8>) {
                put_length(self.len(), to);
                for (key, value) in self {
                    key.put(to);
                    value.put(to);
                }
            }
        }
        impl<K: Get $(+ $bound)*, V: Get> Get for $name<K, V> {
            fn get(from: &mut Input) -> Option<Self> {
                get_all::<(K, V), Self>(from)
            }
        }
    )*};
}
maps!(HashMap: Eq Hash; BTreeMap: Ord;);

impl<T: Put> Put for Option<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.is_some().put(to);
        self.iter().for_each(|value| value.put(to));
    }
}

impl<T: Get> Get for Option<T> {
    fn get(from: &mut Input) -> Option<Self> {
        match bool::get(from)? {
            true => T::get(from).map(Some),
            false => Some(None),
        }
    }
}

impl<T: Put, E: Put> Put for Result<T, E> {
    fn put(&self, to: &mut Vec<u8>) {
        self.is_ok().put(to);
        match self {
            Ok(value) => value.put(to),
            Err(error) => error.put(to),
        }
    }
}

impl<T: Get, E: Get> Get for Result<T, E> {
    fn get(from: &mut Input) -> Option<Self> {
        match bool::get(from)? {
            true => T::get(from).map(Ok),
            false => E::get(from).map(Err),
        }
    }
}

macro_rules! tuples {
    ($(($($name:ident)+))*) => {$(
        #[allow(non_snake_case)]
        impl<$($name: Put),+> Put for ($($name,)+) {
            fn put(&self, to: &mut Vec<u8>) {
                let ($($name,)+) = self;
                $($name.put(to);)+
            }
        }
        impl<$($name: Get),+> Get for ($($name,)+) {
            fn get(from: &mut Input) -> Option<Self> {
                Some(($($name::get(from)?,)+))
            }
        }
    )*};
}
tuples!((A)(A B)(A B C)(A B C D)(A B C D E)(A B C D E F)(A B C D E F G)(A B C D E F G H));

impl Put for Ordering {
    fn put(&self, to: &mut Vec<u8>) {
        (*self as i8).put(to);
    }
}

impl Get for Ordering {
    fn get(from: &mut Input) -> Option<Ordering> {
        match i8::get(from)? {
            -1 => Some(Ordering::Less),
            0 => Some(Ordering::Equal),
            1 => Some(Ordering::Greater),
            _ => None,
        }
    }
}

impl Put for Duration {
    fn put(&self, to: &mut Vec<u8>) {
        self.as_secs().put(to);
        self.subsec_nanos().put(to);
    }
}

impl Get for Duration {
    fn get(from: &mut Input) -> Option<Duration> {
        let (seconds, nanos) = <(u64, u32)>::get(from)?;
        (nanos < 1_000_000_000).then(|| Duration::new(seconds, nanos))
    }
}

impl<T: Put> Put for Range<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.start.put(to);
        self.end.put(to);
    }
}

impl<T: Get> Get for Range<T> {
    fn get(from: &mut Input) -> Option<Self> {
        <(T, T)>::get(from).map(|(start, end)| start..end)
    }
}

// One that has been gone through begins where it ends, and is another than one that has not.
impl<T: Put + PartialOrd> Put for RangeInclusive<T> {
    fn put(&self, to: &mut Vec<u8>) {
        self.start().put(to);
        self.end().put(to);
        (self.is_empty() && self.start() == self.end()).put(to);
    }
}

impl<T: Get + PartialEq> Get for RangeInclusive<T>
where
    RangeInclusive<T>: Iterator,
{
    fn get(from: &mut Input) -> Option<Self> {
        let (start, end, is_done) = <(T, T, bool)>::get(from)?;
        if is_done && start != end {
            return None;
        }
        let mut range = start..=end;
        if is_done {
            range.next();
        }
        Some(range)
    }
}

const CHUNK: usize = 1 << 20;

/// Reads so many bytes, in parts, so that a length that was made up takes no memory; `None` where the pipe has ended.
pub fn read_bytes(from: &mut impl std::io::Read, length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        let start = bytes.len();
        bytes.resize(length.min(start + CHUNK), 0);
        from.read_exact(&mut bytes[start..]).ok()?;
    }
    Some(bytes)
}

/// Never called: what is compiled for it here, programs that use this need not compile again.
pub fn shared() {
    macro_rules! cross {
        ($($kind:ty)*) => {$(
            let mut bytes = Vec::new();
            Input::new(Vec::new()).take::<$kind>().iter().for_each(|value| value.put(&mut bytes));
        )*};
    }
    cross!(bool char i32 i64 isize u8 u32 u64 usize f32 f64 &str String);
    cross!(Vec<i32> Vec<i64> Vec<isize> Vec<u32> Vec<u64> Vec<usize> Vec<f32> Vec<f64> Vec<bool> Vec<char>);
    cross!(Vec<&str> Vec<String> Vec<Vec<i32>> Vec<Vec<isize>> &[i32] &[u32] &[u64] &[&str]);
    cross!(Option<i32> Option<isize> Option<u32> Option<u64> Option<String> (i32, i32) (isize, isize) (String, bool));
}
