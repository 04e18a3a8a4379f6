"""WholeProgram: which of several blocks is meant where a program is asked for that reads its input."""

from __future__ import annotations

import re

from pytest_codeeval.core.language import canonical
from pytest_codeeval.scoring.code.extraction.fences import read_layout
from pytest_codeeval.scoring.code.extraction.layout import Block, is_python
from pytest_codeeval.scoring.code.extraction.parsing import Parser
from pytest_codeeval.scoring.marks import Marks

# What a program takes its input with; a line that puts something else in its place is an example of use.
_READS = {
    "python": (
        r"\binput\(|\bsys\.stdin\b(?!\s*=[^=])|\bopen\(\s*0|/dev/stdin|\bfileinput\b|\bos\.read\(\s*0|\bfrom sys import"
    ),
    "javascript": r"\bstdin\b|readFileSync\(\s*0|\breadline\b",
    "java": r"\bSystem\.in\b|\bSystem\.console\b",
    "cpp": r"\bcin\b|\bscanf\b|\bgetline\b|\bgetchar\w*|\bstdin\b|\bread\(\s*0",
    "go": r"\bos\.Stdin\b|\bfmt\.Scan",
    "rust": r"\bstdin\b|/dev/stdin",
    "sh": (
        r"^[ \t]*(?:while[ \t]+)?(?:IFS=\S*[ \t]+)?(?:read|mapfile|readarray|cat|awk|sed|sort|tr|bc|head|tail|wc)\b"
        r"|/dev/stdin|\$\((?:cat|<)"
    ),
    "php": r"\bSTDIN\b|php://stdin|\breadline\(",
    "ruby": r"\bgets\b|\bSTDIN\b|\$stdin\b|\bARGF\b|\$<",
    "lua": r"\bio\.(?:read|lines|stdin)\b",
    "perl": r"<>|<<>>|\bSTDIN\b",
    "r": r"\bstdin\b",
}
_READS["typescript"] = _READS["javascript"]
_FENCE = re.compile("`{3,}|~{3,}")


def narrowed(text: str, language: str, marks: Marks) -> str:
    """Return an answer as the last of its blocks in the language that reads input, if there are several blocks.

    What was said last is meant: a correction, not what it corrects. Any other answer is returned as it is.
    """
    if language not in _READS:
        return text
    python = language == "python"
    blocks = read_layout(text, Parser() if python else None, marks).blocks
    own = [block for block in blocks if block.closed and _is_in(block, language)]
    reading = [block for block in own if re.search(_READS[language], block.code, re.MULTILINE)]
    if len(own) < 2 or not reading:
        return text
    code = reading[-1].code.rstrip("\n")
    fence = "`" * (1 + max((len(run) for run in _FENCE.findall(code)), default=2))
    return f"{fence}{language}\n{code}\n{fence}\n"


def _is_in(block: Block, language: str) -> bool:
    if not block.tag:
        return True
    return is_python(block.tag) if language == "python" else canonical(block.tag) == language
