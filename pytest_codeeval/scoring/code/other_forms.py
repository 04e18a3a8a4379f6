"""Foreign forms: canonical solutions in other languages than Python as chat models write them."""

from __future__ import annotations

from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.sourcecode.problem_context import ProblemContext
from pytest_codeeval.core.sourcecode.source import Source
from pytest_codeeval.core.sourcecode.syntax import SYNTAXES

# By language: a comment with all that could be taken for an end, an import that nothing needs, an example of use.
_DOCS = {
    "rust": '/**\n Own words: it\'s "asked for".\n\n /* nested { */\n fn other() {\n*/\n',
    "lua": "--[[ Own words: it's\n\n local function other()\n]]\n",
    "ruby": "=begin\nOwn words: it's\n\ndef other\n=end\n",
    "perl": "=pod\n\nOwn words: it's {\n\n=cut\n\n",
}
_BLOCK_COMMENT = '/*\n Own words: it\'s "asked for".\n\n other() {\n*/\n'
_LINE_COMMENT = '# Own words: it\'s "asked for" {\n\n# other() {\n'
_IMPORTS = {
    "rust": "use std::collections::BTreeMap as _;\n",
    "cpp": "#include <vector>\n#include <string>\n",
    "java": "import java.util.*;\n",
    "javascript": "const { inspect: ownInspect } = require('util');\n",
    "perl": "use List::Util ();\n",
    "ruby": "require 'set'\n",
}
_EXAMPLES = {
    "rust": 'fn main() {\n    println!("{}", "}}"); // {\n}\n',
    "cpp": 'int main() {\n    std::cout << "}"; // {\n    return 0;\n}\n',
    "go": 'func main() {\n\tprintln("}")\n}\n',
    "javascript": "console.log(`${typeof NAME} }`);\n",
    "typescript": "console.log(`${typeof NAME} }`);\n",
    "php": 'echo "an example }\\n";\n',
    "sh": '# Example of use: NAME "{"\n',
    "ruby": "puts 'an example'\n",
    "lua": "print('an example')\n",
    "perl": 'print "an example\\n";\n',
    "r": 'print("an example")\n',
}


def other_form(problem: Problem, form: str, program: str) -> str:
    """Return `program`, which is whole, in one of the forms."""
    frame = ProblemContext(problem.stub, problem.entry_point, problem.language)
    code, name = frame.source(program), frame.name
    if name not in SYNTAXES:
        return program  # nobody here knows what a comment is in it
    if form == "function only":
        return _function(frame, code)
    if form == "own doc comment":
        plain = _LINE_COMMENT if name in ("sh", "r") else _BLOCK_COMMENT
        return _behind_first_lines(_function(frame, code), _DOCS.get(name, plain) if problem.entry_point else plain)
    if form == "own imports":
        return _behind_first_lines(program, _IMPORTS.get(name, ""))
    if form == "prompt repeated":
        return _with_prompt(frame, code)
    if not problem.stub and name == "cpp":
        return program  # its main would stay, beside that of the tests
    return f"{program.rstrip()}\n\n{_EXAMPLES.get(name, '').replace('NAME', problem.entry_point or 'name')}"


def _function(frame: ProblemContext, code: Source) -> str:
    """Leave out the imports that the prompt has."""
    stub = frame.source(frame.stub)
    known = {_squeezed(stub.code[start:end]) for start, end in stub.imports}
    spans = [(start, end) for start, end in code.imports if _squeezed(code.code[start:end]) in known]
    return code.without(spans).lstrip("\n")


def _with_prompt(frame: ProblemContext, code: Source) -> str:
    found = code.defining(frame.entry_point)
    own = frame.source(frame.stub).defining(frame.entry_point)
    if found is None or own is None:
        return code.code
    return frame.stub[: own.start] + code.code[found.start :]


def _behind_first_lines(code: str, text: str) -> str:
    """Put text behind what has to stay first: inner attributes, `<?php`, a package clause, `#!`."""
    lines = code.split("\n")
    number = 0
    while number < len(lines) and lines[number].startswith(("#!", "//!", "<?php", "package ")):
        number += 1
    return "\n".join([*lines[:number], text + "\n".join(lines[number:])])


def _squeezed(text: str) -> str:
    return " ".join(text.split())
