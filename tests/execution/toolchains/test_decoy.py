"""Decoy: expected values change, what the solution is called with does not."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.decoy import decoy
from tests.execution.toolchains.specimens import SPECIMENS, language


@pytest.mark.parametrize(
    ("name", "line", "expected"),
    [
        ("js", "assert.deepEqual(candidate([1, 2], \"a\"),3);", "assert.deepEqual(candidate([1, 2], \"a\"),4);"),
        ("js", 'assert.deepEqual(candidate("f(\\")"),[true, "b", undefined]);',
         'assert.deepEqual(candidate("f(\\")"),[false, "zb", 0]);'),
        ("js", "assert.deepEqual(candidate(1),{1: 2, 2: 1});", "assert.deepEqual(candidate(1),{2: 3, 3: 2});"),
        ("js", "assert.ok(candidate(1)==assert.of(3));", "assert.ok(candidate(1)==assert.of(4));"),
        ("java", "assert(addTwo((1l)).equals((Pair.with('c', 2147483647l))));",
         "assert(addTwo((1l)).equals((Pair.with('z', 1147483647l))));"),
        ("cpp", "assert(candidate((1)) == (std::make_tuple(\"x1\", -0.5f, int64_t(3))));",
         "assert(candidate((1)) == (std::make_tuple(\"zx1\", -1.5f, int64_t(4))));"),
        ("go", "{ actual: candidate(1), expected: []int{9, 1999999999} },",
         "{ actual: candidate(1), expected: []int{10, 1499999999} },"),
        ("sh", '[[ $(candidate "1 2" "$x") = "3" ]]', '[[ $(candidate "1 2" "$x") = "z3" ]]'),
        ("php", 'if (candidate(1) !== array("a" => null)) { throw new Exception("Test failed!"); }',
         'if (candidate(1) !== array("za" => 0)) { throw new Exception("Test failed!"); }'),
        ("ruby", "assert_equal([1, nil], candidate.call([1], nil))", "assert_equal([2, 0], candidate.call([1], nil))"),
        ("lua", "lu.assertEquals(candidate({1}), {['a'] = None})", "lu.assertEquals(candidate({1}), {['za'] = 0})"),
        ("perl", 'if(eq_deeply($candidate->("$x"),undef)) {', 'if(eq_deeply($candidate->("$x"),0)) {'),
        ("r", "stopifnot(isTRUE(all.equal(candidate(c(1)), list('a' = TRUE))))",
         "stopifnot(isTRUE(all.equal(candidate(c(1)), list('za' = FALSE))))"),
    ],
)  # fmt: skip
def test_literals_of_the_expected_side_are_changed(name: str, line: str, expected: str) -> None:
    assert decoy(line, language(name)) == expected


@pytest.mark.parametrize("name", sorted(SPECIMENS))
def test_only_lines_with_assertions_are_changed(name: str) -> None:
    test = language(name).trial.test
    changed = decoy(test, language(name))
    assert changed is not None
    before, after = test.split("\n"), changed.split("\n")
    assert len(before) == len(after)
    differs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(differs) == 2
    assert all(language(name).expectation.call.search(old) for old, _ in differs)


def test_without_a_literal_there_is_no_decoy() -> None:
    assert decoy("assert.deepEqual(candidate([1]),[]);", language("js")) is None
    assert decoy("", language("js")) is None


@pytest.mark.parametrize("name", sorted(languages()))
@given(text=st.text(alphabet="assert.deepEqual(candidate([{}])\"'\\, 12$[[ if"))
def test_any_text_has_an_answer_and_takes_none_from_the_assertions_before_it(name: str, text: str) -> None:
    ours = language(name)
    found = decoy(text, ours)
    assert found != text
    whole, before = decoy(f"{ours.trial.test}\n{text}", ours), decoy(ours.trial.test, ours)
    assert before is not None
    assert whole == f"{before}\n{text if found is None else found}"


@pytest.mark.parametrize("name", ["js", "ts", "java", "cpp", "go", "sh", "php", "rb", "lua", "pl", "r"])
def test_each_problem_of_multipl_e_has_a_decoy_that_differs_where_it_asserts(data: Path, name: str) -> None:
    opening = language(name).expectation.opening
    with gzip.open(data / f"multipl_e/humaneval-{name}.jsonl.gz") as lines:
        tests = [json.loads(line)["tests"] for line in lines]
    assert len(tests) > 150
    for test in tests:
        changed = decoy(test, language(name))
        assert changed is not None
        before, after = test.split("\n"), changed.split("\n")
        differs = [old for old, new in zip(before, after, strict=True) if old != new]
        asserting = [old for old in differs if opening.search(old)]
        assert asserting
        assert len(differs) - len(asserting) <= 1  # one problem has a string of two lines
