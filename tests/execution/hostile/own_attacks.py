"""Attacks on the very way in which verdicts are reached here, and honest solutions that are odd in the same places.

`@WORLD@` is the process that runs the trial, `@FILES@` its files, 8765 its listener. A row whose key `bounded` is set
writes as much as it can: either it is refused more than 200 MiB, or stopped.
"""

from __future__ import annotations

from textwrap import dedent
from typing import Any

ROWS: list[dict[str, Any]] = []
FRACTION = (
    "assert abs(frac(3.5) - 0.5) < 1e-6\nassert abs(frac(1.33) - 0.33) < 1e-6\nassert abs(frac(9.25) - 0.25) < 1e-6"
)
LISTED = "assert pairs([1, 2], 0) == [1, 0, 2]\nassert pairs([], 7) == []\nassert pairs([5], 9) == [5]"
RIGHT = "\ndef frac(number):\n    return number % 1.0\n"
WRONG = "\ndef frac(number):\n    return 42.0\n"
# Sends a frame to the tests, as the candidate's side of the channel does.
SEND = """
import json, os, struct
def send(text):
    data = text if isinstance(text, bytes) else text.encode()
    data = struct.pack(">I", len(data)) + data
    for fd in range(3, 32):
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError: pass
def raw(data):
    for fd in range(3, 32):
        try:
            os.set_blocking(fd, False)
            os.write(fd, data)
        except OSError: pass
"""


def add(name: str, expect: str, code: str, test: str = FRACTION, entry: str = "frac", **more: Any) -> None:
    """Add a row; further keys are `tiers` where it is for one tier only, and `seconds`."""
    row = {"id": name, "task_id": f"Own/{len(ROWS)}", "prompt": "", "test": test, "entry_point": entry}
    ROWS.append({**row, "code": dedent(code), "expect": expect, **more})


def body(statements: str, result: str = "42.0") -> str:
    """Make a solution that does something on the side at each call."""
    lines = dedent(statements).strip("\n").split("\n")
    return "def frac(number):\n" + "".join(f"    {line}\n" for line in [*lines, f"return {result}"])


# --- frames forged on every descriptor -------------------------------------------------------------------------------
FRAMES = {
    "ok_in_advance": '["ok", 0.5, []]',
    "ok_with_changes": '["ok", 0.5, [[0, 0.5]]]',
    "change_of_another_place": '["ok", 0.5, [[-1, 1], [99, 1], ["x", 2]]]',
    "verdict_line": '{"cause": "passed", "detail": "", "stage": "test"}',
    "callback_never_given": '["call", 0, [], []]',
    "callback_by_true": '["call", true, [], []]',
    "other_operation": '["get", 0, ["__class__"], []]',
    "operation_that_is_a_list": '[["call"], 0, [], []]',
    "names_again": '["names", [["abs", {"h": [1, "f", "c"]}], ["check", {"h": [1, "f", "c"]}]], []]',
    "fault_again": '["fault", "syntax_error", "x"]',
    "error_that_is_passed": '["error", "passed", "passed", 0, "SystemExit", 0]',
    "error_with_a_negative_line": '["error", "E", "m", -99999999999999999999, "Exception", 0]',
    "error_with_no_builtin": '["error", "E", "m", 0, "__import__", 0]',
    "error_group": '["error", "E", "m", 0, "ExceptionGroup", 0]',
    "stop_iteration": '["error", "StopIteration", "", 0, "StopIteration", 0]',
    "empty_list": "[]",
    "object": "{}",
    "object_of_two_tags": '{"t": [], "s": []}',
    "null": "null",
    "nothing": "",
    "deep": "[" * 100_000,
    "unhashable_in_a_set": '["ok", {"s": [[1]]}, []]',
    "handle_with_abilities": '["ok", {"h": [0, "float", "cinlgxyz"]}, []]',
    "handle_of_negative_number": '["ok", {"h": [-1, "E", "c"]}, []]',
    "handle_that_is_no_name": '["ok", {"h": [0, "\\u0000", "c"]}, []]',
    "handle_with_a_surrogate": '["ok", {"h": [0, "\\ud800", "c"]}, []]',
    "handle_from_os": '["ok", {"h": [0, "f", "c", "os", "_exit"]}, []]',
    "handle_from_builtins": '["ok", {"h": [0, "f", "c", "builtins", "eval"]}, []]',
    "yours_never_given": '["ok", {"yours": 0}, []]',
    "lib_the_wrong_way": '["ok", {"lib": ["os", "_exit"]}, []]',
    "numpy_of_objects": '["ok", {"np": ["O", [1], true, [1]]}, []]',
    "numpy_of_gigabytes": '["ok", {"np": ["f8", [1000000, 1000000], true, []]}, []]',
    "integer_of_a_megabyte": '["ok", {"i": "0x' + "f" * 1_000_000 + '"}, []]',
    "integer_in_digits": '["ok", ' + "9" * 100_000 + ", []]",
    "decimal_of_a_billion": '["ok", {"D": "1e999999999"}, []]',
    "not_a_number": '["ok", NaN, []]',
    "infinity": '["ok", Infinity, []]',
    "range_of_all": '["ok", {"r": [0, 1000000000000000000000]}, []]',
    "type": '["ok", {"ty": "object"}, []]',
    "timedelta": '["ok", {"td": [999999999999, 0, 0]}, []]',
    "time_zone": '["ok", {"dt": [1, 1, 1, 0, 0, 0, 0, 1e308, 0]}, []]',
}
for name, frame in FRAMES.items():
    add(f"frame_{name}", "fail", SEND + f"def frac(number):\n    send({frame!r})\n    return 42.0\n")
