"""Tester: the program of the process that holds a problem's tests, and decides whether a solution passes them.

One process has the problem's tests; for each sample it forks another that runs them, so that nothing that one run does
is there in the next. Tests that see values only do nothing that could be there: they are run in it, at a third of the
cost. The solution is in a process of its own; here it is a `Proxy`.
"""

import builtins
import gc
import json
import os
import random
import socket
import types
from collections.abc import Iterator
from functools import partial
from typing import Any

from pytest_codeeval.execution.grading.believed import believed_data, believed_thing
from pytest_codeeval.execution.grading.channel import Channel
from pytest_codeeval.execution.grading.collected import run_tests, script_of
from pytest_codeeval.execution.grading.conversation import Conversation
from pytest_codeeval.execution.grading.failure import TEST, explain
from pytest_codeeval.execution.grading.lost import Lost
from pytest_codeeval.execution.grading.mirrors import Unrepresentable
from pytest_codeeval.execution.grading.namespace import Fallback
from pytest_codeeval.execution.grading.proxy import Proxy, module_of, number_of
from pytest_codeeval.execution.grading.testfacts import facts_of, seed_of

_LONGEST_PROBLEM = 16 << 20
_MOST_USES = 100
_SAID = 77  # the exit status of tests that have said their verdict


def main(control: socket.socket) -> None:
    """Serve one problem: first its tests come, then a pair of descriptors for each sample; does not return."""
    job = json.loads(in_full(control))
    tests = Tests(job)
    gc.collect()
    gc.freeze()
    while True:
        _, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if len(descriptors) != 2:
            os._exit(0)
        said = _at_home(tests, descriptors) if job["values_only"] else _in_a_fork(tests, descriptors, control)
        for descriptor in descriptors:
            os.close(descriptor)
        if said:
            say(control, said)


def _at_home(tests: "Tests", descriptors: list[int]) -> dict[str, Any]:
    """Run the tests in this process, and keep nothing of it: an exception and its frames would hold all that came."""
    said = tests.check(*descriptors)
    if said["cause"] != "passed":
        gc.collect()
    return said


def _in_a_fork(tests: "Tests", descriptors: list[int], control: socket.socket) -> dict[str, Any]:
    """Have another process run the tests against one solution; return what to say if it could not."""
    if (pid := os.fork()) == 0:
        own = os.getpid()
        try:
            verdict = tests.check(*descriptors)
            if os.getpid() == own:  # tests that forked say one thing only
                say(control, verdict)
                os._exit(_SAID)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return {} if code == _SAID else {"died": code}


def say(control: socket.socket, said: dict[str, Any]) -> None:
    """Tell the worker something, in a line."""
    control.sendall(json.dumps(said).encode("ascii") + b"\n")


def in_full(control: socket.socket, longest: int = _LONGEST_PROBLEM) -> bytes:
    """Return what the worker sends first, behind its length."""
    length = int.from_bytes(_exactly(control, 4), "big")
    if length > longest:
        raise ValueError("a problem of that size")
    return _exactly(control, length)


def _exactly(control: socket.socket, length: int) -> bytes:
    data = bytearray(length)
    rest = memoryview(data)
    while rest:
        count = control.recv_into(rest)
        if not count:
            os._exit(0)
        rest = rest[count:]
    return bytes(data)


