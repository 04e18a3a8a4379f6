"""Tester: the program of the process that holds a problem's tests, and decides whether a solution passes them.

One process serves the samples of one problem. The solution is in another; here it is a `Remote`.
"""

import ast
import builtins
import json
import os
import random
import socket
from collections.abc import Iterator
from typing import Any

from pytest_codeeval.execution.grading.channel import Channel
from pytest_codeeval.execution.grading.collected import run_tests
from pytest_codeeval.execution.grading.conversation import Conversation, Lost, Unrepresentable
from pytest_codeeval.execution.grading.failure import TEST, explain
from pytest_codeeval.execution.grading.remote import (
    Remote,
    module_of,
)

_LONGEST_PROBLEM = 16 << 20


def main(control: socket.socket) -> None:
    """Serve one problem: first its tests come, then a pair of descriptors for each sample; does not return."""
    job = json.loads(_whole(control))
    tests, own = _Tests(job), os.getpid()
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if len(descriptors) != 2:
            os._exit(0)
        verdict = tests.check(*descriptors)
        if os.getpid() != own:
            os._exit(0)  # tests that forked say one thing only
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(json.dumps(verdict).encode("ascii") + b"\n")


def _whole(control: socket.socket) -> bytes:
    length = int.from_bytes(_exactly(control, 4), "big")
    if length > _LONGEST_PROBLEM:
        raise ValueError("a problem of that size")
    return _exactly(control, length)


def _exactly(control: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        chunk = control.recv(length - len(data))
        if not chunk:
            os._exit(0)
        data += chunk
    return data


class _Tests:
    """A problem's tests, compiled once and executed anew for each sample."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        self._preamble = compile(job["preamble"], "<prompt>", "exec", dont_inherit=True)
        self._test = compile(job["test"], TEST, "exec", dont_inherit=True)
        entry = job["entry_point"]
        wanted = set(_names(self._test)) - set(vars(builtins))
        self._wanted = sorted(wanted | {entry} if entry else wanted)
        self._modules = [name for name in _used_for_attributes(job["test"]) if module_of(name) is not None]

    def check(self, reader: int, writer: int) -> dict[str, Any]:
        """Run the tests against the solution at the other end; return how that ended."""
        conversation = Conversation(Channel(reader, writer))
        random.seed(0)  # some tests draw their inputs: the same for all samples
        stage = "load"
        try:
            names, entry = self._begin(conversation)
            stage = "test"
            run_tests(self._test, names, entry, self._job)
            cause, detail = "passed", ""
        except Lost as lost:
            cause, detail = lost.cause, lost.detail
        except Unrepresentable as error:
            cause, detail = "unrepresentable", str(error)
        except BaseException as error:
            cause, detail = explain(error, self._job["test"], conversation.last, conversation.raised)
            if id(error) not in conversation.raised and _is_own_import(error):
                cause = "broken"
        if conversation.lost is not None:
            # Sticky: a test that catches everything does not catch this.
            cause, detail = conversation.lost.cause, conversation.lost.detail
        elif cause == "passed" and not conversation.calls:
            cause, detail = "wrong_answer", "the tests ended without a call of the solution"
        return {"cause": cause, "detail": detail[:4000], "stage": stage, "handles": conversation.handles}

    def _begin(self, conversation: Conversation) -> tuple[dict[str, Any], Any]:
        names: dict[str, Any] = {"__name__": "tests", "__builtins__": builtins}
        # The benchmark's own helpers, not the solution's version of them.
        exec(self._preamble, names)
        found, defined = conversation.begin(self._wanted)
        entry = self._job["entry_point"]
        if entry and entry not in found:
            has = ", ".join(defined[:10]) or "no function"
            raise Lost("no_entry_point", f"{entry} is not defined; the solution defines {has}")
        # What a test takes for a module of the standard library is none of the solution's making.
        found |= {name: module_of(name) for name in self._modules if name in found and name != entry}
        names = {**found, **names}
        if entry:
            names[entry] = found[entry]
        # Nobody sees the calls of a function of the library that the solution took as it is, nor are there any of what
        # is no function: the tests look at something of the solution's, whatever it is.
        if not entry or (callable(found[entry]) and not isinstance(found[entry], Remote)):
            conversation.calls += bool(found)
        return names, found.get(entry)


def _is_own_import(error: BaseException) -> bool:
    """Whether an import that the tests do themselves has failed: no solution has to do with what this side has."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return isinstance(error, ImportError) and trace is not None and trace.tb_frame.f_code.co_filename == TEST


def _used_for_attributes(test: str) -> set[str]:
    """Return the names of which the test uses attributes."""
    parts = (part.value for part in ast.walk(ast.parse(test)) if isinstance(part, ast.Attribute))
    return {part.id for part in parts if isinstance(part, ast.Name)}


def _names(code: Any) -> Iterator[str]:
    """Yield the names that code may look up outside of itself."""
    yield from (name for name in code.co_names if not name.startswith("__"))
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names(constant)
