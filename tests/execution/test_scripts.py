"""Scripts: what they read and write is what counts, however they do it, and each case is a process of its own."""

from __future__ import annotations

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.attempts.job import job_of
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.scripts import program_of

TEST = "assert run_script('3 4\\n') == ['7']\nassert run_script('5 6\\n') == ['11']\n"
PROBLEM = Problem("S/1", "Add.", TEST, extra={"reads_input": True})
RIGHT = {
    "input": "a, b = map(int, input().split())\nprint(a + b)\n",
    "lines": "import sys\nfor line in sys.stdin:\n    print(sum(map(int, line.split())))\n",
    "bytes": "import sys\nsys.stdout.buffer.write(b'%d' % sum(map(int, sys.stdin.buffer.read().split())))\n",
    "descriptors": "import os\nos.write(1, str(sum(map(int, os.read(0, 99).split()))).encode())\nos._exit(0)\n",
    "file 0": "print(sum(map(int, open(0).read().split())), '\\n\\n')\n",
    "main": "def main():\n    print(sum(map(int, input().split())))\nif __name__ == '__main__':\n    main()\n",
    "exit": "print(sum(map(int, input().split())))\nexit()\n",
    "end of input": "n = 0\ntry:\n    while 1: n += sum(map(int, input().split()))\nexcept EOFError:\n    print(n)\n",
    "thread": "import threading\ndef f(): print(sum(map(int, input().split())))\nthreading.Thread(target=f).start()\n",
    "at exit": "import atexit\natexit.register(lambda: print(sum(map(int, input().split()))))\n",
    "state": "import sys\nassert not hasattr(sys, 'seen')\nsys.seen = 1\nprint(sum(map(int, input().split())))\n",
}
WRONG = {
    "silent": ("pass\n", Cause.WRONG_ANSWER, "expected ['7'], got []"),
    "wrong": ("print(7)\n", Cause.WRONG_ANSWER, "expected ['11'], got ['7']"),
    "more": (RIGHT["input"] + "print(1)\n", Cause.WRONG_ANSWER, "got ['7', '1']"),
    "status": (RIGHT["input"] + "exit(3)\n", Cause.EXCEPTION, "ended with status 3"),
    "words at the end": (RIGHT["input"] + "exit('gone')\n", Cause.EXCEPTION, "ended with status 1: gone"),
    "raises": (RIGHT["input"] + "1 / 0\n", Cause.EXCEPTION, "ZeroDivisionError: division by zero"),
    "signal": (RIGHT["input"] + "import os\nos.kill(os.getpid(), 9)\n", Cause.EXCEPTION, "ended by signal 9"),
    "syntax": ("print(\n", Cause.SYNTAX_ERROR, "(line 1)"),
    "endless": ("while True: pass\n", Cause.CPU_TIME, ""),
    "floods": ("import os\nwhile True: os.write(1, b'7 ' * 99999)\n", None, ""),
}
HOSTILE = {
    "frames": "import os\nfor n in range(3, 40):\n    try: os.write(n, b'[[]]\\n' * 9)\n    except OSError: pass\n",
    "ends its parent": "import os\nos.kill(os.getppid(), 9)\n",
    "equals all": "class A(str):\n    def __eq__(self, other): return True\nprint(A('x'))\n",
    "looks for it": "import gc\nprint(7 if ['7'] in [o for o in gc.get_objects() if type(o) is list] else 11)\n",
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_script_may_read_and_write_as_it_likes(name: str, runner: PythonRunner) -> None:
    verdict = runner.check(PROBLEM, RIGHT[name], 5.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict


@pytest.mark.parametrize("name", WRONG)
def test_what_it_writes_and_how_it_ends_is_said(name: str, runner: PythonRunner) -> None:
    code, cause, said = WRONG[name]
    verdict = runner.check(PROBLEM, code, 1.0)
    assert not verdict.passed and verdict.cause is (cause or verdict.cause), verdict
    assert said in verdict.detail


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_script_passes_nothing(name: str, runner: PythonRunner) -> None:
    assert not runner.check(PROBLEM, HOSTILE[name], 2.0).passed
    assert runner.check(PROBLEM, RIGHT["input"], 5.0).passed


def test_tests_on_words_alone_see_values_only() -> None:
    assert job_of(PROBLEM).values_only
    assert job_of(PROBLEM).entry_point == "run_script"


def test_what_is_no_script_stays_as_it_is() -> None:
    assert program_of(Problem("F/1", "", "", "f"), "print(1)\n") == "print(1)\n"
    assert program_of(PROBLEM, "print(\n") == "print(\n"
    assert program_of(PROBLEM, "") == ""
