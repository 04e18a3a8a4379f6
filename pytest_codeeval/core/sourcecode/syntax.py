"""Syntax: what code of a language looks like to one scanner, as data: strings, comments, definitions, imports."""

from __future__ import annotations

import re
from dataclasses import dataclass

# All quantifiers are possessive or bounded: no text makes a pattern take more than linear time.
_DOUBLE = r'"(?:[^"\\]|\\.)*+"?'
_SINGLE = r"'(?:[^'\\]|\\.)*+'?"
_BACKTICK = r"(?P<open>`)(?:[^`\\]|\\.)*+`?"
_OPEN_DOUBLE = r'(?P<open>")(?:[^"\\]|\\.)*+"?'
_DOUBLE_LINE = r'"(?:[^"\\\n]|\\.)*+"?'
_SINGLE_LINE = r"'(?:[^'\\\n]|\\.)*+'?"
_RAW_BACKTICK = r"`[^`]*+`?"
_CHARACTER = r"'(?:\\[^\n]{1,12}?|[^'\\\n])'"  # not the lifetime 'a, not the separator of 1'000
_SLASHES = r"//[^\n]*+"
_SLASHES_ON = r"//(?:[^\n\\]|\\.)*+"  # in C a backslash joins the next line to the comment
_BLOCK = r"/\*.*?(?:\*/|\Z)"
_NESTED_BLOCK = r"(?P<nested>/\*)"
_HASH = r"#[^\n]*+"
_SHELL_HASH = r"(?<![^\s;])#[^\n]*+"  # not ${#x} or $#
_C_COMMENTS = ("//", "/*")
_HEREDOC_NAME = r"""[-~]?[ \t]?(?P<quote>['"]?)(?P<heredoc>[A-Za-z_]\w{0,40})(?P=quote)"""
# What a letter and a bracket of one's choice begin: q(...), %w[...].
_CHOSEN = (
    r"(?:\{[^{}]{0,2000}+\}|\([^()]{0,2000}+\)|\[[^\[\]]{0,2000}+\]|<[^<>]{0,2000}+>|\|[^|]{0,2000}+\||![^!]{0,2000}+!)"
)
_SLASHED = r"/(?![*/])(?>(?:[^\\/\[\n]|\\.|\[(?>(?:[^\]\\\n]|\\.){0,60})\]){1,120})/"
_AFTER_OPERATOR = rf"(?<=[(,=:\[!&|?{{;+*%<>~^])[ \t]{{0,8}}+{_SLASHED}"
_AFTER_RETURN = rf"(?<=return)[ \t]{{1,8}}+{_SLASHED}"

_REPLACED = r"(?<![\w$@%&>{-])(?:s|tr|y)/(?:[^/\\\n]|\\.){0,120}+/(?:[^/\\\n]|\\.){0,120}+/"

_FUNCTION_JS = (
    r"^[ \t]*+(?:export[ \t]++)?(?:default[ \t]++)?(?:declare[ \t]++)?"
    r"(?:(?:async[ \t]++)?function\b[ \t]*+\*?[ \t]*+(?P<name>NAME)\b"
    r"|(?:abstract[ \t]++)?(?:class|interface|enum|namespace)[ \t]++(?P<type>NAME)\b"
    r"|(?:(?:const|let|var|type)[ \t]++|(?=NAME[ \t]*+=[ \t]*+(?:function|async|\()))(?P<value>NAME)[ \t]*+[:=<])"
)
_WORDS = r"(?:[\w:<>,*&\[\].?@]++[ \t]++){1,12}?"
_TYPE = r"(?:[\w:<>,*&\[\].?@]++[ \t]++){0,11}?[\w:<>,*&\[\].?@]++(?:[ \t]++|[ \t]*+\n[ \t]*+)"  # on its own line, too
_NO_DEFINITION = r"(?!return\b|else\b|new\b|throw\b|delete\b|case\b|goto\b|using\b|typedef\b)"


@dataclass(frozen=True, slots=True)
class Syntax:
    """One language for the scanner.

    `inert` finds what is no code (strings, comments). Its group `heredoc` names the line that ends a here-document,
    `nested` is a comment that may hold others, `open` the quote of a string that may hold code behind `interpolation`.
    `comments` are what a comment begins with. `definition` has NAME for the name, in a group `name` (function), `type`
    or `value`, or `part` for what has none of its own (an `impl`). `imports` finds lines that import; `attached` finds
    what belongs to the definition behind it, up to the bracket that it opens. `braces` is false where blocks end in
    `end` and only what begins in the first column is at top level. `own_tests` are names that only a test runner calls.
    """

    inert: re.Pattern[str]
    definition: str
    imports: re.Pattern[str]
    attached: re.Pattern[str] = re.compile(r"(?!)")
    braces: bool = True
    line_ends: bool = False  # a line break may end a type
    bare_bodies: bool = False  # a function's body may be an expression without braces
    binds_imports: bool = False  # an import gives names, of which none may come twice
    own_tests: re.Pattern[str] = re.compile(r"(?!)")
    comments: tuple[str, ...] = ()
    interpolation: str = "${"


