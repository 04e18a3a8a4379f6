"""What tests can do with a solution that is in another process, and what a solution can do with them."""

import pytest

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, Outcome
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.watch import usage_below

NODE = """
class Node:
    def __init__(self, value):
        self.value = value
        self.next = None
    def __len__(self): return 7
    def __getitem__(self, key): return key * 2
    def __contains__(self, item): return item == 1
    def __iter__(self): return iter([1, 2])
    def __str__(self): return "node"
    def __bool__(self): return False
def f(x): return Node(x)
"""

# Solution, test: all of them pass.
WORK = {
    "values of every kind": (
        "def f(x): return x",
        """
import collections, datetime, decimal, fractions, math
for v in [
    None, True, 1, 10 ** 3000, 1.5, math.inf, 1j, 'a\\ud800', b'x', bytearray(b'x'), (1, (2,)), {1: (2,)}, {1, 2},
    frozenset([1]), [[1], {'a': [1]}], range(3), slice(1, 2), collections.Counter('aab'), collections.OrderedDict(a=1),
    collections.deque([1], 3), decimal.Decimal('1.10'), fractions.Fraction(1, 3), datetime.date(2020, 1, 2),
    datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.timezone.utc), datetime.time(1, 2), datetime.timedelta(1),
    {}.keys(), ..., NotImplemented, int, ValueError,
]:
    w = f(v)
    assert type(w) is type(v) and w == v, v
assert math.isnan(f(math.nan)) and str(f(-0.0)) == '-0.0'
""",
    ),
    "values of types that derive from others": (
        (
            "import collections, enum\nclass L(list): pass\nclass S(str):\n    def __eq__(self, o): return True\n"
            "    __hash__ = str.__hash__\nclass E(enum.IntEnum):\n    A = 3\nP = collections.namedtuple('P', 'x y')\n"
            "def f(n): return [L([1]), S('a'), E.A, P(1, 2), collections.defaultdict(int, {1: 2})][n]"
        ),
        (
            "L, S, E, P, D = map(f, range(5))\nassert [type(x).__name__ for x in (L, S, E, P, D)] == "
            "['list', 'S', 'E', 'P', 'defaultdict']\nassert isinstance(S, str) and S != 'b' and E == 3\n"
            "assert P == (1, 2) and P.y == 2 and D[5] == 0 and D == {1: 2, 5: 0}"
        ),
    ),
    "a changed argument": (
        "def f(xs, d, s, b):\n    xs.append(3); xs[0].append(9); d['k'] = 1; s.discard(1); b[0] = 65",
        (
            "inner = [1]\nxs, d, s, b = [inner, 2], {}, {1}, bytearray(b'x')\nf(xs, d, s, b=b)\n"
            "assert (xs, d, s, b) == ([[1, 9], 2, 3], {'k': 1}, set(), bytearray(b'A'))\n"
            "assert xs[0] is inner and inner == [1, 9]"
        ),
    ),
    "a callback": (
        "def f(g, xs): return [g(x, y=1) for x in xs]",
        "seen = []\ndef g(x, y): seen.append(x); return x + y\nassert f(g, [1, 2]) == [2, 3]\nassert seen == [1, 2]",
    ),
    "a callback that raises": (
        "def f(g):\n    try: g()\n    except KeyError as e: return repr(e)",
        "def g(): raise KeyError('k')\nassert 'k' in f(g)",
    ),
    "a callback that calls back": (
        "def f(g, n): return g(n) if n else 0",
        "def g(n): return f(g, n - 1) + 1\nassert f(g, 5) == 5",
    ),
    "a function of the library": (
        "def f(g, xs): return g(xs)",
        "import math\nassert f(len, [1]) == 1\nassert f(math.prod, [2, 3]) == 6",
    ),
    "a lazy argument": (
        "def f(xs): return [next(xs), next(xs)]",
        "import itertools\nassert f(itertools.count()) == [0, 1]",
    ),
    "a generator": (
        "def f(n):\n    for i in range(n): yield i",
        "assert list(f(3)) == [0, 1, 2]\nassert next(f(1)) == 0\nassert sum(f(4)) == 6",
    ),
    "a closure": ("def f(x): return lambda y: x + y", "assert f(1)(2) == 3"),
    "an object": (
        NODE,
        (
            "a = f(1)\na.next = f(2)\nassert a.value == 1 and a.next.value == 2\n"
            "assert len(a) == 7 and a[3] == 6 and 1 in a\n"
            "assert list(a) == [1, 2] and str(a) == 'node' and not a and callable(f) and not callable(a)\n"
            "assert a == a and a.next is a.next and a != f(1)\nassert hash(a) == hash(a)\nb = Node(5)\n"
            "assert b.value == 5"
        ),
    ),
    "an object given back": (
        "class B: n = 0\nb = B()\ndef f(x): return b if x is None else x is b",
        "assert f(f(None)) is True",
    ),
    "state between calls": ("n = 0\ndef f():\n    global n\n    n += 1\n    return n", "assert [f(), f()] == [1, 2]"),
    "an exception that the tests expect": (
        "class Odd(ValueError): pass\ndef f(x):\n    if x: raise Odd('no')\n    raise KeyError(3)",
        (
            "try:\n    f(1)\n    assert False\nexcept ValueError as e:\n"
            "    assert 'no' in str(e) and type(e).__name__ == 'Odd'\n"
            "try:\n    f(0)\n    assert False\nexcept KeyError:\n    pass"
        ),
    ),
    "a name that the solution defines": (
        "import math\nlimit = 3\ndef f(x): return x",
        "assert f(limit) == 3\nassert math.floor(f(1.5)) == 1",
    ),
    "a match object": (
        "import re\ndef f(x): return re.match('a', x)",
        "assert f('a') is not None and f('b') is None\nassert f('ab').group() == 'a'",
    ),
    "a function of the library as the solution": ("from statistics import median as f", "assert f([3, 1, 2]) == 2"),
    "a type as the solution": ("f = set", "assert f([1, 1]) == {1}"),
    "changed arguments of other kinds": (
        "def f(d, c, o, t): d.append(1); c.update('a'); o.move_to_end(1); t[0].append(1)",
        (
            "from collections import Counter, OrderedDict, deque\n"
            "d, c, o, t = deque([0], 5), Counter('a'), OrderedDict({1: 2, 3: 4}), ([], 1)\ninner = t[0]\n"
            "f(d, c, o, t)\nassert list(d) == [0, 1]\nassert c['a'] == 2\nassert list(o) == [3, 1]\nassert inner == [1]"
        ),
    ),
    "the key of a KeyError": (
        "def f(x): return {}[x]",
        (
            "for key in ('k', 3, None):\n    try:\n        f(key)\n        assert False\n    except KeyError as e:\n"
            "        assert e.args == (key,) and str(e) == repr(key)"
        ),
    ),
    "calls from several threads": (
        "import time\ndef f(x):\n    time.sleep(0.01)\n    return x",
        (
            "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n"
            "    assert list(pool.map(f, range(8))) == list(range(8))"
        ),
    ),
    "what a function says of itself": (
        "def f(x: int, y=1) -> None:\n    'text'",
        (
            "f(1)\nassert f.__name__ == 'f' and f.__doc__ == 'text' and f.__defaults__ == (1,)\n"
            "assert f.__annotations__ == {'x': int, 'return': None}"
        ),
    ),
    "a million items": ("def f(n): return list(range(n))", "assert f(1_000_000)[-1] == 999_999"),
    "the same list in several places": (
        "def f(x):\n    x[0][0] = 1\n    return [x[0]] * 2, x",
        (
            "x = [[0] * 2] * 2\na, b = f(x)\n"
            "assert x == [[1, 0], [1, 0]] and b is x and a[0] is a[1] and a[0] is x[0]\n"
            "a[0].append(5)\nassert x[1] == [1, 0, 5]"
        ),
    ),
    "what holds itself, on the way there and back": (
        "def f(x):\n    x.append(x)\n    return x",
        "x = [1]\nassert f(x)[1][1] is x",
    ),
    "what nests deep": (
        "def f(x): return (x,)",
        ("x = []\nfor _ in range(3000): x = [x]\n(y,) = f(x)\nn = 0\nwhile y: y, n = y[0], n + 1\nassert n == 3000"),
    ),
    "exceptions and what they bear": (
        (
            "class Odd(ValueError):\n    def __init__(s, code): super().__init__(f'code {code}'); s.code = code\n"
            "class Odder(Odd): pass\n"
            "def f(n):\n    if n == 0: raise Odder(3)\n    if n == 1: raise KeyError('a', 2)\n"
            "    if n == 2: open('/no')\n"
            "    if n == 3: raise ExceptionGroup('g', [Odd(1), KeyError(2)])\n    if n == 4: raise SystemExit(5)\n"
            "    if n == 5: raise StopIteration\n    try: 1 / 0\n"
            "    except ZeroDivisionError as e: raise OSError('x') from e"
        ),
        (
            "import errno\ndef of(n):\n    try: f(n)\n    except (Exception, SystemExit) as e: return e\n"
            "a = of(0)\nassert isinstance(a, Odd) and type(a) is Odder and a.code == 3 and str(a) == 'code 3'\n"
            "assert of(1).args == ('a', 2) and of(2).errno == errno.ENOENT and type(of(2)) is FileNotFoundError\n"
            "assert [type(e).__name__ for e in of(3).exceptions] == ['Odd', 'KeyError'] and of(4).code == 5\n"
            "assert type(of(5)) is StopIteration and isinstance(of(6).__cause__, ZeroDivisionError)"
        ),
    ),
    "an exception of the tests on its way through": (
        "def f(g, kind):\n    try: g()\n    except kind as e: return e.args\ndef thru(g): return g()",
        (
            "class Odd(Exception): pass\nmine = Odd(1, 2)\ndef g(): raise mine\nassert f(g, Odd) == (1, 2)\n"
            "try: f(g, KeyError)\nexcept Odd as e: assert e is mine"
        ),
    ),
    "output, input and the environment": (
        (
            "import os, sys\ndef f(n):\n    print('n is', n); sys.stderr.write('err')\n"
            "    return input(), sys.stdin.readline(), os.environ.get('MODE'), os.environ.get('GONE')"
        ),
        (
            "import contextlib, io, os, sys\nos.environ['MODE'] = 'x'\nsys.stdin = io.StringIO('a\\nb\\nc')\n"
            "out, err = io.StringIO(), io.StringIO()\n"
            "with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):\n    got = f(3)\n"
            "assert (got, out.getvalue(), err.getvalue()) == (('a', 'b\\n', 'x', None), 'n is 3\\n', 'err')"
        ),
    ),
    "a seeded generator": (
        "import random\ndef f(): return [random.random() for _ in range(3)]",
        (
            "import random\nrandom.seed(42)\na = f()\nb = random.random()\nrandom.seed(42)\n"
            "assert a == [random.random() for _ in range(3)] and b == random.random()"
        ),
    ),
    "a generator that is seeded and drawn from for long": (
        "import random\ndef f(): return sum(random.random() for _ in range(5000)) > 0",
        "import random\nrandom.seed(42)\nassert f() and f()\nassert random.random() < 1",
    ),
    "a callback that several threads call": (
        (
            "from concurrent.futures import ThreadPoolExecutor\n"
            "def f(g, xs):\n    with ThreadPoolExecutor(8) as pool: return list(pool.map(g, xs))"
        ),
        (
            "seen = []\ndef g(x):\n    seen.append(x)\n    return 2 * x\n"
            "assert f(g, list(range(60))) == [2 * x for x in range(60)] and sorted(seen) == list(range(60))"
        ),
    ),
    "an exception of the solution's that the tests raise": (
        "class Odd(Exception): pass\nclass Odder(Odd): pass\ndef f(x): return x",
        "assert f(1) == 1\nassert str(Odder('a')) == 'a' and str(Odder()) == '' and repr(Odder(1)) == 'Odder(1)'",
    ),
    "what is printed while the solution is loaded": (
        "def f(x): print('n is', x)\nprint('example')\nf(0)",
        (
            "import contextlib, io\nout = io.StringIO()\nwith contextlib.redirect_stdout(out): f(3)\n"
            "assert out.getvalue() == 'n is 3\\n'"
        ),
    ),
    "names that both have": (
        "from decimal import Decimal as D\nfrom fractions import Fraction as t\ndef f(x): return x + 5",
        "D = 5\ndef check(candidate):\n    t = candidate(3)\n    assert t == 3 + D and t.real == t\ncheck(f)",
    ),
    "data and a class of the library that the canonical solution has too": (
        "from collections import Counter as Bag\nLIMIT = 1e-6\ndef f(x): return x + 1e-9",
        "assert abs(f(1) - 1) < LIMIT\nassert Bag([f(2)]) != Bag([2])",
    ),
    "some of what goes on without end": (
        "import itertools\ndef f(n): return itertools.count(n)",
        "got = [a for a, b in zip(f(2), 'xyz')]\nassert got == [2, 3, 4]",
    ),
    "what is awaited": (
        (
            "import asyncio\nasync def f(n):\n    await asyncio.sleep(0)\n    return n\n"
            "async def g(n):\n    for k in range(n): yield k"
        ),
        (
            "import asyncio\nasync def main(): return await asyncio.gather(f(1), f(2)), await f(3)\n"
            "assert asyncio.run(f(5)) == 5 and asyncio.run(main()) == ([1, 2], 3)"
        ),
    ),
    "names that the tests bind": (
        "def f(x): return helper(x) + math.floor(LIMIT)",
        "import math\nLIMIT = 7.5\ndef helper(x): return x * 2\nassert f(1) == 9",
    ),
    "a variable of the solution's as it is now": (
        "n, seen = 0, []\ndef f(x):\n    global n\n    n += 1; seen.append(x)",
        "f(5)\nassert n == 1 and seen == [5]\nf(6)\nassert (n, seen) == (2, [5, 6])",
    ),
    "identifiers, paths and views": (
        "def f(x): return x",
        (
            "import uuid, pathlib\n"
            "for x in (uuid.UUID(int=1), pathlib.PurePosixPath('/a'), memoryview(b'x')):\n    assert f(x) == x"
        ),
    ),
    "arrays and time zones": (
        "def f(x, a):\n    a[0] += 1\n    a.append(9)\n    return x",
        (
            "import array\nfrom datetime import timedelta, timezone\nkept = a = array.array('d', [1.5])\n"
            "for x in (array.array('i', [1, 2]), timezone.utc, timezone(timedelta(hours=2), 'X')):\n"
            "    y = f(x, a)\n    assert y == x and str(y) == str(x)\n"
            "assert list(a) == [4.5, 9, 9, 9] and kept is a and f(a, a) is a"
        ),
    ),
    "patterns and exceptions as arguments": (
        "def f(p, e): return bool(p.fullmatch('AB')), type(e).__name__, e.args",
        "import re\nassert f(re.compile('ab', re.I), KeyError('k', 1)) == (True, 'KeyError', ('k', 1))",
    ),
    "what a generator returns": (
        "def f(n):\n    yield n\n    return n + 1",
        "def outer():\n    assert (yield from f(1)) == 2\nassert list(outer()) == [1]",
    ),
    "what exceptions bear beside arguments": (
        (
            "def f(n):\n    if n: open('/no/such')\n    e = ValueError('v')\n    e.add_note('note')\n"
            "    try: 1 / 0\n    except ZeroDivisionError: raise e from None"
        ),
        (
            "try:\n    f(0)\nexcept ValueError as e:\n"
            "    assert e.__notes__ == ['note'] and e.__suppress_context__ and e.__cause__ is None\n"
            "try:\n    f(1)\nexcept OSError as e:\n    assert e.filename == '/no/such' and \"'/no/such'\" in str(e)\n"
        ),
    ),
    "what exceptions compute": (
        (
            "class E(Exception):\n    twice = property(lambda s: 2 * s.args[0])\n"
            "    def add(s, n): return s.args[0] + n\n"
            "    def __repr__(s): return '<E>'\ndef f(n): raise E(n)"
        ),
        (
            "try:\n    f(3)\nexcept E as e:\n    assert (e.twice, e.add(4), repr(e), str(e)) == (6, 7, '<E>', '3')\n"
            "    assert not hasattr(e, 'other')"
        ),
    ),
    "the same exception again": (
        "e = ValueError()\ndef f(): raise e",
        (
            "seen = []\nfor _ in 'ab':\n    try: f()\n    except ValueError as e: seen.append(e)\n"
            "assert seen[0] is seen[1]"
        ),
    ),
    "members of an enumeration of strings": (
        "import enum\nclass M(str, enum.Enum):\n    A = 'a'\ndef f(x): return M(x)",
        "m = f('a')\nassert m is f('a') and m == 'a' and {'a': 1}[m] == 1 and m.name == 'A'",
    ),
    "threads of the solution's that call back": (
        (
            "from concurrent.futures import ThreadPoolExecutor\n"
            "def f(g, n):\n    with ThreadPoolExecutor(4) as pool: return list(pool.map(g, range(n)))"
        ),
        (
            "seen = []\ndef g(x):\n    seen.append(x)\n    return x * x\n"
            "assert f(g, 50) == [x * x for x in range(50)] and sorted(seen) == list(range(50))"
        ),
    ),
    "an object that derives from a container": (
        (
            "class S(list):\n    def push(s, x): s.append(x)\n    def peek(s): return s[-1]\n"
            "class P(tuple):\n    def norm(s): return sum(s)\ndef f(): return 1"
        ),
        (
            "s = S()\nassert not s\ns.push(1)\ns.push(2)\n"
            "assert s.peek() == 2 and s.pop() == 2 and len(s) == 1 and list(s) == [1]\n"
            "p = P((1, 2))\nassert p.norm() == 3 and p[1] == 2"
        ),
    ),
}


