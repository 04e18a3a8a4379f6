"""Single words in front of code ("python", "Copy", "[BEGIN]", "solution.py"): Python where they stand, and prose."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Iterator

from pytest_codeeval.core.language import canonical
from pytest_codeeval.scoring.code.extraction.parsing import Parser, is_inert
from pytest_codeeval.scoring.code.extraction.prose import is_prose
from pytest_codeeval.scoring.code.extraction.unseen import begins

_WORD = re.compile(
    r"[\[(<*_`=\-]{0,4}[ ]?([^\W\d][\w+#]{0,40}(?:[./\\-][\w+#]{1,40}){0,6})[ ]?[\])>*_`=\-]{0,4}[:.!…]{0,3}[ \t]*$"
)
_BUILTINS = frozenset(dir(builtins))
# What is looked up at once: no lambda or other piece of code that may never run.
_EAGER = (
    *(ast.Name, ast.Attribute, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Constant, ast.BinOp, ast.UnaryOp),
    *(ast.Subscript, ast.Compare, ast.expr_context, ast.operator, ast.unaryop, ast.cmpop),
)
_LABELS = frozenset(
    {
        *("copy", "edit", "copy code", "copyedit", "code", "answer", "solution", "sure", "certainly", "okay", "output"),
        *(
            "result",
            "program",
            "implementation",
            "source",
            "代码",
            "复制",
            "复制代码",
            "编辑",
            "答案",
            "解答",
            "コード",
        ),
        *("código", "codigo", "réponse", "antwort", "lösung", "код", "ответ"),
    }
)
_FILE = re.compile(r"[\w-]{1,40}\.[a-z+]{1,5}")
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_TRIES = 8
_QUOTES = ('"""', "'''", "```", '"', "'", "`")


def is_word(line: str) -> bool:
    """Whether a line is one word that is no statement, be it in brackets or a file's name."""
    found = _WORD.match(line)
    return found is not None and not keyword.iskeyword(found[1])


def without_words(code: str, tree: ast.Module) -> str:
    """Drop statements that are words of prose: looked up as names that nothing binds, they would end the program.

    Behind a definition it has to be a single word.
    """
    suspects = [node for node in tree.body if isinstance(node, ast.AnnAssign | ast.Expr)]
    if not suspects or not any(_is_word(node, _BUILTINS) for node in suspects):
        return code
    lines = code.split("\n")
    everywhere, before = _bound(tree.body), _BUILTINS
    dropped: set[int] = set()
    defined = False
    for node in tree.body:
        defined |= isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        fit = _is_word(node, everywhere if defined else before) and _alone(node, tree, lines)
        if fit and (not defined or is_word(lines[node.lineno - 1])):
            dropped.update(range(node.lineno - 1, node.end_lineno or node.lineno))
        before |= _bound([node])
    return "\n".join(line for number, line in enumerate(lines) if number not in dropped) if dropped else code


def _is_word(node: ast.stmt, bound: frozenset[str]) -> bool:
    """Whether a statement does nothing but look up a name that nothing has bound."""
    if "*" in bound:
        return False
    if isinstance(node, ast.AnnAssign):
        looked_up = [node.annotation] if isinstance(node.target, ast.Name) and node.value is None else []
    else:
        looked_up = [node.value] if isinstance(node, ast.Expr) and is_inert(node) else []
    parts = [part for value in looked_up for part in ast.walk(value)]
    return all(isinstance(part, _EAGER) for part in parts) and any(
        isinstance(part, ast.Name) and part.id not in bound for part in parts
    )


def _alone(node: ast.stmt, tree: ast.Module, lines: list[str]) -> bool:
    """Whether nothing else stands on the lines of a statement."""
    first, last = node.lineno, node.end_lineno or node.lineno
    shared = any(other is not node and other.lineno <= last and (other.end_lineno or 0) >= first for other in tree.body)
    return not shared and ";" not in lines[last - 1]


def _bound(nodes: Iterable[ast.stmt]) -> frozenset[str]:
    """Return all names that statements bind anywhere, and the builtins; "*" if nobody knows which."""
    names = set(_BUILTINS)
    for part in (part for node in nodes for part in ast.walk(node)):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            names.add(part.id)
        elif isinstance(part, ast.Global):
            names.update(part.names)
        elif isinstance(part, _NAMED) and part.name:
            names.add(part.name)
        elif isinstance(part, ast.alias):
            names.add((part.asname or part.name).partition(".")[0])
    return frozenset(names)


def bared(code: str, parser: Parser) -> Iterator[str]:
    """Yield code that does not parse without the words in front, and without the quotes around it, if it parses so."""
    lines = code.strip("\n").split("\n")
    words = behind_words(lines)
    for start in [number for number in range(1, words + 1) if lines[number - 1].strip()][:_TRIES]:
        rest = "\n".join(lines[start:])
        if rest.strip() and parser.tree(rest) is not None:
            yield rest
            return
    text = "\n".join(lines[words:]).strip()
    for quote in _QUOTES:
        if text.startswith(quote) and text.endswith(quote) and len(text) > 2 * len(quote):
            inner = text[len(quote) : -len(quote)].strip("\n")
            if parser.tree(inner) is not None:
                yield inner


def is_wording(text: str) -> bool:
    """Whether text is nothing but prose, headings, single words and blank lines."""
    lines = [line for line in text.split("\n") if not line.startswith("#")]
    return behind_words(lines) == len(lines)


def behind_words(lines: list[str]) -> int:
    """Return how many lines at the start are blank, prose or single words."""
    number = 0
    while number < len(lines) and _is_wording(lines[number]):
        number += 1
    return number


def _is_wording(line: str) -> bool:
    return not line.strip() or is_word(line) or (is_prose(line) and not begins(line))


def without_labels(code: str, language: str) -> str:
    """Drop the lines in front of a program in another language that say what it is: its name, a file's, "Copy"."""
    lines = code.split("\n")
    number = 0
    while number < len(lines) and (not lines[number].strip() or _is_label(lines[number], language)):
        number += 1
    labels = any(line.strip() for line in lines[:number])
    return "\n".join(lines[number:]) if labels and number < len(lines) else code


def _is_label(line: str, language: str) -> bool:
    found = _WORD.match(line.strip())
    word = (found[1] if found else line.strip()).lower()
    return word in _LABELS or canonical(word) == language or _FILE.fullmatch(word) is not None
