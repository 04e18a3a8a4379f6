"""Packages of files: Jest's rules as Jest has them, modules as Babel loads them, solutions that are wrong or cheat."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import SandboxError
from pytest_codeeval.core.problem import PACKAGE, Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.factory import lacking, make_runner
from pytest_codeeval.execution.runner import Runner
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.decoy import decoy
from pytest_codeeval.execution.toolchains.package import GO_PACKAGE, package_of
from pytest_codeeval.execution.toolchains.packages import package_language

# What Jest 29.7 says of each: whether the matcher holds, and whether it holds with `not`.
JEST = [
    ("toEqual", "0", "-0", False, True),
    ("toEqual", "NaN", "NaN", True, False),
    ("toEqual", "[]", "[undefined]", True, False),
    ("toEqual", "[1, , 3]", "[1, undefined, 3]", True, False),
    ("toEqual", "{a: undefined}", "{}", True, False),
    ("toEqual", "{a: 1}", "Object.create({a: 1})", False, True),
    ("toEqual", "{x: 1}", "new (class A { constructor() { this.x = 1; } })()", True, False),
    ("toEqual", "[1, 2]", "[1]", False, True),
    ("toEqual", "[1]", "{0: 1, length: 1}", False, True),
    ("toEqual", "[1]", "Object.assign([1], {p: 1})", False, True),
    ("toEqual", "new Set([{a: 1}])", "new Set([{a: 1}])", True, False),
    ("toEqual", "new Set([1])", "new Set([2])", False, True),
    ("toEqual", "new Map([[{a: 1}, 2]])", "new Map([[{a: 1}, 2]])", True, False),
    ("toEqual", "new Map([['a', undefined]])", "new Map([['b', undefined]])", False, True),
    ("toEqual", "new Date(0)", "new Date(0)", True, False),
    ("toEqual", "new Date(0)", "new Date(1)", False, True),
    ("toEqual", "/a/g", "/a/", False, True),
    ("toEqual", "new Error('a')", "new TypeError('a')", True, False),
    ("toEqual", "new Error('a')", "new Error('b')", False, True),
    ("toEqual", "new Number(1)", "1", False, True),
    ("toEqual", "'1'", "1", False, True),
    ("toEqual", "1n", "1", False, True),
    ("toEqual", "[new Uint8Array([1])]", "[new Uint8Array([1])]", True, False),
    ("toEqual", "new Uint8Array([1])", "[1]", False, True),
    ("toEqual", "null", "undefined", False, True),
    ("toEqual", "{[Symbol.for('k')]: 1}", "{[Symbol.for('k')]: 2}", False, True),
    ("toBe", "0", "-0", False, True),
    ("toBe", "[]", "[]", False, True),
    ("toBe", "NaN", "NaN", True, False),
    ("toBeCloseTo", "0.335", "0.33", False, True),
    ("toBeCloseTo", "0.334", "0.33", True, False),
    ("toBeCloseTo", "Infinity", "Infinity", True, False),
    ("toMatch", "'abc'", "'b'", True, False),
    ("toMatch", "'abc'", "/B/i", True, False),
    ("toMatch", "5", "/5/", False, False),
    ("toBeInstanceOf", "[]", "Object", True, False),
    ("toThrow", "() => { throw new Error('abc'); }", "'b'", True, False),
    ("toThrow", "() => { throw new Error('abc'); }", "new Error('b')", False, True),
    ("toThrow", "() => { throw new TypeError('abc'); }", "new Error('abc')", True, False),
    ("toThrow", "() => { throw 'abc'; }", "'abc'", True, False),
    ("toThrow", "() => { throw 'abc'; }", "new Error('abc')", False, True),
    ("toThrow", "() => { throw new Error('a'); }", "TypeError", False, True),
    ("toThrow", "() => 1", "''", False, True),
    ("toThrow", "5", "/5/", False, False),
]
SPEC = """
import Whole, { twice, later, absent } from './twice';
const { basename } = require('path');