class Tests:
    """A problem's tests, compiled once."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        self._preamble = compile(job["preamble"], "<prompt>", "exec", dont_inherit=True)
        self._test = compile(job["test"], TEST, "exec", dont_inherit=True)
        self._seed = seed_of(job)
        self._facts = facts_of(job["test"], sees_values_only=job["values_only"])
        entry = job["entry_point"]
        wanted = set(_names(self._test)) - set(vars(builtins))
        method = job["method"]
        self._entry = f"{entry}().{method}" if method else entry
        self._wanted = sorted(wanted | {self._entry} if entry else wanted)
        self._taken = (wanted & self._facts.looked_up) - {entry, *self._facts.binds}
        self._modules = [name for name in self._facts.bases if module_of(name) is not None]

    def check(self, reader: int, writer: int) -> dict[str, Any]:
        """Run the tests against the solution at the other end; return how that ended."""
        conversation = Conversation(Channel(reader, writer), self._facts)
        random.seed(self._seed)
        stage = "load"
        try:
            names, entry = self._begin(conversation)
            stage = "test"
            script = script_of(self._test, names, self._job)
            conversation.share(script.space)
            run_tests(script, entry, self._job)
            cause, detail = "passed", ""
        except Lost as lost:
            cause, detail = lost.cause, lost.detail
        except Unrepresentable as error:
            cause, detail = "unrepresentable", str(error)
        except BaseException as error:
            cause, detail = explain(error, self._job["test"], conversation.last, conversation.raised)
            if id(error) not in conversation.raised and _is_own_import(error, self._facts.imports):
                cause = "broken"
        if conversation.lost is not None:
            # Sticky: a test that catches everything does not catch this.
            cause, detail = conversation.lost.cause, conversation.lost.detail
        elif cause == "passed" and not conversation.calls:
            cause, detail = "uncalled", "the tests ended without a call of the solution"
        conversation.end()
        said = {"cause": cause, "detail": detail[:4000], "stage": stage}
        return {**said, "uses": sorted(conversation.uses), "certain": conversation.certain}

    def _begin(self, conversation: Conversation) -> tuple[dict[str, Any], Any]:
        names: dict[str, Any] = {"__builtins__": builtins}
        # The benchmark's own helpers, not the solution's version of them.
        exec(self._preamble, names)
        found, defined = conversation.begin(self._wanted)
        entry, asked = self._job["entry_point"], self._entry
        if asked and asked not in found:
            has = ", ".join(defined[:10]) or "no function"
            raise Lost("no_entry_point", f"{asked} is not defined; the solution defines {has}")
        whole = found.pop(asked) if asked != entry else found.get(entry)
        # What a test takes for a module of the standard library is none of the solution's making.
        found |= {name: module_of(name) for name in self._modules if name in found and name != entry}
        # Data are asked for when they are looked at, as the solution may bind the name anew.
        data = set() if self._facts.sees_values_only else {name for name in found if _is_data(found[name])} - {entry}
        if data:
            names["__builtins__"] = Fallback(partial(_look_up, conversation, data, by_entry=bool(entry)))
        names |= {name: value for name, value in found.items() if name not in names and name not in data}
        if entry in found:
            names[entry] = found[entry]
        if entry:
            things = (believed_thing(name, value) for name, value in found.items() if name in self._taken - data)
            conversation.uses |= set(filter(None, things))
        numbers = {name: number_of(value) for name, value in found.items() if isinstance(value, Proxy)}
        conversation.helpers = {number for name, number in numbers.items() if name != entry}
        # Nobody sees the calls of a function of the library that the solution took as it is, nor are there any of what
        # is no function: the tests look at something of the solution's, whatever it is.
        if not entry or (callable(whole) and not isinstance(whole, Proxy)):
            conversation.calls += bool(found) or asked != entry
        return names, whole


def _is_data(value: Any) -> bool:
    return not isinstance(value, Proxy | type | types.ModuleType) and not callable(value)


def _look_up(conversation: Conversation, names: set[str], name: str, *, by_entry: bool) -> Any:
    """Ask for data of the solution's. If the tests call its entry point, they are not what is tested."""
    if name not in names:
        raise KeyError(name)
    value = conversation.look_up(name)
    if by_entry and len(conversation.uses) < _MOST_USES:
        conversation.uses.add(believed_thing(name, value) or believed_data(name, value))
    elif by_entry:  # nobody's are the same
        conversation.uses.add(f"{name}={id(conversation)}")
    return value


def _is_own_import(error: BaseException, imports: frozenset[str]) -> bool:
    """Whether an import that the tests do themselves has failed: no solution has to do with what this side has.

    It has if it says itself what is to be imported; so `imports` are the modules that the text of the tests names.
    """
    if not isinstance(error, ImportError) or str(error.name).partition(".")[0] not in imports:
        return False
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_filename == TEST


def _names(code: Any) -> Iterator[str]:
    """Yield the names that code may look up outside of itself."""
    yield from (name for name in code.co_names if not name.startswith("__"))
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names(constant)