def _syntax(
    *inert: str,
    definition: str,
    imports: str = r"(?!)",
    attached: str = r"(?!)",
    braces: bool = True,
    line_ends: bool = False,
    bare_bodies: bool = False,
    binds_imports: bool = False,
    own_tests: str = r"(?!)",
    comments: tuple[str, ...] = ("#",),
    interpolation: str = "${",
) -> Syntax:
    return Syntax(
        re.compile("|".join(inert), re.DOTALL | re.MULTILINE),
        definition,
        re.compile(imports, re.MULTILINE),
        re.compile(attached, re.MULTILINE),
        braces,
        line_ends,
        bare_bodies,
        binds_imports,
        re.compile(own_tests),
        comments,
        interpolation,
    )


_JAVASCRIPT = _syntax(
    *(_SLASHES, _BLOCK, _DOUBLE_LINE, _SINGLE_LINE, _BACKTICK, _AFTER_OPERATOR, _AFTER_RETURN),
    definition=_FUNCTION_JS,
    imports=r"^import\b[^\n]*+",
    attached=r"@(?!interface\b)\w[\w.]{0,80}+(?:[ \t]*+\()?",
    line_ends=True,
    comments=_C_COMMENTS,
)

SYNTAXES = {
    "rust": _syntax(
        *(_SLASHES, _NESTED_BLOCK, r'\b[bc]?r(?P<hashes>#{0,9})".*?(?:"(?P=hashes)|\Z)', _DOUBLE, _CHARACTER),
        definition=(
            r"^[ \t]*+(?:pub(?:\([^)\n]{0,40}\))?[ \t]++)?(?:(?:default|async|unsafe|extern|const)[ \t]++){0,4}?"
            r"(?:fn[ \t]++(?P<name>NAME)\b|(?:struct|enum|union|trait|mod|macro_rules!)[ \t]++(?P<type>NAME)\b"
            r"|(?:const|static(?:[ \t]++mut)?|type)[ \t]++(?P<value>NAME)\b|(?P<part>impl\b[^{};]{1,400}+))"
        ),
        imports=r"^[ \t]*+(?:pub[ \t]++)?(?:use\b[^;]{0,2000}+;|extern[ \t]++crate\b[^\n]*+)",
        attached=r"#\[",
        binds_imports=True,
        comments=_C_COMMENTS,
    ),
    "javascript": _JAVASCRIPT,
    "typescript": _JAVASCRIPT,
    "java": _syntax(
        *(_SLASHES, _BLOCK, r'""".*?(?:"""|\Z)', _DOUBLE_LINE, _SINGLE_LINE),
        definition=(
            r"^[ \t]*+(?:(?:(?:public|private|protected|static|final|abstract|sealed|strictfp)[ \t]++){0,6}"
            r"(?:class|interface|enum|record)[ \t]++(?P<type>NAME)\b"
            rf"|{_NO_DEFINITION}{_WORDS}(?P<name>NAME)[ \t]*+\()"
        ),
        imports=r"^[ \t]*+(?:import|package)\b[^;\n]*+;",
        attached=r"@(?!interface\b)\w[\w.]{0,80}+(?:[ \t]*+\()?",
        comments=_C_COMMENTS,
    ),
    "cpp": _syntax(
        *(
            _SLASHES_ON,
            _BLOCK,
            r'\b(?:u8|[uUL])?R"(?P<own>[^()\\\s"]{0,16})\(.*?(?:\)(?P=own)"|\Z)',
            _DOUBLE_LINE,
            _CHARACTER,
        ),
        definition=(
            r"^[ \t]*+(?:(?:struct|class|union|enum(?:[ \t]++class)?|namespace)[ \t]++"
            r"(?P<type>NAME)\b(?=[ \t\n]*+[{:;])"
            r"|(?:\#[ \t]*+define[ \t]++"
            r"|(?:const|constexpr|static|inline)\b[^(){};=\n]{1,80}?[ \t*&]"
            r"(?=NAME[ \t]*+(?>(?:\[[^\]\n]{0,40}\][ \t]*+){0,4})[=;{]))(?P<value>NAME)\b"
            rf"|{_NO_DEFINITION}{_TYPE}[*&]{{0,3}}(?P<name>NAME)[ \t]*+\()"
        ),
        imports=r"^[ \t]*+(?:\#[ \t]*+include\b|using[ \t]++namespace\b)[^\n]*+",
        attached=r"template\b[ \t]*+<|\[(?=\[)",
        comments=_C_COMMENTS,
    ),
    "go": _syntax(
        *(_SLASHES, _BLOCK, _DOUBLE_LINE, _CHARACTER, _RAW_BACKTICK, r"\b(?:interface|struct)[ \t]*+\{[ \t]*+\}"),
        definition=(
            r"^[ \t]*+(?:func[ \t]++(?P<name>NAME)\b|type[ \t]++(?P<type>NAME)\b|(?:var|const)[ \t]++(?P<value>NAME)\b"
            r"|(?P<part>func[ \t]*+\([^(){}]{1,100}+\)[ \t]*+\w++))"
        ),
        imports=r"^[ \t]*+(?:package[ \t]++\w++|import[ \t]*+(?:\([^)]{0,4000}+\)|[^\n]*+))[ \t]*+;?",
        own_tests=r"main|(?:Test|Benchmark|Example|Fuzz)(?:[A-Z_]\w*+)?",
        line_ends=True,
        comments=_C_COMMENTS,
    ),
    "php": _syntax(
        *(_SLASHES, _BLOCK, r"#(?!\[)[^\n]*+", _OPEN_DOUBLE, _SINGLE, "<<<" + _HEREDOC_NAME),
        definition=(
            r"^[ \t]*+(?:function\b[ \t]*+&?[ \t]*+(?P<name>NAME)\b"
            r"|(?:(?:final|abstract)[ \t]++)?(?:class|interface|trait|enum)[ \t]++(?P<type>NAME)\b"
            r"|const[ \t]++(?P<value>NAME)\b)"
        ),
        imports=r"^[ \t]*+(?:<\?php\b|use\b[^;{\n]*+;)",
        attached=r"#\[",
        comments=(*_C_COMMENTS, "#"),
        interpolation="{$",
    ),
    "sh": _syntax(
        *(r"\\.", _SHELL_HASH, _OPEN_DOUBLE, r"\$'(?:[^'\\]|\\.)*+'?", r"'[^']*+'?", "(?<!<)<<(?!<)" + _HEREDOC_NAME),
        definition=(r"^[ \t]*+(?:function[ \t]++(?=NAME[ \t]*+[({\n])|(?=NAME[ \t]*+\([ \t]*+\)))(?P<name>NAME)\b"),
        interpolation="$(",
    ),
    "ruby": _syntax(
        *(r"^=begin\b.*?(?:^=end\b|\Z)", _SHELL_HASH, r"(?<=[\s(,=])\?[\"'#`]", _OPEN_DOUBLE, _SINGLE, _AFTER_OPERATOR),
        *(r"<<(?=[-~\"'A-Z])" + _HEREDOC_NAME, r"%[wWqQiI]" + _CHOSEN),
        definition=(
            r"^[ \t]*+(?:def[ \t]++(?:self\.)?(?P<name>NAME)(?![\w?!])"
            r"|(?:class|module)[ \t]++(?P<type>NAME)\b|(?P<value>NAME)[ \t]*+=(?![=~]))"
        ),
        imports=r"^require\b[^\n]*+",
        braces=False,
        comments=("#", "=begin"),
        interpolation="#{",
    ),
    "lua": _syntax(
        *(r"--\[(?P<level>=*+)\[.*?(?:\](?P=level)\]|\Z)", r"--[^\n]*+", _DOUBLE_LINE, _SINGLE_LINE),
        *(r"\[(?P<long>=*+)\[.*?(?:\](?P=long)\]|\Z)",),
        definition=(
            r"^[ \t]*+(?:local[ \t]++)?(?:(?:function[ \t]++(?=NAME[ \t]*+\()|(?=NAME[ \t]*+=[ \t]*+function\b))"
            r"(?P<name>NAME)\b|(?P<value>NAME)[ \t]*+=(?!=))"
        ),
        braces=False,
        comments=("--",),
    ),
    "perl": _syntax(
        *(r"^=[a-z]\w*.*?(?:^=cut\b|\Z)", r"(?<![$\\{])#[^\n]*+", _DOUBLE, r"(?<![\w$])" + _SINGLE, _AFTER_OPERATOR),
        *(r"(?<==~)[ \t]{0,8}+m?" + _SLASHED, _REPLACED),
        *(r"<<(?=[~\"'A-Z])" + _HEREDOC_NAME, r"(?<![\w$@%&>{-])q[qwr]?[ \t]?(?!=>)" + _CHOSEN),
        definition=r"^[ \t]*+(?:sub[ \t]++(?P<name>NAME)\b|(?:my|our)[ \t]++[$@%](?P<value>NAME)\b)",
        imports=r"^use\b[^\n]*+",
        comments=("#", "="),
    ),
    "r": _syntax(
        *(_HASH, r'\b[rR]"(?P<dashes>-{0,9})[(\[{].*?(?:[)\]}](?P=dashes)"|\Z)', _DOUBLE, _SINGLE, _RAW_BACKTICK),
        definition=(
            r"^[ \t]*+(?:(?P<name>NAME)[ \t]*+(?:<<?-|=(?!=))[ \t]*+\n?[ \t]*+(?:function\b|\\\()"
            r"|(?P<value>NAME)[ \t]*+(?:<<?-|=(?!=)))"
        ),
        imports=r"^(?:library|require)[ \t]*+\([^\n]*+",
        bare_bodies=True,
    ),
}
# For a language that is not in the table: nothing is known but the usual strings.
PLAIN = _syntax(_DOUBLE_LINE, definition=r"(?P<name>(?!)NAME)")


def syntax_of(language: str) -> Syntax:
    """Return the syntax of a language by its canonical name."""
    return SYNTAXES.get(language, PLAIN)