describe('twice', () => {
  let seen;
  beforeEach(() => { seen = []; });
  afterEach(() => { expect(seen).toEqual([basename(__filename)]); });
  test('doubles', () => { seen.push('twice.spec.js'); expect(twice(3)).toEqual(6); });
  xtest('waits', async () => { seen.push('twice.spec.js'); await expect(later(2)).resolves.toBe(4); });
  xit('refuses', () => { seen.push('twice.spec.js'); expect(() => twice('a')).toThrow(new Error('no number')); });
  test('calls back', (done) => { seen.push('twice.spec.js'); setTimeout(done, 1); });
  test.skip('never', () => { expect(1).toBe(2); });
});
"""
TWICE = """
function twice(n) { if (typeof n !== 'number') throw new Error('no number'); return 2 * n; }
const later = async (n) => twice(n);
"""
RIGHT = {
    "ES": f"{TWICE}export {{ twice, later }};\n",
    "CommonJS": f"'use strict';{TWICE}module.exports = {{ twice, later }};\n",
    "both": f"#!/usr/bin/env node\nconst fs = require('fs');{TWICE}export {{ twice }};\nexports.later = later;\n",
    "imports": f"import assert, {{ equal }} from 'node:assert';\nequal(1, 1);{TWICE}export {{ twice, later }};\n",
}
PRINTS = r"""
const text = require('fs').readFileSync('grade.cjs', 'utf8').match(/\\n(\w{16})" \+ "(\w{16})/);
process.stdout.write('\n' + text[1] + text[2] + '\n');
process.reallyExit(0);
"""
WRONG = {
    "wrong value": (TWICE.replace("2 * n", "3 * n"), Cause.WRONG_ANSWER, "expected toEqual 6, got 9"),
    "never done": (TWICE.replace("twice(n);", "new Promise(() => {});"), Cause.WRONG_ANSWER, "did not come to its end"),
    "rejects": (
        TWICE.replace("async (n) => twice(n)", "(n) => Promise.reject(n)"),
        Cause.WRONG_ANSWER,
        "rejected with 2",
    ),
    "breaks": (TWICE.replace("return", "reutrn("), Cause.SYNTAX_ERROR, "SyntaxError"),
    "throws": (TWICE.replace("return", "undefinedName +"), Cause.EXCEPTION, "ReferenceError: undefinedName"),
    "leaves": (f"process.exit(0);{TWICE}", Cause.TAMPERING, "ended its process"),
    "needs": (f"import x from 'lodash';{TWICE}", Cause.EXCEPTION, "Cannot find module 'lodash'"),
    "unhandled": (TWICE.replace("return 2", "Promise.reject(new Error('lost')); return 2"), Cause.EXCEPTION, "lost"),
    "prints": (PRINTS, Cause.TAMPERING, "other values"),
    "equals": (f"const all = expect; globalThis.expect = () => all(1);{TWICE}", Cause.WRONG_ANSWER, "expected"),
}


def problem(files: dict[str, str] | None = None, test: str = SPEC, name: str = "twice.spec.js") -> Problem:
    """Return a problem in JavaScript."""
    package = {"solution": ["twice.js"], "test": name, "files": files or {}}
    return Problem("p", "", test, "", "", "javascript", {PACKAGE: package})


@pytest.fixture(scope="module")
def javascript() -> Iterator[Runner]:
    """A runner, where node is there."""
    if reason := lacking("javascript"):
        pytest.skip(reason)
    runner = make_runner("javascript")
    yield runner
    getattr(runner, "close", lambda: None)()


def test_matchers_say_what_jest_says(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node not found")
    folder = resources.files("pytest_codeeval.execution.toolchains").joinpath("javascript")
    asked = json.dumps([row[:3] for row in JEST])
    (tmp_path / "ask.cjs").write_text(f"""
const {{ expect }} = require({json.dumps(str(folder.joinpath("matchers.cjs")))});
const holds = (say) => {{ try {{ say(); return true; }} catch {{ return false; }} }};
console.log(JSON.stringify({asked}.map(([name, left, right]) => {{
  const [received, expected] = [eval(`(${{left}})`), eval(`(${{right}})`)];
  return [holds(() => expect(received)[name](expected)), holds(() => expect(received).not[name](expected))];
}})));
""")
    said = subprocess.run([node, str(tmp_path / "ask.cjs")], capture_output=True, check=True, timeout=60)
    assert [(*row[:3], *found) for row, found in zip(JEST, json.loads(said.stdout), strict=True)] == JEST


@pytest.mark.parametrize("form", RIGHT)
def test_a_right_solution_passes_in_each_form_of_module(form: str, javascript: Runner) -> None:
    verdict = javascript.check(problem(), RIGHT[form], 5.0)
    assert (verdict.passed, verdict.weak) == (True, True), verdict


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_one_fails_by_its_cause(kind: str, javascript: Runner) -> None:
    code, cause, said = WRONG[kind]
    verdict = javascript.check(problem(), code if kind == "prints" else f"{code}export {{ twice, later }};\n", 5.0)
    assert verdict.cause is cause and said in verdict.detail, verdict


def test_timers_go_off_by_their_times_on_a_busy_machine(javascript: Runner) -> None:
    race = """
