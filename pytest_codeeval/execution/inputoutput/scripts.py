"""Scripts: Python programs from standard input to standard output, each made into a function.

Each run is a process of its own, so that a script may do as it does at home: end by `exit`, read descriptor 0, leave
work to threads and to handlers of its end.
"""

from __future__ import annotations

from pytest_codeeval.core.pythontree import tree_of

RUN = "run_script"
"""The function: it takes the input, and returns the output, with the CPU seconds and bytes of memory that it took."""

_PROGRAM = """\
import atexit, builtins, io, os, re, shutil, sys, tempfile, threading, traceback, types

_SCRIPT = compile({source!r}, "<solution>", "exec", dont_inherit=True)
_MOST = 1 << 24
_open = open


def {run}(given):
    files = [tempfile.TemporaryFile() for _ in range(3)]
    files[0].write(given.encode("utf-8", "surrogatepass"))
    files[0].seek(0)
    folder = tempfile.mkdtemp()  # what one run leaves is not there for the next
    child = os.fork()
    if not child:
        _begin([file.fileno() for file in files], folder)
    _, status, usage = os.wait4(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    written, said = [_read(file) for file in files[1:]]
    if os.WIFSIGNALED(status):
        raise RuntimeError(f"the script was ended by signal {{os.WTERMSIG(status)}}")
    if status:
        last = (said.strip().splitlines() or [""])[-1][:300]
        lines = re.findall(r'^  File "<solution>", line ([0-9]{{1,9}})', said, re.MULTILINE)
        where = f" (line {{lines[-1]}})" if lines else ""
        raise RuntimeError(f"the script ended with status {{os.WEXITSTATUS(status)}}: {{last}}{{where}}")
    return [written, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024]


def _read(file):
    if file.seek(0, os.SEEK_END) > _MOST:
        raise RuntimeError("the script wrote more than 16 MiB")
    file.seek(0)
    with file:
        return file.read().decode("utf-8", "replace")


def _begin(descriptors, folder):
    status = 1
    try:
        os.chdir(folder)
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
        sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stdout = sys.__stdout__ = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
        sys.stderr = sys.__stderr__ = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        sys.argv = ["solution.py"]
        builtins.input = _input
        builtins.open = io.open = _opened
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
        traceback.print_exc(limit=-3)
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                status = status or 1
        os._exit(status & 255)


def _opened(file, *args, **named):
    if isinstance(file, str) and file in ("/dev/stdin", "/proc/self/fd/0"):  # there is no /proc here
        file = os.dup(0)
    return _open(file, *args, **named)


def _input(prompt=""):
    sys.stdout.write(str(prompt))
    line = sys.stdin.readline()
    if not line:
        raise EOFError("EOF when reading a line")
    return line.rstrip("\\n")
"""


def script(code: str) -> str:
    """Return the program that defines the function which runs a script; of what is not Python itself.

    Whoever loads that will say what is wrong with it.
    """
    try:
        tree_of(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code
    return _PROGRAM.format(source=code, run=RUN)
