//! Runs the tests of a crate one after the other and reports over file descriptor 3.
//!
//! Nothing that a solution prints, no exit code and no destructor is part of the report: a report without its last
//! line is none.
#![feature(test)]

extern crate test;

pub mod calls;
mod loader;
pub mod wire;

use std::any::{type_name_of_val, Any};
use std::ffi::{c_char, c_int, c_ulong, c_void, CStr};
use std::fmt::Write;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::OnceLock;
use std::thread;
use test::{ShouldPanic, TestDescAndFn, TestFn};

extern "C" {
    static mut environ: *mut *mut c_char;
    fn write(fd: c_int, bytes: *const c_void, count: usize) -> isize;
    fn fcntl(fd: c_int, command: c_int, ...) -> c_int;
    fn _exit(code: c_int) -> !;
    #[cfg(target_os = "linux")]
    fn prctl(option: c_int, argument: c_ulong, ...) -> c_int;
}

const LIBRARY: &CStr = c"./codeeval_tests.so";
const REPORT: c_int = 3;
const F_SETFD: c_int = 2;
const FD_CLOEXEC: c_int = 1;
#[cfg(target_os = "linux")]
const PR_SET_DUMPABLE: c_int = 4;
const NONCE: &str = "CODEEVAL_NONCE";
const LONGEST_MESSAGE: usize = 2000;

/// Whether an assertion has compared a value of a type that the solution defines.
static OWN: AtomicBool = AtomicBool::new(false);
/// Whether a value was equal to one that differs from what the tests expect.
static FOOLED: AtomicBool = AtomicBool::new(false);

/// How many tests have come to their own last line.
static REACHED: AtomicUsize = AtomicUsize::new(0);
/// The word that every line of the report begins with.
static NONCE_GIVEN: OnceLock<String> = OnceLock::new();

/// The whole of a program whose tests stand in a library, as a program of which only `main` is called.
pub fn start(count: c_int, given: *const *const c_char) -> c_int {
    type Main = extern "C" fn(c_int, *const *const c_char) -> c_int;
    let main: Main = unsafe { std::mem::transmute(loader::loaded(LIBRARY, c"main")) };
    main(count, given)
}

/// The test runner: called by the `main` that the compiler makes.
pub fn run(tests: &[&TestDescAndFn]) {
    let report = Report { nonce: NONCE_GIVEN.get_or_init(secured) };
    // Nobody needs the program's file any more, and in it stands what the tests expect.
    let _ = std::env::args_os().next().map(std::fs::remove_file);
    report.line(format_args!("start {}", tests.len()));
    for test in tests {
        let name = test.desc.name.as_slice();
        match outcome(test) {
            Ok(()) => report.line(format_args!("ok {name}")),
            Err(message) => report.line(format_args!("failed {name} {}", hexadecimal(&message))),
        }
    }
    if OWN.load(Ordering::SeqCst) {
        report.line(format_args!("own"));
    }
    if FOOLED.load(Ordering::SeqCst) {
        report.line(format_args!("fooled"));
    }
    report.line(format_args!("calls {}", calls::made()));
    report.line(format_args!("reached {}", REACHED.load(Ordering::SeqCst)));
    report.line(format_args!("end"));
    // Neither destructors nor whatever was registered for the end of the process have a say.
    unsafe { _exit(0) }
}

/// Called by `assert_eq!` and `assert_ne!` with what they compare.
pub fn compared<L: ?Sized, R: ?Sized>(prefix: &str, left: &L, right: &R) {
    if type_name_of_val(left).contains(prefix) || type_name_of_val(right).contains(prefix) {
        OWN.store(true, Ordering::Relaxed);
    }
}

/// Called at the end of a test that can only end there.
pub fn reached() {
    REACHED.fetch_add(1, Ordering::Relaxed);
}

/// Called where a changed test holds that ought not to.
pub fn fooled() {
    FOOLED.store(true, Ordering::Relaxed);
}

