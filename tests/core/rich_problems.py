"""Problems whose prompts hold what a scanner may trip over before the function: comments, attributes, strings."""

from __future__ import annotations

from pytest_codeeval.core.problem import Problem
from tests.core.foreign_problems import CPP, GO, JAVA, JS, LUA, PERL, PHP, RUBY, RUST, SH, TS, R

# For each language: what comes before the function, a block each, and what each defines (a text that is there once).
HEADS: dict[str, dict[str, str]] = {
    "rust": {
        "use std::collections::{HashMap, HashSet};": "",
        "/* A block,\n\n  /* one in it */\n\nfn add(a: i64) {\n*/": "",
        '/// The "sum" of it\'s parts.\n#[derive(Debug,\n    Clone, PartialEq)]\n#[allow(dead_code)]\n'
        "struct Pair {\n    a: i64,\n}": "struct Pair",
        "impl Pair {\n    #[allow(dead_code)]\n    fn new(a: i64) -> Self {\n        Pair { a }\n    }\n}": "impl Pair",
        'const OPEN: &str = r#"/* " {"#;': "const OPEN",
        "#[inline] #[allow(dead_code)]\npub fn half(n: i64) -> i64 {\n    n / 2 // {\n}": "fn half",
    },
    "cpp": {
        "#include <string>\nusing namespace std;": "",
        "/*\n A block\n\nlong add(long a) {\n*/": "",
        "#define TWICE(x) (2 * (x))": "define TWICE(",
        'const string OPEN = R"x(/* " )" {)x";': "const string OPEN",
        "template <typename T,\n          typename S>\nT half(T n, S) {\n    return n / 2; // {\n}": "T half(",
        "namespace more {\n/* { */\nint one() { return 1; }\n}": "namespace more",
        "static const long MOD = 1000000007;": "long MOD",
    },
    "javascript": {
        "const { inspect } = require('util');": "inspect }",
        "/*\n A block\n\nfunction add(a) {\n*/": "",
        "const OPEN = `/* ${[`}`, '{'].join(\"`\")} {`;": "const OPEN",
        "/**\n * Halves.\n *\n * @param {number} n\n */\nfunction half(n) {\n  return n / 2; // {\n}": "function half",
        "class Pair {\n  /* { */\n  constructor(a) { this.a = a; }\n}": "class Pair",
    },
    "typescript": {
        "/*\n A block\n\nfunction add(a) {\n*/": "",
        "interface Pair {\n  // {\n  a: number;\n}": "interface Pair",
        "const OPEN: string = `/* ${[`}`, '{'].join(\"`\")} {`;": "const OPEN",
        "/**\n * Halves.\n *\n * @param {number} n\n */\nfunction half(n: number): number {\n  return n / 2;\n}": (
            "function half"
        ),
    },
    "php": {
        "/*\n A block\n\nfunction add($a) {\n*/": "",
        "const OPEN = '/* {';": "const OPEN",
        "#[Attribute]\nclass Pair {\n    # {\n    public $a = \"{$_SERVER['argc']} }\";\n}".replace(
            "{$_SERVER['argc']} }", "}"
        ): "class Pair",
        "/**\n * Halves.\n *\n */\nfunction half($n) {\n    return $n / 2; // {\n}": "function half",
    },
    "go": {
        "/*\n A block\n\nfunc add(a int) {\n*/": "",
        'const open = `/* " {`': "const open",
        "// A pair.\ntype pair struct {\n\ta int // {\n}": "type pair",
        "func (p pair) half() int {\n\treturn p.a / 2\n}": "func (p pair)",
        "/* Halves.\n\n*/\nfunc half(n int) int {\n\treturn n / 2\n}": "func half",
    },
    "sh": {
        "# it's a comment {": "",
        "open='# {'": "",
        "half() {\n    echo $(( $1 / 2 )) # }\n}": "half()",
        "show() {\n    cat <<EOF\nit's {\nadd() {\nEOF\n}": "show()",
        'quoted() {\n    echo "$(echo "}")" "${1#"x"}"\n}': "quoted()",
    },
    "lua": {
        "--[[ A block\n\nlocal function add(a)\n]]": "",
        "local open = [==[ ]] -- ]==]": "local open",
        "-- Halves.\nlocal function half(n)\n    return n / 2\nend": "function half",
    },
    "ruby": {
        "=begin\nA block\n\ndef add(a)\n=end": "",
        "OPEN = <<~EOS\n  it's\n  def add(a)\nEOS": "OPEN = ",
        "# Halves.\ndef half(n)\n    n / 2\nend": "def half",
    },
    "perl": {
        "=pod\n\nsub add {\n\n=cut": "",
        "my $open = q{it's # };": "my $open",
        'my $text = <<"EOT";\nit\'s {\nsub add {\nEOT': "my $text",
        "# Halves.\nsub half {\n    my($n) = @_;\n    return $n / 2;\n}": "sub half",
    },
    "r": {
        "# it's a comment {": "",
        'open <- r"(it\'s # { ")"': "open <-",
        "#' Halves.\n#'\nhalf <- function(n) {\n    n / 2\n}": "half <-",
    },
    "java": {
        "    /*\n A block\n\n public static long add(long a) {\n    */": "",
        '    /** Halves: it\'s "{". */\n    @SuppressWarnings({\n        "unused", "}"\n    })\n'
        "    static long half(long n) {\n        return n / 2; // {\n    }": "long half(",
        '    static String open() {\n        return """\n            { it\'s /*\n            """;\n    }': (
            "String open("
        ),
    },
}
# The head of the function as an answer writes it, and the body of a right one with its end.
FUNCTIONS = {
    "rust": ("fn add(a: i64, b: i64) -> i64 {\n", "    a + b\n}"),
    "cpp": ("long add(long a, long b) {\n", "    return a + b;\n}"),
    "javascript": ("function add(a, b){\n", "  return a + b;\n}"),
    "typescript": ("function add(a: number, b: number): number {\n", "  return a + b;\n}"),
    "php": ("function add($a, $b) {\n", "    return $a + $b;\n}"),
    "go": ("func add(a int, b int) int {\n", "    return a + b\n}"),
    "sh": ("add() {\n", "    echo $(( $1 + $2 ))\n}"),
    "lua": ("local function add(a, b)\n", "    return a + b\nend"),
    "ruby": ("def add(a, b)\n", "    a + b\nend"),
    "perl": ("sub add {\n    my($a, $b) = @_;\n", "    return $a + $b;\n}"),
    "r": ("add <- function(a, b) {\n", "    return(a + b)\n}"),
    "java": ("    public static long add(long a, long b) {\n", "        return a + b;\n    }"),
}
FIRST = {"php": "<?php\n", "sh": "#!/bin/bash\n", "go": 'package add_test\n\nimport (\n    "testing"\n    "fmt"\n)\n\n'}
FIRST["cpp"] = "#include<assert.h>\n"
FIRST["java"] = "import java.util.*;\n\nrecord Two(long a) {}\n\nclass Problem {\n"
COMMENTS = {
    "rust": ["/// Adds.\n", "/**\n Adds.\n\n fn add() {\n /* in it */\n*/\n", "// Adds: it's \"{\n\n", ""],
    "sh": ["# Adds: it's {\n", "# Adds.\n\n# More.\n", ""],
    "ruby": ["# Adds.\n", "=begin\nAdds: it's\n\ndef add\n=end\n", ""],
    "lua": ["-- Adds.\n", "--[==[ Adds: it's\n\n]] function add()\n]==]\n", ""],
    "perl": ["# Adds: it's {\n", "=pod\n\nAdds {\n\n=cut\n\n", ""],
    "r": ["# Adds: it's {\n", "#' Adds\n\n#' More\n", ""],
}
C_COMMENTS = ["// Adds.\n", "/*\n Adds: it's \"{\n\n add() {\n*/\n", "/** Adds. */ ", ""]
BASES = {problem.language: problem for problem in (RUST, CPP, JS, TS, PHP, GO, SH, LUA, RUBY, PERL, R, JAVA)}


def rich(language: str, items: list[str], comment: str) -> Problem:
    """Return the problem of a language, its prompt with these items and this comment before the function."""
    base = BASES[language]
    head = "\n\n".join(items)
    prompt = FIRST.get(language, "") + head + "\n\n" * bool(head) + comment + FUNCTIONS[language][0]
    return Problem(language, prompt, base.test, "add", language=language, extra=base.extra)
