//! The process of a solution, where its tests stand in another: answers calls that come over file descriptor 3.

use std::any::Any;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::{BufReader, Write};
use std::os::fd::FromRawFd;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::thread;

mod loader;
pub mod wire;

use wire::{read_bytes, Get, Input, Put};

const CALLS: i32 = 3;
const ANSWERS: i32 = 4;
const HEAD: usize = 16;
const LONGEST_MESSAGE: usize = 1 << 16;
const LIBRARY: &CStr = c"./codeeval_solution.so";
/// The file that has the name of the library's `Dispatch` in it.
const SYMBOL: &str = "codeeval_call";
const TRIAL: &CStr = c"codeeval_trial";
const NO_SUCH_CALL: &str = "the call is none that the solution can be given";

/// Calls the function of a number with what is read, and writes its answer.
pub type Dispatch = fn(u32, &mut Input, &mut Vec<u8>) -> Option<()>;

/// One call: the thread of the tests that makes it, the function's number, and the arguments.
struct Call {
    thread: u32,
    function: u32,
    given: Vec<u8>,
}

/// The whole of a program that serves what stands in a library, or with an argument tries whether a panic of one that
/// has a function for that is caught as it ought to be.
pub fn main() {
    if std::env::args_os().len() > 1 {
        let trial: fn() = unsafe { std::mem::transmute(loader::loaded(LIBRARY, TRIAL)) };
        return assert!(catch_unwind(trial).is_err());
    }
    let name = CString::new(std::fs::read(SYMBOL).unwrap_or_default()).unwrap_or_default();
    let _ = std::fs::remove_file(SYMBOL);
    serve(unsafe { std::mem::transmute::<_, Dispatch>(loader::loaded(LIBRARY, &name)) })
}

/// Answers calls until the tests have ended. The calls of one test are made in one thread, and those of another in
/// another, as if there were no process between.
pub fn serve(dispatch: Dispatch) {
    let mut calls = BufReader::new(unsafe { File::from_raw_fd(CALLS) });
    let mut next = read(&mut calls);
    while let Some(call) = next {
        next = thread::scope(|scope| {
            let served = thread::Builder::new().spawn_scoped(scope, || in_one_thread(call, dispatch, &mut calls));
            served.ok().and_then(|thread| thread.join().ok()).flatten()
        });
    }
}

/// Answers the calls of one thread; returns the first one of another.
fn in_one_thread(first: Call, dispatch: Dispatch, calls: &mut BufReader<File>) -> Option<Call> {
    let thread = first.thread;
    let mut next = Some(first);
    while let Some(call) = next.take_if(|call| call.thread == thread) {
        let mut answer = Vec::new();
        let called = catch_unwind(AssertUnwindSafe(|| {
            dispatch(call.function, &mut Input::new(call.given), &mut answer).expect(NO_SUCH_CALL)
        }));
        let panicked = called.is_err();
        if let Err(payload) = called {
            answer = message(&*payload).into_bytes();
            answer.truncate(LONGEST_MESSAGE);
            std::mem::forget(payload); // its destructor may panic as well
        }
        write(panicked, &answer);
        next = read(calls);
    }
    next
}

fn read(calls: &mut BufReader<File>) -> Option<Call> {
    let (thread, function, length) = <(u32, u32, u64)>::get(&mut Input::new(read_bytes(calls, HEAD)?))?;
    let given = read_bytes(calls, usize::try_from(length).ok()?)?;
    Some(Call { thread, function, given })
}

fn write(panicked: bool, answer: &[u8]) {
    // Never closed: nothing else may get this descriptor's number.
    let mut answers = std::mem::ManuallyDrop::new(unsafe { File::from_raw_fd(ANSWERS) });
    let mut message = Vec::new();
    (panicked, answer.len() as u64).put(&mut message);
    message.extend_from_slice(answer);
    let _ = answers.write_all(&message);
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        return (*text).to_owned();
    }
    payload.downcast_ref::<String>().cloned().unwrap_or_else(|| "panicked".to_owned())
}