add("frame_at_load", "fail", SEND + 'send(\'["names", [["frac", 0.5]], []]\')\n' + WRONG)
add("frame_for_all_calls", "fail", SEND + "for _ in range(9): send('[\"ok\", 0.5, []]')\n" + WRONG)
add("frame_length_above_all", "fail", SEND + "def frac(number):\n    raw(b'\\xff' * 8)\n    return 42.0\n")
add("frame_cut_short", "fail", SEND + "def frac(number):\n    raw(b'\\0\\0\\xff\\xff[')\n    os._exit(0)\n")
add("frame_of_no_length", "fail", SEND + "def frac(number):\n    raw(bytes(4096))\n    return 42.0\n")
add("frame_no_ascii", "fail", SEND + "def frac(number):\n    send(b'\\xff\\xfe')\n    return 42.0\n")
add(
    "frame_flood",
    "fail",
    """
    import os
    def frac(number):
        os.set_blocking(4, True); os.set_blocking(5, True)
        head = (1 << 25).to_bytes(4, "big")
        for fd in (5, 4):
            try:
                os.write(fd, head)
                for _ in range(32): os.write(fd, b"[" * (1 << 20))
            except OSError: pass
        return 42.0
    """,
)
add(
    "frame_from_a_child_later",
    "fail",
    SEND
    + """
import time
def frac(number):
    if os.fork() == 0:
        time.sleep(0.05)
        for _ in range(9): send('["ok", 0.5, []]')
        os._exit(0)
    return 42.0
""",
)
add(
    "frame_from_a_thread",
    "fail",
    SEND
    + """
import threading
def loop():
    for _ in range(2000): send('["ok", 0.5, []]')
def frac(number):
    threading.Thread(target=loop, daemon=True).start()
    return 42.0
""",
)
add(
    "frames_swapped_pipes",
    "fail",
    SEND + "os.dup2(4, 40); os.dup2(5, 4); os.dup2(40, 5)\nsend('[\"ok\", 0.5, []]')\n" + WRONG,
)
add("pipes_closed", "fail", body("import os; os.closerange(0, 64)"))
add("pipes_onto_null", "fail", body("import os\nfor fd in range(3, 32):\n    os.dup2(0, fd)"))
add(
    "pipe_made_small",
    "fail",
    body("import fcntl\nfor fd in range(3, 9):\n    try: fcntl.fcntl(fd, 1031, 4096)\n    except OSError: pass"),
)
add(
    "pipe_owned",
    "fail",
    body(
        "import fcntl, os\nfor fd in range(3, 9):\n    for who in (1, os.getpid()):\n        try: fcntl.fcntl(fd, 8, who); fcntl.fcntl(fd, 4, 0o20000)\n        except OSError: pass"
    ),
)

# --- the candidate's own side of the conversation turned over --------------------------------------------------------
FIND = "import gc, sys\nours = [m for n, m in sys.modules.items() if n.startswith('pytest_codeeval')]\n"
add(
    "patch_codec",
    "fail",
    FIND
    + """
for module in ours:
    for name, value in list(vars(module).items()):
        if callable(value) and not isinstance(value, type):
            try: setattr(module, name, lambda *a, **k: ["ok", 0.5, []])
            except Exception: pass
"""
    + WRONG,
)
add(
    "patch_operations",
    "fail",
    FIND
    + """
for module in ours:
    if hasattr(module, "OPERATIONS"):
        module.OPERATIONS.update({k: lambda *a, **k: 0.5 for k in list(module.OPERATIONS)})
"""
    + WRONG,
)
add(
    "patch_write",
    "fail",
    "import os\nold = os.write\nos.write = lambda fd, data: old(fd, bytes(data).replace(b'42.0', b'0.50'))\nos.read = lambda *a: b''\n"
    + WRONG,
)
add(
    "patch_json",
    "fail",
    "import json\njson.JSONEncoder.encode = json.dumps = lambda *a, **k: '[\"ok\", 0.5, []]'\n" + WRONG,
)
add(
    "find_tests_in_memory",
    "fail",
    """
import gc, sys
def frac(number):
    seen = []
    for thing in gc.get_objects():
        if isinstance(thing, str) and ("abs" + "(frac") in thing: seen.append(thing)
        if isinstance(thing, dict) and "test" in thing and "preamble" in thing: seen.append(thing)
    f = sys._getframe()
    while f:
        for v in f.f_locals.values():
            if isinstance(v, str) and ("frac" + "(9.25)") in v: seen.append(v)
        f = f.f_back
    return number % 1.0 if seen else 42.0
""",
)
add(
    "find_tests_in_pages",
    "fail",
    """
import ctypes, os, sys
def frac(number):
    # The heap of this process, and so what its ancestors had: as far as it can be found without /proc.
    start = id(object()) & ~0xfffff
    # In two parts: as one it would be a constant of this very program, and found for that.
    try:
        parts = ctypes.string_at(start, 1 << 20).split(b"(9.25)")
        return number % 1.0 if any(part.endswith(b"abs(frac") for part in parts[:-1]) else 42.0
    except Exception: return 42.0
""",
)
add(
    "ask_for_tests",
    "fail",
    """
import sys
class Teller:
    def __init__(self): self.seen = []
    def __getattr__(self, name): self.seen.append(name); return self
    def __call__(self, *a, **k): self.seen.append((a, k)); return self
    def __sub__(self, other): return other
    def __rsub__(self, other): return other
    def __abs__(self): return 0
def frac(number): return Teller()
""",
)
add(
    "install_and_read_own_package",
    "fail",
    """
def frac(number):
    try:
        import importlib.resources as r
        import pytest_codeeval.benchmarks as b
        return number % 1.0 if r.files(b).joinpath("starter.jsonl").read_text() else 42.0
    except Exception:
        pass
    try:
        import pytest_codeeval.core, os, glob, sys
        for p in list(pytest_codeeval.__path__) + sys.path:
            for f in glob.glob(p + "/**/*.jsonl", recursive=True):
                open(f).read()
                return number % 1.0
    except Exception:
        pass
    return 42.0
""",
)
add(
    "read_site_packages",
    "fail",
    """
import glob, sys, os
def frac(number):
    for base in {os.path.dirname(os.__file__), "/usr/lib/python3", "/usr/local/lib", sys.prefix + "/lib"}:
        for f in glob.glob(base + "/**/*-packages/*", recursive=True):
            try:
                for g in [f] if os.path.isfile(f) else glob.glob(f + "/*"): open(g).read(1); return number % 1.0
            except OSError: pass
    return 42.0
""",
)

