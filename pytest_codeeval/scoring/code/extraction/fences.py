"""Layout of an answer in Markdown: its fenced blocks, the text outside them, and no thinking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_codeeval.scoring.code.extraction.layout import Block, Layout, is_python
from pytest_codeeval.scoring.code.extraction.parsing import Parser
from pytest_codeeval.scoring.code.extraction.prose import outdented
from pytest_codeeval.scoring.code.extraction.thoughts import Thoughts
from pytest_codeeval.scoring.code.extraction.unseen import visible
from pytest_codeeval.scoring.code.extraction.wording import bared
from pytest_codeeval.scoring.marks import Marks
from pytest_codeeval.scoring.thinking import is_close

_OPENING = re.compile(r"(?P<lead>[ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?)(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")
_TAG = re.compile(r"[{.\s]*([\w+#-]*)")
_CODE_AFTER_TAG = re.compile(
    r"(?i)\s*(?:python3?\b|py\b)?\s*((?:def|class|import|async def|return)\s.*|from\s+\S+\s+import\s.*|@\w.*)$"
)
_TOP_LEVEL = re.compile(r"[ \t]+(?:(?:def|class|import|from|async)[ \t]|@)")
# What chat templates put at the end of a turn and some servers forget to take away.
_END_OF_TURN = re.compile(r"(?:<\|(?!message\||channel\|)[\w ]{1,40}\|>|</s>|<eos>|<end_of_turn>)$")
_START_OF_TURN = re.compile(
    r"\s{0,80}(?:<s>|<bos>|<\|im_start\|>assistant|<start_of_turn>model|<\|begin\|>assistant|<\|assistant\|>|<\|message\|>"
    r"|<\|start_header_id\|>assistant<\|end_header_id\|>)\n{0,2}"
)
_MARKDOWN = frozenset({"markdown", "md"})
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
# A docstring may hold fences of its own: how many endings are tried before the first one is taken.
_ENDINGS = 24
# No honest answer has more; each block may cost a look at all the lines behind it.
_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class _Opening:
    mark: str
    tag: str
    indent: int = 0
    first_line: str = ""
    info: str = ""

    def closes(self, line: str) -> bool:
        text = line.strip()
        return len(text) >= len(self.mark) and not text.strip(self.mark[0])


def normalized(text: str, marks: Marks) -> str:
    """Return an answer with line feeds alone for line breaks, and without invisible marks or template tokens around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip(_INVISIBLE).rstrip()
    while found := _END_OF_TURN.search(text, max(0, len(text) - 50)):
        if marks.closing.search(found[0]):
            break  # the thinking ends here, and the answer with it
        text = text[: found.start()].rstrip()
    while found := _START_OF_TURN.match(text):
        text = text[found.end() :]
    return text


def read_layout(text: str, parser: Parser | None, marks: Marks) -> Layout:
    """Read an answer line by line; `parser` (for Python) tells where a block whose docstring holds fences ends."""
    layout = Layout()
    lines = text.split("\n")
    thoughts = Thoughts(lines, marks, python=parser is not None)
    number = 0
    while 0 <= number < len(lines):
        line = lines[number]
        after = thoughts.passed(number, layout)
        if after is not None:
            number = after
        elif len(layout.blocks) < _BLOCKS and (opening := _opening(line)) and opening.tag not in _MARKDOWN:
            number = _read_block(lines, number, opening, layout, parser, marks)
        else:
            layout.lines.append(line)
            if inline := _one_line_block(line):
                layout.blocks.append(inline)
            number += 1
    return layout


def _opening(line: str) -> _Opening | None:
    found = _OPENING.match(line)
    if found is None:
        return _opening_behind_prose(line)
    info = found["info"].strip()
    code = _CODE_AFTER_TAG.match(info)
    tag = _TAG.match(info)
    name = tag[1].lower() if tag else ""
    if code:
        return _Opening(found["mark"], "python", len(found["lead"]), code[1])
    return _Opening(found["mark"], name, len(found["lead"]), info=info)


def _opening_behind_prose(line: str) -> _Opening | None:
    """Find "Here it is: ```python", which Markdown does not know and models write."""
    before, mark, tag = line.rpartition("```")
    if mark and before.strip() and "`" not in before and is_python(tag):
        return _Opening(mark, tag.strip().lower())
    return None


