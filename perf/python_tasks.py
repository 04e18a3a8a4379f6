"""Counts the wrong answers that the tests of each shipped problem of the Python tasks catch.

    python perf/python_tasks.py [--suite NAME] > perf/python_tasks.md

Of a problem that is answered by a Python program the wrong answers are its canonical solution with one thing changed:
an operator, a number, a text, a truth value, a function (`min` for `max`), a condition that always holds or never, or
a statement, a filter, an argument, the end of a slice or a sign left out. Of a translation from Python they are the
Python function changed like that, against the same cases. Of a docstring they are those of its self-test. A program
that still gives the right answer to whatever is asked is no wrong one: those that were found to be so by hand stand
in `EQUIVALENT`. Nothing runs outside the sandbox.
"""

from __future__ import annotations

import argparse
import ast
import copy
import sys
from collections.abc import Iterator
from dataclasses import replace

from pytest_codeeval import benchmarks
from pytest_codeeval.benchmarks.calltests import Calls, call_tests
from pytest_codeeval.benchmarks.pythontasks.rows import Task
from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.problem import DataRequest, Problem
from pytest_codeeval.execution.factory import make_runner
from pytest_codeeval.execution.reference import reference
from pytest_codeeval.scoring.answertest import SandboxTools
from pytest_codeeval.scoring.docstrings.scorer import DocstringScorer

SUITES = (
    "PYTHON_CODE_COMPLETION",
    "PYTHON_CODE_REPAIR",
    "PYTHON_FUNCTION_GENERATION",
    "PYTHON_CODE_TRANSLATION",
    "PYTHON_DOCSTRING_GENERATION",
)
LEAST = 3
"""How many wrong answers each problem's tests have to catch."""
_SECONDS = 1.0

EQUIVALENT: dict[str, dict[str, str]] = {
    "PythonCompletion/5": {
        "13: `3` → `2`": "of two scores the lowest and the highest are all",
    },
    "PythonCompletion/8": {
        "13: `'\\x00'` → `'\\x00x'`": "a run behind the mark of the end is never counted",
    },
    "PythonCompletion/9": {
        "17: `0` → `1`": "every team begins with the same, once",
        "17: `0` → `-1`": "every team begins with the same, once",
        "18: `0` → `1`": "every team begins with the same, once",
        "18: `0` → `-1`": "every team begins with the same, once",
    },
    "PythonCompletion/14": {
        "13: `0` → `-1`": "as many get off as are there, whatever their number",
    },
    "PythonCompletion/15": {
        "17: `0` → `-1`''": "all rows have the same length",
    },
    "PythonCompletion/19": {
        "17: `0` → `-1`": "position -1 is the last one, which is filled by then",
        "17: `0` → `-1`'": "position -1 is the last one, which is filled by then",
    },
    "PythonRepair/14": {
        "4: `0` → `1`": "every name begins with the same, once",
        "4: `0` → `-1`": "every name begins with the same, once",
    },
    "PythonRepair/15": {
        "5: `1:` → `:`": "the first path begins like itself",
        "5: `1` → `0`": "the first path begins like itself",
    },
    "PythonRepair/19": {
        "7: `price < lowest` → `price <= lowest`": "equal prices are equal",
        "5: `lowest + price < best` → `lowest + price <= best`": "equal sums are equal",
    },
    "PythonGeneration/0": {
        "2: `zip(readings, readings[1:])` → `zip(readings[1:], readings)`": "which differs from which is the same",
    },
    "PythonGeneration/5": {
        "2: `zip(numbers, numbers[1:])` → `zip(numbers[1:], numbers)`": "one step up or down is as good",
    },
    "PythonGeneration/4": {
        "5: `left > right` → `left >= right`": "equal sums have been dealt with",
    },
    "PythonGeneration/15": {
        "18: `value >= 0` → `value > 0`": "0 has no sign",
        "18: `0` → `1`": "0 has no sign",
    },
    "PythonGeneration/18": {
        "5: without `seen.add((row, column))`": "the first field of a pond is only looked at again",
        "2: `0` → `1`": "an empty map has no fields",
        "2: `0` → `-1`": "an empty map has no fields",
        "2: `0` → `-1`'": "all rows have the same length",
        "15: `0 <= place[0] < height` → `0 < place[0] < height`": "such ponds are met in the first row",
        "15: `0` → `1`": "such ponds are met in the first row",
        "15: `0` → `-1`": "only ponds at the edge go on there",
        "15: `0` → `-1`'": "only ponds at the edge go on there",
    },
    "PythonGeneration/19": {
        "5: `at == len(widths)` is always True": "further widths are of no column",
        "6: `0` → `-1`": "no text is shorter than nothing",
    },
    "PythonTranslation/4": {
        "4: `value < 0` → `value <= 0`": "0 has no sign, and nothing is divided by it",
        "4: `0` → `1`": "0 has no sign, and nothing is divided by it",
        "6: `parts < 0` → `parts <= 0`": "0 has no sign, and nothing is divided by it",
        "6: `0` → `1`": "0 has no sign, and nothing is divided by it",
    },
    "PythonTranslation/5": {
        "4: `'z'` → `'zx'`": "no single letter lies between the two",
    },
    "PythonTranslation/7": {
        "4: `after >= before` → `after > before`": "nothing is added where both are equal",
    },
    "PythonTranslation/14": {
        "7: without `continue`": "nothing else follows",
    },
    "PythonTranslation/21": {
        "2: `0` → `1`": "without lines no width is used",
        "2: `0` → `-1`": "without lines no width is used",
    },
}
"""By task id and change: why the changed program is as right as it was."""