import { twice } from './twice';
test('the shorter one wins', async () => {
  const order = [];
  const timer = (name, ms) => new Promise((done) => setTimeout((word) => { order.push(word); done(); }, ms, name));
  const slow = timer('slow', 20);
  const until = Date.now() + 40;
  while (Date.now() < until);
  clearTimeout(setTimeout(() => order.push('never'), 1));
  await Promise.all([slow, timer('quick', 0), timer('later', 10).then(() => timer('last', 30))]);
  expect(order).toEqual(['quick', 'later', 'slow', 'last']);
  expect(twice(1)).toBe(2);
});
"""
    assert javascript.check(problem(test=race), RIGHT["ES"], 5.0).passed


def test_tests_that_are_none_pass_nobody(javascript: Runner) -> None:
    for test in ("", "test.skip('x', () => {});", "test('x', () => { expect(1).toBeOdd(); });"):
        assert not javascript.check(problem(test=test), RIGHT["ES"], 5.0).passed


def test_no_solution_takes_the_place_of_other_files(javascript: Runner) -> None:
    code = (
        "// file: twice.js\nexport const twice = 1;\n// file: twice.spec.js\ntest('x', () => {});\n// file: grade.cjs\n"
    )
    assert not javascript.check(problem(), code, 5.0).passed
    package = package_of(problem({"data.txt": "kept", "twice.js": "stub"}), package_language("javascript", {}))
    found = package.sources(code + "// file: data.txt\nnew\n// file: more.js\nnew\n", SPEC, "0" * 32)
    assert (found["data.txt"], found["twice.spec.js"]) == ("kept", SPEC) and "more.js" not in found
    assert "process.exit" in found["grade.cjs"]


def test_a_package_in_go_has_the_name_of_its_tests() -> None:
    files = {"cases_test.go": "// package other\npackage twice_test\n", "twice_test.go": "package twice\n"}
    extra = {GO_PACKAGE: {"solution": "twice.go", "files": files}}
    package = package_of(Problem("p", "", "", "Twice", "", "go", extra), languages()["go"])
    code = 'import "fmt"\n'
    for given, put in ((code, f"package twice; {code}"), (f"package main\n{code}", f"package main\n{code}")):
        found = package.sources(given, "", "0" * 32)
        assert (found["twice.go"], found["grade_test.go"].split()[:2]) == (put, ["package", "twice"])


@pytest.mark.parametrize("name", ["../x.spec.js", "grade.cjs", "twice.js", "/x.js", "a b.js"])
def test_files_that_cannot_be_are_nobodys_fault(name: str) -> None:
    with pytest.raises(SandboxError, match="cannot stand beside each other"):
        package_of(problem(name=name), package_language("javascript", {}))


def test_what_a_model_is_told_is_the_same_in_each_run() -> None:
    package = package_of(problem({"twice.js": ""}), package_language("javascript", {}))
    said = b"got Pair@1b2c3d4f and [I@7a81197d in /tmp/run1/twice.js (0.12s)\nld: /tmp/run1/ccaB3dE9.o: no f"
    assert package.told("wrong", said) == "wrong\ngot Pair and [I in twice.js\nld: : no f"
    assert package.told("ld: ccaB3dE9.o: in main", b"").startswith("ld: : in main")


def test_expectations_are_turned_around() -> None:
    cpp, java = package_language("cpp", {}), package_language("java", {})
    assert decoy("REQUIRE(a == 1); CHECK_FALSE(b);", cpp) == "REQUIRE_FALSE(a == 1); CHECK(b);"
    assert decoy("assertThat(a).isEqualTo(1); assertThat(b).isFalse();", java) == (
        "assertThat(a).isNotEqualTo(1); assertThat(b).isTrue();"
    )
    assert decoy("REQUIRE_THROWS(a());", cpp) is None
    javascript = package_language("javascript", {})
    assert decoy("expect(f('a', 1)).toEqual({ b: 1 });", javascript) == "expect(f('a', 1)).toEqual({ b: 2 });"
    assert decoy("expect(f(1)).not.toBe(1);", javascript) is None


def test_a_solution_in_java_may_close_what_it_prints_to(tmp_path: Path) -> None:
    if shutil.which("javac") is None:
        pytest.skip("javac not found")
    java = package_language("java", {})
    tests = "class CodeevalTesting {\n    static boolean holds(String[] names) {\n        System.out.close();\n"
    (tmp_path / "CodeevalTesting.java").write_text(
        tests + "        System.err.close();\n        return true;\n    }\n}\n"
    )
    (tmp_path / "CodeevalGrade.java").write_text(java.files["CodeevalGrade.java"])
    build = ["javac", "-J-XX:TieredStopAtLevel=1", "-d", ".", "CodeevalGrade.java", "CodeevalTesting.java"]
    subprocess.run(build, cwd=tmp_path, check=True, timeout=60)
    ran = subprocess.run(
        ["java", "-cp", ".", "CodeevalGrade"], cwd=tmp_path, check=False, capture_output=True, timeout=60
    )
    assert (ran.returncode, ran.stdout) == (0, b"\n{first}{second}\n")
