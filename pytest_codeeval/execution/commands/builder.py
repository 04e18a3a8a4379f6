"""Builder: the program of the process that runs a solution's compilers, and hands back what they made.

Compilers read hostile sources, and execute none of it.
"""

import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_codeeval.execution.commands.executor import become
from pytest_codeeval.execution.commands.framing import laid_out, packed, write_all

_LONGEST_OUTPUT = 1 << 20
_OUTPUT = (".codeeval-output", ".codeeval-errors")


def main(descriptors: Sequence[int]) -> None:
    """Read the job from the first descriptor, run its steps, and write a frame to the second.

    The header of that holds one object for each step that ran: `code`, `cpu_seconds`, `wall_seconds`, `max_rss` in
    bytes. Its files are those to be kept, and the outputs of step N as `N/output` and `N/errors`, cut where too long.
    """
    job, report = descriptors
    header = laid_out(job)
    steps: list[dict[str, Any]] = []
    kept: dict[str, bytes] = {}
    for number, step in enumerate(header["steps"]):
        steps.append(_run(step))
        for name, path in zip(("output", "errors"), _OUTPUT, strict=True):
            kept[f"{number}/{name}"] = _content(path, _LONGEST_OUTPUT)
            os.unlink(path)
        if steps[-1]["code"] != 0 and not step["may_fail"]:
            break
    for path in _matching(header["keep"]):
        kept[path] = _content(path, header["most_bytes"])
    write_all(report, packed({"steps": steps}, kept))


def _run(step: dict[str, Any]) -> dict[str, Any]:
    started = time.monotonic()
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC
    outputs = [os.open(path, flags, 0o600) for path in _OUTPUT]
    pid = os.fork()
    if pid == 0:
        become(step["argv"], step["env"], outputs)
    for output in outputs:
        os.close(output)
    _, status, usage = os.wait4(pid, 0)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "wall_seconds": time.monotonic() - started,
        "max_rss": usage.ru_maxrss * 1024,
    }


def _content(path: str, most: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    parts, size = [], 0
    while size < most and (part := os.read(descriptor, min(1 << 20, most - size))):
        parts.append(part)
        size += len(part)
    os.close(descriptor)
    return b"".join(parts)


def _matching(patterns: Sequence[str]) -> Iterator[str]:
    """Yield the files of the working folder that are named, or that end as a pattern with a star before it does."""
    names = sorted(entry.name for entry in os.scandir(".") if entry.is_file(follow_symlinks=False))
    for pattern in patterns:
        if pattern.startswith("*"):
            yield from (name for name in names if name.endswith(pattern[1:]))
        elif os.path.isfile(pattern):
            yield pattern
