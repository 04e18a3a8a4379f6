"""Source code as HTML with Pygments' class names, and no more markup than there are colours."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from time import thread_time

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String, _TokenType
from pygments.util import ClassNotFound

from pytest_codeeval.reports.markup import pieces

# A lexer is a set of regular expressions, and the text is hostile: thousands of line breaks take some lexers a time
# that grows with their square. What is longer than a sane solution gets no colours, nor does what takes too long.
LONGEST = 5_000
_MOST_SECONDS = 0.1
_MOST_ERRORS = 20

_CLASSES = {
    Comment: "c",
    Keyword: "k",
    Keyword.Constant: "kc",
    Name.Builtin: "nb",
    Name.Class: "nc",
    Name.Decorator: "nd",
    Name.Exception: "ne",
    Name.Function: "nf",
    Number: "m",
    Operator.Word: "ow",
    String: "s",
    String.Escape: "se",
    String.Interpol: "si",
}


def coloured(code: str, language: str) -> Iterator[str]:
    """Yield pieces of HTML, each whole in itself; plain ones where the language is unknown or the code is long."""
    lexer = _lexer(language) if len(code) <= LONGEST else None
    tokens = _tokens(code, lexer) if lexer else []
    if "".join(text for _, text in tokens) != code:
        yield from pieces(code)
        return
    for name, run in groupby(tokens, key=lambda token: token[0]):
        for piece in pieces("".join(text for _, text in run), length=500):
            yield f"<span class={name}>{piece}</span>" if name else piece


def _tokens(code: str, lexer: Lexer) -> list[tuple[str, str]]:
    """Return class and text of each token, fewer than there are where the code is none of this language."""
    tokens = []
    errors = 0
    end = thread_time() + _MOST_SECONDS
    # Unprocessed: get_tokens() would change line ends and drop a byte order mark.
    for _, kind, text in lexer.get_tokens_unprocessed(code):
        errors += kind is Error
        if errors > _MOST_ERRORS or thread_time() > end:
            break
        tokens.append((_class(kind), text))
    return tokens


def _class(kind: _TokenType) -> str:
    while kind:  # the root of all kinds is an empty tuple
        if kind in _CLASSES:
            return _CLASSES[kind]
        kind = kind.parent
    return ""


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None
