"""A function that is run on inputs: what comes of each, and whether outputs are those expected, whatever it does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts import held_tests
from pytest_codeeval.execution.attempts.cases import Cases, Output, cases_of, input_text, together
from pytest_codeeval.execution.grading.digests import digest_of
from pytest_codeeval.execution.languages.python import PythonRunner

ADD = "def f(a, b=2):\n    return a + b\n"
WRITES = "import os\nfor n in range(3, 9):\n  try: os.write(n, %r + b'\\n')\n  except OSError: pass\n"
UNREADABLE = b'=\n+0 {"h":["a",2]}'
FORGED = b"=\n+0 2\n+0 3\n+0 5"
THREE = [input_text([number]) for number in range(3)]


def outputs(runner: PythonRunner, code: str, *inputs: list[Any], seconds: float = 1.0, total: float = 9.0) -> list[Any]:
    """Return the values, or the causes why there are none."""
    found = runner.outputs(code, "f", [input_text(one) for one in inputs], seconds, total)
    return [json.loads(one.value) if one.value else one.cause for one in found]


def compare(runner: PythonRunner, code: str, cases: Cases | None = None) -> tuple[Cause, str, int]:
    """Return the cause, the detail and how many outputs were right."""
    cases = cases or cases_of("f", THREE, runner.outputs(ADD, "f", THREE, 1.0))
    verdict, right = runner.compare(code, cases)
    return verdict.cause, verdict.detail, right


def test_each_input_has_an_output(runner: PythonRunner) -> None:
    code = "def f(x):\n    if x is None: raise ValueError('none')\n    return (x, {1: x}, 'a\\n\\x85\\u2028\\ud800')"
    found = runner.outputs(code, "f", [input_text([one]) for one in ([1], None, (2,))], 1.0)
    assert [one.cause for one in found] == [Cause.PASSED, Cause.EXCEPTION, Cause.PASSED]
    assert found[1].detail == "ValueError: none (line 2 of the solution)"
    assert json.loads(found[2].value or "") == {"t": [{"t": [2]}, {"d": [[1, {"t": [2]}]]}, "a\n\x85\u2028\ud800"]}
    assert all(0 <= one.cpu_seconds < 1 for one in found)


def test_an_object_that_wraps_a_value_is_compared_as_it(runner: PythonRunner) -> None:
    code = (
        "from collections import *\ndef f(x):\n"
        "    return [UserString('a'), UserList([UserList([1])]), UserDict(a=1), ChainMap({'a': 1}, {'b': 2})][x]"
    )
    found = outputs(runner, code, [0], [1], [2], [3])
    assert found == ["a", [[1]], {"d": [["a", 1]]}, {"d": [["b", 2], ["a", 1]]}]


def test_an_input_that_ends_the_program_leaves_the_others(runner: PythonRunner) -> None:
    code = "import os\ndef f(x):\n    while x == 1: pass\n    if x == 3: os._exit(0)\n    return x"
    found = outputs(runner, code, [0], [1], [2], [3], [4], seconds=0.2)
    assert found == [0, Cause.CPU_TIME, 2, Cause.TAMPERING, 4]


def test_all_inputs_together_have_a_limit(runner: PythonRunner) -> None:
    code = "def f(x):\n    while x: pass\n    return x"
    found = runner.outputs(code, "f", [input_text([one]) for one in (0, 1, 1, 0)], 5.0, 0.2)
    assert [one.cause for one in found] == [Cause.PASSED, Cause.CPU_TIME, Cause.CPU_TIME, Cause.CPU_TIME]
    assert found[-1].detail == "no time was left to try it"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("def f(x:", Cause.SYNTAX_ERROR),
        ("import nowhere", Cause.IMPORT_MISSING),
        ("def g(x): pass", Cause.NO_ENTRY_POINT),
        ("raise SystemExit", Cause.EXCEPTION),
    ],
)
def test_a_program_that_cannot_be_loaded_has_no_output(runner: PythonRunner, code: str, cause: Cause) -> None:
    assert outputs(runner, code, [0], [1]) == [cause, cause]
    assert compare(runner, code)[0] is cause


def test_a_method_may_be_called(runner: PythonRunner) -> None:
    found = runner.outputs("class A:\n    def f(self, x): return x + 1", "A().f", THREE, 1.0)
    assert [one.value for one in found] == ["1", "2", "3"]


def test_what_no_value_is_cannot_be_passed() -> None:
    with pytest.raises(ValueError, match="object"):
        input_text([object()])


def test_inputs_without_an_output_are_no_cases() -> None:
    found = cases_of("f", THREE, [Output("2"), Output(None, Cause.EXCEPTION, "no"), Output("4", cpu_seconds=2.0)])
    assert (found.inputs, found.expected, found.seconds) == ((THREE[0], THREE[2]), ("2", "4"), (2.0, 8.0))


def test_what_takes_long_by_itself_may_take_longer_in_all() -> None:
    quick, slow = (cases_of("f", THREE, [Output("2", cpu_seconds=seconds)] * 3) for seconds in (0.1, 7.0))
    assert (quick.within(5.0), quick.within(99.0), quick.total) == (5.0, 7.0, 7.0)
    assert (slow.within(5.0), slow.within(99.0), slow.total) == (84.0, 85.0, 84.0)
    assert together([quick, slow]).within(5.0) == pytest.approx(85.2)


@pytest.mark.parametrize(
    ("code", "cause", "right", "said"),
    [
        ("def f(a): return a + 2", Cause.PASSED, 3, ""),
        ("def f(a): return a + 2.0", Cause.PASSED, 3, ""),
        ("def f(a): return 2", Cause.WRONG_ANSWER, 1, "f(1): expected 3, got 2"),
        ("def f(a): return 2 / (1 - a)", Cause.EXCEPTION, 1, "f(1): ZeroDivisionError"),
        ("class A:\n  def __eq__(s, o): return True\ndef f(a): return A()", Cause.WRONG_ANSWER, 0, "<A"),
        ("class A(int):\n  def __eq__(s, o): return True\ndef f(a): return A(9)", Cause.WRONG_ANSWER, 0, "got 9"),
        ("class A(float):\n  def __sub__(s, o): return 0\ndef f(a): return A(9)", Cause.WRONG_ANSWER, 0, "got 9.0"),
        ("def f(a): import sys; sys.exit(0)", Cause.EXCEPTION, 0, "SystemExit"),
        ("def f(a): import os; os._exit(0)", Cause.TAMPERING, 0, "exit status 0"),
        ("def f(a):\n  return f(a) + 1", Cause.EXCEPTION, 0, "RecursionError"),
        ("def f(a):\n  x = []\n  x.append(x)\n  return x", Cause.EXCEPTION, 0, "RecursionError"),
        ("def f(a): return bytearray(2 << 30)", Cause.MEMORY, 0, "memory limit"),
        ("def f(a): return ['x' * 1000] * 100000", Cause.OUTPUT, 0, "more than can be taken"),
        ("def f(a): print('x' * 100_000_000); return a + 2", Cause.PASSED, 3, ""),
        (f"{WRITES % b'no line'}def f(a): return a + 2", Cause.TAMPERING, 0, "no answer"),
        (f"{WRITES % b'=+0 2'}def f(a): return a + 2", Cause.TAMPERING, 0, "no value"),
        (f"{WRITES % UNREADABLE}def f(a): return a + 2", Cause.TAMPERING, 0, "no value"),
        (f"{WRITES % b'+0 2'}def f(a): return a + 2", Cause.TAMPERING, 0, "whether it was loaded"),
        (f"{WRITES % FORGED}def f(a): return a + 2", Cause.WRONG_ANSWER, 2, "f(2): expected 4, got 5"),
    ],
)  # fmt: skip
def test_outputs_are_compared_elsewhere(runner: PythonRunner, code: str, cause: Cause, right: int, said: str) -> None:
    found = compare(runner, code)
    assert (found[0], found[2]) == (cause, right), found
    assert said in found[1]


@pytest.mark.parametrize(
    ("made", "rule", "cause"),
    [
        ("(x for x in (3, 1, 2, 1))", "set", Cause.PASSED),
        ("filter(None, (0, 1, 2, 3))", "set", Cause.PASSED),
        ("map(int, '124')", "set", Cause.WRONG_ANSWER),
        ("(x for x in (1, 2, 3))", "equal", Cause.WRONG_ANSWER),
        ("(x for x in (1, 2, 3))", "sequence", Cause.PASSED),
        ("(1 // x for x in (1, 0))", "set", Cause.WRONG_ANSWER),
        ("__import__('itertools').repeat(1)", "set", Cause.WRONG_ANSWER),
        ("(1 // x for x in (1, 0))", "not none", Cause.PASSED),
        ("object()", "set", Cause.WRONG_ANSWER),
        ("object()", "sequence", Cause.WRONG_ANSWER),
    ],
)
def test_what_yields_items_is_no_value_and_has_them(runner: PythonRunner, made: str, rule: str, cause: Cause) -> None:
    cases = Cases("f", tuple(THREE[:1]), ('{"t":[1,2,3]}',), (4.0,), rule)
    assert compare(runner, f"def f(a): return {made}", cases)[0] is cause


def test_the_expected_outputs_are_not_there_to_be_read(runner: PythonRunner) -> None:
    secret = "''.join(['se', 'cret'])"
    cases = cases_of("f", THREE[:1], runner.outputs(f"def f(a): return {secret}", "f", THREE[:1], 1.0))
    code = f"""
