"""What is taken from answers as models write them, and what the program then does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.scoring.code.extract import Method, Solution, extract_code, solution_of

STUB = '''from typing import List
import math


def double(x: int) -> int:
    """Twice x."""
    return 2 * x


def area(sides: List[int]) -> int:
    """Multiply the sides.

    >>> area([2, 3])
    6
    """
'''
PLAIN_STUB = 'def area(sides):\n    """Multiply the sides."""\n'
WHOLE = "def area(sides):\n    total = 1\n    for side in sides:\n        total *= side\n    return total\n"
BODY = "    total = 1\n    for side in sides:\n        total *= side\n    return total\n"
LOOSE = "total = 1\nfor side in sides:\n    total *= side\nreturn total\n"
TIMES = WHOLE.replace("total *= side", "total = times(total, side)")
HALVED = WHOLE.replace("total *= side", "total *= double(side)").replace("return total", "return total / 4")
WRONG = "def area(sides):\n    return 0\n"


@dataclass(frozen=True)
class Case:
    """One answer, how its solution is found, and whether that computes areas."""

    name: str
    text: str
    method: Method
    stub: str = ""
    works: bool = True


def fence(code: str, tag: str = "python", mark: str = "```") -> str:
    return f"{mark}{tag}\n{code.rstrip()}\n{mark}\n"


F, U, B, C = Method.FENCED, Method.UNCLOSED, Method.BARE, Method.CONTINUATION

CASES = [
    # One fence
    Case("fence", fence(WHOLE), F),
    Case("fence between prose", f"Sure! Here it is:\n\n{fence(WHOLE)}\nThis function multiplies. Hope it helps!", F),
    Case("fence untagged", fence(WHOLE, ""), F),
    Case("fence py", fence(WHOLE, "py"), F),
    Case("fence Python3", fence(WHOLE, "Python3"), F),
    Case("fence none", fence(WHOLE, "none"), F),
    Case("fence with attributes", fence(WHOLE, "{.python .numberLines}"), F),
    Case("fence with title", fence(WHOLE, 'python title="area.py"'), F),
    Case("fence named by file", fence(WHOLE, "solution.py"), F),
    Case("fence of tildes", fence(WHOLE, mark="~~~"), F),
    Case("fence of four", fence(WHOLE, mark="````"), F),
    Case("fence closed by more", f"```python\n{WHOLE}`````\nDone.", F),
    Case("fence with CRLF", fence(WHOLE).replace("\n", "\r\n"), F),
    Case("fence with CR", fence(WHOLE).replace("\n", "\r"), F),
    Case("fence behind BOM", "\ufeff" + fence(WHOLE), F),
    Case("BOM behind fence", fence("\ufeff" + WHOLE), F),
    Case("fence behind zero-width space", "\u200b\u200b" + fence(WHOLE), F),
    Case("fence in list", "1. Code:\n" + "".join(f"   {line}\n" for line in fence(WHOLE).splitlines()), F),
    Case("fence in deep list", "".join(f"{' ' * 9}{line}\n" for line in fence(WHOLE).splitlines()), F),
    Case("fence as list item", "- " + fence(WHOLE).replace("\n", "\n  "), F),
    Case("fence indented, code not", f"   ```python\n{WHOLE}   ```", F),
    Case(
        "code indented, fence not", "```python\n" + "".join(f"    {line}\n" for line in WHOLE.splitlines()) + "```", F
    ),
    Case("fence behind prose on its line", f"Here it is: ```python\n{WHOLE}```", F),
    Case("code on the fence's line", f"```python {WHOLE}```", F),
    Case("code in place of the tag", f"```{WHOLE}```", F),
    Case("fence on one line", "Use this: \n```python def area(sides): return __import__('math').prod(sides)```", F),
    Case("fence closed behind code", f"```python\n{WHOLE.rstrip()}```\n\nThat is all there is to it.", F),
    Case("fence with template token", fence(WHOLE).rstrip() + "<|im_end|>", F),
    Case("code tagged as text", fence(WHOLE, "text"), F),
    Case("fence within markdown fence", f"```markdown\nHere:\n{fence(WHOLE)}\n```", F),
    Case("tabs", fence(WHOLE.replace("    ", "\t")), F),
    Case(
        "class-wrapped is left alone",
        fence("class Solution:\n    def area(self, s):\n        return 1\n"),
        F,
        works=False,
    ),
    Case("other name", fence("def volume(sides):\n    return 1\n"), F, works=False),
    Case("syntax error stays", fence(WHOLE + "\nreturn ((\n"), F, works=False),
    Case("lambda", fence("import math\narea = lambda sides: math.prod(sides)\n"), F),
    Case("main block stays", fence(WHOLE + "\nif __name__ == '__main__':\n    raise SystemExit(1)\n"), F),
    Case("usage stays", fence(WHOLE + "\nassert area([1, 2]) == 2\n"), F),
    # Several fences
    Case("correction wins", f"{fence(WRONG)}\nWait, that is wrong:\n{fence(WHOLE)}", F),
    Case("broken correction loses", fence(WHOLE) + "Or:\n" + fence("def area(sides):\n    return ("), F),
    Case("stub behind loses", fence(WHOLE) + "It was:\n" + fence("def area(sides):\n    ..."), F),
    Case("signature before", f"{fence(PLAIN_STUB)}\nNow:\n{fence(WHOLE)}", F),
    Case("usage behind", fence(WHOLE) + "Use it:\n" + fence("print(area([1]))\nprint(undefined)"), F),
    Case("usage behind rebinds name", f"{fence(WHOLE)}\nUse it:\n{fence('area = area([1, 2])')}", F),
    Case("output behind", f"{fence(WHOLE)}\nOutput:\n{fence('6', '')}", F),
    Case("shell before", f"{fence('pip install numpy', 'bash')}\n{fence(WHOLE)}", F),
    Case("imports apart", fence("import math") + fence("def area(sides):\n    return math.prod(sides)\n"), F),
    Case(
        "helper before",
        fence("def times(a, b):\n    return a * b\n") + fence(TIMES),
        F,
    ),
    Case(
        "helper behind, needing a helper",
        fence(TIMES)
        + "where\n"
        + fence("def times(a, b):\n    return product([a, b])\n")
        + fence("from math import prod as product"),
        F,
    ),
    Case("fence never closed before the next", f"```python\n{WRONG}\n\nBetter:\n{fence(WHOLE)}", F),
    # Unclosed
    Case("unclosed", f"Here:\n```python\n{WHOLE}", U),
    Case("unclosed with prose behind", f"```python\n{WHOLE}\nThis function isn't hard to follow (see above.", U),
    Case("unclosed and cut short", "```python\ndef area(sides):\n    total = 1\n    for side in si", U, works=False),
    Case("unclosed within a string", '```python\ndef area(sides):\n    """Multiply', U, works=False),
    # Docstrings with fences
    Case(
        "fences in docstring",
        fence(WHOLE.replace(":\n", ':\n    """Use:\n    ```\n    area([2])\n    ```\n    """\n', 1)),
        F,
    ),
    Case(
        "tagged fences in docstring",
        fence(WHOLE.replace(":\n", ':\n    """Use:\n\n```python\narea([2])\n```\n    """\n', 1)),
        F,
    ),
    Case("fences in docstring, bare", WHOLE.replace(":\n", ':\n    """Use:\n\n```\narea([2])\n```\n    """\n', 1), B),
    Case(
        "fences in docstring, bare with prose",
        "Here:\n\n" + WHOLE.replace(":\n", ':\n    """Use:\n\n```\narea([2])\n```\n    """\n', 1) + "\nIt isn't hard.",
        B,
    ),
    # Thinking
    Case("thinking", f"<think>\nMaybe {WRONG}\n{fence(WRONG)}</think>\n\n{fence(WHOLE)}", F),
    Case("thinking on one line", f"<think>hm</think>{fence(WHOLE)}", F),
    Case("thinking behind the answer's draft", f"{fence(WHOLE)}\n<think>\n{fence(WRONG)}", F),
    Case("reasoning tag", f"<reasoning>\n{fence(WRONG)}\n</reasoning>\n{WHOLE}", B),
    Case("thinking without opening tag", f"Let me see.\n{fence(WRONG)}\nYes.\n</think>\n\n{fence(WHOLE)}", F),
    Case("thinking with a fence left open", f"Draft:\n```python\n{WRONG}\nHm, no.\n</think>\n\n{fence(WHOLE)}", F),
    Case("think tag in code", fence(WHOLE + '\nTAGS = """\n<think>\n"""\n'), F),
    Case("think tag in bare code", WHOLE + '\nTAGS = """\n<think>\n"""\n', B),
    Case(
        "harmony channels", f"<|channel|>analysis<|message|>{WRONG}<|end|><|channel|>final<|message|>{fence(WHOLE)}", F
    ),
    # No fence
    Case("bare", WHOLE, B),
    Case("bare between prose", f"Here is the function:\n\n{WHOLE}\nThis function doesn't use (much) memory.", B),
    Case("bare with one word behind", f"{WHOLE}\nDone", B),
    Case("bare with label behind", f"{WHOLE}\nComplexity: O(n)\n", B),
    Case("bare with doctests behind", f"{WHOLE}\n>>> area([2, 3])\n6\n", B),
    Case("bare with list behind", f"{WHOLE}\n- It multiplies.\n- It's fast.\n", B),
    Case("bare with imports", "Sure.\n\nimport math\n\ndef area(sides):\n    return math.prod(sides)\n\nEnjoy!", B),
    Case("bare with a formula behind", f"{WHOLE}\nTime complexity = O(n), isn't it?\n", B),
    Case("bare with a rule behind", f"{WHOLE}\n---\nIt's a loop.\n", B),
    Case("bare in CodeLlama's tags", f"[PYTHON]\n{WHOLE}[/PYTHON]\n[TESTS]\nIt's tested", B),
    Case("bare in tags", f"<code>\n{WHOLE}</code>\n", B),
    Case("bare with assignments", f"A, B = (\n    1,\n    2,\n)\nN = 3\n\n\n{WHOLE}\nIt's done.", B),
    Case("bare with Chinese prose", f"这是函数。\n\n{WHOLE}\n这个函数计算面积。\n", B),
    Case("bare, corrected", f"{WRONG}\nThat was wrong, this is right:\n\n{WHOLE}", B),
    Case(
        "bare, indented as markdown does", "Code:\n\n" + "".join(f"    {n}\n" for n in WHOLE.splitlines()) + "\nBye.", B
    ),
    Case("bare, the prompt's fence closed", f"{WHOLE}```\n\nThis multiplies the sides.", B),
    Case("bare, closed, then usage", f"{WHOLE}```\n\nUse it:\n{fence('print(area([1]))')}", B),
    Case("bare with syntax error", "Here:\n\ndef area(sides:\n    return 1\n", B, works=False),
    Case("bare and cut short", "def area(sides):\n    total = 1\n    for side in", B, works=False),
    # A whole function for a stub with a preamble
    Case("preamble added", fence(HALVED), F, STUB),
    Case("preamble's types", fence(WHOLE.replace("sides)", "sides: List[int])")), F, STUB),
    Case("prompt repeated", fence(STUB + BODY), F, STUB),
    Case("prompt repeated, bare", STUB + BODY, B, STUB),
    Case("future import stays first", fence("from __future__ import annotations\n" + WHOLE), F, STUB),
    # Only the body
    Case("body", BODY, C, STUB),
    Case("body and prose", f"{BODY}\nThis function doesn't do more.", C, STUB),
    Case("body behind prose", f"The body is:\n\n{BODY}", C, STUB),
    Case("body and more functions", f"{BODY}\n\ndef other():\n    pass\n", C, STUB),
    Case("body and a function cut short", f"{BODY}\n\ndef other(\n", C, STUB),
    Case("body and one word", f"{BODY}\nDone", C, STUB),
    Case("body unindented", LOOSE, C, STUB),
    Case("body unindented, prose", f"{LOOSE}\nThat is the body.", C, STUB),
    Case("body, first line unindented", BODY.lstrip(), C, STUB),
    Case("body, first line unindented, more behind", BODY.lstrip() + "\n\nprint(area([1]))\n", C, STUB),
    Case("body of two blanks", BODY.replace("    ", "  "), C, STUB),
    Case("body of eight blanks", "".join(f"    {line}\n" for line in BODY.splitlines()), C, STUB),
    Case("body in tabs", BODY.replace("    ", "\t"), C, STUB),
    Case("body in tabs and blanks", BODY.replace("        ", "\t"), C, PLAIN_STUB),
    Case("body fenced", fence(BODY), C, STUB),
    Case("body fenced, unindented", fence(LOOSE), C, STUB),
    Case(
        "body fenced, usage behind",
        fence(BODY) + fence("print(area([1, 2]))\nprint(area([1, 2, 3]), area([1, 2]))" * 3),
        C,
        STUB,
    ),
    Case("body fenced in list", "- Body:\n" + "".join(f"  {line}\n" for line in fence(BODY).splitlines()), C, STUB),
    Case("body, the prompt's fence closed", f"{BODY}```\n\nThis multiplies the sides.", C, STUB),
    Case(
        "body with a string at the margin",
        BODY.replace("return", 'text = """\nat the margin\n"""\n    return'),
        C,
        STUB,
    ),
    Case("body in backticks", "`return math.prod(sides)`", C, STUB),
    Case("body and stub without line break", BODY, C, "def area(sides):"),
    Case("body cut short", "    total = 1\n    for side in sides:\n        total *=", C, STUB, works=False),
    Case("signature, then body", f"Given\n{fence(PLAIN_STUB)}\nthe body is\n{fence(BODY)}", C, PLAIN_STUB),
    Case(
        "class for a stub is left alone",
        fence("class Solution:\n    def area(self, s):\n        return 1\n"),
        F,
        STUB,
        False,
    ),
]


