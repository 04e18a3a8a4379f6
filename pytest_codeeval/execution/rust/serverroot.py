"""What serves a solution: Rust that calls its functions with what is read, and writes what they answer."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_codeeval.execution.rust.plaintype import Plain
from pytest_codeeval.execution.rust.signature import Signature

MODULE, ENTRY = "codeeval_served", "codeeval_call"


def server_root(crate: str, found: Sequence[Signature]) -> str:
    """Return the root of a program that serves the functions of a library, `crate` in code."""
    paths = [f"::{crate}::r#{signature.name}" for signature in found]
    return f"{_dispatch(found, paths)}\nfn main() {{\n    ::codeeval_serving::serve({ENTRY})\n}}\n"


def server_module(found: Sequence[Signature]) -> str:
    """Return a module that serves the functions at the root of the crate that it stands in.

    They are named by imports that everybody has, as only what is public has such. No lint looks at it.
    """
    imports = "\n".join(
        f"pub use crate::r#{signature.name} as given{number};" for number, signature in enumerate(found)
    )
    calls = _dispatch(found, [f"given{number}" for number in range(len(found))])
    return f"#[allow(warnings, clippy::all)]\npub mod {MODULE} {{\n{imports}\n{calls}}}\n"


def _dispatch(found: Sequence[Signature], paths: Sequence[str]) -> str:
    arms = "\n".join(_arm(number, signature) for number, signature in enumerate(found))
    calls = "\n".join(
        _call(path, number, signature) for number, (path, signature) in enumerate(zip(paths, found, strict=True))
    )
    return (
        f"{calls}\n\npub fn {ENTRY}(\n"
        "    function: u32,\n"
        "    given: &mut ::codeeval_serving::wire::Input,\n"
        "    answer: &mut ::std::vec::Vec<u8>,\n"
        ") -> ::std::option::Option<()> {\n"
        "    use ::codeeval_serving::wire::Put as _;\n"
        f"    match function {{\n{arms}\n        _ => return ::std::option::Option::None,\n    }}\n"
        "    ::std::option::Option::Some(())\n}\n"
    )


def _call(path: str, number: int, signature: Signature) -> str:
    """Return a function that gives a solution what the tests are known to have, and takes of it what they expect.

    One that wants a list for a slice, or what lasts for ever, suits some tests only, and has to be built with them; so
    has one that returns such, which is why a tuple is returned: nothing in it is coerced.
    """
    parameters = ", ".join(f"p{place}: {_as_given(one)}" for place, one in enumerate(signature.parameters))
    given = ", ".join(f"p{place}" for place in range(len(signature.parameters)))
    result = signature.result.written("'a")
    return f"fn call{number}<'a>({parameters}) -> ({result},) {{\n    let result = ({path}({given}),);\n    result\n}}"


def _as_given(parameter: Plain) -> str:
    text = parameter.written("'a")
    # Of what is lent within something that may be changed, the lifetime has to stay what it is.
    return text.replace("&'a mut", "&mut", 1) if parameter.form == "&mut" and "'a" in text[len("&'a mut") :] else text


def _arm(number: int, signature: Signature) -> str:
    """Return the lines that call a function with what is read, and write what it answers, and what was lent to it."""
    lines, given, lent = [], [], []
    for place, parameter in enumerate(signature.parameters):
        name = f"p{place}"
        changed = "mut " if parameter.form == "&mut" else ""
        kind = parameter.written("") if parameter.lasts and not changed else parameter.owned
        lines.append(f"let {changed}{name}: {kind} = given.take()?;")
        given.append(f"&{changed}{name}" if parameter.form and kind == parameter.owned else name)
        lent += [f"{name}.put(answer);"] if changed else []
    lines += [f"call{number}({', '.join(given)}).0.put(answer);", *lent]
    body = "\n            ".join(lines)
    return f"        {number} => {{\n            {body}\n        }}"