_COMPARED = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_COMPUTED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_NAMED = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sum": "len", "sorted": "list", "reversed": "list",
    "set": "list", "upper": "lower", "lower": "upper", "ljust": "rjust", "isalpha": "isalnum", "isdecimal": "isalnum",
}  # fmt: skip
_CHOOSING = (ast.If, ast.While, ast.IfExp)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=[name.lower() for name in SUITES])
    only = parser.parse_args().suite
    rows = [row for name in SUITES if only in (None, name.lower()) for row in measured(name)]
    few = [row[0] for row in rows if row[3] < LEAST]
    print((__doc__ or "").split("\n", 1)[0], end="\n\n    python perf/python_tasks.py\n\n")
    print("| problem | level | wrong answers | caught | equivalent | not caught |\n|---|---|---|---|---|---|")
    for task_id, level, wrong, caught, equivalent, missed in rows:
        print(f"| {task_id} | {level} | {wrong} | {caught} | {equivalent} | {'; '.join(missed) or '–'} |")
    wrong, caught = sum(row[2] for row in rows), sum(row[3] for row in rows)
    print(
        f"\n{len(rows)} problems, {wrong} wrong answers, {caught} caught; fewer than {LEAST} caught: {few or 'none'}."
    )
    same = [(task, change, why) for task, found in EQUIVALENT.items() for change, why in found.items()]
    if same:
        print("\n## Changes after which the program is as right as before\n\n| problem | change | why |\n|---|---|---|")
        print("\n".join(f"| {task} | {change} | {why} |" for task, change, why in same))
    sys.exit(bool(few))


def measured(name: str) -> Iterator[tuple[str, str, int, int, int, list[str]]]:
    """Yield for each problem its id, level, how many answers are wrong, caught and equivalent, and what was missed."""
    suite = getattr(benchmarks, name)
    runner = make_runner("python")
    for problem in suite.load(DataRequest()).problems:
        if name == "PYTHON_DOCSTRING_GENERATION":
            passing = wrong_docstrings(problem, runner)
        else:
            passing = wrong_programs(problem, runner)
        same = EQUIVALENT.get(problem.task_id, {})
        missed = [change for change, passed in passing.items() if passed and change not in same]
        wrong = len(passing) - sum(passing.get(change, False) for change in same)
        level = str(problem.extra.get("difficulty", ""))
        print(problem.task_id, missed, file=sys.stderr)
        yield problem.task_id, level, wrong, wrong - len(missed), len(passing) - wrong, missed
    runner.close()


def wrong_docstrings(problem: Problem, runner) -> dict[str, bool]:
    """Return by the name of each wrong docstring whether it passes."""
    scorer = DocstringScorer()
    tools = SandboxTools(lambda one, code: runner.check(one, code, _SECONDS))
    return {
        form: scorer.score(problem, [Completion(said, finish_reason="stop")], tools).passed is True
        for form, said in scorer.wrong_answers(problem).items()
    }


def wrong_programs(problem: Problem, runner) -> dict[str, bool]:
    """Return by the change whether the changed program passes."""
    code = reference(problem)
    if problem.language != "python":
        code, problem = problem.extra["code"], in_python(problem)
    verdict = runner.check(problem, code, _SECONDS)
    if not verdict.passed:
        raise SystemExit(f"{problem.task_id}: the right answer fails: {verdict.detail}")
    return {change: runner.check(problem, text, _SECONDS).passed for change, text in changed(code).items()}


def in_python(problem: Problem) -> Problem:
    """Return a translation from Python as a problem in Python, with the same cases."""
    task = Task("python_code_translation", "translation.jsonl", lambda row, _: row)
    row = next(row for row in task._shipped().rows if row.fields["task_id"] == problem.task_id)
    calls = Calls(row.fields["inputs"], row.fields["outputs"])
    fields = {**row.fields, "canonical_solution": row.fields["code"]}
    test = call_tests(Row(row.where, fields), "inputs", calls, problem.entry_point)
    code = problem.extra["code"]
    return replace(problem, language="python", prompt="", test=test, canonical_solution=code, extra={})


