"""What becomes of a node of a Ray cluster whose sandbox is weaker than others', or than what was asked for.

    python perf/ray_weak_node.py SUITE --model=replay:FILE [OPTION…]

It needs Ray, and a machine that gives namespaces. Two nodes join a cluster on this machine. To one of them the kernel
refuses namespaces by a seccomp filter, as in a container with the usual one. Three runs: with both nodes; with the weak
one alone, which is taken as it is; and with that one where namespaces are asked for.
"""

from __future__ import annotations

import ctypes
import os
import struct
import subprocess
import sys
import tempfile
import time
from errno import EPERM
from pathlib import Path
from typing import Any

from ray_cluster import COMMAND, STORE, differing, joining

_UNSHARE = {"x86_64": 272, "aarch64": 97}
_NO_NEW_PRIVS, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000


def without_namespaces() -> None:
    """Have the kernel refuse namespaces to this process and all that it starts."""
    number = _UNSHARE[os.uname().machine]
    steps = [(_LOAD, 0, 0, 0), (_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE | EPERM), (_RETURN, 0, 0, _ALLOW)]
    program = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(program, len(program))
    filters = struct.pack("@HP", len(steps), ctypes.addressof(buffer))
    call = ctypes.CDLL(None, use_errno=True).prctl
    if call(_NO_NEW_PRIVS, 1, 0, 0, 0) or call(_SECCOMP, _FILTER, ctypes.c_char_p(filters), 0, 0):
        raise OSError(ctypes.get_errno(), "the filter is not taken")


def weak_node(address: str) -> subprocess.Popen[bytes]:
    """Let a weak node join as the third one, once more where a busy machine was too slow for Ray."""
    start = ["start", f"--address={address}", "--num-cpus=1", f"--object-store-memory={STORE}", "--block"]
    command = [sys.executable, "-m", "ray.scripts.scripts", *start]
    for _ in range(5):
        node = subprocess.Popen(
            command, preexec_fn=without_namespaces, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        if there_are(3, address, node):
            return node
        node.terminate()
        node.wait()
    raise SystemExit("no node starts any more")


def there_are(nodes: int, address: str, started: subprocess.Popen[bytes]) -> bool:
    """Wait until there are so many nodes; return whether that comes to be before the one that was `started` ends."""
    import ray

    ray.init(address=address, log_to_driver=False)
    deadline = time.monotonic() + 90
    while (alive := sum(node["Alive"] for node in ray.nodes())) != nodes:
        if time.monotonic() > deadline or started.poll() is not None:
            break
        time.sleep(0.5)
    ray.shutdown()
    return alive == nodes


def run(words: list[str]) -> None:
    """Run a command, and show its exit code and what it says beside its results."""
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True)
    print(f"exit code {done.returncode}", *filter(str.strip, done.stderr.splitlines()), sep="\n  ", flush=True)


def main(words: list[str]) -> None:
    from ray.cluster_utils import Cluster

    with tempfile.TemporaryDirectory() as name:
        here, both, alone, refused = (f"{name}/{part}" for part in ("here", "both", "alone", "refused"))
        run([*words, "-n0", "-q", f"--results={here}"])
        options: dict[str, Any] = {"num_cpus": 0, "object_store_memory": STORE, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=options)
        strong = joining(cluster)
        weak = weak_node(cluster.address)
        asked = [*words, "--on=ray", f"--address={cluster.address}", "--shards=4", "-q"]
        try:
            print("a strong node and a weak one:")
            run([*asked, f"--results={both}"])
            print(differing(Path(here), Path(both)))
            cluster.remove_node(strong)
            there_are(2, cluster.address, weak)
            print("the weak one alone:")
            run([*asked, f"--results={alone}"])
            print(differing(Path(here), Path(alone)))
            print("the weak one alone, and --sandbox=namespaces:")
            run([*asked, "--sandbox=namespaces", f"--results={refused}"])
        finally:
            weak.terminate()
            weak.wait()
            cluster.shutdown()


if __name__ == "__main__":
    main(sys.argv[1:])
