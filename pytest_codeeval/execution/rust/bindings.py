"""The names of the standard library as the tests know them, whatever the solution calls its own."""

from importlib.resources import files

_DELEGATED = (
    "concat", "dbg", "eprint", "eprintln", "format", "format_args", "matches", "panic", "print", "println", "stringify",
    "todo", "unimplemented", "unreachable", "vec", "write", "writeln",
)  # fmt: skip
_2021 = "FromIterator, TryFrom, TryInto"
_LATER = {"2015": "", "2018": "", "2021": _2021}
"""What the prelude of an edition has besides. Its macros are bound otherwise, and its globs differ by version."""

NAMES = "codeeval_names"
"""The module that has what every program knows by itself: where a glob import of the solution's brings another thing of
such a name, the compiler takes the first or refuses both."""

GUARDED = frozenset(
    {
        "std", "core", "alloc", "Option", "Some", "None", "Result", "Ok", "Err", "Vec", "String", "Box", "Iterator",
        "IntoIterator", "From", "Into", "TryFrom", "TryInto", "FromIterator", "ToString", "ToOwned", "Default", "Clone",
        "PartialEq", "PartialOrd", "Eq", "Ord", "Drop", "drop", "Fn", "FnMut", "FnOnce", "Send", "Sync", "Copy",
        "Sized", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64",
        "bool", "char", "str", "main", "test", "codeeval_harness",
    }
)  # fmt: skip
"""Names that are not taken from a solution where the tests choose what they take."""


def bindings(crate: str, edition: str) -> str:
    """Return one line of Rust for the root of a tests crate: its macros win over whatever is imported.

    `crate` is the solution's name in code.
    """
    text = files(__package__).joinpath("bindings.rs").read_text("utf-8")
    text = text.replace("CRATE", crate).replace("EDITION", edition)
    text = text.replace("LATER", _LATER.get(edition, f"{_2021}, Future, IntoFuture"))
    delegated = (f"macro_rules! {name} {{ ($($all:tt)*) => {{ ::std::{name}!($($all)*) }}; }}" for name in _DELEGATED)
    # There a path that begins with `::` is one from the root, where only `std` is by itself.
    roots = "extern crate core; extern crate codeeval_harness;" if edition == "2015" else ""
    return " ".join(" ".join([roots, text, *delegated]).split())
