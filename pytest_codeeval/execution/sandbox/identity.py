"""Identity: the user that solutions run as where the supervisor may choose one."""

import os
from collections.abc import Iterable

from pytest_codeeval.execution.sandbox import kernel
from pytest_codeeval.execution.sandbox.unavailable import Unavailable

# No range of systemd, of containers or of /etc/subuid reaches there.
_FIRST, _LAST = 1879048192, 2147483647
_FEW = 2000


def spare_user(tier: str) -> int | None:
    """Return a user id that nobody else has, also as group id; None where this process may not become another user.

    It is drawn by chance from 2**28 of them, so that RLIMIT_NPROC counts the processes of one supervisor only.
    """
    needed = (
        kernel.CAP_SETUID, kernel.CAP_SETGID, kernel.CAP_CHOWN, kernel.CAP_KILL,
        kernel.CAP_DAC_OVERRIDE, kernel.CAP_FOWNER,
    )  # fmt: skip
    try:
        held = kernel.held_capabilities()
        chance = int.from_bytes(os.urandom(4), "big")
        user, group = (_draw(name, chance) for name in ("uid_map", "gid_map"))
    except OSError as error:
        raise Unavailable(tier, "user", error) from None
    if not all(held >> capability & 1 for capability in needed) or user != group:
        return None
    return user


def become(user: int) -> None:
    """Turn into the user, in no group but its own."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def open_to_all(paths: Iterable[str]) -> bool:
    """Tell whether a user without rights of its own can reach and read all the paths."""
    checked: set[str] = set()
    for path in paths:
        mode = os.stat(path).st_mode
        if not mode & 0o004 or (os.path.isdir(path) and not mode & 0o001):
            return False
        while (path := os.path.dirname(path)) not in checked:
            checked.add(path)
            if not os.stat(path).st_mode & 0o001:
                return False
    return True


def _draw(name: str, chance: int) -> int | None:
    with open(f"/proc/self/{name}", "rb") as file:
        ranges = [tuple(map(int, line.split())) for line in file]
    for start, _, count in ranges:
        if start <= _FIRST and start + count > _LAST:
            return _FIRST + chance % (_LAST + 1 - _FIRST)
    # A container with few: from the upper half of the widest range, away from its own users.
    start, _, count = max(ranges, key=lambda entry: entry[2])
    half = count // 2
    return int(start + half + chance % half) if half > _FEW else None
