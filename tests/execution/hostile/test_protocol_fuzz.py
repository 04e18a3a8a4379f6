"""A thousand programs that write noise where their answers belong, and what the codec makes of noise."""

from __future__ import annotations

import json
import math
import os
import random
from collections import Counter, OrderedDict, deque
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.grading.channel import LONGEST, Broken, Channel, Gone, TooLong
from pytest_codeeval.execution.grading.codec import TYPES, encode
from pytest_codeeval.execution.grading.decoding import make_hook
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe
from tests.execution.hostile.corpus import faults, trial
from tests.execution.hostile.noise import TEST, noise, program

PROGRAMS, PARTS = 600, 3


@pytest.mark.parametrize("part", range(PARTS))
def test_noise_never_passes_and_the_server_stays(part: int) -> None:
    tier = ("namespaces", "landlock")[part % 2]
    try:
        probe(SandboxChoice(tier))
    except UsageError as error:
        pytest.skip(str(error))
    keys = {"task_id": "Noise/0", "prompt": "", "test": TEST, "entry_point": "frac", "expect": "fail", "seconds": 0.3}
    rows = [{"id": f"noise {seed}", "code": program(seed), **keys} for seed in range(part, PROGRAMS, PARTS)]
    said = trial(tier, None, rows)
    assert not faults(rows, said), "\n".join(faults(rows, said))
    causes = Counter(result["cause"] for result in said["results"])
    assert set(causes) <= {"tampering", "wrong_answer", "exception", "wall_time", "cpu_time", "output", "crashed"}, (
        causes
    )
    assert len(causes) > 2, "the noise is all alike"


# --- the codec -------------------------------------------------------------------------------------------------------


def no_handle(value: Any) -> Any:
    raise LookupError(type(value).__name__)


def refuse(tag: str, payload: Any) -> Any:
    raise ValueError(tag)


DECODER = json.JSONDecoder(object_hook=make_hook(refuse))


def there_and_back(value: Any) -> Any:
    return DECODER.decode(json.dumps(encode(value, no_handle)))


zones = st.none() | st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(7990, 9000).map(lambda bits: -(1 << bits)),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.binary().map(bytearray),
    st.complex_numbers(allow_nan=False),
    st.decimals(allow_nan=False),
    st.fractions(),
    st.dates(),
    st.datetimes(timezones=zones),
    st.times(timezones=zones),
    st.timedeltas(),
    st.builds(range, st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 9)),
    st.builds(slice, st.none() | st.integers(), st.integers(), st.none()),
    st.sampled_from([..., NotImplemented, *TYPES.values()]),
)
hashable = st.one_of(
    st.integers(),
    st.text(),
    st.binary(),
    st.fractions(),
    st.dates(),
    st.tuples(st.integers(), st.text()),
    st.frozensets(st.integers()),
)
values = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.sets(hashable),
        st.frozensets(hashable),
        st.dictionaries(hashable, inner),
        st.dictionaries(hashable, inner).map(OrderedDict),
        st.dictionaries(st.text(), st.integers()).map(Counter),
        st.builds(deque, st.lists(inner), st.none() | st.integers(4, 9)),
    ),
    max_leaves=15,
)


