"""A supervisor for tests: runs jobs in a tier, one confined process each, and prints what became of them as JSON.

Usage: supervised.py '{"tier": ..., "jobs": [...], "world": {...}, "packages": [...], "farm": ...}'
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from pytest_codeeval.execution.sandbox import canary, kernel
from pytest_codeeval.execution.sandbox.interpreter import python_runtime
from pytest_codeeval.execution.sandbox.limits import Limits
from pytest_codeeval.execution.sandbox.tiers.landlock import Landlock
from pytest_codeeval.execution.sandbox.tiers.namespaces import Namespaces
from pytest_codeeval.execution.sandbox.tiers.plain import Plain
from pytest_codeeval.execution.sandbox.tiers.tier import Unavailable

TIERS = {tier.name: tier for tier in (Namespaces, Landlock, Plain)}
LIMITS = Limits(processes=12, scratch=4 << 20)
LONG = 20


def look(world):
    """What a solution finds around itself."""
    return {"files": os.listdir("."), "shm": os.path.isdir("/dev/shm") and list(_entries("/dev/shm"))}


def _entries(folder):
    try:
        return os.listdir(folder)
    except PermissionError:
        return []


def fail(world):
    os._exit(7)


def litter(world):
    for name in range(50):
        Path(f"file{name}").write_text("x")
    os.symlink("/etc", "etc")
    os.mkdir("locked")
    Path("locked/in").touch()
    if world["tier"] != "landlock":
        os.chmod("locked", 0)
    deep = os.getcwd()
    for _ in range(100):
        os.mkdir("d" * 50)
        os.chdir("d" * 50)
    os.chdir(deep)
    if world["tier"] == "namespaces":
        Path("/dev/shm/left").touch()


def daemon(world):
    """Leave processes behind that took a session and a parent of their own; they hold the job's pipe."""
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                os.chdir("/")
                time.sleep(LONG)
            os._exit(0)
    os.kill(os.getpid(), signal.SIGSTOP) if world.get("stop") else time.sleep(0.05)


def ordinary(world):
    """What right solutions do; each name that failed."""
    failed = []
    for name, use in USES.items():
        try:
            use()
        except Exception as error:
            failed.append(f"{name}: {error!r}")
    return failed


def _thread():
    thread = threading.Thread(target=time.sleep, args=(0,))
    thread.start()
    thread.join()


def _alarm():
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.02)


def _keyboard():
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(LONG)
    except KeyboardInterrupt:
        return


def _tempfile():
    with tempfile.TemporaryDirectory(dir=".") as folder, open(f"{folder}/a", "w") as file:
        file.write("a")
    with tempfile.TemporaryFile(dir=".") as file:
        file.write(b"a")


async def _coroutine():
    await asyncio.sleep(0)


def _asyncio():
    asyncio.run(_coroutine())


def _kill_child():
    process = subprocess.Popen(["/bin/sleep", str(LONG)])
    process.kill()
    assert process.wait() == -signal.SIGKILL


USES = {
    "thread": _thread,
    "program": lambda: subprocess.run(["/bin/true"], check=True),
    "interpreter": lambda: subprocess.run([getattr(sys, "_base_executable", sys.executable), "-c", ""], check=True),
    "kill a child": _kill_child,
    "asyncio": _asyncio,
    "tempfile": _tempfile,
    "alarm": _alarm,
    "Ctrl-C": _keyboard,
    "signal itself": lambda: os.kill(os.getpid(), 0),
    "device": lambda: Path("/dev/null").write_text("x"),
    "late import": lambda: __import__("sqlite3"),
    "pipe": lambda: multiprocessing.Pipe()[0].close(),
}


def pool(world):
    with multiprocessing.get_context("fork").Pool(2) as workers:
        return workers.map(abs, [-1, -2])


def escape(world):
    return canary.escapes(world)


def package(world):
    """Import a package, in a process that has none of the site-packages on its path."""
    code = "import sys; sys.path[:0] = sys.argv[1:]; import iniconfig; print(iniconfig.__file__)"
    command = [getattr(sys, "_base_executable", sys.executable), "-I", "-S", "-c", code, world["farm"]]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def limits(world):
    import resource

    return [resource.getrlimit(kind)[1] for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)]


def processes(world):
    """The processes that /proc shows, by its numbers: how many, and whether this one is among them."""
    shown = [name for name in os.listdir("/proc") if name.isdigit()]
    return [len(shown), str(os.getpid()) in shown, os.path.exists("/proc/sys")]


def spin(world):
    time.sleep(LONG)


JOBS = {
    job.__name__: job for job in (look, fail, litter, daemon, ordinary, pool, escape, package, limits, spin, processes)
}


def run(tier, name, world):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            tier.confine()
            signal.signal(signal.SIGINT, signal.default_int_handler)  # as a slot does
            os.write(writer, json.dumps({"value": JOBS[name](world)}).encode() + b"\n")
            os._exit(0)
        except BaseException as error:
            os.write(writer, json.dumps({"error": repr(error)}).encode() + b"\n")
        os._exit(9)
    os.close(writer)
    ready, _, _ = select.select([reader], [], [], 0.3 if name == "spin" else LONG)
    said = os.read(reader, 1 << 20) if ready else b""
    if said:
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    start = time.monotonic()
    status, _ = tier.kill(pid)
    tier.restore()
    took = time.monotonic() - start
    # Whoever is left holds the pipe open.
    gone = select.select([reader], [], [], 0)[0] != [] and os.read(reader, 1) == b""
    os.close(reader)
    said = json.loads(said) if said else {}
    return {"job": name, "code": os.waitstatus_to_exitcode(status), "gone": gone, "sweep": took, **said}


def main():
    config = json.loads(sys.argv[1])
    world = {**config.get("world", {}), "tier": config["tier"]}
    farm = config.get("farm")
    runtime = python_runtime(config.get("packages", ()), farm and Path(farm))
    runtime = replace(runtime, processes="processes" in config["jobs"])
    world["farm"] = farm
    outer = os.fork()
    if outer:
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(outer, 0)[1]))
    tempfile.tempdir = config.get("folder")
    if abi := config.get("abi"):
        kernel.landlock_abi = lambda: abi
    tier = TIERS[config["tier"]](runtime, LIMITS)
    try:
        tier.enter()
    except Unavailable as error:
        os.write(1, json.dumps({"unavailable": str(error)}).encode())
        os._exit(0)
    try:
        results = [run(tier, name, world) for name in config["jobs"]]
        if config.get("close_amid_a_run") and os.fork() == 0:
            tier.confine()
            JOBS["daemon"](world)
            spin(world)
        elif config.get("close_amid_a_run"):
            time.sleep(0.2)
        os.write(1, json.dumps({"results": results, "user": getattr(tier, "_user", None)}).encode())
    finally:
        tier.close()
    os._exit(0)


if __name__ == "__main__":
    main()
