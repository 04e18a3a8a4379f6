"""Problems as folders: a prompt, a solution and tests as files of their own (`--dataset DIR`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from pytest_codeeval.benchmarks.problemfiles import PROMPT, ProblemFiles
from pytest_codeeval.benchmarks.programs import LANGUAGES
from pytest_codeeval.benchmarks.source import Row
from pytest_codeeval.benchmarks.trackfiles import entry_point, one_module
from pytest_codeeval.core.errors import DatasetError, nearest
from pytest_codeeval.core.language import canonical, title

SETTINGS = "problem.toml"
_KNOWN: dict[str, tuple[type, ...]] = {
    "language": (str,),
    "entry_point": (str,),
    "timeout": (int, float),
    "difficulty": (str, int),
    "compare": (str,),
    "tolerance": (float,),
    "checker": (str,),
    "extra": (dict,),
}
_TYPES = {str: "a text", int: "a whole number", float: "a number with a fraction", dict: "a table"}
_ENDINGS = {"mjs": "javascript", "h": "", "md": "", "txt": "", "toml": "", "json": ""}
_TEST = re.compile(r"tests?(?:_\w+)?|\w+_tests?", re.IGNORECASE)
_DEFINES = re.compile(r"^(?:(?:async[ \t]+)?def|class)[ \t]+(test\w*)", re.MULTILINE | re.IGNORECASE)


def row_of(problem: ProblemFiles, asked: str) -> Row:
    """Return a folder as the row that it would be in a file; `asked` is the language where it does not say one.

    Raises DatasetError naming the file that is not as it should be.
    """
    return _Folder(problem, asked).row()


class _Folder:
    def __init__(self, problem: ProblemFiles, asked: str) -> None:
        self._problem = problem
        self._where = problem.where
        self._settings = self._read_settings()
        self._solution = self._only(self._named("solution"), "solutions", "keep one, or make a folder a language")
        self._checker = self._checker_file()
        self._tests = [name for name in problem.files if self._is_test(name)]
        self._language = self._find_language(asked)

    def row(self) -> Row:
        """Return the row."""
        told = {name: value for name, value in self._settings.items() if name not in ("extra", "checker")}
        fields: dict[str, Any] = {**self._settings.get("extra", {}), **told, "language": self._language}
        fields |= {"task_id": self._where.resolve().name, "prompt": self._prompt()}
        if self._solution:
            fields["canonical_solution"] = self._text(self._solution)
        fields |= self._cases() or self._test()
        if "tests" not in fields and fields["prompt"]:
            fields["prompt"] = self._asked(fields["prompt"], fields.get("entry_point", ""))
        return Row(str(self._where), fields)

    def _read_settings(self) -> Mapping[str, Any]:
        path = self._where / SETTINGS
        if SETTINGS not in self._problem.files:
            return {}
        try:
            found = tomllib.loads(self._text(SETTINGS))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise DatasetError(f"{path} is not TOML: {error}") from None
        for name, value in found.items():
            if name not in _KNOWN:
                known = ", ".join(_KNOWN)
                raise DatasetError(f"{path}: {name!r} is not known{nearest(name, _KNOWN)}; there are {known}")
            if not isinstance(value, _KNOWN[name]) or isinstance(value, bool):
                wanted = " or ".join(_TYPES[kind] for kind in _KNOWN[name])
                raise DatasetError(f"{path}: {name!r} is {value!r:.60}, not {wanted}")
        return found

    def _prompt(self) -> str:
        if PROMPT not in self._problem.files:
            names = [name for name in self._problem.files if "/" not in name]
            there = f"it has {', '.join(names[:5])}" if names else "it is empty"
            raise DatasetError(f"{self._where} has no {PROMPT} ({there}); write there what the model is asked")
        if not (text := self._text(PROMPT)).strip():
            raise DatasetError(f"{self._where / PROMPT} is empty; write there what the model is asked")
        return text

    def _asked(self, prompt: str, name: str) -> str:
        what = f"defines `{name}`, together with its imports" if name else "holds the whole solution"
        return f"{prompt.rstrip()}\n\nAnswer with one {title(self._language)} code block that {what}.\n"

    def _find_language(self, asked: str) -> str:
        said = self._settings.get("language")
        if said is not None and canonical(said) not in LANGUAGES:
            known = sorted(LANGUAGES)
            raise DatasetError(
                f"{self._where / SETTINGS}: language {said!r} is not known{nearest(said, known)}; there are "
                f"{', '.join(known)}"
            )
        written = {name: self._language_of(name) for name in (self._solution, *self._tests) if name}
        first = next(iter(written.values()), "")
        language = canonical(said) if said else first or canonical(asked)
        for name, other in written.items():
            if other != language:
                raise DatasetError(
                    f"{self._where / name} is {title(other)}, and the problem {title(language)}; "
                    "make a folder a language"
                )
        return language

    def _language_of(self, name: str) -> str:
        ending = PurePath(name).suffix.removeprefix(".").lower()
        found = _ENDINGS.get(ending, canonical(ending))
        if found not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            raise DatasetError(f"{self._where / name} is in no language that is known here; there are {known}")
        return found

    def _is_test(self, name: str) -> bool:
        path = PurePath(name)
        if path.suffix in (".in", ".out", "") or name in (self._solution, self._checker) or len(path.parts) > 2:
            return False
        code = _ENDINGS.get(path.suffix[1:].lower(), canonical(path.suffix[1:])) in LANGUAGES
        return code and bool(_TEST.fullmatch(path.stem)) and path.parent.name in ("", "tests")

    def _test(self) -> dict[str, Any]:
        if not self._tests:
            raise DatasetError(
                f"{self._where} has no tests; write a test file (test_solution.py), or pairs of NAME.in and NAME.out"
            )
        if unread := {"compare", "tolerance", "checker"} & self._settings.keys():
            raise DatasetError(
                f"{self._where / SETTINGS}: {min(unread)!r} is for tests as .in and .out files, which there are none of"
            )
        if self._language != "python":
            name = self._only(self._tests, "test files", "put them into one")
            if not self._solution:
                raise DatasetError(
                    f"{self._where} has no solution, without which nobody knows that {name} builds at all; write "
                    f"solution{PurePath(name).suffix}"
                )
            return {"test": self._text(name)}
        texts = {PurePath(name).name: self._python(name) for name in self._tests}
        defined = [found for text in texts.values() for found in set(_DEFINES.findall(text))]
        if twice := next((name for name in defined if defined.count(name) > 1), ""):
            raise DatasetError(f"{self._where}: two of its test files define {twice}; give each a name of its own")
        name = self._settings.get("entry_point") or entry_point(texts, "solution")
        return {"test": one_module(texts, "solution"), "entry_point": name}

    def _python(self, name: str) -> str:
        text = self._text(name)
        try:
            compile(text, name, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise DatasetError(f"{self._where / name}, line {error.lineno}: not Python ({error.msg})") from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise DatasetError(f"{self._where / name}: not Python ({error or type(error).__name__})") from None
        return text

    def _cases(self) -> dict[str, Any]:
        given = {name.removesuffix(".in") for name in self._problem.files if name.endswith(".in")}
        wanted = {name.removesuffix(".out") for name in self._problem.files if name.endswith(".out")}
        if not given | wanted:
            return {}
        if self._tests:
            raise DatasetError(f"{self._where} has both {self._tests[0]} and .in files; keep one kind of tests")
        if lone := sorted(given ^ wanted, key=_in_order):
            there, absent = (".in", ".out") if lone[0] in given else (".out", ".in")
            raise DatasetError(f"{self._where / lone[0]}{there} has no {PurePath(lone[0]).name}{absent} beside it")
        cases = [
            {"input": self._text(f"{name}.in"), "output": self._text(f"{name}.out")}
            for name in sorted(given, key=_in_order)
        ]
        checker = {}
        if self._checker:
            checker = {"checker": self._text(self._checker), "checker_language": self._language_of(self._checker)}
        return {"tests": cases, **checker}

    def _checker_file(self) -> str:
        said = self._settings.get("checker")
        if said is None:
            return self._only(self._named("checker"), "checkers", "keep one")
        if said not in self._problem.files:
            raise DatasetError(
                f"{self._where / SETTINGS}: checker {said!r} is not there{nearest(said, self._problem.files)}"
            )
        return str(said)

    def _named(self, stem: str) -> list[str]:
        return [name for name in self._problem.files if PurePath(name).stem == stem and "/" not in name]

    def _only(self, names: list[str], kind: str, remedy: str) -> str:
        if len(names) > 1:
            raise DatasetError(f"{self._where} has several {kind} ({', '.join(names)}); {remedy}")
        return names[0] if names else ""

    def _text(self, name: str) -> str:
        return self._problem.text(name)


def _in_order(name: str) -> list[tuple[int, str]]:
    """Return what names are sorted by as people number them: 2 before 10."""
    return [(int(part), "") if part.isdecimal() and len(part) < 10 else (-1, part) for part in re.split(r"(\d+)", name)]