import gc, sys
def f(a):
    wanted, found = {secret}, []
    for thing in gc.get_objects():
        if isinstance(thing, (list, tuple)):
            found += [part for part in thing if isinstance(part, str) and wanted in part]
        elif isinstance(thing, dict):
            found += [str(part) for part in thing.values() if isinstance(part, str) and wanted in part]
    frame = sys._getframe()
    while frame:
        found += [part for part in map(str, frame.f_locals.values()) if wanted in part and frame.f_code.co_name != "f"]
        frame = frame.f_back
    return len([part for part in found if "return" not in part and "wanted" not in part])
"""
    cause, detail, _ = compare(runner, code, cases)
    assert (cause, detail.endswith("got 0")) == (Cause.WRONG_ANSWER, True), detail


def test_what_a_solution_does_to_its_arguments_is_its_own_affair(runner: PythonRunner) -> None:
    inputs = [input_text([[1, 2]]), input_text([[3]])]
    cases = cases_of("f", inputs, runner.outputs("def f(x): return len(x)", "f", inputs, 1.0))
    code = "def f(x):\n    n = len(x)\n    x.clear()\n    return n"
    assert compare(runner, code, cases)[0] is Cause.PASSED


@pytest.mark.parametrize("state", ["seen = []\ndef f(a):\n    seen.append(a)\n    return a + 1 + min(2, len(seen))"])
def test_a_process_answers_all_inputs(runner: PythonRunner, state: str) -> None:
    assert compare(runner, state)[::2] == (Cause.WRONG_ANSWER, 1)


def test_each_input_has_a_limit_of_its_own(runner: PythonRunner) -> None:
    cases = Cases("f", tuple(THREE), ("2", "3", "4"), (0.2, 0.2, 0.2))
    loop = "def f(a):\n    while a == 2: pass\n    return a + 2"
    cause, detail, right = compare(runner, loop, cases)
    assert (cause, right) == (Cause.CPU_TIME, 2)
    assert detail.startswith("still computing after 0.2 s; 2 of 3 outputs were known to be right")
    sleep = "import time\ndef f(a):\n    time.sleep(9 * (a == 2))\n    return a + 2"
    assert compare(runner, sleep, cases)[0] is Cause.WALL_TIME


def test_one_slow_input_may_take_its_time_beside_quick_ones(runner: PythonRunner) -> None:
    cases = Cases("f", tuple(THREE), ("2", "3", "4"), (0.2, 2.0, 0.2))
    code = "import time\ndef f(a):\n    end = time.process_time() + 0.6 * (a == 1)\n"
    code += "    while time.process_time() < end: pass\n    return a + 2"
    assert compare(runner, code, cases)[0] is Cause.PASSED
    assert compare(runner, code.replace("a == 1", "a == 2"), cases)[0] is Cause.CPU_TIME


def test_a_quick_input_before_a_slow_one_does_not_limit_it(runner: PythonRunner) -> None:
    inputs = tuple(input_text([number]) for number in range(6))
    cases = Cases("f", inputs, tuple(map(str, range(6))), (0.2, 0.2, 0.2, 0.2, 0.2, 2.0))
    code = "import time\ndef f(a):\n    end = time.process_time() + 0.8 * (a == 5)\n"
    assert compare(runner, code + "    while time.process_time() < end: pass\n    return a", cases)[0] is Cause.PASSED


def test_many_inputs_before_a_slow_one_do_not_limit_it(runner: PythonRunner) -> None:
    """Each is told of before anybody looks at what was used."""
    inputs = tuple(input_text([number]) for number in range(31))
    cases = Cases("f", inputs, tuple(map(str, range(31))), (0.3,) * 31)
    code = "import time\ndef f(a):\n    end = time.process_time() + (0.15 if a == 30 else 0.02)\n"
    assert compare(runner, code + "    while time.process_time() < end: pass\n    return a", cases)[0] is Cause.PASSED


def test_inputs_behind_the_first_part_are_given_a_moment() -> None:
    outputs = [Output("1"), Output("2", cpu_seconds=2.0), Output("3")]
    part = cases_of("f", THREE, outputs)
    whole = together([part, part])
    assert (part.seconds, part.slow) == ((2.0, 8.0, 2.0), [1, 2])
    assert (whole.seconds, whole.slow) == ((2.0, 8.0, 2.0, 0.2, 8.0, 0.2), [1, 2, 3, 4, 5])


def test_a_wrong_output_is_seen_before_a_later_input_hangs(runner: PythonRunner) -> None:
    cases = Cases("f", tuple(THREE), ("2", "3", "4"), (4.0, 4.0, 4.0))
    verdict, right = runner.compare("def f(a):\n    while a: pass\n    return 0", cases)
    assert (verdict.cause, right) == (Cause.WRONG_ANSWER, 0)
    assert verdict.stages[0].cpu_seconds < 1


SUBCLASSES = """
import collections, enum
N = enum.IntEnum('N', 'ONE')
P = collections.namedtuple('P', 'x y')
class S(str, enum.Enum): BC = 'bc'
"""
LONG = {
    "text": "'ab' * 50_000",
    "numbers": "[0, 1, 2.0, 2**60] + [n + 0.0 for n in range(11_000)]",
    "texts": "[('abcd',) * 9] * 11_000",
    "others": "[(n, [{'a': {n}}, True, None, 'é' * 99, -0.0]) for n in range(6000)]",
}


@pytest.mark.parametrize("made", LONG.values(), ids=LONG)
def test_what_is_long_is_told_by_a_digest(runner: PythonRunner, made: str) -> None:
    (found,) = runner._calls.outputs(f"def f(a): return {made}".encode(), "f", THREE[:1], 5.0, 9.0, digests=True)
    assert len(found.value or "") < 200
    cases = cases_of("f", THREE[:1], [found])
    assert compare(runner, f"def f(a): return {made}", cases)[0] is Cause.PASSED
    for wrong in ("x[:-1]", "x[:7] + type(x)('z') + x[8:]", "tuple(x)"):
        cause, detail, _ = compare(runner, f"def f(a):\n    x = {made}\n    return {wrong}", cases)
        assert cause is Cause.WRONG_ANSWER, (wrong, detail)
        assert " of length " in detail


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("[1, 2.5, *range(3, 11_000)]", "[1.0, 2.5, *map(float, range(3, 11_000))]", True),
        ("[0, 1] * 11_000", "[-0.0, True] * 11_000", True),
        ("[(1, {2: [3]})] * 11_000", "[(1.0, {2.0: [True + 2]})] * 11_000", True),
        ("[1, 2] * 11_000", "[N.ONE, 2] * 11_000", True),
        ("[('a', 'bc')] * 11_000", "[P('a', S.BC)] * 11_000", True),
        ("[('a', 'bc')] * 11_000", "[P('a', 'b')] * 11_000", False),
        ("[-1, 2] * 11_000", "[-2, 2] * 11_000", False),  # their hashes are the same
        ("[2**53, 2] * 11_000", "[2**53 + 1, 2] * 11_000", False),  # no float has the difference
        ("[2**52, 2] * 11_000", "[2.0**52, 2.0] * 11_000", True),  # small ones, but many of them
        ("[1, float('nan')] * 11_000", "[1, float('nan')] * 11_000", False),
        ("[('a', 'bc')] * 11_000", "[('ab', 'c')] * 11_000", False),
        ("[('a', 'bc')] * 11_000", "[['a', 'bc']] * 11_000", False),
        ("[0, [1, 2]] * 11_000", "[0, (1, 2)] * 11_000", False),
        ("[1, '1'] * 11_000", "[1, 1] * 11_000", False),
    ],
)
def test_equal_values_have_equal_digests(runner: PythonRunner, one: str, other: str, same: bool) -> None:
    (found,) = runner._calls.outputs(f"def f(a): return {one}".encode(), "f", THREE[:1], 5.0, 9.0, digests=True)
    assert (found.value or "").startswith('{"#"')
    cause = compare(runner, f"{SUBCLASSES}def f(a): return {other}", cases_of("f", THREE[:1], [found]))[0]
    assert cause is (Cause.PASSED if same else Cause.WRONG_ANSWER)


@pytest.mark.parametrize(
    ("items", "digest"),
    [([1, 2.5, True, 2**52, 1 - 2**53], "8897646f647980ae"), ([2**53, 0, 7.5], "27551aac6fed542e")],
)
def test_digests_stay_what_they_were(items: list[float], digest: str) -> None:
    # Those that are kept are of earlier versions.
    assert digest_of(items * 500)[2].startswith(digest)


def test_floats_are_compared_by_closeness_however_many_they_are(runner: PythonRunner) -> None:
    code = b"def f(a): return [n / 3 for n in range(11_000)]"
    (found,) = runner._calls.outputs(code, "f", THREE[:1], 5.0, 9.0, digests=True)
    near = "def f(a): return [n / 3 + 1e-9 for n in range(11_000)]"
    assert compare(runner, near, cases_of("f", THREE[:1], [found]))[0] is Cause.PASSED


def test_nothing_to_call_passes_by_being_there(runner: PythonRunner) -> None:
    assert compare(runner, ADD, Cases("f", (), (), ()))[0] is Cause.PASSED
    assert compare(runner, "def g(): pass", Cases("f", (), (), ()))[0] is Cause.NO_ENTRY_POINT


def test_one_process_compares_for_one_problem_after_the_other(
    runner: PythonRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def problem(plus: int) -> Cases:
        return cases_of("f", THREE, [Output(str(number + plus)) for number in range(3)])

    def check(plus: int) -> tuple[Cause, object]:
        return compare(runner, "def f(a): return a + 1", problem(plus))[0], runner._grading._tests._control

    passed, first = check(1)
    wrong, second = check(2)
    again, third = check(1)
    assert (passed, wrong, again) == (Cause.PASSED, Cause.WRONG_ANSWER, Cause.PASSED)
    assert first is second is third
    # What ends it leaves the next problem another one, and so does as much as one takes.
    endless = compare(runner, "def f(a):\n    while True: pass", replace(problem(0), seconds=(0.2,) * 3))
    assert endless[0] is Cause.CPU_TIME
    passed, fourth = check(1)
    monkeypatch.setattr(held_tests, "_MOST", 0)
    wrong, fifth = check(2)
    assert (passed, wrong) == (Cause.PASSED, Cause.WRONG_ANSWER)
    assert fourth is not first
    assert fifth is not fourth
