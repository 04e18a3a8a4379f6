//! Loads a library into a program that has all of std itself, so that the library need not be linked with any of it.

use std::ffi::{c_char, c_int, c_void, CStr};

extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
    fn unlink(path: *const c_char) -> c_int;
    fn _exit(code: c_int) -> !;
}

const RTLD_NOW: c_int = 2;
/// How the process ends where the library cannot be used; nothing of it has been called then.
const NOT_LOADED: c_int = 97;

/// Returns where a symbol of a library is. The library's file is gone afterwards: nobody needs it any more.
pub fn loaded(path: &CStr, symbol: &CStr) -> *mut c_void {
    unsafe {
        let library = dlopen(path.as_ptr(), RTLD_NOW);
        let found = if library.is_null() { library } else { dlsym(library, symbol.as_ptr()) };
        unlink(path.as_ptr());
        if found.is_null() {
            _exit(NOT_LOADED)
        }
        found
    }
}