def area_of(code: str) -> Any:
    """Run a program that this file's author wrote and ask it for an area."""
    space: dict[str, Any] = {"__name__": "solution"}
    exec(code, space)
    return space["area"]([2, 3])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_answer(case: Case) -> None:
    solution = extract_code(case.text, prompt=case.stub, entry_point="area")
    assert solution.code is not None
    assert (solution.method, solution.cause) == (case.method, None)
    if case.works:
        assert area_of(solution.code) == 6
    else:
        with pytest.raises((SyntaxError, KeyError, AssertionError)):
            assert area_of(solution.code) == 6


@pytest.mark.parametrize("case", [case for case in CASES if case.works], ids=lambda case: case.name)
def test_extracting_again_changes_nothing(case: Case) -> None:
    code = extract_code(case.text, prompt=case.stub, entry_point="area").code
    assert code is not None
    assert extract_code(code, prompt=case.stub, entry_point="area").code == code


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param("", Cause.NO_CODE, id="empty"),
        pytest.param(" \n\t\n", Cause.NO_CODE, id="blank"),
        pytest.param("```python\n```", Cause.NO_CODE, id="empty fence"),
        pytest.param("The area is the product of the sides.", Cause.NO_CODE, id="prose"),
        pytest.param("Sure", Cause.NO_CODE, id="a word that parses"),
        pytest.param("42", Cause.NO_CODE, id="a number that parses"),
        pytest.param("from the sides we get the area, import taxes included", Cause.NO_CODE, id="prose like an import"),
        pytest.param("I'm sorry, but I can't help with that.", Cause.REFUSAL, id="sorry"),
        pytest.param("I\u2019m unable to write this.", Cause.REFUSAL, id="unable"),
        pytest.param("Unfortunately, I cannot assist.", Cause.REFUSAL, id="cannot"),
        pytest.param("As an AI language model, I do not write code.", Cause.REFUSAL, id="as an AI"),
        pytest.param(f"<think>\nHm.\n{fence(WHOLE)}\nBut then", Cause.THINKING_LEAKED, id="unfinished thinking"),
        pytest.param(f"<thinking>{WHOLE}", Cause.THINKING_LEAKED, id="unfinished thinking, bare draft"),
        pytest.param(f"<|channel|>analysis<|message|>\n{WHOLE}", Cause.THINKING_LEAKED, id="unfinished analysis"),
        pytest.param(f"<think>{fence(WHOLE)}</think>", Cause.NO_CODE, id="thinking alone"),
        pytest.param(f"{fence(WHOLE)}\n</think>\n", Cause.NO_CODE, id="thinking alone, opening tag eaten"),
    ],
)
@pytest.mark.parametrize("stub", ["", STUB], ids=["no stub", "stub"])
def test_no_code(text: str, cause: Cause, stub: str) -> None:
    assert extract_code(text, prompt=stub, entry_point="area") == Solution(None, Method.NONE, cause)