def _one_line_block(line: str) -> Block | None:
    text = line.strip()
    if len(text) < 7 or not (text.startswith("```") and text.endswith("```")) or "`" in text[3:-3]:
        return None
    tag, _, rest = text[3:-3].strip().partition(" ")
    return Block(rest.strip(), tag.lower()) if is_python(tag) and rest.strip() else Block(text[3:-3].strip())


def _read_block(
    lines: list[str], start: int, opening: _Opening, layout: Layout, parser: Parser | None, marks: Marks
) -> int:
    """Add the block that opens at `start` to the layout and return the line after it."""
    first = [opening.first_line] if opening.first_line else []
    end, closed, after = _ending(lines, start, first, opening, parser)
    body = lines[start + 1 : end]
    leak = next((n for n, line in enumerate(body) if is_close(line, marks)), None)
    if leak is not None and body[leak].strip() not in (_parsed(_code(first + body, opening), parser) or ""):
        # A draft in the thinking left its fence open; the answer begins behind the tag.
        layout.forget()
        return start + 1 + leak + 1
    label = f"{opening.info}\n{layout.last_words}"
    layout.fenced.update(range(len(layout.lines), len(layout.lines) + after - start))
    layout.lines.extend(lines[start:after])
    if closed is None:  # the mark stands behind the last line of code
        body = [*body[:-1], body[-1].rstrip()[: -len(opening.mark)]]
    code = _code(first + body, opening).removeprefix("\ufeff")
    if code.strip():
        layout.blocks.append(Block(code, opening.tag, closed is not False, label))
    return after


def _ending(
    lines: list[str], start: int, first: list[str], opening: _Opening, parser: Parser | None
) -> tuple[int, bool | None, int]:
    """Return where a block ends, whether it is closed (None: behind code), and the line where reading goes on."""
    fallback: tuple[int, bool | None, int] | None = None
    for end, after in list(_marks(lines, start, opening, parser is not None)):
        found = (end, True, after)
        if parser is None:
            return found
        fallback = fallback or found
        code = _code(first + lines[start + 1 : end], opening)
        if ('"""' not in code and "'''" not in code) or _parsed(code, parser) is not None:
            return found
    if parser is not None:
        fallback = fallback or _glued_ending(lines, start, first, opening, parser)
    whole = (len(lines), False, len(lines))
    if fallback and _parsed(_code(first + lines[start + 1 :], opening), parser) is None:
        return fallback
    return whole


def _marks(lines: list[str], start: int, opening: _Opening, python: bool) -> Iterator[tuple[int, int]]:
    """Yield the lines that may end a block: closing marks, and the opening of a next Python block without one."""
    count = 0
    for number in range(start + 1, len(lines)):
        if not lines[number].lstrip(" \t").startswith(opening.mark):
            continue
        if opening.closes(lines[number]):
            yield number, number + 1
        elif python and (following := _OPENING.match(lines[number])) and _reopens(following, opening):
            yield number, number
        else:
            continue
        count += 1
        if count >= _ENDINGS:
            return


def _reopens(following: re.Match[str], opening: _Opening) -> bool:
    return following["mark"] == opening.mark and is_python(following["info"])


def _glued_ending(
    lines: list[str], start: int, first: list[str], opening: _Opening, parser: Parser
) -> tuple[int, bool | None, int] | None:
    """Find a fence closed on the last line of code itself ("return x```"), if the code before it parses."""
    for number in range(start + 1, len(lines)):
        line = lines[number].rstrip()
        if line.endswith(opening.mark) and line.count(opening.mark) == 1:
            body = [*first, *lines[start + 1 : number], line[: -len(opening.mark)]]
            found = _parsed(_code(body, opening), parser) is not None
            return (number + 1, None, number + 1) if found else None
    return None


def _parsed(code: str, parser: Parser | None) -> str | None:
    """Return a block that parses, perhaps as a function's body, without words in front of it; else None."""
    if parser is None:
        return None
    indented = next((line[0] in " \t" for line in code.split("\n") if line.strip()), False)
    if parser.tree("if 1:\n" + code if indented else code):
        return code
    return next(bared(visible(code), parser), None)


def _code(lines: list[str], opening: _Opening) -> str:
    """Return a block's text, without the indentation that the fence itself had."""
    first = next((line for line in lines if line.strip()), "")
    indent = len(first) - len(first.lstrip(" \t"))
    amount = indent if _TOP_LEVEL.match(first) else min(indent, opening.indent)
    return "\n".join(outdented(lines, amount) if amount else lines)
