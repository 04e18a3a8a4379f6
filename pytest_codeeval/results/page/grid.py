"""Grid: all problems by all runs, as the page's script draws it, and the blocks that its cells are opened from."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from pytest_codeeval.reports.suitescore import outcome_of
from pytest_codeeval.results.page.blocks import POOL, Blocks
from pytest_codeeval.results.page.prompts import prompts_of
from pytest_codeeval.results.page.record import record_of
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.run import Run

_PROMPTS = 0.15  # of the pool
_LONGEST_NAME = 500
_LONGEST_WAIT = 1e6
_DIGITS = re.compile(r"([0-9]+)")
Problem = tuple[str, str]


class Words:
    """Numbers words from 0, in the order in which they come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, word: str) -> int:
        """Return the number of a word."""
        return self._numbers.setdefault(word[:_LONGEST_NAME], len(self._numbers))

    @property
    def known(self) -> list[str]:
        """The words in their order."""
        return list(self._numbers)


class Grid:
    """Reads the samples of all runs once, in their order, and keeps of their texts only what is packed.

    `seconds` are those that the answers of a run took in a suite, by both names.
    """

    def __init__(self, results: Results, pool: int = POOL) -> None:
        scores = [score for run in results.runs for score in run.board.by_model().get(run.model, ())]
        self.seconds: dict[tuple[str, str], list[float]] = {}
        problems = {(score.suite, task_id) for score in scores for task_id in score.problems}
        self.prompts = Blocks(len(problems), int(pool * _PROMPTS))
        self.samples = Blocks(sum(score.outcomes.total() for score in scores), int(pool * (1 - _PROMPTS)))
        self._problems: dict[Problem, int] = {}
        self._about: list[tuple[str, str, str]] = []  # language, part and difficulty of each problem
        self._outcomes = Words()
        self._digests: dict[bytes, int] = {}
        self._runs = [self._read(run) for run in results.runs]
        self.prompts.flush()
        self.samples.flush()

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values: what the script needs before any cell is opened."""
        suites, languages, parts, difficulties = Words(), Words(), Words(), Words()
        for level in sorted({difficulty for _, _, difficulty in self._about}, key=_natural):
            difficulties.number(level)
        rows: list[tuple[int, str, int, int, int, int]] = []
        for (suite, task_id), number in self._problems.items():
            language, part, difficulty = self._about[number]
            labels = languages.number(language), parts.number(part), difficulties.number(difficulty)
            rows.append((number, task_id[:_LONGEST_NAME], suites.number(suite), *labels))
        rows.sort(key=lambda row: (row[2], _natural(row[1])))
        return {
            "runs": self._runs,
            "problems": rows,
            "suites": suites.known,
            "languages": languages.known,
            "parts": parts.known,
            "difficulties": difficulties.known,
            "outcomes": self._outcomes.known,
            "starts": {"prompt": self.prompts.starts, "sample": self.samples.starts},
        }

    def _read(self, run: Run) -> dict[str, Any]:
        first = self.samples.count
        problems, indexes, outcomes = [], [], []
        parts = _parts(run)
        for row in run.samples():
            suite, task_id = row["suite"], row["task_id"]
            number = self._problem(run, suite, task_id, parts, row.get("difficulty"))
            problems.append(number)
            indexes.append(row["sample_index"])
            outcomes.append(self._outcomes.number(outcome_of(row)))
            self.samples.add(record_of(row, self.samples.limit))
            seconds = row.get("seconds")
            if isinstance(seconds, int | float) and 0 < seconds < _LONGEST_WAIT:  # a replay took none
                self.seconds.setdefault((run.name, suite), []).append(seconds)
        errors = self._errors(run, parts)
        return {
            "name": run.name,
            "first": first,
            "problem": problems,
            "index": indexes,
            "outcome": outcomes,
            "errors": errors,
            "prompts": self._read_prompts(run),
        }

    def _errors(self, run: Run, parts: dict[Problem, str]) -> list[tuple[int, str]]:
        """Return the numbers of problems that could not be evaluated, each with its message."""
        scores = run.board.by_model().get(run.model, ())
        return [
            (self._problem(run, score.suite, task_id, parts, None), message[:_LONGEST_NAME])
            for score in scores
            for task_id, message in score.errors.items()
        ]

    def _read_prompts(self, run: Run) -> list[tuple[int, int]]:
        """Return by the number of a problem that of its prompt, the latest; alike ones of several runs are one."""
        found: dict[int, int] = {}
        for problem, prompt in prompts_of(run):
            if problem not in self._problems:
                continue
            digest = hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).digest()
            if digest not in self._digests:
                limit = self.prompts.limit
                cut = {"cut": len(prompt)} if len(prompt) > limit else {}
                self._digests[digest] = self.prompts.add({"prompt": prompt[:limit], **cut})
            found[self._problems[problem]] = self._digests[digest]
        return list(found.items())

    def _problem(self, run: Run, suite: str, task_id: str, parts: dict[Problem, str], difficulty: object) -> int:
        number = self._problems.setdefault((suite, task_id), len(self._about))
        level = difficulty if isinstance(difficulty, str) else ""
        if number == len(self._about):
            self._about.append((run.board.language(suite, task_id), parts.get((suite, task_id), ""), level))
        elif level and not self._about[number][2]:  # the first run is of before it was noted
            self._about[number] = (*self._about[number][:2], level)
        return number


def _parts(run: Run) -> dict[Problem, str]:
    """Return the part of a suite that each problem is in, where suites have some."""
    return {
        (suite, str(task_id)): str(part)
        for suite, about in run.datasets.items()
        for part, task_ids in (about.get("parts") or {}).items()
        for task_id in task_ids
    }


def _natural(text: str) -> list[tuple[int, str]]:
    """Return what puts names into an order in which 9 comes before 10."""
    pieces = _DIGITS.split(text)
    return [
        (len(piece.lstrip("0")) if n % 2 else 0, piece.lstrip("0") if n % 2 else piece)
        for n, piece in enumerate(pieces)
    ]
