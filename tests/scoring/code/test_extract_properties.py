"""What holds of extraction whatever the answer."""

from __future__ import annotations

import ast

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.scoring.code.extract import Method, Solution, extract_code, solution_of

STUB = 'import math\n\n\ndef solve(n: int) -> int:\n    """Solve it."""\n'
PIECES = [
    *("```python\n", "```\n", "~~~\n", "````\n", "```bash\n", "`", "<think>\n", "</think>\n", "<|im_end|>"),
    *(
        "def solve(n):\n",
        "    return n\n",
        "\treturn n\n",
        "return n\n",
        "if n:\n",
        "x = 1\n",
        "solve = max\n",
        "pass\n",
    ),
    *("import math\n", "from x import", "class A:\n", "@cache\n", "async ", "# note\n", ">>> solve(1)\n", "...\n"),
    *("Here is the code:\n", "This adds one.\n", "- item\n", "1. ", "I'm sorry", "函数。"),
    *('"""', "'''", "\\", "(", ")", "\n", "    ", "\t", "\r\n", "\0", "\ud800", "\ufeff", "\x0c", "\u2028", "é"),
]
ANSWERS = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=30).map("".join)
STATEMENTS = st.sampled_from(
    [
        "n = n + 1",
        "for i in range(n):\n    n -= i",
        "text = '''\nThis is text\n'''",
        'text = """\n```python\nsolve(1)\n```\n"""',
        "if n:\n    return 1\nelse:\n    n = 2",
        "# This is a comment",
        "values = [\n    1,\n    2,\n]",
        "print(f'{n}')",
        "assert n, 'This is wrong'",
    ]
)
BODIES = st.lists(STATEMENTS, max_size=5).map(lambda parts: "\n".join([*parts, "return n"]))
PROSE = st.lists(
    st.sampled_from(
        [
            "Here is the code:",
            "It isn't hard (really.",
            "This returns n.",
            "- a point",
            "1. first",
            "Note: it's O(n)",
            "",
        ]
    ),
    min_size=1,
    max_size=4,
).map("\n".join)


def indented(body: str) -> str:
    """Indent code, the insides of its strings excepted."""
    lines, inside = [], False
    for line in body.split("\n"):
        lines.append(line if inside else f"    {line}")
        inside ^= (line.count("'''") + line.count('"""')) % 2 == 1
    return "\n".join(lines)


PROGRAMS = BODIES.map(lambda body: f"import math\n\n\ndef solve(n: int) -> int:\n{indented(body)}\n")


def found(text: str, stub: str = "") -> Solution:
    """Extract with the entry point that all programs here have."""
    return extract_code(text, prompt=stub, entry_point="solve")


@given(
    text=ANSWERS | st.text() | st.text(st.characters()),
    stub=st.sampled_from(["", STUB]),
    name=st.sampled_from(["", "solve"]),
)
@settings(max_examples=300, deadline=None)
def test_never_raises_and_is_coherent(text: str, stub: str, name: str) -> None:
    for language in ("python", "rust"):
        solution = extract_code(text, prompt=stub, entry_point=name, language=language)
        assert (solution.code is None) == (solution.method is Method.NONE) == (solution.cause is not None)
        assert solution.code is None or solution.code.strip()
        assert Solution.from_json(solution.to_json()) == solution


@given(text=ANSWERS, prompt=st.sampled_from(["Solve it.", STUB]), form=st.sampled_from(Form))
@settings(max_examples=150, deadline=None)
def test_solution_of_never_raises(text: str, prompt: str, form: Form) -> None:
    solution = solution_of(Completion(text, form=form), Problem("t", prompt, entry_point="solve"))
    assert form is Form.CHAT or solution.code is None or solution.code.endswith(text)


@given(text=ANSWERS, stub=st.sampled_from(["", STUB]))
@settings(max_examples=300, deadline=None)
def test_a_program_that_was_found_is_found_again(text: str, stub: str) -> None:
    code = found(text, stub).code
    if code is None or not defines(code):
        return
    again = found(code, stub).code
    assert again is not None and defines(again)
    assert found(again, stub).code == again


@given(text=ANSWERS)
@settings(max_examples=300, deadline=None)
def test_nothing_is_invented(text: str) -> None:
    code = found(text).code
    if code is not None:
        said = set(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        assert all(any(line.strip() in whole for whole in said) for line in code.split("\n"))


@given(
    program=PROGRAMS,
    tag=st.sampled_from(["python", "", "py", "Python", "none"]),
    mark=st.sampled_from(["```", "~~~", "`````"]),
)
def test_fenced_program(program: str, tag: str, mark: str) -> None:
    assert found(f"{mark}{tag}\n{program}{mark}") == Solution(program, Method.FENCED)


@given(program=PROGRAMS)
def test_unclosed_program(program: str) -> None:
    assert found(f"```python\n{program}") == Solution(program, Method.UNCLOSED)


@given(program=PROGRAMS)
def test_bare_program(program: str) -> None:
    assert found(program) == Solution(program, Method.BARE)


@given(program=PROGRAMS, before=PROSE, after=PROSE, stub=st.sampled_from(["", STUB]))
@settings(deadline=None)
@example(program="def solve(n):\n    return n\n", before="", after="1. first", stub="")
def test_prose_around_a_fence_changes_nothing(program: str, before: str, after: str, stub: str) -> None:
    assert found(f"{before}\n```python\n{program}```\n{after}", stub) == Solution(program, Method.FENCED)


@given(program=PROGRAMS, before=PROSE, after=PROSE, stub=st.sampled_from(["", STUB]))
@settings(deadline=None)
def test_prose_around_bare_code_changes_nothing(program: str, before: str, after: str, stub: str) -> None:
    assert found(f"{before}\n\n{program}\n\n{after}", stub) == Solution(program, Method.BARE)


@given(body=BODIES, before=PROSE, after=PROSE)
@settings(deadline=None)
def test_body_in_every_dress(body: str, before: str, after: str) -> None:
    inside = indented(body)
    wanted = ast.dump(ast.parse(STUB + inside))
    dresses = [inside, inside.lstrip(), f"```python\n{inside}\n```", f"{before}\n```\n{inside}\n```\n{after}", body]
    for dress in [*dresses, f"```python\n{body}\n```"]:
        solution = found(dress, STUB)
        assert solution.method is Method.CONTINUATION
        assert ast.dump(ast.parse(solution.code or "")) == wanted


@given(program=PROGRAMS, draft=PROGRAMS | PROSE)
def test_thinking_changes_nothing(program: str, draft: str) -> None:
    answer = f"```python\n{program}```"
    for thinking in (
        f"<think>\n{draft}\n</think>\n",
        f"<think>```python\n{draft}\n```</think>",
        f"{draft}\n</think>\n",
    ):
        assert found(thinking + answer) == Solution(program, Method.FENCED)


def defines(code: str) -> bool:
    """Whether code parses and has a top-level function of the name asked for."""
    try:
        return any(isinstance(node, ast.FunctionDef) and node.name == "solve" for node in ast.parse(code).body)
    except (SyntaxError, ValueError):
        return False