@pytest.mark.parametrize("name", WORK)
def test_what_works(runner: PythonRunner, name: str) -> None:
    code, test = WORK[name]
    verdict = runner.check(Problem("T/1", "", test, "f", code), code + "\n# another one", 3.0)
    assert verdict.passed, verdict
    assert not verdict.weak


# Solution, test, cause, what is said of it.
FAIL = {
    "an end that the tests would swallow": (
        "import sys\ndef f(x): sys.exit()",
        "try:\n    f(1)\nexcept BaseException:\n    pass\n",
        Cause.EXCEPTION,
        "SystemExit (line 2",
    ),
    "a death that the tests would swallow": (
        "import os\ndef f(x): os._exit(3)",
        "try:\n    f(1)\nexcept BaseException:\n    pass\n",
        Cause.TAMPERING,
        "exit status 3",
    ),
    "StopIteration does not end a loop of the tests": (
        "def f(x): raise StopIteration",
        "assert all(map(f, [1]))",
        Cause.EXCEPTION,
        "StopIteration",
    ),
    "StopIteration of a callback does not end a loop of the tests either": (
        "def f(step): return step()",
        "it = iter([1])\ndef step(): return it.__next__()\nassert len(list(map(f, [step, step]))) == 1",
        Cause.EXCEPTION,
        "StopIteration",
    ),
    "the import of an answer": (
        "def f(x): return 'nothing_of_the_kind'",
        "module = __import__(f(1))\nassert module.pi > 3",
        Cause.EXCEPTION,
        "nothing_of_the_kind",
    ),
    "a builtin of the solution's does not reach the tests": (
        "def abs(x): return 0\ndef f(x): return 5",
        "assert abs(f(1)) == 0",
        Cause.WRONG_ANSWER,
        "got 5",
    ),
    "an object that is always equal": (
        (
            "class A:\n    def __eq__(s, o): return True\n    def __ne__(s, o): return False\n"
            "    def __hash__(s): return 1\n"
            "def f(x): return A()"
        ),
        "assert f(1) == f(1) or f(1) == 1 or 1 == f(1) or f(1) in [1] or f(1) in {1}",
        Cause.WRONG_ANSWER,
        "<A object>",
    ),
    "an object that is always near": (
        "class A(float):\n    def __sub__(s, o): return 0.0\n    __rsub__ = __sub__\ndef f(x): return A(7)",
        "assert abs(f(1) - 1) < 1e-6",
        Cause.WRONG_ANSWER,
        "got 7.0",
    ),
    "what answers for itself": (
        (
            "class A:\n    def __getattr__(s, n): return lambda *a: True\n"
            "    def __lt__(s, o): return True\ndef f(x): return A()"
        ),
        "assert f(1) < 3",
        Cause.EXCEPTION,
        "'<' not supported between instances of 'A' and 'int'",
    ),
    "a coroutine": ("async def f(x): return 1", "assert abs(f(1) - 1) == 0", Cause.EXCEPTION, "'coroutine'"),
    "a file": ("def f(x): return open('/dev/null')", "assert f(1) == 1", Cause.WRONG_ANSWER, "<TextIOWrapper object>"),
    "an endless iterator": (
        "import itertools\ndef f(x): return itertools.count()",
        "assert list(f(1)) == []",
        Outcome.TIMEOUT,  # by which clock depends on how well the two take turns
        "used",
    ),
    "itself within itself": (
        "def f(x):\n    xs = []\n    xs.append(xs)\n    return xs",
        "assert f(1) == []",
        Cause.WRONG_ANSWER,
        "got [[[",
    ),
    "an answer of 100 MB": (
        "def f(x): return 'x' * 100_000_000",
        "assert f(1) == 1",
        Cause.OUTPUT,
        "longer than 64 MiB",
    ),
    "no function of that name": ("g = 1", "assert f(1) == 1", Cause.NO_ENTRY_POINT, "f is not defined"),
    "no function at all": ("f = 1", "assert f(1) == 1", Cause.EXCEPTION, "not callable"),
}