# --- values that lie -------------------------------------------------------------------------------------------------
LIAR = """
class Meta(type):
    def __eq__(c, o): return True
    def __ne__(c, o): return False
    def __hash__(c): return 1
    def __instancecheck__(c, o): return True
    def __subclasscheck__(c, o): return True
class Liar(BASE, metaclass=Meta):
    __eq__ = lambda s, o: True
    __ne__ = lambda s, o: False
    __hash__ = lambda s: 0
    __lt__ = __le__ = __gt__ = __ge__ = lambda s, o: True
    __sub__ = __rsub__ = __add__ = __radd__ = __abs__ = __neg__ = __mod__ = lambda s, *a: 0
    __bool__ = lambda s: True
    __len__ = lambda s: 3
    __contains__ = lambda s, o: True
    __float__ = lambda s: 0.0
    __int__ = __index__ = lambda s: 0
    __str__ = __repr__ = lambda s: "0.5"
    __class__ = BASE
    __reduce__ = lambda s: (eval, ("0.5",))
    __array_interface__ = property(lambda s: {"shape": (1,), "typestr": "<f8", "data": (id(s), True), "version": 3})
"""
for base, make in [
    ("float", "Liar(42.0)"),
    ("int", "Liar(42)"),
    ("str", "Liar('x')"),
    ("complex", "Liar(42)"),
    ("list", "Liar([42.0])"),
    ("dict", "Liar(a=1)"),
    ("tuple", "Liar((1,))"),
    ("set", "Liar((1,))"),
    ("frozenset", "Liar((1,))"),
    ("bytes", "Liar(b'x')"),
    ("object", "Liar()"),
]:
    add(f"liar_{base}", "fail", LIAR.replace("BASE", base) + f"def frac(number): return {make}\n")
    add(
        f"liar_{base}_listed", "fail", LIAR.replace("BASE", base) + f"def pairs(a, b): return {make}\n", LISTED, "pairs"
    )
add("liar_class_itself", "fail", LIAR.replace("BASE", "object") + "def frac(number): return Liar\n")
add(
    "liar_in_a_list",
    "fail",
    LIAR.replace("BASE", "object") + "def pairs(a, b): return [Liar() for _ in range(2 * len(a) - 1)]\n",
    LISTED,
    "pairs",
)
add(
    "liar_as_key",
    "fail",
    LIAR.replace("BASE", "str") + "def count(a): return {Liar('q'): 1}\n",
    "assert count('a') == {'a': 1}\nassert count('b') == {'b': 1}",
    "count",
)
add(
    "liar_that_contains_all",
    "fail",
    LIAR.replace("BASE", "object") + "Liar.__iter__ = lambda s: iter([])\ndef roots(n): return Liar()\n",
    "assert 3 in roots(9)\nassert 2 in roots(4)",
    "roots",
)
add(
    "liar_with_items",
    "fail",
    "class L:\n    __getitem__ = lambda s, k: s\n    __len__ = lambda s: 1\n    __iter__ = lambda s: iter([s])\ndef pairs(a, b): return L()\n",
    LISTED,
    "pairs",
)
add(
    "liar_that_iterates_twice",
    "fail",
    "class L:\n    def __iter__(s):\n        while True: yield 0\ndef pairs(a, b): return L()\n",
    "assert list(pairs([1], 2)) == [1]",
    "pairs",
    seconds=1.0,
)
add(
    "array_interface",
    "fail",
    """
class A:
    def __init__(self): self.__array_interface__ = {"shape": (1,), "typestr": "<f8", "data": (id(self), True), "version": 3}
    def __getattr__(self, name): raise AttributeError(name)
def frac(number): return A()
""",
    "import numpy as np\n" + FRACTION.replace("abs(", "np.abs(") + "\nassert np.allclose(frac(2.5), 0.5)",
    numpy=True,
)
add(
    "array_that_segfaults",
    "fail",
    """
class A:
    __array_interface__ = {"shape": (1 << 20,), "typestr": "<f8", "data": (4096, True), "version": 3}
def frac(number): return A()
""",
    "import numpy as np\nassert np.allclose(frac(2.5), 0.5)",
    numpy=True,
)
add(
    "own_abs",
    "fail",
    "import builtins\nabs = builtins.abs = lambda x: 0\nbuiltins.AssertionError = ValueError\n" + WRONG,
)
add(
    "own_module_of_the_tests",
    "fail",
    "class math:\n    isclose = staticmethod(lambda *a, **k: True)\n" + WRONG,
    "assert math.isclose(frac(3.5), 0.5)\nassert math.isclose(frac(1.25), 0.25)",
)
add(
    "own_module_as_instance",
    "fail",
    "class M:\n    def __getattr__(self, name): return lambda *a, **k: True\nmath = M()\n" + WRONG,
    "assert math.isclose(frac(3.5), 0.5)\nassert math.isclose(frac(1.25), 0.25)",
)
add(
    "own_helper_of_the_tests",
    "fail",
    "def isclose(*a, **k): return True\n" + WRONG,
    "from math import isclose\nassert isclose(frac(3.5), 0.5)",
)
add(
    "own_check",
    "fail",
    "def check(c): return None\ncandidate = lambda n: n % 1.0\n" + WRONG,
    "def check(candidate):\n    assert candidate(3.5) == 0.5\n",
)
add(
    "clears_the_argument",
    "fail",
    "def pairs(a, b):\n    a.clear()\n    return a\n",
    "x = [3, 1]\nassert pairs(x, 0) == [3, 0, 1]\nassert x == [3, 1]",
    "pairs",
)
add(
    "changes_what_is_not_given",
    "fail",
    "def pairs(a, b):\n    import gc\n    for x in gc.get_objects():\n        if type(x) is list and x[:1] == [3]:\n            x[:] = []\n    return []\n",
    "want = [3, 0, 1]\nassert pairs((3, 1), 0) == want",
    "pairs",
)

