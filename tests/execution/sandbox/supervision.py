"""Starts a supervisor in a tier, as this user or as an ordinary one, with something outside for it to attack."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pytest_codeeval.execution.sandbox.identity import open_to_all

SCRIPT = Path(__file__).with_name("supervised.py")
NOBODY = 65534
USERS = ["this user", "nobody"]


def supervise(tier, jobs, user="this user", world=None, **config):
    """The results of the jobs; skips where the tier or the user is not to be had."""
    interpreter, as_user = sys.executable, {}
    if user == "nobody":
        if os.geteuid() != 0:
            pytest.skip("only root can become somebody else")
        interpreter = _interpreter_for_all()
        as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    job = json.dumps({"tier": tier, "jobs": jobs, "world": world or {}, **config})
    process = subprocess.run(
        [interpreter, "-B", SCRIPT, job], capture_output=True, text=True, timeout=60, cwd="/", env={}, **as_user
    )
    assert process.returncode == 0 and not process.stderr, process.stderr
    said = json.loads(process.stdout)
    if "unavailable" in said:
        pytest.skip(said["unavailable"])
    return said["results"]


def _interpreter_for_all():
    for path in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        if os.path.exists(path) and open_to_all([path, str(SCRIPT)]):
            version = [path, "-c", "import sys; print(sys.version_info >= (3, 11))"]
            if subprocess.run(version, capture_output=True, text=True).stdout == "True\n":
                return path
    pytest.skip("no interpreter and checkout that an ordinary user may read")


@contextmanager
def outside(user: str) -> Iterator[dict[str, object]]:
    """A world to break into: files, sockets and a process that `user` may use all."""
    folder = tempfile.mkdtemp(prefix="outside-")
    os.chmod(folder, 0o777)
    Path(folder, "secret").write_text("42")
    as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if user == "nobody" else {}
    victim = subprocess.Popen(["/bin/sleep", "60"], **as_user)
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(f"{folder}/socket")
        os.chmod(f"{folder}/socket", 0o777)
        unix.listen()
        try:
            yield {
                "secret": f"{folder}/secret",
                "outside": f"{folder}/made",
                "port": tcp.getsockname()[1],
                "socket": f"{folder}/socket",
                "pid": victim.pid,
            }
        finally:
            victim.kill()
            victim.wait()
            shutil.rmtree(folder)


def mounts():
    return Path("/proc/self/mountinfo").read_text()