@pytest.mark.parametrize("name", FAIL)
def test_what_fails(runner: PythonRunner, name: str) -> None:
    code, test, cause, said = FAIL[name]
    seconds = 1.0 if cause is Outcome.TIMEOUT else 10.0
    verdict = runner.check(Problem("T/1", "", test, "f"), code, seconds)
    assert cause in (verdict.cause, verdict.outcome), verdict
    assert said in verdict.detail


def test_values_only_tests_keep_nothing_of_what_a_solution_sends(runner: PythonRunner) -> None:
    # An exception, its frames, and what came with it hold each other.
    sends = """
import os, struct
def f(x):
    body = ('["error","ValueError","x",0,"ValueError",0,null,[' + '1234567890,' * 500_000 + '%d]]').encode()
    data = struct.pack(">I", len(body)) + body
    while data: data = data[os.write(5, data):]
    while True: os.read(4, 99) or os._exit(0)
"""
    problem = Problem("T/1", "", "assert f(1) == 2", "f")
    for number in range(8):
        verdict = runner.check(problem, sends % number, 3.0)
        assert verdict.detail == "ValueError: x", verdict
    assert runner._grading.server is not None
    assert usage_below(runner._grading.server.slots[1].supervisor, 0).memory < 120 << 20


def test_the_solution_of_one_sample_is_not_that_of_the_next(runner: PythonRunner) -> None:
    problem = Problem("T/1", "", "assert f() == 1", "f")
    assert runner.check(problem, "import sys, builtins\nsys.mine = builtins.mine = 1\ndef f(): return 1", 3.0).passed
    assert not runner.check(problem, "import sys\ndef f(): return getattr(sys, 'mine', 0) + mine", 3.0).passed
    assert runner.check(problem, "def f(): return 1", 3.0).passed


def test_chance_falls_out_alike_in_each_run(runner: PythonRunner) -> None:
    test = "import random\nx = random.random()\nassert (f(), x) == (1, 1)"
    codes = [f"import random\ndef f(): return random.random() + 0 * {number}" for number in range(3)]
    details = {runner.check(Problem("T/1", "", test, "f"), code, 3.0).detail for code in codes}
    other = PythonRunner(runner._grading.choice)
    details.add(other.check(Problem("T/1", "", test, "f"), codes[0], 3.0).detail)
    other.close()
    assert len(details) == 1