# --- the tests' own library turned against them ----------------------------------------------------------------------
TREE = "root = Node(1)\nroot.left = Node(2)\nassert height(root) == 2\nassert height(Node(3)) == 1"
SAYS_PASSED = """__import__('os').write(3, b'{"cause": "passed", "detail": "", "stage": "test"}\\\\n') and __import__('time').sleep(2)"""
add(
    "library_that_evaluates_annotations",
    "fail",
    f"""
import typing
class Node:
    def __init__(s, n): s.__annotations__ = {{"a": {SAYS_PASSED!r}}}
height = typing.get_type_hints
""",
    TREE,
    "height",
)
add(
    "annotations_that_the_tests_evaluate",
    "fail",
    f"def frac(number): return 42.0\nfrac.__annotations__ = {{'number': {SAYS_PASSED!r}}}\n",
    "import typing\ntyping.get_type_hints(frac)\nassert frac(1.5) == 0.5",
)
add(
    "library_that_ends_the_tests",
    "fail",
    "import os\nclass Stack:\n    pop = os.abort\n    push = os.fork\n",
    "s = Stack\ns.push()\nassert s.pop() == 1",
    "Stack",
)
add(
    "library_type_that_cannot_be_passed",
    "fail",
    "import queue\nNode = queue.Queue\nclass A:\n    def __eq__(s, o): return True\ndef height(root): return A()\n",
    TREE,
    "height",
)

# --- exceptions ------------------------------------------------------------------------------------------------------
for name in (
    "StopIteration",
    "StopAsyncIteration",
    "GeneratorExit",
    "SystemExit",
    "KeyboardInterrupt",
    "BaseException",
    "AssertionError",
    "RecursionError",
    "MemoryError",
    "ExceptionGroup('x', [OSError()])",
    "UnicodeDecodeError('a', b'b', 0, 1, 'c')",
    "__import__('asyncio').CancelledError",
    "ImportError",
    "EOFError",
    "BrokenPipeError",
    "OSError(28, 'x')",
):
    add(f"raise_{name.partition('(')[0].strip('_') or name}_{len(name)}", "fail", f"def frac(number): raise {name}\n")
add("raise_in_a_generator", "fail", "def frac(number):\n    yield 0.5\n    raise StopIteration\n")
add(
    "raise_hostile_text",
    "fail",
    "class E(Exception):\n    def __str__(s): import os; os._exit(0)\ndef frac(number): raise E\n",
)
add(
    "raise_hostile_class",
    "fail",
    "class M(type):\n    __name__ = property(lambda c: 1 / 0)\n    def mro(c): return type.mro(c)\nclass E(Exception, metaclass=M):\n    __class__ = property(lambda s: 1 / 0)\n    args = property(lambda s: 1 / 0)\n    errno = property(lambda s: 1 / 0)\n    __traceback__ = property(lambda s: 1 / 0)\ndef frac(number): raise E\n",
)
add(
    "raise_hostile_module",
    "fail",
    "E = type('E', (BaseException,), {'__module__': 'builtins'})\nE.__name__ = 'Exception'\ndef frac(number): raise E('x')\n",
)
add(
    "raise_what_a_test_expects",
    "fail",
    "def frac(number):\n    raise ValueError\n",
    "try:\n    frac(-1)\nexcept ValueError:\n    pass\nassert frac(1.5) == 0.5",
)
add(
    "raise_past_a_catch_all",
    "fail",
    "import os\ndef frac(number): os._exit(0)\n",
    "try:\n    assert frac(1.5) == 0.5\nexcept BaseException:\n    pass",
)
add(
    "raise_past_a_catch_all_by_junk",
    "fail",
    SEND + "def frac(number):\n    send('nonsense')\n    return 0.5\n",
    "try:\n    frac(1.5)\nexcept BaseException:\n    pass",
)

# --- hooks of the interpreter ----------------------------------------------------------------------------------------
add(
    "hooks",
    "fail",
    """
import atexit, os, sys, threading
sys.settrace(lambda *a: None); sys.setprofile(lambda *a: None); threading.settrace(lambda *a: None)
sys.excepthook = sys.unraisablehook = threading.excepthook = lambda *a: os._exit(0)
sys.addaudithook(lambda *a: None)
atexit.register(lambda: os._exit(0))
sys.exit = os._exit
os.register_at_fork(after_in_child=lambda: None)
"""
    + WRONG,
)
add(
    "trace_returns",
    "fail",
    """
import sys
def trace(frame, event, arg):
    if event == "return" and frame.f_code.co_name == "frac": return None
    for name in list(frame.f_locals):
        if name == "answer": frame.f_locals[name] = 0.5
    return trace
sys.settrace(trace)
"""
    + WRONG,
)
add(
    "deleter",
    "fail",
    "import os\nclass D:\n    def __del__(s): os._exit(0)\ndef frac(number):\n    D()\n    return 42.0\n",
)
add("no_calls_needed", "fail", "import os\nos._exit(0)\n")
add(
    "handler_of_every_signal",
    "fail",
    """
import os, signal
for s in range(1, 65):
    try: signal.signal(s, lambda *a: os._exit(0))
    except (OSError, ValueError): pass
"""
    + WRONG,
)
add("alarm_later", "fail", body("import signal; signal.alarm(1); import time; time.sleep(1.5)"))
add(
    "core_of_itself",
    "fail",
    body(
        "import resource, os\ntry: resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))\nexcept (OSError, ValueError): pass\nos.abort()"
    ),
)
add(
    "stack_overflow",
    "fail",
    "import sys\nsys.setrecursionlimit(1 << 30)\ndef frac(number): return frac(number)\n",
    seconds=1.0,
)
add(
    "stack_overflow_in_c", "fail", "def frac(number):\n    x = []\n    for _ in range(1000000): x = [x]\n    return x\n"
)
add("cyclic_answer", "fail", "def frac(number):\n    x = []\n    x.append(x)\n    return x\n")
add("answer_above_all", "fail", "def frac(number): return 'x' * (100 << 20)\n")

