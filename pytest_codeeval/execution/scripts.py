"""Scripts: programs that read standard input and write standard output, made into a function that the tests call.

Each run is a process of its own, so that a script may do as it does at home: end by `exit`, read descriptor 0, leave
work to threads and to handlers of its end. What it should have written stays with the tests.
"""

from __future__ import annotations

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.pythontree import tree_of

RUN = "run_script"
"""The function: it takes the input, and returns the words of the output in their order."""
READS_INPUT = "reads_input"
"""What `Problem.extra` has, as true, where the solution is such a script."""

_PROGRAM = """\
import atexit, builtins, os, sys, tempfile, threading, traceback, types

_SCRIPT = compile({source!r}, "<solution>", "exec", dont_inherit=True)
_MOST = 1 << 24


def {run}(given):
    files = [tempfile.TemporaryFile() for _ in range(3)]
    files[0].write(given.encode("utf-8", "surrogatepass"))
    files[0].seek(0)
    child = os.fork()
    if not child:
        _begin([file.fileno() for file in files])
    _, status = os.waitpid(child, 0)
    written, said = [_read(file) for file in files[1:]]
    if os.WIFSIGNALED(status):
        raise RuntimeError(f"the script was ended by signal {{os.WTERMSIG(status)}}")
    if status:
        last = (said.strip().splitlines() or [""])[-1]
        raise RuntimeError(f"the script ended with status {{os.WEXITSTATUS(status)}}: {{last[:300]}}")
    return written.split()


def _read(file):
    if file.seek(0, os.SEEK_END) > _MOST:
        raise RuntimeError("the script wrote more than 16 MiB")
    file.seek(0)
    with file:
        return file.read().decode("utf-8", "replace")


def _begin(descriptors):
    status = 1
    try:
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
        sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        sys.argv = ["solution.py"]
        builtins.input = _input
        builtins.exit = builtins.quit = sys.exit
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        atexit._clear()
        try:
            exec(_SCRIPT, main.__dict__)
        finally:
            for thread in threading.enumerate():
                if thread is not threading.current_thread() and not thread.daemon:
                    thread.join()
            atexit._run_exitfuncs()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if status == 1 and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc(limit=3)
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                status = status or 1
        os._exit(status & 255)


def _input(prompt=""):
    sys.stdout.write(str(prompt))
    line = sys.stdin.readline()
    if not line:
        raise EOFError("EOF when reading a line")
    return line.rstrip("\\n")
"""


def reads_input(problem: Problem) -> bool:
    """Whether the solutions of a problem are scripts."""
    return problem.language == "python" and problem.extra.get(READS_INPUT) is True


def program_of(problem: Problem, code: str) -> str:
    """Return what is run for a solution: itself, or if it is a script the function that runs it."""
    if not reads_input(problem) or not code:
        return code
    try:
        tree_of(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code  # which whoever loads it will say of it
    return _PROGRAM.format(source=code, run=RUN)
