"""Answers in other marks and dress than Markdown's: what is thinking, what is a word, and what is the program."""

from __future__ import annotations

import ast
import gzip
import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.scoring.code.extract import Method, Solution, extract_code, solution_of

pytestmark = [
    pytest.mark.filterwarnings("ignore::SyntaxWarning"),
    pytest.mark.filterwarnings("ignore:invalid escape:DeprecationWarning"),
]

ADD = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a - b\n"
STUB = 'def add(a, b):\n    """Return the sum of a and b."""\n'
Dress = Callable[[str], str]

MARKS = [
    *(("<think>", "</think>"), ("<Thinking>", "</Thinking>"), ("<seed:think>", "</seed:think>")),
    *(("<mm:think>", "</mm:think>"), ("<longcat_think>", "</longcat_think>"), ("<thought>", "</thought>")),
    *(("<reasoning>", "</reasoning>"), ("<analysis>", "</analysis>"), ("<scratchpad>", "</scratchpad>")),
    *(("<antThinking>", "</antThinking>"), ("<begin_of_thought>", "<end_of_thought>")),
    *(("<thinking_process>", "</thinking_process>"), ("<|im_start|>think", "<|im_start|>answer")),
    *(("[THINK]", "[/THINK]"), ("[thinking]", "[/thinking]"), ("◁think▷", "◁/think▷")),
    *(("<|START_THINKING|>", "<|END_THINKING|>"), ("<|begin_of_thought|>", "<|end_of_thought|>")),
    *(("<|thinking|>", "<|/thinking|>"), ("<|think|>", "<|end|>"), ("<|inner_prefix|>", "<|inner_suffix|>")),
    ("<\uff5cbegin\u2581of\u2581thinking\uff5c>", "<\uff5cend\u2581of\u2581thinking\uff5c>"),
    *(("<|channel>thought", "<channel|>"), ("<unused94>thought", "<unused95>")),
    *(("Thinking...", "...done thinking."), ("Thinking\u2026", "\u2026done thinking.")),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final <|constrain|>python<|message|>"),
    ("analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    *(("analysis", "assistantfinal"), ("analysisWe need a sum. ", "assistantfinal"), ("analysis", "final")),
    ('<think duration="3">', "</think>"),
]
# Marks of which anybody may say the first one: without the second they are words.
UNSURE = [
    ("Here is my thought process:", "Here is my response:"),
    ('<details type="reasoning" done="true">', "</details>"),
    ("[reasoning]", "[/reasoning]"),
]
WORDS = [
    *("python\n", "Copy\n", "Copy code\n", "python\nCopy\nEdit\n", "Answer\n", "Answer:\n", "Sure\n\n", "代码\n"),
    *(
        "solution.py\n",
        "`python`\n",
        "**solution.py**\n",
        "[BEGIN]\n",
        "<code>\n",
        "答案\n\n",
        "Certainly!\n\n",
        "# A\n",
    ),
]


def fence(code: str, tag: str = "python", mark: str = "```") -> str:
    return f"{mark}{tag}\n{code.rstrip()}\n{mark}\n"


def quoted(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


BARE: dict[str, Dress] = {
    "bare": lambda code: code,
    "prose around": lambda code: f"Here is the function:\n\n{code}\n\nIt isn't hard (really.\n",
}
FENCES: dict[str, Dress] = {
    "fence": fence,
    "untagged": lambda code: fence(code, ""),
    "tildes": lambda code: fence(code, mark="~~~"),
    "unclosed": lambda code: f"Here:\n```python\n{code}",
}
ODD: dict[str, Dress] = {
    "list": lambda code: "1. So:\n   " + fence(code).rstrip().replace("\n", "\n   ") + "\n",
    "crlf": lambda code: fence(code).replace("\n", "\r\n"),
    "quoted": lambda code: "Here:\n\n" + quoted(fence(code)) + "\nDone.",
    "quoted twice": lambda code: quoted(quoted(fence(code))),
    "quoted bare": quoted,
    "two ticks": lambda code: fence(code, mark="``"),
    "closed by two ticks": lambda code: f"```python\n{code.rstrip()}\n``\n",
    "five and four": lambda code: f"`````python\n{code.rstrip()}\n````\n",
    "acute accents": lambda code: fence(code, mark="\u00b4\u00b4\u00b4"),
    "curly quotes": lambda code: fence(code, mark="\u2019\u2019\u2019"),
    "[code]": lambda code: f"[code]\n{code.rstrip()}\n[/code]\n",
    "[CODE=python]": lambda code: f"[CODE=python]\n{code.rstrip()}\n[/CODE]\n",
    "<pre><code>": lambda code: f'<pre><code class="language-python">{code.rstrip()}\n</code></pre>\n',
    "<answer>": lambda code: f"<answer>{code.rstrip()}</answer>",
    "<answer>, fenced": lambda code: f"<answer>\n{fence(code)}</answer>",
    "solution tokens": lambda code: f"<|begin_of_solution|>\n{code.rstrip()}\n<|end_of_solution|>\n",
    "[BEGIN] and [DONE]": lambda code: f"[BEGIN]\n{code.rstrip()}\n[DONE]\n",
    "[PYTHON]": lambda code: f"[PYTHON]\n{code.rstrip()}\n[/PYTHON]\n",
    "a session": lambda code: "".join(
        f"{'...' if number else '>>>'} {line}\n" for number, line in enumerate(code.rstrip().splitlines())
    ),
    "LaTeX": lambda code: f"\\begin{{lstlisting}}[language=Python]\n{code.rstrip()}\n\\end{{lstlisting}}\n",
    "Org": lambda code: f"#+BEGIN_SRC python\n{code.rstrip()}\n#+END_SRC\n",
    "Jira": lambda code: f"{{code:python}}\n{code.rstrip()}\n{{code}}\n",
    "zero width": lambda code: f"Sure!\n\u200b{code}",
    "zero width, every line": lambda code: "".join(f"\u200b{line}\n" for line in fence(code).splitlines()),
    "mark of byte order": lambda code: f"```python\n\ufeff{code}```\n",
}
# Those a program of three single quotes cannot be told from.
TRIPLE: dict[str, Dress] = {
    "'''": lambda code: fence(code, mark="'''"),
    '"""': lambda code: fence(code, mark='"""'),
    "`": lambda code: fence(code, mark="`"),
}
# Programs that hold what is a mark elsewhere.
HOLDERS = [
    ADD,
    'def f(s):\n    """Take [BEGIN] and [DONE] away."""\n    return s.strip("[BEGIN]").strip("[DONE]")\n',
    "# Copy\ndef f(s):\n    Answer = s  # Answer\n    return Answer\n",
    "def f(s):\n    '''Say it.\n\n    ```python\n    f(1)\n    ```\n    '''\n    return s\n",
    'analysis = 1\nfinal = 2\n\n\ndef f(s):\n    # analysis, then assistantfinal\n    return "analysis" + s\n',
    'TAGS = """\n<think>\n</think>\n[THINK]\n[/THINK]\n"""\n\n\ndef f(s):\n    return TAGS + s\n',
    'def f(s):\n    # ends at </think>\n    # > a quotation\n    # > more of it\n    return s.split("</think>")[-1]\n',
    'def f(s):\n    return s.split("<|start|>assistant<|channel|>final<|message|>")[-1]\n',
    'x: int\ny: "later"\n\n\ndef f(s):\n    global x\n    x = 1\n    return s\n',
    "class Copy:\n    pass\n\n\nCopy\n\n\ndef f(s):\n    return Copy\n",
    "try:\n    import numpy as np\nexcept ImportError:\n    np = None\n\n\ndef f(s):\n    return s\n",
    "python, BEGIN = [1], 0\nx = [\n    python[BEGIN]\n]\n\n\ndef f(code, table):\n    return table[code]\n",
    'def f(s):\n    """\n    ~~~\n    `` two\n    ``\n    ~~~\n    """\n    return s\n',
    'def f(s):\n    return "\u200b" + s + "\u00a0"\n',
]


def name_of(program: str) -> str:
    return next(node.name for node in reversed(ast.parse(program).body) if isinstance(node, ast.FunctionDef))


def is_whole(solution: Solution, program: str) -> bool:
    """Whether a solution is the program, blank lines aside."""
    return solution.code is not None and ast.dump(ast.parse(solution.code)) == ast.dump(ast.parse(program))


DRAFTS = {
    "fenced": f"Draft:\n{fence(WRONG)}No, wrong sign.",
    "bare": f"{WRONG}\nNo, wrong sign.",
    "fence left open": f"```python\n{WRONG}",
    "odd": f"[code]\n{WRONG}[/code]\n{quoted(fence(WRONG))}``python\n{WRONG}``",
}


@pytest.mark.parametrize("marks", [*MARKS, *UNSURE], ids=" ".join)
@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("stub", ["", STUB], ids=["no stub", "stub"])
def test_a_draft_in_thinking_is_never_read(marks: tuple[str, str], draft: str, stub: str) -> None:
    thinking = f"{marks[0]}\n{DRAFTS[draft]}\n{marks[1]}\n"
    for final in (ADD, fence(ADD), *(dress(ADD) for dress in ODD.values())):
        assert is_whole(extract_code(thinking + final, prompt=stub, entry_point="add"), ADD), final
    # The end of a turn, with nothing behind it, is nobody's mark.
    for final in ("I am not sure how to do this.", "Sure", *([""] if marks[1] != "<|end|>" else [])):
        none = extract_code(thinking + final, prompt=stub, entry_point="add")
        assert none == Solution(None, Method.NONE, Cause.NO_CODE), final


@pytest.mark.parametrize("marks", MARKS, ids=" ".join)
@pytest.mark.parametrize("draft", DRAFTS)
def test_an_answer_that_ends_inside_has_leaked(marks: tuple[str, str], draft: str) -> None:
    answer = f"{marks[0]}\n{DRAFTS[draft].replace('a - b', 'a + b')}\nBut then"
    leaked = Solution(None, Method.NONE, Cause.THINKING_LEAKED)
    if marks[0] in ("[thinking]", "[THINK]") or "[" not in marks[0]:
        assert extract_code(answer, prompt=STUB, entry_point="add") == leaked


@pytest.mark.parametrize("marks", UNSURE, ids=" ".join)
def test_words_that_anybody_may_say_begin_no_thinking_without_an_end(marks: tuple[str, str]) -> None:
    assert is_whole(extract_code(f"{marks[0]}\nAdd them.\n\n{fence(ADD)}", entry_point="add"), ADD)


@pytest.mark.parametrize(
    "closing", dict.fromkeys(closing for _, closing in MARKS if closing not in ("<|end|>", "final"))
)
@pytest.mark.parametrize("draft", [name for name in DRAFTS if name != "bare"])
def test_a_closing_mark_alone_ends_thinking_too(closing: str, draft: str) -> None:
    said = f"Let me see.\n{DRAFTS[draft]}\n{closing}\n"
    assert is_whole(extract_code(said + ADD, entry_point="add"), ADD)
    assert extract_code(said + "Sure", entry_point="add").code is None


def test_the_last_message_of_the_final_channel_counts() -> None:
    final = "<|start|>assistant<|channel|>final<|message|>"
    answer = f"<|channel|>commentary<|message|>Hm.<|end|>{final}{fence(WRONG)}<|end|>{final}{fence(ADD)}<|return|>"
    assert is_whole(extract_code(answer, entry_point="add"), ADD)
    unended = f"{final}{fence(ADD)}<|end|><|start|>assistant<|channel|>analysis<|message|>{fence(WRONG)}"
    assert is_whole(extract_code(unended, entry_point="add"), ADD)


def test_marks_of_ones_own() -> None:
    answer = f"%plan%\n{fence(WRONG)}\n%act%\n{ADD}"
    assert not is_whole(extract_code(answer, entry_point="add"), ADD)
    assert is_whole(extract_code(answer, entry_point="add", thinking_marks=[("%plan%", "%act%")]), ADD)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("dress", [*BARE, *FENCES])
def test_a_word_in_front_is_no_program(word: str, dress: str) -> None:
    wear = {**BARE, **FENCES}[dress]
    assert is_whole(extract_code(word + wear(ADD), entry_point="add"), ADD)
    assert is_whole(extract_code(wear(word + ADD), entry_point="add"), ADD)
    assert is_whole(extract_code(wear(word + "    return a + b\n"), prompt=STUB, entry_point="add"), STUB + ADD[15:])


@pytest.mark.parametrize("word", ["python", "Copy", "solution.py", "[BEGIN]", "代码", "Sure"])
def test_a_word_alone_is_no_program(word: str) -> None:
    for answer in (word, fence(word), fence(word, "")):
        assert extract_code(answer, prompt=STUB, entry_point="add") == Solution(None, Method.NONE, Cause.NO_CODE)


def test_a_word_behind_the_code_in_its_fence_is_none_either() -> None:
    assert extract_code(fence(f"[BEGIN]\n{ADD}[DONE]"), entry_point="add").code == ADD


@pytest.mark.parametrize(
    "code",
    [
        "import sys\n\nsys\n\n\ndef add(a, b):\n    return a + b\n",
        "from math import *\n\npi\n\n\ndef add(a, b):\n    return a + b\n",
        "later: int\n\n\ndef add(a, b):\n    return a + b\n",
        "def add(a, b):\n    return a + b\n\n\nprint(add)\nadd\n",
    ],
)
def test_a_name_that_is_bound_is_no_word(code: str) -> None:
    assert extract_code(fence(code), entry_point="add").code == code


@pytest.mark.parametrize("stub", ["", STUB], ids=["no stub", "stub"])
@pytest.mark.parametrize("word", ["python ", "Answer: ", "代码："])
def test_a_word_on_the_line_of_the_code(word: str, stub: str) -> None:
    for answer in (word + ADD, fence(word + ADD)):
        assert is_whole(extract_code(answer, prompt=stub, entry_point="add"), ADD)


def test_a_program_in_quotes() -> None:
    for quote in ("'", '"', "'''", '"""'):
        answer = f"[BEGIN]\n {quote}{ADD.rstrip()}{quote}\n[DONE]"
        assert is_whole(extract_code(answer, entry_point="add"), ADD), quote


@pytest.mark.parametrize("stub", ["", STUB], ids=["no stub", "stub"])
@pytest.mark.parametrize("head", ["def add(a, b):", STUB, "def add(a, b):\n    ..."])
def test_signature_and_body_in_two_blocks(head: str, stub: str) -> None:
    answer = f"Signature:\n{fence(head)}Body:\n{fence('    return a + b')}"
    space: dict[str, Any] = {}
    exec(extract_code(answer, prompt=stub, entry_point="add").code or "", space)
    assert space["add"](1, 2) == 3


def test_a_docstring_is_no_fence() -> None:
    broken = '"""\ndef add(a, b):\n    return a + b\n"""\ndef add(a, b):\n    return (\n'
    assert (extract_code(broken, entry_point="add").code or "").endswith("return (\n")


@pytest.mark.parametrize("name", [*ODD, *TRIPLE])
def test_odd_dress_in_another_language(name: str) -> None:
    code = "function add(a, b) {\n  return a + b;\n}\n"
    found = extract_code({**ODD, **TRIPLE}[name](code), entry_point="add", language="javascript")
    assert found.code == code


@given(
    program=st.sampled_from(HOLDERS),
    dress=st.sampled_from(list({**BARE, **FENCES, **ODD})),
    word=st.sampled_from(["", *WORDS]),
    marks=st.none() | st.sampled_from([pair for pair in MARKS if "channel" not in pair[0] and pair[1] != "final"]),
    draft=st.sampled_from(list(DRAFTS)),
)
@settings(max_examples=400, deadline=None)
def test_no_combination_cuts_a_right_program(
    program: str, dress: str, word: str, marks: tuple[str, str] | None, draft: str
) -> None:
    name = name_of(program)
    thinking = f"{marks[0]}\n{DRAFTS[draft].replace('add', name)}\n{marks[1]}\n" if marks else ""
    answer = thinking + word + {**BARE, **FENCES, **ODD}[dress](program)
    assert is_whole(extract_code(answer, entry_point=name), program), answer


@cache
def benchmark_programs() -> list[tuple[str, str, str]]:
    """Canonical solutions with stub and name; a skip without CODEEVAL_DATA, the folder that holds them."""
    folder = os.environ.get("CODEEVAL_DATA")
    if not folder:
        pytest.skip("CODEEVAL_DATA is not set: it names the folder of benchmark data")
    lines = gzip.decompress(Path(folder, "humaneval/HumanEval.jsonl.gz").read_bytes()).decode().splitlines()
    found = [
        (row["prompt"] + row["canonical_solution"], row["prompt"], row["entry_point"]) for row in map(json.loads, lines)
    ]
    for row in map(json.loads, Path(folder, "mbpp/mbpp.jsonl").read_text().splitlines()):
        code = row["code"].replace("\r\n", "\n")
        found.append(
            (code, "", [n.name for n in ast.parse(code).body if isinstance(n, ast.FunctionDef | ast.ClassDef)][-1])
        )
    return found


@given(
    number=st.integers(0, 10_000),
    # Glued to its tag an import is lost, and comes from the prompt again, with what stands beside it there.
    dress=st.sampled_from([name for name in {**BARE, **FENCES, **ODD, **TRIPLE} if name != "<pre><code>"]),
    word=st.sampled_from(["", *WORDS]),
    marks=st.none() | st.sampled_from([*MARKS, *UNSURE]),
)
@settings(max_examples=300, deadline=None)
def test_no_combination_cuts_a_canonical_solution(
    number: int, dress: str, word: str, marks: tuple[str, str] | None
) -> None:
    programs = benchmark_programs()
    program, stub, name = programs[number % len(programs)]
    thinking = f"{marks[0]}\n{DRAFTS['fenced'].replace('add', name)}\n{marks[1]}\n" if marks else ""
    solution = extract_code(
        thinking + word + {**BARE, **FENCES, **ODD, **TRIPLE}[dress](program.strip("\n")), prompt=stub, entry_point=name
    )
    assert is_whole(solution, program), solution


@pytest.mark.parametrize("text", ["", " \n", "<|im_end|>"])
def test_an_answer_in_the_reasoning_alone_is_thinking(text: str) -> None:
    problem = Problem("t/0", STUB, entry_point="add")
    leaked = Solution(None, Method.NONE, Cause.THINKING_LEAKED)
    assert solution_of(Completion(text, reasoning=fence(ADD)), problem) == leaked
    assert solution_of(Completion(text), problem) == Solution(None, Method.NONE, Cause.NO_CODE)
    assert solution_of(Completion(text, form=Form.CONTINUATION, reasoning="x"), problem) != leaked
    assert is_whole(solution_of(Completion(fence(ADD), reasoning="x"), problem), ADD)
