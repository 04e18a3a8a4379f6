"""The steps of protocols: what other harnesses make of an answer, in one pass whatever the answer is."""

from __future__ import annotations

import ast
import time
import warnings
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.code.steps.blocks import begun_block, first_tagged, freeform
from pytest_codeeval.scoring.code.steps.longest import longest_python
from pytest_codeeval.scoring.code.steps.sanitized import sanitized
from pytest_codeeval.scoring.code.steps.texts import After, Cut

PROBLEM = Problem("Mbpp/11", "def f(x):\n", entry_point="f", extra={"setup": "{y} = 1"})
F = "def f():\n    return g()"
LINES = (
    "def f(x):", "    return x", "def g(x):", "x = 1", "x = (", ")", '"""', "'''", "it's so", "", " ",
    "Here is code:", "```python", "```", "if x:", "else:", "try:", "    pass", "@f", "f'{a b}'", "f'{a}'", "# c", "[",
    "a b", "import os", "print 1", "class A:", "x = '''a", "async def f():", "lambda", "    y = (1,",
)  # fmt: skip


def test_a_text_is_cut_at_the_first_of_the_stops_and_put_after_a_template() -> None:
    assert Cut(("\ndef", "\nclass"))("a\nclass b\ndef c", PROBLEM) == "a"
    assert Cut(("\ndef",))("def a", PROBLEM) == "def a"
    # What a problem says is no template.
    assert After("{setup}\n{prompt}")("    {x}", PROBLEM) == "{y} = 1\ndef f(x):\n    {x}"


@pytest.mark.parametrize(
    ("step", "text", "found"),
    [
        (first_tagged, "Sure:\n```python\na\n```\n```\nb\n```", "a\n"),
        (first_tagged, "```python copy\na\n```\nb\n```\nc\n```", "b\n"),
        (first_tagged, "```python\nnever closed", "```python\nnever closed"),
        (first_tagged, "    return 1", "    return 1"),
        (begun_block, "\ndef f(x):\n    return x\n```\nwords", "def f(x):\n    return x"),
        (begun_block, "def f(x): return x\n```", " f(x): return x"),  # as lm-eval does
        (begun_block, "python\na\n```", "a"),
        (begun_block, "never closed", ""),
        (begun_block, "```", ""),
        (freeform, "x\n```py\na\n\n  b\n \n  ```\n```\nc\n```", "a\n\n  b"),
        (freeform, "```\nnever\r\nclosed", "never\nclosed"),
        (freeform, "```\na ```\nb", "a ```\nb"),
        (freeform, "no code", ""),
        (
            freeform,
            "Look:\nimport os\n\n# so\ndef f():\n    a\n\n    b\nc",
            "import os\n# so\ndef f():\n    a\n    b\n",
        ),
        (freeform, "def f(x)\ndef g():\n  a", "def g():\n  a\n"),
        (freeform, '```\na\nif __name__ == "__main__":\n  b\n```', "a"),
        (freeform, "```\n a\n# Example usage\nb\n```", "a"),
    ],
)
def test_a_block_is_taken_by_the_rule_of_its_harness(step: Callable[..., str], text: str, found: str) -> None:
    assert step(text, PROBLEM) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sure:\n```python\ndef f(x):\n    return x\n```\nThat's it.", "def f(x):\n    return x"),
        ("def f():\n    return g()\ndef g():\n    return h\ndef i():\n    return 1", F + "\ndef g():\n    return h"),
        ("def f():\n    return x\nx = 1\ny = 2\nprint(f())", "def f():\n    return x\nx = 1"),
        ("def f():\n    return 1\nimport os\nfrom a import b", "import os\nfrom a import b\ndef f():\n    return 1"),
        ("def f():\n    return 1\ndef f():\n    return 2", "def f():\n    return 1"),
        ("@d\ndef f():\n    return 1\nclass A:\n    f = 1", "@d\ndef f():\n    return 1\nclass A:\n    f = 1"),
        ("def f():\n    print(1)\nx = 2", "def f():\n    print(1)\nx = 2"),
        ("from __future__ import annotations\nasync def f():\n    return 1", "async def f():\n    return 1"),
        ("a, b = f\nf = a\nx: int = 1", "a, b = f"),
        ("f = 1; g = 2\nh = '\xe4'; f = 3", "f = 1"),
        ("nothing here that is code", "nothing here that is code"),
        ("\x1b[31mdef f():\n    return 1\x1b[0m", "def f():\n    return 1"),
        ("\ud800\n\ud801", "\ud800"),
        ("x\0y\nz", "x\0y"),
        ("    f = 1\nis it.", "f = 1"),
        ("    return 1\nis it.", "    return 1"),
    ],
)  # fmt: skip
def test_of_the_longest_run_of_python_what_the_entry_point_needs_is_left(text: str, found: str) -> None:
    assert sanitized(text, PROBLEM) == found


def longest_by_trying(text: str) -> str:
    """The rule itself, by trying all runs of two lines and more."""
    lines, longest, best = text.split("\n"), 0, (0, 0)
    for start in range(len(lines)):
        for end in range(start + 1, len(lines)):
            full = sum(bool(line.strip()) for line in lines[start : end + 1])
            if full > longest and is_python("\n".join(lines[start : end + 1])):
                longest, best = full, (start, end)
    return "\n".join(lines[best[0] : best[1] + 1])


def is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except SyntaxError:
        return False
    return True


@given(st.lists(st.sampled_from(LINES), max_size=9).map("\n".join))
def test_the_longest_run_is_the_one_that_trying_all_of_them_finds(text: str) -> None:
    assert longest_python(text).rstrip() == longest_by_trying(text).rstrip()


@pytest.mark.parametrize("unit", ["@a\n", "(\n", "x\n", "```a", "\n ``", "import a\n"])
def test_no_text_keeps_a_step_busy(unit: str) -> None:
    text = (unit * 65536)[:65536]
    for step in (sanitized, first_tagged, begun_block, freeform):
        begun = time.process_time()
        step(text, PROBLEM)
        assert time.process_time() - begun < 3.0, step