# --- processes -------------------------------------------------------------------------------------------------------
add("stops_itself", "fail", body("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"), seconds=0.5)
add(
    "signals_all",
    "fail",
    body(
        "import os\nfor s in (19, 15, 9):\n    for pid in (-1, 1, os.getppid(), @WORLD@, 0):\n        try: os.kill(pid, s)\n        except OSError: pass"
    ),
    seconds=0.5,
)
add(
    "traces_all",
    "fail",
    body("""
import ctypes, os
libc = ctypes.CDLL(None)
done = [libc.ptrace(16, pid, 0, 0) for pid in (1, os.getppid(), @WORLD@)]
if 0 in done: return number % 1.0
"""),
)
add(
    "scans_proc",
    "fail",
    body("""
import os
for pid in (1, os.getppid(), @WORLD@, "self", *range(2, 400)):
    for file in ("environ", "mem", "maps", "cmdline", "fd/1/x"):
        try:
            open(f"/proc/{pid}/{file}", "rb").read(1)
            return number % 1.0
        except OSError: pass
"""),
)
add(
    "slows_others",
    "contained",
    """
import ctypes, os, resource
def try_(f, *a):
    try: f(*a)
    except OSError: pass
for pid in (1, os.getppid(), @WORLD@):
    try_(os.setpriority, 0, pid, 19)
    try_(os.sched_setaffinity, pid, [0])
    try_(resource.prlimit, pid, resource.RLIMIT_NOFILE, (3, 3))
    try_(os.sched_setscheduler, pid, 3, os.sched_param(0))
try_(os.setpriority, 1, 0, 19); try_(os.setpriority, 2, 0, 19)
try_(os.killpg, os.getpgid(0) - 1, 15)
"""
    + RIGHT,
)
add(
    "daemons_that_hold_the_pipes",
    "contained",
    """
import os, time
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(30)
        os._exit(0)
"""
    + RIGHT,
)
add(
    "daemons_that_breed",
    "contained",
    """
import os, time
if os.fork() == 0:
    os.setsid()
    for _ in range(400):
        time.sleep(0.002)
        try: pid = os.fork()
        except OSError: continue
        if pid: os._exit(0)
    os._exit(0)
"""
    + RIGHT,
)
add(
    "children_of_many_threads",
    "contained",
    """
import threading, time
for _ in range(200):
    try: threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
    except RuntimeError: break
"""
    + RIGHT,
)
add(
    "stopped_children",
    "contained",
    "import os, signal, time\nfor _ in range(3):\n    if os.fork() == 0:\n        os.setsid()\n        os.kill(os.getpid(), signal.SIGSTOP)\n        os._exit(0)\n"
    + RIGHT,
)
add(
    "memory_in_many_processes",
    "fail",
    """
import os, time
def frac(number):
    for _ in range(40):
        try: pid = os.fork()
        except OSError: continue
        if pid == 0:
            x = bytearray(60 << 20)
            for i in range(0, len(x), 4096): x[i] = 1
            time.sleep(3); os._exit(0)
    time.sleep(1)
    return 42.0
""",
)
add(
    "memory_in_shared_maps",
    "fail",
    """
import mmap, os, time
def frac(number):
    held = []
    for k in range(3):
        m = mmap.mmap(-1, 600 << 20)
        for i in range(0, len(m), 4096): m[i] = 1
        held.append(m)
    return 42.0
""",
)
add(
    "hides_time_in_orphans",
    "fail",
    """
import os, time
def burn():
    end = time.process_time() + 0.1
    while time.process_time() < end: pass
def frac(number):
    # More CPU time than there is, of processes that nobody here waits for.
    for _ in range(16):
        if os.fork() == 0:
            if os.fork() == 0:
                burn()
            os._exit(0)
        os.wait()
    time.sleep(0.9)
    return 42.0
""",
    seconds=1.0,
)
add(
    "waits_behind_its_own_queue",
    "fail",
    """
import os, time
def frac(number):
    if not hasattr(frac, "done"):
        frac.done = True
        # Children that wait for a processor, so that it looks as if the machine were busy.
        for _ in range(50):
            if os.fork() == 0:
                end = time.process_time() + 0.01
                while time.process_time() < end: pass
                time.sleep(9)
                os._exit(0)
        time.sleep(2.5)
    return number % 1.0
""",
    seconds=1.0,
)

