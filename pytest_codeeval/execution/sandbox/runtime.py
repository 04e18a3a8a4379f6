"""Runtime: what of this machine's files a solution may read."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Runtime:
    """Files and folders to read and to run, less those below them that are hidden.

    What is readable below something hidden is readable. Paths are absolute and may lead through symbolic links.
    `processes` grants a /proc of a solution's own processes, where the tier has none: some programs do not start
    without. A process can change itself by it.
    """

    readable: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    processes: bool = False


def visible(runtime: Runtime) -> tuple[list[str], list[str]]:
    """Return the readable paths without the hidden ones, for rules that can only add.

    The first list holds real paths to be read as a whole. The second holds the folders on the way to something hidden:
    they have to be listed, or Python would find no module in them.
    """
    hidden = {os.path.realpath(path) for path in runtime.hidden}
    whole: list[str] = []
    listed: list[str] = []
    waiting = sorted({os.path.realpath(path) for path in runtime.readable}, reverse=True)
    while waiting:
        path = waiting.pop()
        if path in hidden or any(is_below(path, parent) for parent in whole[-1:]):
            continue
        if any(is_below(secret, path) for secret in hidden):
            listed.append(path)
            waiting += sorted((entry.path for entry in os.scandir(path) if not entry.is_symlink()), reverse=True)
        elif path not in whole:
            whole.append(path)
    return whole, listed


def is_below(path: str, folder: str) -> bool:
    """Whether `path` lies in `folder` or deeper."""
    return path.startswith(folder.rstrip("/") + "/")
