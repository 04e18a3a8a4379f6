"""TONGUES: the languages that a Python function can be translated to, with how each writes types, values and tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pytest_codeeval.benchmarks.pythontasks.typed import Kind, Signature, Tongue

_BOXED = {"int": "Long", "bool": "Boolean"}
_Cases = Sequence[tuple[str, str]]
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _quoted(escape: Callable[[int], str]) -> Callable[[str], str]:
    """Return what writes a text in double quotes; `escape` writes a character that is not printable ASCII."""

    def write(text: str) -> str:
        plain = (_ESCAPES.get(one) or (one if " " <= one <= "~" else escape(ord(one))) for one in text)
        return f'"{"".join(plain)}"'

    return write


def _utf16(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + ((code - 0x10000) >> 10):04x}\\u{0xDC00 + ((code - 0x10000) & 0x3FF):04x}"


def _bytes(code: int) -> str:
    return "".join(f"\\{one:03o}" for one in chr(code).encode())


def _braced(code: int) -> str:
    return f"\\u{{{code:x}}}"


def _named(signature: Signature, tongue: Tongue, form: str) -> str:
    return ", ".join(form.format(name=name, type=tongue.type_of(kind)) for name, kind in signature.parameters)


def _js_stub(signature: Signature, _: Tongue) -> str:
    return f"function {signature.name}({', '.join(name for name, _ in signature.parameters)}) {{\n"


def _js_test(signature: Signature, cases: _Cases, _: Tongue) -> str:
    lines = "".join(f"  assert.deepStrictEqual(candidate({given}),{wanted});\n" for given, wanted in cases)
    return (
        "const assert = require('node:assert');\n\n\nfunction test() {\n"
        f"  let candidate = {signature.name};\n{lines}}}\n\ntest();"
    )


def _java_stub(signature: Signature, tongue: Tongue) -> str:
    named = _named(signature, tongue, "{type} {name}")
    return (
        "import java.util.*;\n\nclass Problem {\n"
        f"    public static {tongue.type_of(signature.returns)} {signature.name}({named}) {{\n"
    )


def _java_test(signature: Signature, cases: _Cases, _: Tongue) -> str:
    plain = signature.returns.name in ("int", "bool")
    form = "    assert({call} == ({wanted}));\n" if plain else "    assert({call}.equals({wanted}));\n"
    lines = "".join(form.format(call=f"{signature.name}({given})", wanted=wanted) for given, wanted in cases)
    return f"    public static void main(String[] args) {{\n{lines}    }}\n\n}}\n"


def _java_list(item: str, kind: str) -> str:
    return f"List<{_BOXED.get(kind, item)}>"


def _java_items(kind: str, items: str) -> str:
    return f"(new ArrayList{kind[4:]}(Arrays.asList({items})))"


def _cpp_stub(signature: Signature, tongue: Tongue) -> str:
    named = _named(signature, tongue, "{type} {name}")
    return f"#include <bits/stdc++.h>\n\n{tongue.type_of(signature.returns)} {signature.name}({named}) {{\n"


def _cpp_test(signature: Signature, cases: _Cases, _: Tongue) -> str:
    lines = "".join(f"    assert(candidate({given}) == ({wanted}));\n" for given, wanted in cases)
    return f"int main() {{\n    auto candidate = {signature.name};\n{lines}}}\n"


def _go_stub(signature: Signature, tongue: Tongue) -> str:
    named = _named(signature, tongue, "{name} {type}")
    head = 'package translated_test\n\nimport (\n\t"fmt"\n\t"testing"\n)\n\n'
    return f"{head}func {signature.name}({named}) {tongue.type_of(signature.returns)} {{\n"


def _go_test(signature: Signature, cases: _Cases, _: Tongue) -> str:
    rows = "".join(f"     {{ actual: candidate({given}), expected: {wanted} }},\n" for given, wanted in cases)
    verb = "%q" if _innermost(signature.returns) == "str" else "%v"  # of texts in a list `%v` does not show the ends
    return (
        "func TestTranslated(t *testing.T) {\n"
        f"  candidate := {signature.name}\n"
        "\ttype test struct {\n\t\tactual   interface{}\n\t\texpected interface{}\n\t}\n"
        f"   tests := []test{{\n{rows}   }}\n\n"
        "\tfor i, tc := range tests {\n"
        '\t\tt.Run(fmt.Sprintf("test num % d", i), func(t *testing.T) {\n'
        f'\t\t\tif fmt.Sprintf("{verb}", tc.actual) != fmt.Sprintf("{verb}", tc.expected) {{\n'
        "\t\t\t\tt.Errorf(\"expected '%v', got '%v'\", tc.expected, tc.actual)\n\t\t\t}\n\t\t})\n\t}\n}\n"
    )


def _innermost(kind: Kind) -> str:
    return kind.name if kind.item is None else _innermost(kind.item)


def _rust_stub(signature: Signature, tongue: Tongue) -> str:
    named = _named(signature, tongue, "{name}: {type}")
    return f"fn {signature.name}({named}) -> {tongue.type_of(signature.returns)} {{\n"


def _rust_test(signature: Signature, cases: _Cases, tongue: Tongue) -> str:
    kind = tongue.type_of(signature.returns)
    compared = "".join(f"    assert_eq!(candidate({given}), {_rust_typed(w, kind)});\n" for given, w in cases)
    return f"\nfn main() {{\n    let candidate = {signature.name};\n{compared}}}\n"


def _rust_typed(value: str, kind: str) -> str:
    return f"{kind.replace('Vec<', 'Vec::<', 1)}::new()" if value == "vec![]" else value


TONGUES = {
    "javascript": Tongue(
        types={"int": "number", "str": "string", "bool": "boolean"},
        list_type=lambda item, _: f"{item}[]",
        text=_quoted(_utf16),
        number=str,
        list_value=lambda _, items: f"[{items}]",
        stub=_js_stub,
        closing="\n}",
        test=_js_test,
    ),
    "java": Tongue(
        types={"int": "long", "str": "String", "bool": "boolean"},
        list_type=_java_list,
        text=_quoted(_utf16),
        number=lambda number: f"{number}l",
        list_value=_java_items,
        stub=_java_stub,
        closing="\n    }",
        test=_java_test,
    ),
    "cpp": Tongue(
        types={"int": "long long", "str": "std::string", "bool": "bool"},
        list_type=lambda item, _: f"std::vector<{item}>",
        text=lambda text: f"std::string({_quoted(_bytes)(text)})",
        number=lambda number: f"{number}LL",
        list_value=lambda kind, items: f"({kind}{{{items}}})",
        stub=_cpp_stub,
        closing="\n}",
        test=_cpp_test,
    ),
    "go": Tongue(
        types={"int": "int", "str": "string", "bool": "bool"},
        list_type=lambda item, _: f"[]{item}",
        text=_quoted(_bytes),
        number=str,
        list_value=lambda kind, items: f"{kind}{{{items}}}",
        stub=_go_stub,
        closing="\n}",
        test=_go_test,
    ),
    "rust": Tongue(
        types={"int": "i64", "str": "String", "bool": "bool"},
        list_type=lambda item, _: f"Vec<{item}>",
        text=lambda text: f"{_quoted(_braced)(text)}.to_string()",
        number=str,
        list_value=lambda _, items: f"vec![{items}]",
        stub=_rust_stub,
        closing="\n}",
        test=_rust_test,
    ),
}
"""By the names of the languages."""