def changed(code: str) -> dict[str, str]:
    """Return programs with one thing changed, by line and change."""
    tree = ast.parse(code)
    found: dict[str, str] = {}
    for place, node in enumerate(ast.walk(tree)):
        for change in range(len(list(changes(copy.deepcopy(node))))):
            other = copy.deepcopy(tree)
            target = list(ast.walk(other))[place]
            said = list(changes(target))[change]()
            text = ast.unparse(ast.fix_missing_locations(other)) + "\n"
            key = f"{getattr(node, 'lineno', 0)}: {said}"
            while key in found:
                key += "'"
            found[key] = text
    return {key: text for key, text in found.items() if text != ast.unparse(tree) + "\n"}


def changes(node: ast.AST) -> Iterator:
    """Yield what changes a node, and says how."""
    if isinstance(node, ast.Compare):
        for at in range(len(node.ops)):
            yield lambda at=at: swap_compared(node, at)
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _COMPUTED:
        yield lambda: swap_computed(node)
    if isinstance(node, ast.BoolOp):
        yield lambda: swap_bool(node)
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield lambda: set_value(node, node.value + 1)
        yield lambda: set_value(node, node.value - 1)
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        yield lambda: set_value(node, not node.value)
    if isinstance(node, _CHOOSING):
        yield lambda: set_test(node, False)
        if not isinstance(node, ast.While):
            yield lambda: set_test(node, True)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield lambda: drop_operator(node)
    if isinstance(node, ast.Constant) and type(node.value) is str and "\n\n" not in node.value:  # no docstring
        yield lambda: set_value(node, node.value + "x")
    if isinstance(node, ast.List) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield lambda: turn_round(node.elts, node)
    if isinstance(node, ast.Call) and len(node.args) > 1 and name_of(node.func) not in ("min", "max"):
        yield lambda: turn_round(node.args, node)
    if isinstance(node, ast.Call) and not node.args and name_of(node.func) == "split":
        yield lambda: split_at_blanks(node)
    if isinstance(node, ast.Name | ast.Attribute) and name_of(node) in _NAMED:
        yield lambda: rename(node)
    if isinstance(node, ast.comprehension):
        for at in range(len(node.ifs)):
            yield lambda at=at: drop(node.ifs, at, node)
    if isinstance(node, ast.Call):
        for at in range(len(node.keywords)):
            yield lambda at=at: drop(node.keywords, at, node)
    if isinstance(node, ast.Slice):
        for bound in ("lower", "upper", "step"):
            if getattr(node, bound) is not None:
                yield lambda bound=bound: drop_bound(node, bound)
    for field in ("body", "orelse"):
        body = getattr(node, field, None)
        for at in range(len(body)) if isinstance(body, list) else ():
            if isinstance(body[at], ast.AugAssign | ast.Expr | ast.Break | ast.Continue) and not is_text(body[at]):
                yield lambda body=body, at=at: leave_out(body, at)


def name_of(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def rename(node: ast.Name | ast.Attribute) -> str:
    before, name = ast.unparse(node), _NAMED[name_of(node)]
    setattr(node, "id" if isinstance(node, ast.Name) else "attr", name)
    return told(before, node)


def turn_round(parts: list, node: ast.AST) -> str:
    before = ast.unparse(node)
    parts.reverse()
    return told(before, node)


def split_at_blanks(node: ast.Call) -> str:
    before = ast.unparse(node)
    node.args.append(ast.Constant(" "))
    return told(before, node)


def drop(parts: list, at: int, node: ast.AST) -> str:
    before = ast.unparse(node).strip()
    del parts[at]
    return f"`{before}` → `{ast.unparse(node).strip()}`".replace("|", "\\|")


def drop_bound(node: ast.Slice, bound: str) -> str:
    before = ast.unparse(node)
    setattr(node, bound, None)
    return told(before, node)


def is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def swap_compared(node: ast.Compare, at: int) -> str:
    before = ast.unparse(node)
    node.ops[at] = _COMPARED[type(node.ops[at])]()
    return told(before, node)


def swap_computed(node: ast.BinOp | ast.AugAssign) -> str:
    before = ast.unparse(node)
    node.op = _COMPUTED[type(node.op)]()
    return told(before, node)


def swap_bool(node: ast.BoolOp) -> str:
    before = ast.unparse(node)
    node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    return told(before, node)


def set_value(node: ast.Constant, value: object) -> str:
    before = ast.unparse(node)
    node.value = value
    return told(before, node)


def set_test(node: ast.If | ast.While | ast.IfExp, value: bool) -> str:
    before = ast.unparse(node.test)
    node.test = ast.Constant(value)
    return f"`{before}` is always {value}"


def drop_operator(node: ast.UnaryOp) -> str:
    before = ast.unparse(node)
    node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()
    if isinstance(node.op, ast.Not):
        node.operand = ast.UnaryOp(ast.Not(), node.operand)
    return f"`{before}` without its sign"


def leave_out(body: list[ast.stmt], at: int) -> str:
    before = ast.unparse(body[at]).split("\n", 1)[0]
    body[at] = ast.Pass()
    return f"without `{before}`"


def told(before: str, node: ast.AST) -> str:
    return f"`{before}` → `{ast.unparse(node)}`".replace("|", "\\|")


if __name__ == "__main__":
    main()
