//! Calls of functions that stand in another process: sent through file descriptor 5, answered through 4.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Write};
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::{say, stop};
use crate::wire::{read_bytes, Get, Input, Put};

const ANSWERS: i32 = 4;
const CALLS: i32 = 5;
const HEAD: usize = 9;
const LONGEST_ANSWER: u64 = 32 << 20;
/// So many calls take longer than the work that most of them ask for,
const MANY: u64 = 20_000;
/// and so do so many bytes. What is borrowed within a value is never freed, besides.
const MUCH: u64 = 16 << 20;
/// What answers may make of this process, in bytes of addresses.
const MOST_MEMORY: u64 = 2 << 30;
const RLIMIT_AS: i32 = 9;

extern "C" {
    fn setrlimit(resource: i32, limits: *const [u64; 2]) -> i32;
}

/// Answers as they come, for one thread at a time.
static PIPE: Mutex<Option<BufReader<File>>> = Mutex::new(None);
static THREADS: AtomicU32 = AtomicU32::new(0);
static MADE: AtomicU64 = AtomicU64::new(0);
static CARRIED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static THREAD: Cell<u32> = Cell::new(THREADS.fetch_add(1, Ordering::Relaxed));
}

/// How many calls have been made, answered or not: no solution has a say in that.
pub fn made() -> u64 {
    MADE.load(Ordering::SeqCst)
}

/// A call that is being put together.
pub struct Call {
    function: u32,
    given: Vec<u8>,
}

/// The answer to a call, of which the value comes first, and then what became of the arguments lent to it.
pub struct Answer(Input);

impl Call {
    pub fn new(function: u32) -> Call {
        Call { function, given: Vec::new() }
    }

    /// Adds an argument.
    pub fn with<T: Put + ?Sized>(mut self, value: &T) -> Call {
        value.put(&mut self.given);
        self
    }

    /// Sends the call and waits for its answer; panics as the function did.
    pub fn answer(self) -> Answer {
        let thread = THREAD.try_with(Cell::get).unwrap_or(u32::MAX);
        let mut pipe = PIPE.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = pipe.get_or_insert_with(opened);
        let is_many = MADE.fetch_add(1, Ordering::SeqCst) == MANY;
        let carried = CARRIED.fetch_add(self.given.len() as u64, Ordering::SeqCst);
        if is_many || (carried <= MUCH && carried + self.given.len() as u64 > MUCH) {
            say("many");
        }
        let (panicked, bytes) = exchanged(thread, &self, answers).unwrap_or_else(|| stop("died"));
        drop(pipe);
        match panicked {
            0 => Answer(Input::new(bytes)),
            1 => std::panic::panic_any(String::from_utf8_lossy(&bytes).into_owned()),
            _ => stop("junk"),
        }
    }
}

impl Answer {
    /// Reads the next value.
    pub fn take<T: Get>(&mut self) -> T {
        self.0.take().unwrap_or_else(|| stop("junk"))
    }

    /// Gives back what became of a slice.
    pub fn refill<T: Get>(&mut self, slice: &mut [T]) {
        let values: Vec<T> = self.take();
        if values.len() != slice.len() {
            stop("junk");
        }
        slice.iter_mut().zip(values).for_each(|(place, value)| *place = value);
    }

    /// Sees to it that nothing is left to be read.
    pub fn end(self) {
        if !self.0.is_done() {
            stop("junk");
        }
    }
}

/// Called once: from now on this process has what hostile answers make of it.
fn opened() -> BufReader<File> {
    if cfg!(target_os = "linux") {
        unsafe { setrlimit(RLIMIT_AS, &[MOST_MEMORY, MOST_MEMORY]) };
    }
    BufReader::new(unsafe { File::from_raw_fd(ANSWERS) })
}

fn exchanged(thread: u32, call: &Call, answers: &mut BufReader<File>) -> Option<(u8, Vec<u8>)> {
    // Never closed.
    let mut calls = ManuallyDrop::new(unsafe { File::from_raw_fd(CALLS) });
    let mut message = Vec::new();
    (thread, call.function, call.given.len() as u64).put(&mut message);
    message.extend_from_slice(&call.given);
    calls.write_all(&message).ok()?;
    let (panicked, length) = <(u8, u64)>::get(&mut Input::new(read_bytes(answers, HEAD)?))?;
    if length > LONGEST_ANSWER {
        stop("long");
    }
    Some((panicked, read_bytes(answers, usize::try_from(length).ok()?)?))
}