def test_refusal_with_code_is_code() -> None:
    answer = f"I'm sorry, I can't test it, but:\n{fence(WHOLE)}"
    assert extract_code(answer, entry_point="area").method is Method.FENCED


def test_code_stays_as_written() -> None:
    code = "def area(sides):\n\treturn '&lt;\\d'  # \u00e9\n"
    assert extract_code(fence(code), entry_point="area").code == code


def test_strings_keep_their_margin_when_a_body_is_indented() -> None:
    code = extract_code('text = """\nmargin"""\nreturn text\n', prompt=PLAIN_STUB, entry_point="area").code
    assert area_of(code or "") == "\nmargin"


def test_async_definition_counts() -> None:
    answer = fence("async def area(sides):\n    return 6\n") + fence("def other():\n    return 1\n" * 3)
    assert (extract_code(answer, entry_point="area").code or "").startswith("async def area")


def test_preamble_is_not_doubled() -> None:
    code = extract_code(fence(STUB + BODY), prompt=STUB, entry_point="area").code
    assert code == STUB + BODY


def test_preamble_of_star_import() -> None:
    stub = "from math import *\n\n\n" + PLAIN_STUB
    code = extract_code(fence("def area(sides):\n    return prod(sides)\n"), prompt=stub, entry_point="area").code
    assert area_of(code or "") == 6
    assert (code or "").count("import *") == 1