def same(one: Any, other: Any) -> bool:
    """Whether values are equal, and of the same types all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one == other and all(same(*pair) for pair in zip(one.items(), other.items(), strict=True))
    if isinstance(one, list | tuple | deque):
        bounds = (getattr(one, "maxlen", None), getattr(other, "maxlen", None))
        return bounds[0] == bounds[1] and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, datetime | time):
        return one == other and one.utcoffset() == other.utcoffset() and one.fold == other.fold
    if isinstance(one, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    if isinstance(one, Decimal):
        return one.as_tuple() == other.as_tuple()
    return bool(one == other)


@given(values)
def test_what_travels_arrives_as_it_was(value: Any) -> None:
    assert same(there_and_back(value), value)


def test_not_a_number_arrives() -> None:
    assert math.isnan(there_and_back(float("nan"))) and there_and_back(Decimal("NaN")).is_nan()
    for view in ({1: 2}.keys(), {1: 2}.values(), {1: 2}.items()):
        assert type(there_and_back(view)) is type(view) and list(there_and_back(view)) == list(view)


LIES = {
    "__eq__": lambda self, other: True,
    "__ne__": lambda self, other: False,
    "__hash__": lambda self: 0,
    "__iter__": lambda self: iter([]),
    "__len__": lambda self: 0,
    "__str__": lambda self: "lie",
    "__repr__": lambda self: "lie",
    "__bool__": lambda self: True,
    "__getitem__": lambda self, key: None,
    "items": lambda self: [],
    "__reduce__": lambda self: (print, ()),
}
NUMERIC = {
    "__float__": lambda self: 0.0,
    "__int__": lambda self: 0,
    "__index__": lambda self: 0,
    "__add__": lambda self, other: 0,
}
SUBCLASSED = [
    *(7, 1.5, "text", b"bytes", bytearray(b"array"), 2j, (1, 2), [1, 2], {1: 2}, {1}, frozenset((1,))),
    *(Decimal("1.5"), Fraction(1, 3), date(2020, 1, 2), datetime(2020, 1, 2, 3), time(1, 2), timedelta(3)),
    *(OrderedDict(a=1), Counter("ab"), deque([1, 2])),
]


@pytest.mark.parametrize("value", SUBCLASSED, ids=lambda value: type(value).__name__)
def test_a_subclass_travels_as_its_base_without_a_call_of_its_own(value: Any) -> None:
    base = type(value)
    liar = type("Liar", (base,), LIES | (NUMERIC if isinstance(value, int | float | complex) else {}))
    arguments = {
        date: (2020, 1, 2),
        datetime: (2020, 1, 2, 3),
        time: (1, 2),
        timedelta: (3,),
        Fraction: (1, 3),
    }.get(base, (value,))
    assert same(there_and_back(liar(*arguments)), value)


LISTED = {
    type(None),
    bool,
    int,
    float,
    str,
    list,
    tuple,
    set,
    frozenset,
    dict,
    bytes,
    bytearray,
    complex,
    range,
    slice,
    type,
}
LISTED |= {
    Counter,
    OrderedDict,
    deque,
    Decimal,
    Fraction,
    datetime,
    date,
    time,
    timedelta,
    type(...),
    type(NotImplemented),
}
LISTED |= {type({}.keys()), type({}.values()), type({}.items()), type(OrderedDict().keys())}


def is_listed(value: Any) -> bool:
    kind = type(value)
    if kind not in LISTED and kind.__module__ != "numpy":
        return False
    if isinstance(value, dict):
        return all(is_listed(part) for pair in value.items() for part in pair)
    if isinstance(value, list | tuple | set | frozenset | deque):
        return all(map(is_listed, value))
    return True


def decoded(text: str) -> type | None:
    """Return the type of the value that a text is, which has to be on the list; None where it is refused."""
    try:
        value = DECODER.decode(text)
    except Exception:
        return None
    assert is_listed(value), value
    return type(value)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["f8", "0x1", "1/2", "object"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*"tsdbcirDFOCx", "np", "no", "dq", "dt", "ty", "sl", "td", "date"]), inner, max_size=2
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_noise_is_refused_or_becomes_a_value_of_the_list(value: Any) -> None:
    decoded(json.dumps(value))


def test_noise_of_the_programs_is_refused_or_becomes_a_value_of_the_list() -> None:
    found = Counter(decoded(json.dumps(noise(random.Random(seed), 4))) for seed in range(2000))
    assert found[None] > 100
    assert {tuple, frozenset, complex} < set(found), "the noise is all alike"


# --- the channel -----------------------------------------------------------------------------------------------------


def received(data: bytes) -> Any:
    reader, writer = os.pipe()
    try:
        os.write(writer, data)
        os.close(writer)
        return Channel(reader, -1).receive(DECODER)
    finally:
        os.close(reader)


@given(st.binary(max_size=60) | json_values.map(json.dumps).map(str.encode), st.integers(0, 80))
def test_any_bytes_are_a_value_or_one_of_three_exceptions(data: bytes, length: int) -> None:
    for stream in (data, length.to_bytes(4, "big") + data, len(data).to_bytes(4, "big") + data):
        with suppress(Gone, Broken, TooLong):
            assert is_listed(received(stream))


@given(json_values, st.integers(1, 40))
def test_a_frame_cut_short_is_the_end(value: Any, missing: int) -> None:
    body = json.dumps(value).encode()
    whole = len(body).to_bytes(4, "big") + body
    with pytest.raises(Gone):
        received(whole[: max(0, len(whole) - missing)])


@pytest.mark.parametrize("length", [LONGEST + 1, 0xFFFFFFFF])
def test_a_frame_that_is_too_long_is_not_read(length: int) -> None:
    with pytest.raises((TooLong, Broken)):
        received(length.to_bytes(4, "big"))


@pytest.mark.parametrize("text", ["", "[", "nul", "é", "[1] [2]", '{"zz": 1}', '{"t": [], "s": []}', "{}"])
def test_what_is_no_frame_is_told_so(text: str) -> None:
    body = text.encode()
    with pytest.raises(Broken):
        received(len(body).to_bytes(4, "big") + body)


def test_nesting_without_end_is_too_long() -> None:
    body = b"[" * 50_000
    with pytest.raises(TooLong):
        received(len(body).to_bytes(4, "big") + body)