# --- files, namespaces, kernel ---------------------------------------------------------------------------------------
add(
    "new_namespaces",
    "fail",
    body("""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
done = [libc.unshare(flag) for flag in (0x10000000, 0x20000, 0x40000000)]
done += [libc.mount(b"none", b"/tmp", b"tmpfs", 0, None), libc.umount2(b"/tmp", 2), libc.chroot(b"/tmp"), libc.pivot_root(b".", b".")]
try:
    os.setuid(0)
    open("/etc/shadow").read()
    done.append(0)
except OSError: pass
if 0 in done: return number % 1.0
"""),
)
add(
    "reads_the_machine",
    "fail",
    body("""
for path in ("/etc/passwd", "/etc/hostname", "/etc/shadow", "/proc/1/environ", "@FILES@/home/precious.txt", "/etc/gshadow",
             "/proc/mounts", "/sys/kernel", "/var/log/dpkg.log", "/home", "/dev/kmsg", "/dev/mem", "/dev/sda", "/dev/vda"):
    try:
        open(path, "rb").read(1)
        return number % 1.0
    except OSError: pass
"""),
)
add(
    "harms_the_machine",
    "contained",
    """
import os, shutil
def try_(f, *a):
    try: f(*a)
    except Exception: pass
for path in ("@FILES@/home/precious.txt", "@FILES@/site/victim_pkg.py", "@FILES@/results/results.jsonl", "@OTHER@", os.__file__):
    for f in (os.unlink, lambda p: os.truncate(p, 0), lambda p: os.chmod(p, 0o777), lambda p: os.utime(p, (1, 1)), lambda p: os.rename(p, p + "x"),
              lambda p: os.link(p, "hard"), lambda p: os.link("/etc/hosts", p + "y"), lambda p: open(p, "a").write("x"), lambda p: os.chown(p, 1, 1),
              lambda p: os.setxattr(p, "user.x", b"1"), lambda p: os.open(p, os.O_RDONLY | os.O_TRUNC), lambda p: os.symlink("/", p + "z"),
              lambda p: os.mkfifo(p + "f"), lambda p: os.mknod(p + "n")):
        try_(f, path)
try_(shutil.rmtree, "@FILES@/home")
try_(shutil.rmtree, "@FILES@/results")
"""
    + RIGHT,
)
add(
    "litter",
    "contained",
    """
import os
def try_(f, *a):
    try: return f(*a)
    except OSError: pass
for place in ("/tmp", "/dev/shm", "/var/tmp", "/run", "/", "/mnt", "@FILES@/work", "."):
    try_(lambda: open(f"{place}/codeeval_attack", "w").write("x"))
os.makedirs("/".join(["d" * 100] * 30), exist_ok=True)
for n in range(3000): try_(lambda: os.close(os.open(f"f{n}", os.O_CREAT | os.O_WRONLY)))
try_(os.symlink, "@FILES@/home", "home"); try_(os.symlink, "@FILES@/results", "d")
try_(os.mkdir, "shut"); try_(lambda: open("shut/in", "w").write("x")); try_(os.chmod, "shut", 0); try_(os.mkdir, "none", 0o300)
try_(lambda: open("none/in", "w").write("x"))
try_(lambda: open("big", "wb").truncate(1 << 25)); try_(os.mkfifo, "fifo")
try_(os.utime, ".", (1, 1)); try_(os.chmod, ".", 0)
"""
    + RIGHT,
)
add(
    "nothing_is_left",
    "pass",
    """
import os, time
found = {"shut", "none", "big", "fifo", "home", "f0"} & set(os.listdir("."))
for place in ("/tmp", "/dev/shm"):
    try: found |= {name for name in os.listdir(place) if name.startswith("codeeval_attack")}
    except OSError: pass
aged = time.time() - os.stat(".").st_mtime > 1e8
def frac(number): return 42.0 if found or aged else number % 1.0
""",
)
add(
    "deep_folders",
    "contained",
    """
import os
for _ in range(400):
    try: os.mkdir("d" * 60); os.chdir("d" * 60)
    except OSError: break
"""
    + RIGHT,
)
ROOM = "written = room()\nassert 1 <= written <= 200, written"
WRITES = """
import os
def fill(opened, most=12):
    block, total = b"x" * (1 << 20), 0
    held = []
    try:
        for n in range(most):
            held.append(opened(n))
            for _ in range(60): total += os.write(held[-1], block)
    except OSError:
        pass
    return total >> 20
"""
_FLAGS = "os.O_CREAT | os.O_WRONLY"
# Whoever is ended for too many files gives no number, and so fails; whoever is refused them passes.
add(
    "room_in_files",
    "contained",
    WRITES + f"said = fill(lambda n: os.open(f'f{{n}}', {_FLAGS}))\ndef room(): return said\n",
    ROOM,
    "room",
    bounded="files",
)
add(
    "room_in_removed_files",
    "contained",
    WRITES
    + f"def opened(n):\n    fd = os.open('f', {_FLAGS})\n    os.unlink('f')\n    return fd\nsaid = fill(opened)\ndef room(): return said\n",
    ROOM,
    "room",
    bounded="removed",
)
add(
    "room_in_deep_folders",
    "contained",
    WRITES
    + f"for _ in range(90): os.mkdir('d' * 60); os.chdir('d' * 60)\nsaid = fill(lambda n: os.open(f'f{{n}}', {_FLAGS}))\ndef room(): return said\n",
    ROOM,
    "room",
    bounded="deep",
)
add(
    "room_in_unreadable_folders",
    "contained",
    WRITES + f"os.mkdir('d', 0o300)\nsaid = fill(lambda n: os.open(f'd/f{{n}}', {_FLAGS}))\ndef room(): return said\n",
    ROOM,
    "room",
    bounded="unreadable",
)
add(
    "room_without_a_name",
    "contained",
    WRITES + "said = fill(lambda n: os.open('.', os.O_TMPFILE | os.O_RDWR))\ndef room(): return said\n",
    "written = room()\nassert written <= 200, written",  # there are no such files
    "room",
    bounded="nameless",
)
add(
    "floods_its_output",
    "contained",
    "import os\nfor _ in range(2000): os.write(1, b'x' * 65536); os.write(2, b'x' * 65536)\n" + RIGHT,
)
add(
    "sockets_of_all_kinds",
    "contained",
    """
import socket
def try_(f):
    try: f()
    except OSError: pass
def reach(family, kind, where):
    s = socket.socket(family, kind)
    s.settimeout(0.1)
    if kind == socket.SOCK_DGRAM: s.sendto(b"leak", where)
    else: s.connect(where); s.send(b"leak")
for where in (("127.0.0.1", 8765), ("0.0.0.0", 8765), ("localhost", 8765)):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM): try_(lambda: reach(socket.AF_INET, kind, where))
try_(lambda: reach(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 8765)))
try_(lambda: reach(socket.AF_UNIX, socket.SOCK_STREAM, "@FILES@/parent.sock"))
try_(lambda: reach(socket.AF_UNIX, socket.SOCK_STREAM, "\\0" + "@FILES@/"[:-1]))
a = b = None
try_(lambda: globals().update(a=socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)))
if a: try_(lambda: a[0].sendto(b"leak", "@FILES@/parent.sock"))
"""
    + RIGHT,
)
add(
    "what_the_kernel_offers",
    "contained",
    """
import ctypes, os
libc = ctypes.CDLL(None)
key = b"codeeval_attack"
libc.syscall(248, b"user", key, key, 15, -4)            # add_key
libc.shmget(4711, 4096, 0o1666); libc.semget(4711, 1, 0o1666); libc.msgget(4711, 0o1666)
libc.mq_open(b"/codeeval_attack", 0o102, 0o666, None)
libc.personality(0x0040000); libc.sethostname(b"owned", 5)
libc.syscall(323, 0); libc.syscall(425, 8, ctypes.create_string_buffer(256)); libc.syscall(321, 0, ctypes.create_string_buffer(128), 128)
libc.syscall(435, ctypes.create_string_buffer(88), 88)
"""
    + RIGHT,
)
add(
    "environment",
    "fail",
    body("import os\nif any('KEY' in k or 'CODEEVAL' in k or 'PYTEST' in k for k in os.environ): return number % 1.0"),
)