def test_decorated_stub() -> None:
    stub = "import functools\n\n\n@functools.cache\n" + PLAIN_STUB
    code = extract_code(fence(WHOLE), prompt=stub, entry_point="area").code
    assert code == "import functools\n\n\n" + WHOLE


@pytest.mark.parametrize(
    ("text", "method"),
    [
        (fence("x = 1\nprint(x)"), Method.FENCED),
        (fence("print(1)") + fence("import sys\nprint(sys.stdin.read())"), Method.FENCED),
        ("import sys\n\nprint(sys.stdin.read())", Method.BARE),
        ("Here:\n\nimport sys\nprint(sys.stdin.read())\n\nThat's it.", Method.BARE),
    ],
)
def test_without_entry_point(text: str, method: Method) -> None:
    solution = extract_code(text)
    assert solution.method is method
    assert "print" in (solution.code or "")
    assert "That" not in (solution.code or "")


JS = "function area(sides) {\n  return sides.reduce((a, b) => a * b, 1);\n}"


@pytest.mark.parametrize(
    ("text", "language", "method", "code"),
    [
        pytest.param(fence(JS, "js"), "js", Method.FENCED, JS, id="js"),
        pytest.param(fence(JS, "javascript"), "js", Method.FENCED, JS, id="alias"),
        pytest.param(fence("npm i", "bash") + fence(JS, "js"), "js", Method.FENCED, JS, id="shell before"),
        pytest.param(fence(JS, "js") + fence("area([1])", "js"), "js", Method.FENCED, JS, id="usage behind"),
        pytest.param(fence("let x", "js") + fence(JS, "js"), "js", Method.FENCED, JS, id="entry point decides"),
        pytest.param(fence("npm i", "") + fence(JS, ""), "js", Method.FENCED, JS, id="entry point decides, untagged"),
        pytest.param(f"Here:\n```js\n{JS}", "js", Method.UNCLOSED, JS, id="unclosed"),
        pytest.param(JS, "js", Method.BARE, JS, id="bare"),
        pytest.param(f"<think>{fence('no', 'js')}</think>{fence(JS, 'js')}", "js", Method.FENCED, JS, id="thinking"),
        pytest.param(fence("fn area() {}", "rs"), "rust", Method.FENCED, "fn area() {}", id="rust"),
        pytest.param(fence("fn area() {}", ""), "rust", Method.FENCED, "fn area() {}", id="untagged"),
    ],
)
def test_other_languages(text: str, language: str, method: Method, code: str) -> None:
    assert extract_code(text, entry_point="area", language=language) == Solution(code + "\n", method)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", Cause.NO_CODE),
        ("I'm sorry, I can't.", Cause.REFUSAL),
        ("<think>fn", Cause.THINKING_LEAKED),
        ("<think>fn</think>", Cause.NO_CODE),
    ],
)
def test_other_languages_without_code(text: str, cause: Cause) -> None:
    assert extract_code(text, language="rust") == Solution(None, Method.NONE, cause)


