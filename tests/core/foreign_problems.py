"""One small problem for each language other than Python, in program form, and answers in fences."""

from __future__ import annotations

from pytest_codeeval.core.problem import Problem

RUST = Problem(
    "rs",
    "use std::collections::HashMap;\n\n/// Twice.\nfn twice(n: i64) -> i64 {\n    2 * n\n}\n\n"
    "/// Adds.\nfn add(a: i64, b: i64) -> i64 {\n",
    "\n\nfn main() {\n    assert_eq!(add(1, 2), 3);\n}\n",
    "add",
    language="rust",
    extra={"closing": "}", "stop": ["\n}"]},
)
JAVA = Problem(
    "java",
    "import java.util.*;\nimport java.math.*;\nclass Problem {\n    // Adds.\n"
    "    public static long add(long a, long b) {\n",
    "    public static void main(String[] args) {\n    assert(add(1, 2) == 3);\n    }\n}\n",
    "add",
    language="java",
    extra={"closing": "    }\n", "stop": ["\n    }\n"]},
)
GO = Problem(
    "go",
    'package add_test\n\nimport (\n    "testing"\n    "fmt"\n)\n\n// Adds.\nfunc add(a int, b int) int {\n',
    'func TestAdd(t *testing.T) {\n  if fmt.Sprint(add(1, 2)) != "3" {\n    t.Error("add")\n  }\n}\n',
    "add",
    language="go",
    extra={"closing": "", "stop": ["\nfunc", "struct", "\n// "]},
)
PHP = Problem(
    "php",
    "<?php\n// Adds.\nfunction add($a, $b) {\n",
    'function test(): void {\n    if (add(1, 2) !== 3) { throw new Exception("no"); }\n}\n\ntest();',
    "add",
    language="php",
    extra={"closing": "", "stop": ["\nfunction", "\n?>", "\n//", "\n#"]},
)
JS = Problem(
    "js",
    "//Adds.\nfunction add(a, b){\n",
    "const assert = require('node:assert');\n\nfunction test() {\n  assert.deepEqual(add(1, 2),3);\n}\n\ntest();",
    "add",
    language="javascript",
    extra={"closing": "", "stop": ["\nfunction ", "\n/*", "\n//", "\nconsole.log"]},
)
SH = Problem(
    "sh",
    "#!/bin/bash\n# Adds.\n# $1 is an integer\nadd() {\n",
    "\n\nset -e\n[[ $(add 1 2) = 3 ]]",
    "add",
    language="sh",
    extra={"closing": "}", "stop": ["\n}"]},
)
LUA = Problem(
    "lua",
    "-- Adds.\nlocal function add(a, b)\n",
    "assert(add(1, 2) == 3)",
    "add",
    language="lua",
    extra={"closing": "", "stop": ["\nlocal", "\nfunction", "\n--", "\n\n"]},
)
CPP = Problem(
    "cpp",
    "#include<assert.h>\n#include<vector>\nunion Pair {\n    long a;\n    long b;\n};\n"
    "// Adds.\nlong add(long a, long b) {\n",
    "int main() {\n    auto candidate = add;\n    assert(candidate(1, 2) == 3);\n}\n",
    "add",
    language="cpp",
    extra={"closing": "}", "stop": ["\n}"]},
)
TS = Problem(
    "ts",
    "//Adds.\nfunction add(a: number, b: number): number {\n",
    "declare var require: any;\nconst assert = require('node:assert');\n\n\nfunction test() {\n  let candidate = add;\n"
    "  assert.deepEqual(candidate(1, 2),3);\n}\n\ntest();",
    "add",
    language="typescript",
    extra={"closing": "", "stop": ["\nfunction "]},
)
RUBY = Problem(
    "rb",
    "# Adds.\ndef add(a, b)\n",
    "candidate = method(:add)\nraise 'no' unless candidate.call(1, 2) == 3\n",
    "add",
    language="ruby",
    extra={"closing": "", "stop": ["\nclass", "\ndef", "\n#", "\n\n"]},
)
PERL = Problem(
    "pl",
    "# Adds.\nsub add {\n    my($a, $b) = @_;\n",
    "my $candidate = \\&add;\nexit 1 unless $candidate->(1, 2) == 3;\n",
    "add",
    language="perl",
    extra={"closing": "", "stop": ["\nsub", "\n#", "\n\n"]},
)
R = Problem(
    "r",
    "# Adds.\nadd <- function(a, b) {",
    "test <- function() {\n    candidate <- add\n    stopifnot(isTRUE(all.equal(candidate(1, 2), 3)))\n}\ntest()",
    "add",
    language="r",
    extra={"closing": "", "stop": ["\n#", "\n```"]},
)


def fence(code: str, tag: str) -> str:
    """Put code into a fence of Markdown."""
    return f"```{tag}\n{code}\n```\n"
