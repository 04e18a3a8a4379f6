"""ExpectedOutputs: what right programs return, kept in the user's cache folder from run to run.

A file is found by the hash of the program and its inputs. It is text, and has a hash of itself in its first line: one
that is damaged, or of another making, is made again. The second line has the seconds that each output took, the others
have the outputs.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from pytest_codeeval.core.errors import BrokenTests, StorageError
from pytest_codeeval.core.jsonl import replace_file
from pytest_codeeval.core.worklock import held
from pytest_codeeval.execution.attempts.cases import Known, Output, in_lines

_FORM = 3  # of the files, and of the values and digests in them
_MADE_BY = [platform.python_version(), sys.hash_info.algorithm, sys.byteorder]  # digests follow from these
_PATIENCE = 900.0


class ExpectedOutputs:
    """Outputs by program and inputs. A folder that cannot be used is no error: nothing is then found, nor kept."""

    def __init__(self, folder: str) -> None:
        """Name the folder, which may be empty for none."""
        self._folder = Path(folder, "expected") if folder else None

    def of(self, program: str, entry_point: str, inputs: Sequence[str], find: Callable[[], list[Output]]) -> Known:
        """Return the output of each input, by `find` if it is not known; of several processes one finds it.

        Raises BrokenTests if an input has none.
        """
        about = [_FORM, *_MADE_BY, entry_point, program]
        key = hashlib.sha256(in_lines([json.dumps(about), *inputs])).hexdigest()
        path = self._folder / f"{key}.txt" if self._folder else None
        known = _read(path, len(inputs))
        if known is None:
            lock = path.with_suffix(".lock") if path else None
            with held(lock, _PATIENCE):
                known = _read(path, len(inputs))
                if known is None:
                    known = _demand_values(find(), entry_point, inputs)
                    _write(path, known)
            if lock is not None:
                with suppress(OSError):
                    lock.unlink(missing_ok=True)  # whoever comes now finds what is written
        return known


def _demand_values(outputs: list[Output], entry_point: str, inputs: Sequence[str]) -> Known:
    values = []
    for text, output in zip(inputs, outputs, strict=True):
        if output.value is None:
            said = f"{output.cause.value}: {output.detail}"
            raise BrokenTests(f"the canonical solution gives no output for {entry_point}(*{text[:200]}): {said}")
        values.append(output.value)
    return Known(tuple(values), tuple([output.cpu_seconds for output in outputs]))


def _read(path: Path | None, count: int) -> Known | None:
    """Return what a file holds, None if that is not what was written into it."""
    if path is None:
        return None
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if head.decode("ascii") != hashlib.sha256(body).hexdigest():
            return None
        first, *values = body.decode("utf-8", "surrogatepass").split("\n")
        seconds = tuple(map(float, first.split()))
        return Known(tuple(values), seconds) if len(seconds) == len(values) == count else None
    except (OSError, ValueError):
        return None


def _write(path: Path | None, known: Known) -> None:
    if path is None:
        return
    body = in_lines([" ".join(f"{seconds:.6f}" for seconds in known.seconds), *known.values])
    with suppress(OSError, StorageError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body)