PROBLEM = Problem("t/0", STUB, entry_point="area")
WORDS = Problem("t/1", "Write a function area(sides).", entry_point="area")


@pytest.mark.parametrize(
    ("form", "problem", "text", "code"),
    [
        pytest.param(Form.CHAT, PROBLEM, fence(WHOLE), None, id="chat"),
        pytest.param(Form.CONTINUATION, PROBLEM, BODY, STUB + BODY, id="continuation"),
        pytest.param(Form.CONTINUATION, PROBLEM, "    retu\r\n", STUB + "    retu\r\n", id="continuation to the byte"),
        pytest.param(Form.CONTINUATION, WORDS, WHOLE, WHOLE, id="continuation of words"),
        pytest.param(Form.PROGRAM, PROBLEM, STUB + BODY, STUB + BODY, id="program"),
        pytest.param(Form.PROGRAM, PROBLEM, WHOLE, WHOLE, id="program without preamble"),
        pytest.param(Form.PROGRAM, PROBLEM, f"```\n{WHOLE}", f"```\n{WHOLE}", id="program that is none"),
        pytest.param(Form.PROGRAM, PROBLEM, BODY, STUB + BODY, id="only a body"),
        pytest.param(Form.PROGRAM, PROBLEM, "    return (", "    return (", id="only a broken body"),
        pytest.param(Form.PROGRAM, PROBLEM, "return 6", "return 6", id="a body unindented"),
        pytest.param(Form.PROGRAM, PROBLEM, "def other():\n    pass", "def other():\n    pass", id="another function"),
        pytest.param(Form.PROGRAM, WORDS, BODY, BODY, id="only a body, no stub"),
    ],
)
def test_forms(form: Form, problem: Problem, text: str, code: str | None) -> None:
    solution = solution_of(Completion(text, form=form), problem)
    if code is None:
        assert solution == extract_code(text, prompt=problem.stub, entry_point=problem.entry_point)
    else:
        assert solution == Solution(code, Method.VERBATIM)


