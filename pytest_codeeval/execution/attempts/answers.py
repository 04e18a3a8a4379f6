"""Answers: a solution that calls its function with inputs by itself, in the slot of solutions."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.execution.attempts.cases import in_lines
from pytest_codeeval.execution.grading.answering import Manner
from pytest_codeeval.execution.sandbox.descriptors import in_memory, pipe
from pytest_codeeval.execution.sandbox.programs import Programs
from pytest_codeeval.execution.sandbox.slotclient import SlotClient


def start(
    slot: SlotClient, source: bytes, entry_point: str, manner: Manner, inputs: Sequence[str], seconds: float
) -> tuple[int, int]:
    """Start it with so many CPU seconds.

    Return the pipe of its outputs, and what is to be kept open until its end. Raises SandboxError where the machinery
    failed.
    """
    opened: list[int] = []
    kept: list[int] = []
    try:
        opened += (program := in_memory(source),)
        opened += (given := in_memory(in_lines([json.dumps([entry_point, *manner]), *inputs])),)
        (reader, writer), (held, holding) = pipe(), pipe()
        opened += (writer, held)
        kept = [reader, holding]
        slot.run(Programs.ANSWERING, [program, given, writer, held], seconds)
        return reader, holding
    except SandboxError:
        opened += kept
        raise
    finally:
        for descriptor in opened:
            os.close(descriptor)