/// Ends the process in the middle of the tests, and says why it does.
fn stop(why: &str) -> ! {
    say(&format!("stopped {why}"));
    unsafe { _exit(0) }
}

/// Writes a line of the report from within a test.
fn say(what: &str) {
    if let Some(nonce) = NONCE_GIVEN.get() {
        Report { nonce }.line(format_args!("{what}"));
    }
}

struct Report {
    nonce: &'static str,
}

impl Report {
    fn line(&self, text: std::fmt::Arguments) {
        let line = format!("{} {text}\n", self.nonce);
        let mut rest = line.as_bytes();
        while !rest.is_empty() {
            let written = unsafe { write(REPORT, rest.as_ptr().cast(), rest.len()) };
            match usize::try_from(written) {
                Ok(count) if count > 0 => rest = &rest[count..],
                _ if std::io::Error::last_os_error().kind() == std::io::ErrorKind::Interrupted => {}
                _ => return,
            }
        }
    }
}

/// Keeps the report and the process to itself, and returns the word that every line of the report begins with.
fn secured() -> String {
    let nonce = std::env::var(NONCE).unwrap_or_default();
    unsafe {
        fcntl(REPORT, F_SETFD, FD_CLOEXEC);
        // Where there is a /proc, neither the memory of the process nor its descriptors are to be opened through it.
        #[cfg(target_os = "linux")]
        prctl(PR_SET_DUMPABLE, 0);
        let mut entry = environ;
        while !entry.is_null() && !(*entry).is_null() {
            let length = CStr::from_ptr(*entry).to_bytes().len();
            if CStr::from_ptr(*entry).to_bytes().starts_with(NONCE.as_bytes()) {
                std::ptr::write_bytes(*entry, b'-', length);
            }
            entry = entry.add(1);
        }
        std::env::remove_var(NONCE);
    }
    nonce
}

/// Runs one test in a thread of its own, as libtest does, for the sake of thread-local state and the size of the stack.
fn outcome(test: &TestDescAndFn) -> Result<(), String> {
    let TestFn::StaticTestFn(function) = test.testfn else {
        return Err("not a test function".to_owned());
    };
    let thread = thread::Builder::new().spawn(move || catch_unwind(AssertUnwindSafe(function)));
    let Ok(thread) = thread else {
        return Err("no thread could be started for the test".to_owned());
    };
    let ended = match thread.join() {
        Ok(ended) => ended,
        Err(payload) => Err(payload),
    };
    let expected = test.desc.should_panic;
    match (ended, expected) {
        (Ok(result), ShouldPanic::No) => result,
        (Ok(_), _) => Err("test did not panic as expected".to_owned()),
        (Err(payload), _) => {
            let message = message(&*payload);
            std::mem::forget(payload); // its destructor is the solution's
            match expected {
                ShouldPanic::Yes => Ok(()),
                ShouldPanic::YesWithMessage(part) if message.contains(part) => Ok(()),
                _ => Err(message),
            }
        }
    }
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&'static str>() {
        return (*text).to_owned();
    }
    payload.downcast_ref::<String>().cloned().unwrap_or_else(|| "panicked".to_owned())
}

fn hexadecimal(message: &str) -> String {
    let mut digits = String::new();
    for byte in message.bytes().take(LONGEST_MESSAGE) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Never called: what is compiled for it here, the crates of tests need not compile again.
pub fn shared() {
    macro_rules! compare {
        ($($kind:ty)*) => {$(
            let values: ($kind, $kind) = Default::default();
            compared("", &values.0, &values.1);
            assert_eq!(values.0, values.1);
        )*};
    }
    compare!(i32 u32 i64 u64 isize usize f64 bool &str String);
    compare!(Option<i32> Option<u32> Option<u64> Option<usize> Option<isize> Option<&str> Option<String>);
    compare!(Vec<i32> Vec<u32> Vec<u64> Vec<usize> Vec<isize> Vec<&str> Vec<String>);
    compared("", &"", &String::new());
    compared("", &String::new(), &"");
    assert_eq!("", String::new());
    assert_eq!(String::new(), "");
}
