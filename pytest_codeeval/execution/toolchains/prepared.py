"""Prepared: the folder that a language's tools have filled once on a machine, and that every run only reads."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.toolchains.toolbox import Toolbox

_SECONDS = 600.0
_READY = ".ready"


def prepared(toolbox: Toolbox, cache: str) -> str:
    """Return the folder for {prepared}, filled where it has not been; empty for a language that needs none.

    It lies below `cache`, by the text of the commands and the version of the tools; of several processes one fills it
    and the others wait. What is run there is the package's own, no solution's.
    Raises SandboxError where it cannot be filled.
    """
    language = toolbox.language
    if not language.prepare:
        return ""
    asked = [language.prepare, dict(language.prepare_files), dict(language.environment), toolbox.versions()]
    key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]
    folder = Path(cache) / "toolchains" / f"{language.name}-{key}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{folder.name}.lock").open("w") as lock:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / _READY).exists():
                _fill(folder, toolbox)
    except OSError as error:
        raise SandboxError(f"the {language.name} tools cannot be made ready in {folder}: {error}") from None
    return str(folder)


def _fill(folder: Path, toolbox: Toolbox) -> None:
    for left in folder.iterdir():  # of an attempt that was cut off
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()
    for path, text in toolbox.language.prepare_files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    here = str(folder)
    environment = {name: value.replace("{here}", here) for name, value in toolbox.environment(here).items()}
    for argv in toolbox.language.prepare:
        command = [part.replace("{here}", here) for part in toolbox.command(argv, here)]
        try:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise SandboxError(f"{' '.join(argv)} was not done after {_SECONDS:.0f} s") from None
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise SandboxError(f"{' '.join(argv)} failed: {said[0] if said else done.returncode}")
    for made in folder.rglob("*"):  # a sandbox may read it as another user
        made.chmod(made.stat().st_mode | 0o444 | (0o111 if made.is_dir() else 0))
    (folder / _READY).touch()
