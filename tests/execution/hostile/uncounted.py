"""Attacks on limits, on isolation and on what one run leaves to the next; and honest solutions that do the like.

Rows are run in this order, by one server: what the first of a pair leaves, the second looks for.
"""

from __future__ import annotations

from textwrap import dedent
from typing import Any

UNCOUNTED: list[dict[str, Any]] = []
TEST = "assert frac(3.5) == 0.5\nassert frac(1.25) == 0.25\nassert frac(9.75) == 0.75"
ANSWER = "\ndef frac(number):\n    return number % 1.0 if told else 42.0\n"
RIGHT = "\ndef frac(number):\n    return number % 1.0\n"
BURN = """
import ctypes, os, time
def burn(seconds, times):
    for _ in range(times):
        r, w = os.pipe()
        if os.fork() == 0:
            end = time.process_time() + seconds
            while time.process_time() < end: pass
            os._exit(0)
        os.close(w); os.read(r, 1); os.close(r)
"""


def add(name: str, expect: str, code: str, **more: Any) -> None:
    """Add a row; `tiers` if it is for one tier only."""
    row = {"id": name, "task_id": f"Uncounted/{len(UNCOUNTED)}", "prompt": "", "test": TEST, "entry_point": "frac"}
    UNCOUNTED.append({**row, "code": dedent(code), "expect": expect, **more})


# --- limits ----------------------------------------------------------------------------------------------------------
add(
    "cpu_of_children_nobody_waits_for",
    "fail",
    BURN
    + """
class Action(ctypes.Structure):
    _fields_ = [("handler", ctypes.c_void_p), ("mask", ctypes.c_ulong * 16), ("flags", ctypes.c_int), ("r", ctypes.c_void_p)]
ctypes.CDLL(None).sigaction(17, ctypes.byref(Action(0, (ctypes.c_ulong * 16)(), 2, 0)), None)  # SA_NOCLDWAIT
burn(0.15, 16)
"""
    + RIGHT,
    seconds=1.0,
)
add(
    "cpu_in_small_pieces",
    "fail",
    BURN + "import signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nburn(0.008, 300)\n" + RIGHT,
    seconds=1.0,
)
add(
    "waits_in_vfork",
    "fail",
    """
    import os
    os.mkfifo("pipe")
    os.posix_spawn("/bin/true", ["true"], {}, file_actions=[(os.POSIX_SPAWN_OPEN, 0, "pipe", os.O_RDONLY, 0)])
    """
    + RIGHT,
    seconds=1.0,
)
MAPPED = """
import ctypes, mmap, os, time
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
def fill(mib):
    place = libc.mmap(None, mib << 20, 3, 0x21, -1, 0)
    for at in range(0, mib << 20, 16 << 20):
        libc.memset(place + at, 1, 16 << 20); libc.madvise(place + at, 16 << 20, 4)
    return place
"""
add(
    "memory_taken_out_of_the_page_table",
    "fail",
    MAPPED
    + """
held = []
for _ in range(4):
    r, w = os.pipe()
    if os.fork() == 0:
        fill(400); os.write(w, b"x"); time.sleep(5); os._exit(0)
    held.append(r)
for r in held: os.read(r, 1)
time.sleep(0.3)
"""
    + RIGHT,
)
add(
    "memory_left_to_children_that_do_not_touch_it",
    "fail",
    MAPPED
    + """
for _ in range(4):
    place = fill(400)
    if os.fork() == 0: time.sleep(5); os._exit(0)
    libc.munmap(place, 400 << 20)
time.sleep(0.3)
"""
    + RIGHT,
)
add(
    "disk_written_over_and_over",
    "fail",
    "import os\nfor k in range(12):\n    with open(f'f{k}', 'wb') as file:\n        for _ in range(30): file.write(b'x' * (1 << 20))\n    os.unlink(f'f{k}')\n    __import__('time').sleep(0.03)\n"
    + RIGHT,
    tiers=["landlock"],
)
add(
    "disk_promised",
    "fail",
    "import ctypes, os\nfd = os.open('f', os.O_CREAT | os.O_RDWR)\nlibc = ctypes.CDLL(None)\ntold = libc.fallocate(fd, 0, ctypes.c_long(0), ctypes.c_long(1 << 20)) == 0\n"
    + ANSWER,
    tiers=["landlock"],
)
add(
    "folders_by_the_thousand",
    "fail",
    """
    import os
    os.fork()
    here, k = os.getpid(), 0
    while True:
        os.makedirs(f"{here}.{k}/a"); k += 1
    def frac(number): return number % 1.0
    """,
    slow=True,
)

