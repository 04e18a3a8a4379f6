"""Tests with a wrong expectation in them."""

import pytest

from pytest_codeeval.execution.attempts.decoys import decoys

LITERALS = {
    "assert f(1) == [2, (3, {'a': -4})]": "assert f(1) == [2, (3, {'a': -1013})]",
    "assert f(1) and f(2) == 3": "assert f(1) and f(2) == 1012",
    "class T(TestCase):\n\n    def test_a(self):\n        self.assertEqual(f(1), 2)": None,
    "def test_a():\n    assert 2 == f(1)": None,
    "class T(TestCase):\n\n    @patch('os.remove')\n    @unittest.mock.patch.dict(x)\n    def test_a(self, gone):\n"
    "        self.assertEqual(f(1), 2)": None,
}


@pytest.mark.parametrize("test", LITERALS)
def test_a_constant_of_what_is_expected_is_changed_wherever_tests_are_run(test: str) -> None:
    assert decoys(test, 0) == [LITERALS[test] or test.replace("2", "1011")]


def test_one_constant_is_changed_in_each() -> None:
    test = "def check(f):\n    assert f(1) == 2\n    assert f('a') == 'b'\n    assert f(0) == True"
    changed = [test.replace("2", "1011"), test.replace("'b'", "'bx'"), test.replace("True", "False")]
    assert sorted(decoys(test, 0)) == sorted(changed)


@pytest.mark.parametrize(
    "test",
    [
        "assert f(1) != 2",
        "assert f(1)",
        "assert f(1) == g(2)",
        "assert f(1) == 2 or f(1) == 3",
        "assert f(1) == [x]",
        "for x in []:\n    assert f(1) == 2",
        "if x:\n    assert f(1) == 2",
        "def helper():\n    assert f(1) == 2",
        "assert 1 < f(1) == 2",
        "@skip\ndef test_a():\n    assert f(1) == 2",
        "class T(TestCase):\n    @skip('later')\n    def test_a(self):\n        self.assertEqual(f(1), 2)",
        "@skip\nclass T(TestCase):\n    def test_a(self):\n        self.assertEqual(f(1), 2)",
        "def test_a():\n    assert f(1) == 2\ndef test_a():\n    pass",
        "def check(f):\n    return\n    assert f(1) == 2",
        "assert (",
        "",
    ],
)
def test_what_may_not_be_reached_or_not_fail_is_left_alone(test: str) -> None:
    assert decoys(test, 0) == []


def test_there_are_three_at_most_chosen_by_the_seed() -> None:
    test = "\n".join(f"assert f({number}) == {number}" for number in range(20))
    assert len(decoys(test, 1)) == 3
    assert decoys(test, 1) == decoys(test, 1) != decoys(test, 2)