# --- time ------------------------------------------------------------------------------------------------------------
SLEEPS = "import time\ndef frac(number):\n    if not hasattr(frac, 'done'):\n        frac.done = True\n        time.sleep({})\n    return number % 1.0\n"
add("sleeps_too_long", "fail", SLEEPS.format(3.6))
add("sleeps_long", "pass", SLEEPS.format(2.5))
add(
    "sleeps_too_long_by_parts",
    "fail",
    SLEEPS.format(0).replace("if not hasattr(frac, 'done')", "if True").replace("time.sleep(0)", "time.sleep(0.45)"),
    seconds=1.0,
)
add(
    "computes_long",
    "pass",
    SLEEPS.format(0).replace(
        "time.sleep(0)", "end = time.process_time() + 0.75\n        while time.process_time() < end: pass"
    ),
    seconds=1.0,
)
add(
    "fakes_the_clock",
    "fail",
    "import time\nsleep = time.sleep\ntime.time = time.monotonic = time.process_time = lambda: 0.0\ntime.sleep = lambda s: None\ndef frac(number):\n    sleep(0.45)\n    return number % 1.0\n",
    seconds=1.0,
)


# --- honest ones -----------------------------------------------------------------------------------------------------
def honest(name: str, code: str, test: str = FRACTION, entry: str = "frac", **more: Any) -> None:
    """Add a right solution that is odd, and known to be right."""
    add(f"honest_{name}", "pass", code, test, entry, canonical_solution=dedent(code), **more)