@pytest.mark.parametrize("form", list(Form))
def test_blank_completion(form: Form) -> None:
    assert solution_of(Completion(" \n", form=form), PROBLEM) == Solution(None, Method.NONE, Cause.NO_CODE)


@pytest.mark.parametrize(
    "solution", [Solution("x = 1\n", Method.BARE), Solution(None, Method.NONE, Cause.REFUSAL)], ids=["code", "none"]
)
def test_json(solution: Solution) -> None:
    data = solution.to_json()
    assert all(type(value) in (str, type(None)) for value in data.values())
    assert Solution.from_json(data) == solution


HOSTILE = {
    "fences": "```python\ndef area(s):\n    return (\n```\n" * 10_000,
    "fences with open strings": '```python\n"""\n```\n' * 10_000,
    "openings": "```python\n" * 10_000,
    "openings of another tag": "```foo\nx=1```\n" * 5_000,
    "fence marks": "```\n" * 30_000,
    "one long mark": "`" * 200_000,
    "blanks": " " * 200_000,
    "blanks, then a word": " " * 200_000 + "x",
    "blanks in a fence": "```\n" + " " * 200_000 + "x\n```",
    "line breaks": "\n" * 200_000 + "x",
    "brackets": "area = " + "[" * 100_000,
    "sum": "area = 1" + "+1" * 50_000,
    "minus": "area = " + "-" * 100_000 + "1",
    "elif": "def area(s):\n    if s: pass\n" + "    elif s: pass\n" * 900,
    "lambda": "area = " + "lambda: " * 90 + "1",
    "definitions": "def area(s): return (\n" * 5_000,
    "assignments and prose": "x = 1\nThe next line is prose\n" * 4_000,
    "imports that are none": "from x import (\nWords of prose here\n" * 3_000,
    "indented definitions": "    def area(s):\nWords of prose here\n" * 3_000,
    "thinking": "<think>\n" * 20_000,
    "closings": "</think>\n" * 20_000,
    "tokens": "<|im_end|>" * 20_000,
    "words": "word " * 200_000,
    "NUL": "def area(s):\n    return '\0'\n",
    "surrogate": "```python\ndef area(s):\n    return '\ud800'\n```",
    "form feed": "```python\n\x0c\ndef area(s):\n\x0c    return 6\n```",
    "dedents": "".join(" " * (99 - n) + "x\n" for n in range(99)) * 10,
    "names and who binds them": "```python\ndef area(s):\n    return "
    + "+".join(f"n{n}" for n in range(5_000))
    + "\n```\n"
    + "".join(f"```\nn{n} = 1\n```\n" for n in range(90)),
    "runs that bind": "".join(f"n{n} = n{n + 1}\nA word of prose\n" for n in range(3_000)) + "area = n0\n",
    "body of tabs": "\treturn 1\n        return 2\n" * 3_000,
}


@pytest.mark.parametrize("stub", ["", STUB], ids=["no stub", "stub"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_survived(name: str, stub: str) -> None:
    # Of a size at which anything quadratic would take hours.
    solution = extract_code(HOSTILE[name], prompt=stub, entry_point="area")
    assert (solution.code is None) is (solution.method is Method.NONE)


def test_warnings_stay_silent(recwarn: pytest.WarningsRecorder) -> None:
    extract_code(
        fence("import re\ndef area(s):\n    return re.sub('\\d', '', s) is 'x'\n"), prompt=STUB, entry_point="area"
    )
    assert not recwarn.list
