"""RowTests: the tests of a user's own row in Python, by whatever name and in whatever form the row has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any

from pytest_codeeval.benchmarks.calltests import Calls, call_tests, called_by
from pytest_codeeval.benchmarks.mbpp import entry_point
from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError

_NOTHING: tuple[Any, ...] = (None, "", [], {}, ())
_METHOD = re.compile(r"(?P<name>[^\W\d]\w*)(?:\(\)\.(?P<method>[^\W\d]\w*))?")
_ABOUT_TESTS = re.compile(
    r"(?:^|_)(?:unit_?|py|doc)?(?:tests?|test_?cases?|asserts?|assertions?)(?:_|$)"
    r"|^(?:inputs|outputs|input_outputs?|(?:expected|sample|public|private|hidden)_(?:inputs?|outputs?))$"
)
_WORDED = ("answer", "answers", "answerKey", "answer_key", "choices", "target")
_TEST = re.compile(r"^[ \t]*(?:assert\b[ \t(]|def (?:check|test_\w*)\()", re.MULTILINE)
_DEFINES = re.compile(r"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)", re.MULTILINE)
_CODE = frozenset(
    [
        "prompt",
        "text",
        "code",
        "canonical_solution",
        "solution",
        "solutions",
        "completion",
        "response",
        "question",
        "shown_tests",
    ]
)
_NO_TESTS = re.compile(r"_(?:type|id|ids|name|names|limit|time|count|split|set|version|framework|setup_code|imports)$")


def with_test(row: Row) -> Row:
    """Return a row with its tests as `test`, whatever the field that it has them in.

    Raises DatasetError for tests that are not in any of the forms that are read.
    """
    fields = {name: value for name, value in row.fields.items() if name != "shown_tests"}
    if fields.get("test") not in _NOTHING:
        return Row(row.where, fields)
    name = next((name for name in _READERS if fields.get(name) not in _NOTHING), None)
    if name is None:
        return Row(row.where, fields)
    found = _READERS[name](row, name)
    if not found["test"].strip():
        raise DatasetError(f"{row.where}: field {name!r} has no test in it")
    kept = {key: value for key, value in fields.items() if key != name and (name, key) != ("inputs", "outputs")}
    return Row(row.where, {**kept, **found})


def demand_read(row: Row, read: frozenset[str] = frozenset()) -> None:
    """Raise DatasetError for a row without tests that has some all the same, in a field that nobody reads.

    It would count for no score, and its item would pass. `read` are the fields that were looked into.
    """
    for name, value in row.fields.items():
        plain = re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", name).lower()
        is_some = isinstance(value, str | list | tuple | Mapping) and len(value) > 0
        named = is_some and _ABOUT_TESTS.search(plain) and not _NO_TESTS.search(plain)
        if name not in read and (named or (plain not in _CODE and _is_test(value))):
            raise DatasetError(
                f"{row.where}: field {name!r} has tests that are not read, and there is no field 'test'; put them "
                "there as Python, or leave the field out"
            )


def demand_program(row: Row) -> None:
    """Raise DatasetError for a row that has an answer in words and no tests: no program is asked for."""
    if any(row.fields.get(name) not in _NOTHING for name in ("test", "tests")):
        return
    if name := next((name for name in _WORDED if row.fields.get(name) not in _NOTHING), None):
        raise DatasetError(
            f"{row.where}: field {name!r} is an answer in words, and --dataset runs programs; write a suite with a "
            "scorer for such rows (docs/how-to/new-suite.md), or leave the field out to have answers ungraded"
        )


def _is_test(value: object) -> bool:
    """Whether a value has the looks of a test in Python."""
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and _TEST.search(text) for text in texts)


def demand_entry_point(row: Row, said: str) -> None:
    """Raise DatasetError for an entry point that is neither a name nor `Class().method`."""
    found = _METHOD.fullmatch(said)
    if found and not any(map(iskeyword, filter(None, found.groups()))):
        return
    base, _, method = said.rpartition(".")
    hint = f"; write '{base}().{method}'" if base.isidentifier() and method.isidentifier() else ""
    raise DatasetError(
        f"{row.where}: field 'entry_point' is {said!r}, and it has to be the name of a function or class, or a method "
        f"as in 'Solution().name'{hint}"
    )


def _tests(row: Row, name: str) -> dict[str, Any]:
    value = row.fields[name]
    return {"test": value if isinstance(value, str) else _joined(row, name, row.texts(name))}


def _test_list(row: Row, name: str) -> dict[str, Any]:
    """Read MBPP's fields: the function is described in words, and the asserts that are shown say its name."""
    tests = row.texts(name)
    before = [*row.texts("test_imports", required=False), row.text("test_setup_code", required=False)]
    canonical = row.text("canonical_solution", required=False) or row.text("code", required=False)
    canonical = canonical.replace("\r\n", "\n")
    return {
        "test": _joined(row, name, [*before, *tests]),
        "shown_tests": tests,
        "prompt": row.text("prompt", required=False) or row.fields.get("text"),
        "canonical_solution": canonical,
        "entry_point": row.text("entry_point", required=False) or entry_point(canonical, tests),
    }


def _calls(row: Row, name: str) -> dict[str, Any]:
    return _called(row, name, Calls(row.fields[name], row.fields.get("outputs")))


def _input_output(row: Row, name: str) -> dict[str, Any]:
    return _called(row, name, called_by(row, name))


def _called(row: Row, name: str, calls: Calls) -> dict[str, Any]:
    """Read what a function is called with, and what it returns."""
    said = row.text("entry_point", required=False)
    if not said and calls.function:
        told = f"{row.text('prompt', required=False)}\n{row.text('starter_code', required=False)}"
        said = f"Solution().{calls.function}" if re.search(r"^class Solution\b", told, re.MULTILINE) else calls.function
    if not said:
        raise DatasetError(
            f"{row.where}: field {name!r} names no function to be called ('entry_point', or 'fn_name' in it), and its "
            "inputs and outputs are no texts for a whole program"
        )
    return {"test": call_tests(row, name, calls, said), "entry_point": said}


def _joined(row: Row, name: str, tests: list[str]) -> str:
    """Return texts as one module, in which none takes the name of another's test."""
    texts = [text.replace("\r\n", "\n") for text in tests if text]
    defined = [found for text in texts for found in set(_DEFINES.findall(text))]
    if twice := next((found for found in defined if defined.count(found) > 1), None):
        raise DatasetError(f"{row.where}: field {name!r} defines {twice} in two of its texts; put them into 'test'")
    return "\n".join(texts)


_READERS: dict[str, Callable[[Row, str], dict[str, Any]]] = {
    "tests": _tests,
    "test_list": _test_list,
    "input_output": _input_output,
    "inputs": _calls,
}
