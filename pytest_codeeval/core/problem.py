"""Problem and Dataset: what is asked, and where it came from."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pytest_codeeval.core.text import printable

CASES = "cases"
"""The name in `Problem.extra` of what stands for tests: `parts`, the inputs of each in lines, `rule` and `atol`."""
PACKAGE = "answer_files"
"""The name in `Problem.extra` of a solution that is files beside others, with tests in a file of their own.

It has the names of the `solution` (as `core.answerfiles` joins them) and of the `test`, the `files` beside them by
name, and what all problems have in common (`shared`), which is prepared once.
"""
_MADE = "()."  # `Class().method`
_LONGEST_DIFFICULTY = 100  # characters
_DEFINITION = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)", re.MULTILINE)


def defined_by(entry_point: str) -> str:
    """Return the name that a solution has to define: the entry point, or the class of one that is `Class().method`."""
    return entry_point.partition(_MADE)[0]


@dataclass(frozen=True, slots=True)
class Problem:
    """One task of a benchmark, in HumanEval's field names.

    `prompt` is the question: code to be continued (HumanEval), or words. `extra` holds whatever else the dataset says
    of it (JSON values only), for example `split` or `difficulty`. `target` is the right answer where that is no
    program.

    Where it is one: `test` is source run after the solution; an empty one means that there is nothing to grade with.
    `entry_point` is a name that the solution defines, or in Python a method of an object that it makes:
    `Solution().two_sum`.
    """

    task_id: str
    prompt: str
    test: str = ""
    entry_point: str = ""
    canonical_solution: str = ""
    language: str = "python"
    extra: Mapping[str, Any] = field(default_factory=dict)
    target: str = ""

    @property
    def difficulty(self) -> str | None:
        """How hard its dataset says it is, in the dataset's own words or numbers (`difficulty` or `level` of a row)."""
        said = self.extra.get("difficulty", self.extra.get("level"))
        if isinstance(said, bool) or not isinstance(said, str | int | float):
            return None
        return printable(str(said), limit=_LONGEST_DIFFICULTY).strip() or None

    @property
    def defined(self) -> str:
        """The name that a solution has to define; see `defined_by`."""
        return defined_by(self.entry_point)

    @property
    def method(self) -> str:
        """The method where the entry point is one (`Class().method`), else an empty text."""
        return self.entry_point.partition(_MADE)[2]

    @property
    def stub(self) -> str:
        """The prompt where it is code that a completion continues, else an empty string.

        For Python that is seen from the prompt; of other languages `extra["closing"]` says so: it is what a completion
        leaves out at its end, such as the brace that closes the function (it may be empty).
        """
        if self.language != "python":
            return self.prompt if "closing" in self.extra else ""
        return self.prompt if self.entry_point and self.defined in _DEFINITION.findall(self.prompt) else ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that it is judged by if its tests are inputs (`CASES`), none if it has tests that are run."""
        return tuple(self.extra[CASES]["parts"]) if CASES in self.extra else ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """The problems of a suite as loaded: `sha256` is of the bytes read, `source` says from where.

    Without a `sha256` the problems themselves are what versions are told apart by.

    `variant` is the part of the suite that this is ("sanitized"), empty for the usual one; `faults` names problems that
    are broken as published, with the reason; `scored` names the part that published scores are computed on, where that
    is not all of it, as (name, task ids); `skipped` names problems that nobody can be graded on here, with the reason.
    `places` says by task id where in a user's own file a problem stands. `note` is said with the scores, behind that of
    the suite: what holds here and may not hold elsewhere. `parts` has the task ids of parts that have a score of their
    own below that of the whole, by name. Of a `strict` one no model is asked as long as a canonical solution fails.
    """

    problems: tuple[Problem, ...]
    sha256: str = ""
    source: str = ""
    variant: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    scored: tuple[str, frozenset[str]] | None = None
    skipped: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict, compare=False)
    note: str = ""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strict: bool = False

    def __post_init__(self) -> None:
        """Tell versions of problems apart that were read from no file."""
        if not self.sha256:
            said = json.dumps([asdict(problem) for problem in self.problems], sort_keys=True, default=str)
            object.__setattr__(self, "sha256", hashlib.sha256(said.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class DataRequest:
    """Where to look for data: `data_dir` first (None: not given), then the hub; `split` chooses a part.

    `shots` is how many solved examples are to stand before each question that is scored. `packages` are those beside
    the standard library that solutions in Python may import.
    """

    data_dir: str | None = None
    split: str | None = None
    dataset: str | None = None
    language: str = "python"
    shots: int = 0
    packages: tuple[str, ...] = ()