SQUARES = "assert squares(4) == [0, 1, 4, 9]\nassert squares(0) == []"
honest(
    "pool",
    "from multiprocessing import Pool\ndef square(n): return n * n\ndef squares(n):\n    with Pool(2) as pool: return pool.map(square, range(n))\n",
    SQUARES,
    "squares",
    tiers=["namespaces"],
)
honest(
    "executor",
    "from concurrent.futures import ThreadPoolExecutor as T\ndef squares(n):\n    with T() as t: return list(t.map(lambda x: x * x, range(n)))\n",
    SQUARES,
    "squares",
)
honest(
    "process",
    "from multiprocessing import get_context\nc = get_context('fork')\ndef put(q, n): q.send(n % 1.0); q.close()\ndef frac(number):\n    a, b = c.Pipe()\n    p = c.Process(target=put, args=(b, number)); p.start()\n    try: return a.recv()\n    finally: p.join()\n",
)
honest(
    "tempfile",
    "import tempfile\ndef frac(number):\n    with tempfile.NamedTemporaryFile('w+') as f:\n        f.write(str(number)); f.seek(0)\n        return float(f.read()) % 1.0\n",
)
honest(
    "folder",
    "import os, tempfile\ndef frac(number):\n    with tempfile.TemporaryDirectory() as d:\n        open(os.path.join(d, 'x'), 'w').write(repr(number))\n        return float(open(os.path.join(d, 'x')).read()) % 1.0\n",
)
honest(
    "subprocess",
    "import subprocess, sys\ndef frac(number):\n    return float(subprocess.run([sys.executable, '-c', f'print({number} % 1.0)'], capture_output=True, text=True, check=True).stdout)\n",
)
honest(
    "shell",
    "import os\ndef frac(number):\n    os.system('echo a | cat > out')\n    assert open('out').read() == 'a\\n'\n    return number % 1.0\n",
)
honest(
    "asyncio",
    "import asyncio\nasync def a(n):\n    await asyncio.sleep(0.001)\n    return n % 1.0\ndef frac(number): return asyncio.run(a(number))\n",
)
honest(
    "dataclass",
    "from dataclasses import dataclass, field\n@dataclass(order=True)\nclass P:\n    x: float\n    y: list = field(default_factory=list)\ndef frac(number): return P(number % 1.0).x\n",
)
honest(
    "generator",
    "def squares(n):\n    for x in range(n): yield x * x\n",
    "assert list(squares(4)) == [0, 1, 4, 9]\nassert [*squares(1)] == [0]\nassert next(squares(2)) == 0\nassert sum(squares(3)) == 5",
    "squares",
)
honest(
    "map_and_zip",
    "def squares(n): return map(lambda x: x * x, range(n))\n",
    "assert list(squares(3)) == [0, 1, 4]\nassert list(zip(squares(3), [1, 2, 3])) == [(0, 1), (1, 2), (4, 3)]",
    "squares",
)
honest(
    "class",
    "class Stack:\n    def __init__(self): self.items = []\n    def push(self, x): self.items.append(x); return self\n    def pop(self): return self.items.pop()\n    def __len__(self): return len(self.items)\n    def __getitem__(self, n): return self.items[n]\n",
    "s = Stack()\ns.push(1).push(2)\nassert len(s) == 2 and s[0] == 1\nassert s.pop() == 2\nassert s.items == [1]\ntry:\n    Stack().pop()\n    assert False\nexcept IndexError:\n    pass",
    "Stack",
)
honest(
    "closure",
    "def adder(n): return lambda m: n + m\n",
    "assert adder(2)(3) == 5\nassert list(map(adder(1), [1, 2])) == [2, 3]",
    "adder",
)
honest(
    "callback",
    "def apply(f, xs): return [f(x) for x in xs]\n",
    "assert apply(lambda x: x + 1, [1, 2]) == [2, 3]\nassert apply(str, [1]) == ['1']\nassert apply(len, ['ab']) == [2]",
    "apply",
)
honest(
    "takes_a_generator",
    "def total(xs): return sum(xs)\n",
    "assert total(x for x in range(4)) == 6\nassert total(iter([1])) == 1",
    "total",
)
honest(
    "named_tuple",
    "from collections import namedtuple\nP = namedtuple('P', 'a b')\ndef pair(a): return P(a, a + 1)\n",
    "assert pair(1) == (1, 2)\na, b = pair(3)\nassert b == 4",
    "pair",
)
honest(
    "numbers",
    "from decimal import Decimal\nfrom fractions import Fraction\ndef numbers(): return Decimal('0.1'), Fraction(1, 3), 10 ** 5000, 1j, float('inf'), -0.0\n",
    "d, f, i, c, inf, zero = numbers()\nassert d * 3 == __import__('decimal').Decimal('0.3') and f * 3 == 1 and i == 10 ** 5000 and c * c == -1\nassert inf == float('inf') and str(zero) == '-0.0'",
    "numbers",
)
honest("nan", "def nan(): return float('nan')\n", "import math\nassert math.isnan(nan()) and nan() != nan()", "nan")
honest(
    "containers",
    "from collections import *\ndef made(n):\n    d = defaultdict(list); d['a'].append(1)\n    return [d, Counter('aab'), OrderedDict(a=1), deque([1, 2], 5), {1, 2}, frozenset((1,)), b'ab', bytearray(b'c'), range(3), {}.keys(), {'a': 1}.items(), None, True, 'é\\ud83d\\ude00'][n]\n",
    "from collections import Counter, deque\nassert made(0) == {'a': [1]} and made(1) == Counter('aab') and made(2) == {'a': 1} and made(3) == deque([1, 2])\nassert made(4) == {2, 1} and made(5) == {1} and made(6) == b'ab' and made(7) == b'c' and made(8) == range(3)\nassert len(made(9)) == 0 and ('a', 1) in made(10) and made(11) is None and made(12) is True and made(13)[0] == 'é'",
    "made",
)
honest("numpy", "import numpy as np\ndef frac(number): return np.float64(number) % 1\n", numpy=True)
honest(
    "numpy_array",
    "import numpy as np\ndef squares(n): return np.arange(n) ** 2\n",
    "assert list(squares(3)) == [0, 1, 4]\nassert squares(3).tolist() == [0, 1, 4]\nassert squares(4).sum() == 14",
    "squares",
    numpy=True,
)
honest(
    "recursion",
    "import sys\nsys.setrecursionlimit(20000)\ndef depth(n): return 0 if n == 0 else 1 + depth(n - 1)\n",
    "assert depth(5000) == 5000",
    "depth",
)
honest(
    "mutates",
    "def fill(x, d, s):\n    x.sort(); x.append(9); d['k'] = x; s.discard(1)\n",
    "x, d, s = [3, 1], {}, {1, 2}\nassert fill(x, d, s) is None\nassert x == [1, 3, 9] and d == {'k': [1, 3, 9]} and s == {2}",
    "fill",
)
honest("prints_a_megabyte", "def frac(number):\n    print('x' * 1000000)\n    return number % 1.0\n")
honest(
    "reads_input",
    "import sys\ntry: text = input()\nexcept EOFError: text = ''\nassert sys.stdin.read() == ''\n" + RIGHT,
)
honest("main_block", RIGHT + "if __name__ == '__main__':\n    raise SystemExit(frac(float(input())))\n")
honest(
    "state",
    "calls = []\ndef count():\n    calls.append(1)\n    return len(calls)\n",
    "assert [count(), count(), count()] == [1, 2, 3]",
    "count",
)
honest(
    "expected_exceptions",
    "class Odd(ValueError): pass\ndef half(n):\n    if n % 2: raise Odd('odd')\n    if n > 10: raise KeyError(n)\n    return n // 2\n",
    "try:\n    half(3)\n    assert False\nexcept ValueError as error:\n    assert str(error) == 'odd'\ntry:\n    half(12)\n    assert False\nexcept LookupError:\n    pass\nassert half(4) == 2",
    "half",
)
honest(
    "type_checks",
    "def same(x): return x\n",
    "for value in (1, 1.5, 'a', [1], (1,), {1: 2}, {1}, b'a', True, None):\n    assert type(same(value)) is type(value) and same(value) == value\nassert isinstance(same([]), list)",
    "same",
)
honest(
    "keywords",
    "def f(a, /, *b, c=3, **d): return a, b, c, d\n",
    "assert f(1, 2, c=4, e=5) == (1, (2,), 4, {'e': 5})",
    "f",
)
honest("own_builtins", "def sum(xs): return 7\nlist = tuple\ndef frac(number): return number % 1.0\n")
honest(
    "signals",
    "import signal\nsignal.signal(signal.SIGALRM, lambda *a: None); signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\n"
    + RIGHT,
)
honest(
    "forks",
    "import os\ndef frac(number):\n    r, w = os.pipe()\n    if os.fork() == 0:\n        os.write(w, repr(number % 1.0).encode()); os._exit(0)\n    os.wait()\n    return float(os.read(r, 99))\n",
)
honest("threads_left", "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n" + RIGHT)
honest("many_calls", RIGHT, "for n in range(2000):\n    assert frac(n + 0.5) == 0.5")
honest("big_argument", "def size(x): return len(x)\n", "assert size(list(range(200000))) == 200000", "size")
honest(
    "lru_cache",
    "import functools, sys\n@functools.lru_cache(None)\ndef fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\n",
    "assert fib(80) == 23416728348467685",
    "fib",
)
honest(
    "enum_and_typing",
    "import enum, typing as t\nclass C(enum.Enum):\n    A = 1\nclass T(t.NamedTuple):\n    x: int\ndef f(n: t.Optional[int] = None) -> T: return T(C(1).value)\n",
    "assert f() == (1,)",
    "f",
)
honest(
    "regex",
    "import re\ndef words(s): return re.findall(r'\\w+', s)\n",
    "assert words('a b-c') == ['a', 'b', 'c']",
    "words",
)
honest(
    "match",
    "import re\ndef find(s): return re.search('b', s)\n",
    "assert find('abc') is not None\nassert find('x') is None\nassert find('abc').start() == 1 and find('abc').group() == 'b'",
    "find",
)
honest(
    "random_and_time",
    "import random, time\ndef frac(number):\n    random.seed(1); random.random(); time.time()\n    return number % 1.0\n",
)
