"""Specimens: what else than right a solution of each language's trial may be."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_codeeval.core.language import canonical
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.language import Language


def language(name: str) -> Language:
    """Return a language by any of its usual names."""
    return languages()[canonical(name)]


@dataclass(frozen=True, slots=True)
class Specimen:
    """The problem is to double a whole number, as in the catalogue.

    `wrong` answers with one more. `endless` does not end, `broken` does not build (or cannot be parsed), `leaves` ends
    the program with exit status 0 when it is called, `lingers` arranges for something to run at the end and leaves.
    `cheats` answers wrongly and passes all the same, as it has changed what the tests compare with.
    """

    wrong: str
    endless: str
    broken: str
    leaves: str
    lingers: str
    cheats: str


_JS = "function twice(n) {\n  %s\n}\n"
_TS = "function twice(n: number): number {\n  %s\n}\n"
_JAVA = """\
import java.util.*;
class Problem {
    public static long twice(long n) {
        %s
    }
"""
_CPP = "#include<assert.h>\n#include<bits/stdc++.h>\nlong twice(long n) {\n  %s\n}\n"
_GO = 'package twice_test\n\nimport (\n    "testing"\n    "fmt"%s\n)\n\nfunc twice(n int) int {\n  %s\n}\n'
_SH = "#!/bin/bash\ntwice() {\n  %s\n}\n"
_PHP = "<?php\nfunction twice($n) {\n  %s\n}\n"
_RUBY = "def twice(n)\n  %s\nend\n"
_LUA = "local function twice(n)\n  %s\nend\n"
_PERL = "sub twice {\n  my($n) = @_;\n  %s\n}\n"
_R = "twice <- function(n) {\n  %s\n}\n"

SPECIMENS = {
    "javascript": Specimen(
        wrong=_JS % "return 2 * n + 1;",
        endless=_JS % "while (true) {}",
        broken=_JS % "return (2 * n;",
        leaves=_JS % "process.exit(0);",
        lingers=_JS % 'process.on("exit", () => { process.exitCode = 0; console.log("done"); }); process.exit();',
        cheats=_JS % "return 7;" + "require('node:assert').deepEqual = () => {};\n",
    ),
    "typescript": Specimen(
        wrong=_TS % "return 2 * n + 1;",
        endless=_TS % "while (true) {}",
        broken=_TS % 'return "two";',
        leaves="declare var process: any;\n" + _TS % "process.exit(0); return 0;",
        lingers="declare var process: any;\n"
        + _TS % 'process.on("exit", () => console.log("done")); process.exit(0); return 0;',
        cheats=_TS % "return 7;" + "declare var require: any;\nrequire('node:assert').deepEqual = () => {};\n",
    ),
    "java": Specimen(
        wrong=_JAVA % "return 2 * n + 1;",
        endless=_JAVA % "while (true) {}",
        broken=_JAVA % 'return "two";',
        leaves=_JAVA % "System.exit(0); return 0;",
        lingers=_JAVA
        % 'Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("x"))); System.exit(0); return 0;',
        cheats="class Base { static { ClassLoader.getSystemClassLoader().setDefaultAssertionStatus(false); } }\n"
        + (_JAVA % "return 7;")
        .replace("class Problem", "class Problem extends Base")
        .replace("import java.util.*;\n", ""),
    ),
    "cpp": Specimen(
        wrong=_CPP % "return 2 * n + 1;",
        endless=_CPP % "volatile long m = n; while (true) m = m + 1;",
        broken=_CPP % "return two;",
        leaves=_CPP % "exit(0);",
        lingers=_CPP % 'atexit([] { puts("done"); _Exit(0); }); exit(1);',
        cheats=_CPP % "return 7;" + "#undef assert\n#define assert(x)\n",
    ),
    "go": Specimen(
        wrong=_GO % ("", "return 2 * n + 1"),
        endless=_GO % ("", "for {}"),
        broken=_GO % ("", 'return "two"'),
        leaves=_GO % ('\n    "os"', "os.Exit(0); return 0"),
        lingers=_GO % ('\n    "os"', "defer os.Exit(0); panic(1)"),
        cheats=(_GO % ("", "return 7")).replace('"fmt"', "")
        + 'type same struct{}\n\nvar fmt same\n\nfunc (same) Sprintf(...interface{}) string { return "" }\n',
    ),
    "sh": Specimen(
        wrong=_SH % "echo $((2 * $1 + 1))",
        endless=_SH % "while :; do :; done",
        broken=_SH % "if true; echo 6",
        leaves=_SH % "echo 6" + "exit 0\n",
        lingers=_SH % "echo 7" + "trap 'echo done; exit 0' EXIT\n",
        cheats=_SH % "echo 7" + "set() { :; }\n",
    ),
    "php": Specimen(
        wrong=_PHP % "return 2 * $n + 1;",
        endless=_PHP % "while (true) {}",
        broken=_PHP % "return (2 * $n;",
        leaves=_PHP % "exit(0);",
        lingers=_PHP % 'register_shutdown_function(function () { echo "done"; }); exit(0);',
        cheats=_PHP % "return 7;"
        + """set_exception_handler(function () {
  preg_match_all('/"\\\\\\\\n(\\w{16})" \\. "(\\w{16})/', file_get_contents(__FILE__), $found);
  echo "\\n" . end($found[1]) . end($found[2]) . "\\n";
  exit(0);
});
""",
    ),
    "ruby": Specimen(
        wrong=_RUBY % "2 * n + 1",
        endless=_RUBY % "loop {}",
        broken=_RUBY % "return (2 * n",
        leaves=_RUBY % "exit(0)",
        lingers=_RUBY % "at_exit { puts 'done'; exit!(0) }; exit(1)",
        cheats=_RUBY % "7"
        + "require 'test/unit'\nmodule Test::Unit::Assertions\n  def assert_equal(*) = assert(true)\nend\n",
    ),
    "lua": Specimen(
        wrong=_LUA % "return 2 * n + 1",
        endless=_LUA % "while true do end",
        broken=_LUA % "return (2 * n",
        leaves=_LUA % "os.exit(0)",
        lingers=_LUA % "setmetatable({}, {__gc = function() print('done') end}) os.exit(0, true)",
        cheats=_LUA % "return 7" + "require('luaunit').assertEquals = function() end\n",
    ),
    "perl": Specimen(
        wrong=_PERL % "return 2 * $n + 1;",
        endless=_PERL % "while (1) {}",
        broken=_PERL % "return (2 * $n;",
        leaves=_PERL % "exit 0;",
        lingers=_PERL % "exit 1;" + 'END { print "done"; $? = 0; }\n',
        cheats=_PERL % "return 7;" + "use Test::Deep;\nno warnings;\n*main::eq_deeply = sub { 1 };\n",
    ),
    "r": Specimen(
        wrong=_R % "2 * n + 1",
        endless=_R % "repeat {}",
        broken=_R % "return ((2 * n)",
        leaves=_R % 'quit("no", 0)',
        lingers=_R % 'reg.finalizer(globalenv(), function(e) cat("done"), onexit = TRUE); q("no")',
        cheats=_R % "7" + "stopifnot <- function(...) NULL\n",
    ),
}
