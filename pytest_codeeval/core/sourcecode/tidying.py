"""What an answer adds that does not fit in one file with the tests: exports, imports, tags of PHP, ends of modules."""

from __future__ import annotations

import re

from pytest_codeeval.core.sourcecode.source import Source

# For each language what to cut where it stands outside strings and comments.
_CUT = {
    "javascript": (
        r"^export[ \t]++(?:default[ \t]++)?(?=(?:async|function|class|const|let|var|abstract|type|interface|enum)\b)"
        r"|^export[ \t]*+\{[^}\n]{0,2000}+\}[^\n]*+|^export[ \t]++default\b[^\n]*+"
        r"|^(?:module[ \t]*+\.[ \t]*+)?exports\b(?:\.\w++)?[ \t]*+=[ \t]*+(?:\w++|\{[\s\w,:.]{0,2000}+\})[ \t]*+;?"
    ),
    "php": r"\A\s*+<\?(?!php\b|=)(?i:php\b)?\s?|\A\s++(?=<\?php\b)|\?>\s*+(?:\Z|<\?(?i:php)\b)|\?>.*",
    "lua": r"^return\b[^\n]*+\s*+\Z|^return[ \t]*+\{[^{}]{0,2000}+\}\s*+\Z",
    "perl": r"^__(?:END|DATA)__$.*|^1;\s*+\Z",
    "ruby": r"^__END__$.*",
}
_CUT["typescript"] = rf"{_CUT['javascript']}|^declare[ \t]++(?:const|let|var|function)[ \t]++require\b[^\n]*+"
_PATTERNS = {language: re.compile(cut, re.MULTILINE | re.DOTALL) for language, cut in _CUT.items()}
_IMPORT = re.compile(
    r"^import\b(?![ \t]++type[ \t]++[\w{*])[ \t]*+(?:(?P<default>[\w$]++)[ \t]*+,?[ \t]*+)?"
    r"(?:\*[ \t]*+as[ \t]++(?P<all>[\w$]++)[ \t]*+|\{(?P<names>[^{}]{0,2000}+)\}[ \t]*+)?"
    r"(?:from\b[ \t]*+)?(?P<module>\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+;?",
    re.MULTILINE,
)


def tidied(language: str, code: Source) -> str:
    """Return code without what only a file of its own may have."""
    if language in ("javascript", "typescript"):
        code = Source(_IMPORT.sub(lambda found: _required(found, code), code.code), code.syntax)
    pattern = _PATTERNS.get(language)
    if pattern is None:
        return code.code
    return code.without([found.span() for found in pattern.finditer(code.masked)])


def _required(found: re.Match[str], code: Source) -> str:
    """Return an import as what a file that is no module says instead, and any other text as it is."""
    if code.masked[found.start()] == " ":  # within a string or comment
        return found[0]
    module = f"require({found['module']})"
    names = [name for name in (found["default"], found["all"]) if name]
    names += [f"{{{re.sub(r'[ ]as[ ]', ': ', found['names'])}}}"] if found["names"] else []
    return f"const {', '.join(f'{name} = {module}' for name in names)};" if names else f"{module};"
