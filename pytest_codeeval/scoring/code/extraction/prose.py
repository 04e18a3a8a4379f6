"""Words around code in an answer without fences: which lines are prose, and which runs of lines are Python."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator
from itertools import pairwise

from pytest_codeeval.scoring.code.extraction.parsing import Parser, is_inert

_MARKS = (">>>", "```", "~~~", "- ", "* ", "> ", "**", "|", "•", "\u2013", "\u2014", "<", "$", "\\", "---", "===")
_NUMBERED = re.compile(r"\d{1,3}[.)] |\[/?[A-Z]{2,12}\]$")
_LABEL = re.compile(r"[A-Z][\w ]{0,60}:(?: |$)")
_WORD = re.compile(r"[(\"'`]?[^\W\d_][\w'\u2019-]*[`\"')]?[,.;:!?…]?$")
_BESIDE = re.compile(r"[\w`\"']")
_SHOUT = re.compile(r"[A-Z][\w'\u2019]*[.!?:,…]+$")
# Lines starting with one of these are Python, however much they read like English ("from x import y").
_STATEMENTS = frozenset(keyword.kwlist) | {"print", "exec", "match", "case", "type"}
_START = re.compile(
    r"[ \t]*(?:(?:async[ \t]+def|def|class|from|import)[ \t]|@)|[A-Za-z_]\w*[ \t]*(?:=[^=]|:[^=]*=)"
    r"|[rR]?(?:\"{3}|'{3})|(?:try|(?:if|for|while|with)[ \t][^\n]*):[ \t]*$"
)
_REFUSAL = re.compile(
    r"\b(?:(?:i['\u2019]?m|i am|we['\u2019]re) (?:really |very |truly |so )?(?:sorry|afraid|unable|not able)"
    r"|i (?:can['\u2019]?t|cannot|can not|could not|couldn['\u2019]?t|won['\u2019]?t|will not|must decline)"
    r"|i apologi[sz]e"
    r"|as an ai\b|sorry, (?:but|i)\b|my apologies)",
    re.IGNORECASE,
)
_REFUSAL_WITHIN = 400
_TRIES = 24


def reads_like_refusal(text: str) -> bool:
    """Whether an answer without code opens as a refusal does, in English."""
    return _REFUSAL.search(text[:_REFUSAL_WITHIN]) is not None


def is_prose(line: str) -> bool:
    """Whether a line is obviously words, not code; an indented line never is."""
    if not line or line[0].isspace():
        return False
    if line.startswith(_MARKS) or _NUMBERED.match(line):
        return True
    if not line[0].isascii():
        return "=" not in line and "(" not in line
    said, equals, _ = line[:300].partition("=")
    words = said.split()
    if not words or words[0] in _STATEMENTS or (equals and words[0].endswith(",")):
        return False
    if not equals and (_LABEL.match(line) or (len(words) == 1 and _SHOUT.match(words[0]))):
        return True
    return _two_words(words)


def _two_words(words: list[str]) -> bool:
    """Whether two words stand side by side with nothing between, which Python has only around keywords."""
    if len(words) > 1 and words[0][0].isupper() and _WORD.match(words[0]) and _BESIDE.match(words[1]):
        return True
    plain = [
        bool(_WORD.match(word)) and word not in _STATEMENTS and (number > 0 or not word.endswith(","))
        for number, word in enumerate(words[:8])
    ]
    return any(here and there for here, there in pairwise(plain))


def leading_code(text: str, parser: Parser) -> str | None:
    """Return the longest beginning of `text` that parses and ends before prose, or None.

    Only prose is ever cut: code that does not parse is not trimmed until it does.
    """
    lines = text.split("\n")
    prose = [number for number, line in enumerate(lines) if is_prose(line)]
    end = len(lines)
    for _ in range(_TRIES):
        code = "\n".join(lines[:end])
        tree = parser.tree(code)
        if tree is not None:
            return without_inert_tail(code, tree) if tree.body else None
        # The parser names the first line at fault, or the first one after it with a broken token.
        fault = parser.error_line(code)
        while prose and prose[-1] >= min(end, fault):
            prose.pop()
        if not prose:
            return None
        end = prose.pop()
    return None


def without_inert_tail(code: str, tree: ast.Module) -> str:
    """Cut `code` at the first statement after its last definition that is a word of prose ("Done")."""
    cut = 0
    for node in reversed(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            break
        if is_inert(node) and not _is_text(node):
            cut = node.lineno
    return "\n".join(code.split("\n")[: cut - 1]) if cut > 1 else code


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def code_runs(text: str, parser: Parser) -> Iterator[str]:
    """Yield the runs of lines that are Python, each as long as can be, from text without fences."""
    return (code for _, code in numbered_runs(text, parser))


def numbered_runs(text: str, parser: Parser) -> Iterator[tuple[int, str]]:
    """Yield the runs of lines that are Python, each with the number of its first line, from 0."""
    lines = text.split("\n")
    number = 0
    while number < len(lines) and not parser.exhausted:
        code = _run_at(lines, number, parser) if _START.match(lines[number]) else None
        if code is None:
            number += 1
            continue
        yield number, code
        number += max(1, code.count("\n") + 1)


def _run_at(lines: list[str], start: int, parser: Parser) -> str | None:
    indent = len(lines[start]) - len(lines[start].lstrip())
    if not indent:
        return leading_code("\n".join(lines[start:]), parser)
    # A whole program indented, as Markdown's other kind of code block is.
    end = next((n for n in range(start, len(lines)) if lines[n].strip() and lines[n][0] not in " \t"), len(lines))
    return leading_code("\n".join(outdented(lines[start:end], indent)), parser)


def outdented(lines: list[str], amount: int) -> list[str]:
    """Return lines with up to `amount` blanks less at the start of each."""
    return [line[min(amount, len(line) - len(line.lstrip(" \t"))) :] for line in lines]
