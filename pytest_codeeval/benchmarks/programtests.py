"""ProgramTests: the inputs and outputs of whole programs, as a user's own row has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.errors import DatasetError, nearest
from pytest_codeeval.core.inputoutput import COMPARISONS, Checker, InputOutput
from pytest_codeeval.core.language import canonical
from pytest_codeeval.execution.toolchains.whole import whole_languages

FIELDS = frozenset(("tests", "input_output", "compare", "tolerance", "checker", "checker_language"))
_CASE = {"input", "output"}
_KINDS = ("testtype", "type")
_NOTHING: tuple[Any, ...] = (None, "", [], {})


def program_tests(row: Row, language: str) -> InputOutput | None:
    """Return the inputs and outputs of a row, None where it has none.

    They are a list of objects in `tests`, or APPS' `input_output` without `fn_name`. `compare` is "tokens" or "exact",
    `tolerance` how far a number may be off, `checker` a program in `checker_language` (python).
    Raises DatasetError naming the row where they are not of this form.
    """
    found = _listed(row) or _in_columns(row)
    if not found:
        return None
    if row.fields.get("test") not in _NOTHING:
        raise DatasetError(f"{row.where}: it has both 'test' and inputs with outputs; leave one out")
    if row.fields.get("entry_point") not in _NOTHING:
        raise DatasetError(
            f"{row.where}: field 'entry_point' names a function, and inputs and outputs are of a whole program; leave "
            "one of them out"
        )
    if language not in whole_languages():
        known = ", ".join(sorted(whole_languages()))
        raise DatasetError(f"{row.where}: programs in {language!r} cannot be run on inputs here; there are {known}")
    return InputOutput(found, _is_exact(row), _tolerance(row), _checker(row))


def _listed(row: Row) -> tuple[tuple[str, str], ...]:
    cases = row.fields.get("tests")
    if not isinstance(cases, list) or not any(isinstance(case, Mapping) for case in cases):
        return ()
    return tuple(_case(row, number, case) for number, case in enumerate(cases, 1))


def _case(row: Row, number: int, case: Any) -> tuple[str, str]:
    place = f"{row.where}: field 'tests', test {number}"
    if not isinstance(case, Mapping) or not all(isinstance(case.get(name), str) for name in _CASE):
        raise DatasetError(f"{place}: not an object with the texts 'input' and 'output'")
    for name in case.keys() - _CASE:
        if name not in _KINDS or case[name] not in ("stdin", None):
            told = nearest(name, _CASE) or "; leave it out"
            raise DatasetError(f"{place}: {name!r} is not known, or says that it is for no whole program{told}")
    return case["input"], case["output"]


def _in_columns(row: Row) -> tuple[tuple[str, str], ...]:
    """Read APPS' form: a text in JSON or an object, with lists of texts, and no function to be called."""
    value = row.fields.get("input_output")
    try:
        said = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return ()
    if not isinstance(said, Mapping) or said.get("fn_name") or row.fields.get("entry_point"):
        return ()
    inputs, outputs = _texts(said.get("inputs")), _texts(said.get("outputs"))
    return tuple(zip(inputs, outputs, strict=True)) if len(inputs) == len(outputs) else ()


def _texts(value: Any) -> list[str]:
    """Return a list of texts, nothing of what is none."""
    return list(value) if isinstance(value, list | tuple) and all(isinstance(text, str) for text in value) else []


def _is_exact(row: Row) -> bool:
    said = row.fields.get("compare", COMPARISONS[0])
    if said not in COMPARISONS:
        known = " or ".join(map(repr, COMPARISONS))
        raise DatasetError(
            f"{row.where}: field 'compare' is {said!r:.60}, not {known}{nearest(str(said), COMPARISONS)}"
        )
    return bool(said == "exact")


def _tolerance(row: Row) -> float | None:
    said = row.fields.get("tolerance")
    if said is None:
        return None
    if type(said) not in (int, float) or not 0 < said < 1:
        raise DatasetError(f"{row.where}: field 'tolerance' is {said!r:.60}, not a number between 0 and 1")
    if _is_exact(row):
        raise DatasetError(f"{row.where}: an exact comparison has no 'tolerance'; leave it out")
    return float(said)


def _checker(row: Row) -> Checker | None:
    source = row.text("checker", required=False)
    if not source:
        return None
    language = canonical(row.text("checker_language", required=False) or "python")
    if language not in whole_languages():
        known = ", ".join(sorted(whole_languages()))
        raise DatasetError(f"{row.where}: a checker in {language!r:.60} cannot be run here; there are {known}")
    if language == "python":
        try:
            compile(source, "checker", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise DatasetError(f"{row.where}: its checker is not Python ({error})") from None
    return Checker(language, source)
