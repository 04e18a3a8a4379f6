"""Runs one Python solution and its tests in a process of its own, and reports how that ended in one JSON line.

Started as a script in a bare interpreter, so it imports the standard library only, and little of that. Arguments: the
descriptor to report on. Standard input: a JSON object with `solution`, `preamble`, `test`, `entry_point`, `call`,
`nonce` and `limits`. The nonce shows that a report is this file's own; a solution that looks for it in memory can
still find it, as both share a process.
"""

import json
import os
import resource
import signal
import sys
import types

_SOLUTION, _TEST = "<solution>", "<test>"


def main() -> None:
    """Read the job, run it, report."""
    fd = int(sys.argv[1])
    job = json.loads(sys.stdin.buffer.read())
    _limit(job["limits"])
    os.environ.clear()
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    write, dumps, parent, nonce = os.write, json.dumps, os.getpid(), job["nonce"]

    def report(cause: str, detail: str = "", stage: str = "test") -> None:
        # A solution may have forked, and its child come here by an exception of its own.
        if os.getpid() == parent:
            line = dumps({"nonce": nonce, "cause": cause, "detail": detail[:4000], "stage": stage})
            write(fd, line.encode() + b"\n")
        os._exit(0)

    _run(job, report)


def _limit(limits: dict[str, float]) -> None:
    seconds = limits["cpu_seconds"]
    _set(resource.RLIMIT_CPU, -(-seconds // 1), 1)
    _set(resource.RLIMIT_AS, limits["memory"])
    _set(resource.RLIMIT_FSIZE, limits["file_size"])
    _set(resource.RLIMIT_NOFILE, limits["open_files"])
    _set(resource.RLIMIT_CORE, 0)
    # Whoever watches the clock may be killed: what waits instead of computing must not stay for ever.
    signal.setitimer(signal.ITIMER_REAL, limits["wall_seconds"] + 5)


def _set(kind: int, value: float, grace: int = 0) -> None:
    hard = resource.getrlimit(kind)[1]
    soft, top = int(value), int(value) + grace
    if hard != resource.RLIM_INFINITY:
        soft, top = min(soft, hard), min(top, hard)
    try:
        resource.setrlimit(kind, (soft, top))
    except (OSError, ValueError):
        pass  # macOS has no limit on address space; wall time and the group's kill still hold


def _run(job: dict, report) -> None:  # type: ignore[no-untyped-def, type-arg]
    try:
        code = compile(job["solution"].lstrip("\ufeff"), _SOLUTION, "exec", dont_inherit=True)
    except MemoryError:
        report("memory", "while compiling", "load")
    except BaseException as error:
        report("syntax_error", _syntax(error), "load")
    # A module of its own, known to sys.modules: dataclasses, pickle and typing look a class's module up there.
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        report(*_failure(error, in_test=False), "load")
    names = dict(module.__dict__)
    if job["entry_point"] and job["entry_point"] not in names:
        report("no_entry_point", _names_of(names, job["entry_point"]), "load")
    entry = names.get(job["entry_point"])
    try:
        # The benchmark's own helpers, not the solution's version of them.
        exec(compile(job["preamble"], "<prompt>", "exec", dont_inherit=True), names)
        if job["entry_point"]:
            names[job["entry_point"]] = entry
        exec(compile(job["test"], _TEST, "exec", dont_inherit=True), names)
        if job["call"]:
            exec(compile(job["call"], "<call>", "exec", dont_inherit=True), names)
    except BaseException as error:
        report(*_failure(error, in_test=True, test=job["test"]))
    report("passed")


def _failure(error: BaseException, in_test: bool, test: str = "") -> tuple[str, str]:
    """Return the cause and a sentence of detail for an exception that ended the run."""
    frames = _frames(error)
    kind = type(error).__name__
    if isinstance(error, MemoryError):
        return "memory", "the memory limit was reached"
    if isinstance(error, AssertionError) and in_test and (not frames or frames[-1][0] == _TEST):
        return "wrong_answer", _asserted(error, frames, test)
    if isinstance(error, SystemExit):
        return "exited", f"the solution ended the program (SystemExit: {_said(error)})"
    cause = "import_missing" if isinstance(error, ModuleNotFoundError) else "exception"
    line = next((number for name, number in reversed(frames) if name == _SOLUTION), None)
    where = f" (line {line} of the solution)" if line else ""
    return cause, f"{kind}: {_said(error)}{where}"


def _frames(error: BaseException) -> list[tuple[str, int]]:
    frames: list[tuple[str, int]] = []
    trace = error.__traceback__
    while trace is not None and len(frames) < 5000:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return frames


def _asserted(error: BaseException, frames: list[tuple[str, int]], test: str) -> str:
    lines = test.split("\n")
    number = frames[-1][1] if frames else 0
    source = lines[number - 1].strip() if 0 < number <= len(lines) else "assertion failed"
    said = _said(error)
    return f"{source} ({said})" if said and said not in source else source


def _said(error: BaseException) -> str:
    try:
        return str(error)[:1000]
    except BaseException:
        return "(its message could not be read)"


def _syntax(error: BaseException) -> str:
    line = getattr(error, "lineno", None)
    said = getattr(error, "msg", None) or _said(error)
    return f"{said} (line {line})" if line else str(said)


def _names_of(names: dict[str, object], wanted: str) -> str:
    functions = [
        name for name, value in names.items() if callable(value) and getattr(value, "__module__", "") == "solution"
    ]
    defined = ", ".join(functions[:10]) or "no function"
    return f"{wanted} is not defined; the solution defines {defined}"


if __name__ == "__main__":
    main()
