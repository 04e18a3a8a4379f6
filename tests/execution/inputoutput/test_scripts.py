"""Scripts in Python: what they read and write is what counts, however they do it; each case is a process of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_codeeval.core.inputoutput import InputOutput
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.inputoutput.runner import InputOutputRunner
from pytest_codeeval.execution.inputoutput.scripts import script
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice

TESTS = InputOutput((("3 4\n", "7\n"), ("5 6\n", "11\n"), ("1 2", "3")))
PROBLEM = Problem("S/1", "Add.", TESTS.test, extra=TESTS.extra)
RIGHT = {
    "input": "a, b = map(int, input().split())\nprint(a + b)\n",
    "lines": "import sys\nfor line in sys.stdin:\n    print(sum(map(int, line.split())))\n",
    "bytes": "import sys\nsys.stdout.buffer.write(b'%d' % sum(map(int, sys.stdin.buffer.read().split())))\n",
    "descriptors": "import os\nos.write(1, str(sum(map(int, os.read(0, 99).split()))).encode())\nos._exit(0)\n",
    "file by name": "with open('/dev/stdin') as file: print(sum(map(int, file.read().split())))\n",
    "file 0": "print(sum(map(int, open(0).read().split())), '\\n\\n')\n",
    "main": "def main():\n    print(sum(map(int, input().split())))\nif __name__ == '__main__':\n    main()\n",
    "exit": "print(sum(map(int, input().split())))\nexit()\n",
    "end of input": "n = 0\ntry:\n    while 1: n += sum(map(int, input().split()))\nexcept EOFError:\n    print(n)\n",
    "thread": "import threading\ndef f(): print(sum(map(int, input().split())))\nthreading.Thread(target=f).start()\n",
    "at exit": "import atexit\natexit.register(lambda: print(sum(map(int, input().split()))))\n",
    "files": "open('left', 'x').close()\nprint(sum(map(int, input().split())))\n",
    "state": "import sys\nassert not hasattr(sys, 'seen')\nsys.seen = 1\nprint(sum(map(int, input().split())))\n",
}
WRONG = {
    "silent": ("pass\n", Cause.WRONG_ANSWER, "case 1 of 3: the output ends after 0 of 1 words: expected '7'"),
    "wrong": ("print(7)\n", Cause.WRONG_ANSWER, "case 2 of 3: word 1 of the output: expected '11', got '7'"),
    "more": (RIGHT["input"] + "print(1)\n", Cause.WRONG_ANSWER, "goes on after 1 words: got '1'"),
    "status": (RIGHT["input"] + "exit(3)\n", Cause.EXCEPTION, "ended with status 3"),
    "words at the end": (RIGHT["input"] + "exit('gone')\n", Cause.EXCEPTION, "ended with status 1: gone"),
    "raises": (RIGHT["input"] + "1 / 0\n", Cause.EXCEPTION, "ZeroDivisionError: division by zero (line 3)"),
    "signal": (RIGHT["input"] + "import os\nos.kill(os.getpid(), 9)\n", Cause.EXCEPTION, "ended by signal 9"),
    "syntax": ("print(\n", Cause.SYNTAX_ERROR, "(line 1)"),
    "endless": ("while True: pass\n", Cause.CPU_TIME, ""),
    "no package": ("import numpy\n", Cause.IMPORT_MISSING, "No module named 'numpy'"),
    "floods": ("import os\nwhile True: os.write(1, b'7 ' * 99999)\n", None, ""),
}
HOSTILE = {
    "frames": "import os\nfor n in range(3, 40):\n    try: os.write(n, b'[[]]\\n' * 9)\n    except OSError: pass\n",
    "ends its parent": "import os\nos.kill(os.getppid(), 9)\n",
    "equals all": "class A(str):\n    def __eq__(self, other): return True\nprint(A('x'))\n",
    "looks for it": "import gc\nprint(7 if any('11' in str(o) for o in gc.get_objects() if type(o) is list) else 11)\n",
    "answers for its parent": (
        "import os\nfor n in range(3, 40):\n"
        "    try: os.write(n, b'V0.1 [\"7\\\\n\", 0, 0]\\n' * 9)\n    except OSError: pass\n"
    ),
}


@pytest.fixture(scope="module")
def programs(runner: PythonRunner) -> Iterator[InputOutputRunner]:
    """What runs scripts in the strongest sandbox that this machine gives."""
    programs = InputOutputRunner("python", SandboxChoice(runner._grading.choice.tier))
    yield programs
    programs.close()


@pytest.mark.parametrize("name", RIGHT)
def test_a_script_may_read_and_write_as_it_likes(name: str, programs: InputOutputRunner) -> None:
    verdict = programs.check(PROBLEM, RIGHT[name], 5.0)
    assert (verdict.cause, verdict.weak) == (Cause.PASSED, False), verdict


@pytest.mark.parametrize("name", WRONG)
def test_what_it_writes_and_how_it_ends_is_said(name: str, programs: InputOutputRunner) -> None:
    code, cause, said = WRONG[name]
    verdict = programs.check(PROBLEM, code, 1.0)
    assert not verdict.passed and verdict.cause is (cause or verdict.cause), verdict
    assert said in verdict.detail


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_script_passes_nothing(name: str, programs: InputOutputRunner) -> None:
    assert not programs.check(PROBLEM, HOSTILE[name], 2.0).passed
    assert programs.check(PROBLEM, RIGHT["input"], 5.0).passed


def test_time_is_that_of_the_slowest_case(programs: InputOutputRunner) -> None:
    code = "import time\na, b = map(int, input().split())\nwhile a == 5 and time.process_time() < 0.3: pass\n"
    code += "print(a + b)\n"
    verdict = programs.check(PROBLEM, code, 2.0)
    assert verdict.passed and 0.2 < verdict.stages[-1].cpu_seconds < 0.5, verdict


def test_what_is_no_python_is_left_to_whoever_loads_it() -> None:
    assert script("print(\n") == "print(\n"


@pytest.mark.parametrize(("seconds", "passes"), [(0.3, True), (0.05, False)])
def test_many_slow_cases_are_each_given_the_whole_time(
    seconds: float, passes: bool, programs: InputOutputRunner
) -> None:
    tests = InputOutput(tuple((f"{number}\n", f"{number}\n") for number in range(18)))
    code = "import time\nn = int(input())\nwhile n > 4 and time.process_time() < 0.1: pass\nprint(n)\n"
    verdict = programs.check(Problem("S/2", "Echo.", tests.test, extra=tests.extra), code, seconds)
    assert verdict.passed is passes, verdict
    assert passes or (verdict.cause is Cause.CPU_TIME and verdict.detail.startswith("case 6 of 18: "))