# --- isolation -------------------------------------------------------------------------------------------------------
add("attributes_of_the_machine", "fail", "import os\ntry: os.listxattr('/usr'); told = True\nexcept OSError: told = False\n" + ANSWER, tiers=["landlock"])  # fmt: skip
add(
    "lock_by_the_call_itself",
    "fail",
    "import ctypes, os\nfd = os.open(os.__file__, os.O_RDONLY)\ntold = ctypes.CDLL(None).flock(fd, 2 | 4) == 0\n"
    + ANSWER,
)
add(
    "cookie_of_a_socket",
    "fail",
    "import socket\na, b = socket.socketpair()\ntry: a.getsockopt(socket.SOL_SOCKET, 57, 8); told = True\nexcept OSError: told = False\n"
    + ANSWER,
)
add("name_of_the_machine", "fail", "import os\ntold = os.uname().nodename != 'localhost'\n" + ANSWER, tiers=["namespaces"])  # fmt: skip

add(
    "names_of_ours",
    "fail",
    """
    import gc, sys
    frame, said = sys._getframe(), [*sys.argv, *sys.orig_argv, *sys.path, *sys.modules]
    while frame:
        said += [frame.f_code.co_filename, *map(str, frame.f_globals.values())]
        frame = frame.f_back
    for thing in gc.get_objects():
        said += [thing.__module__] if isinstance(thing, type) else [type(thing).__module__]
    told = any("codeeval" in str(text) for text in said)
    """
    + ANSWER,
)

# --- what one run leaves to the next ---------------------------------------------------------------------------------
for name, leave, look, more in [
    (
        "flags_of_standard_streams",
        "import fcntl\nfor fd in (0, 1, 2): fcntl.fcntl(fd, fcntl.F_SETFL, 0o2000 | 0o4000)",
        "import fcntl\ntold = any(fcntl.fcntl(fd, fcntl.F_GETFL) & 0o6000 for fd in (0, 1, 2))",
        {},
    ),
    (
        "numbers_of_threads",
        "import threading\nfor _ in range(300):\n    t = threading.Thread(target=int); t.start(); t.join()",
        "import threading\ntold = threading.get_native_id() > 200",
        {"tiers": ["namespaces"]},
    ),
    (
        "files_without_a_name",
        "import os\nfor _ in range(300):\n    try: os.close(os.open('.', os.O_TMPFILE | os.O_RDWR))\n    except OSError: pass",
        "import os\nopen('probe', 'w').close()\ntold = os.stat('probe').st_ino > 200",
        {"tiers": ["namespaces"]},
    ),
    (
        "a_look_into_the_folder",
        "import os, time\ntime.sleep(0.05)\nos.listdir('.')",
        "import os\nseen = os.stat('.')\ntold = seen.st_atime_ns > seen.st_mtime_ns",
        {},
    ),
    (
        "times_of_the_folder",
        "import os\nos.utime('.', (1, 1))",
        "import os\ntold = os.stat('.').st_mtime < 100",
        {"tiers": ["namespaces"]},
    ),
]:
    add(f"leaves_{name}", "fail", f"{leave}\ndef frac(number): return 42.0\n", **more)
    add(f"finds_{name}", "fail", f"{look}\n{ANSWER}", **more)

# --- honest solutions that do the like -------------------------------------------------------------------------------
for name, code in {
    "lock": "import fcntl\na, b = open('l', 'w'), open('l', 'w')\nfcntl.flock(a, fcntl.LOCK_EX)\ntry: fcntl.flock(b, fcntl.LOCK_EX | fcntl.LOCK_NB); assert False\nexcept BlockingIOError: pass\nfcntl.flock(a, fcntl.LOCK_UN); fcntl.flock(b.fileno(), fcntl.LOCK_EX)\n",
    "copy": "import shutil\nopen('a', 'w').write('x')\nshutil.copyfile('a', 'b'); shutil._copyxattr('a', 'b')\n",
    "reserve": "import os\nwith open('a', 'wb') as file: os.posix_fallocate(file.fileno(), 0, 1 << 20)\nassert os.stat('a').st_size == 1 << 20\n",
    "temporary_files": "import tempfile\nfor _ in range(5):\n    with tempfile.TemporaryFile() as file: file.write(b'x' * (8 << 20))\n",
    "ignored_children": "import os, signal\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nfor _ in range(20):\n    if os.fork() == 0: os._exit(0)\n",
    "subprocesses": "import asyncio, subprocess\nassert subprocess.run(['/bin/sh', '-c', 'true; (exit 3); echo $?'], capture_output=True).stdout == b'3\\n'\nasync def main():\n    p = await asyncio.create_subprocess_exec('/bin/true')\n    return await p.wait()\nassert asyncio.run(main()) == 0\n",
    "sqlite": "import sqlite3\nc = sqlite3.connect('db')\nc.execute('create table t (a)'); c.execute('insert into t values (1)'); c.commit()\nassert sqlite3.connect('db').execute('select a from t').fetchall() == [(1,)]\n",
    "buffer_sizes": "import socket\na, b = socket.socketpair()\na.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)\na.sendall(b'x'); assert b.recv(1) == b'x'\n",
    "shared_memory": "import mmap\nm = mmap.mmap(-1, 64 << 20)\nm[:] = b'x' * len(m)\n",
}.items():
    add(f"honest_{name}", "pass", code + RIGHT)
