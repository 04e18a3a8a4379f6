"""GSM8K (Cobbe et al., 2021): 1,319 word problems of school arithmetic, each with a whole number as its answer."""

from __future__ import annotations

import re

from pytest_codeeval.benchmarks.gsm8k_examples import EXAMPLES
from pytest_codeeval.benchmarks.source import Row, Rows, published_rows
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.number import NumberScorer

_FILES = ("gsm8k/test.jsonl", "gsm8k/test.jsonl.gz")
_ANNOTATION = re.compile(r"<<[^<>\n]*>>")  # for a calculator
_GOLD = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_STOP = ("Question:", "</s>", "<|im_end|>")


def load(request: DataRequest) -> Dataset:
    """Load GSM8K's test part from the data folder, else from the hub.

    Raises DataAbsent where neither has it, DatasetError where a row is malformed.
    """
    rows = _rows(request)
    problems = tuple(_problem(row, number) for number, row in enumerate(rows.rows))
    return Dataset(problems, rows.sha256, rows.source)


def _rows(request: DataRequest) -> Rows:
    return published_rows(request.data_dir, _FILES, ("openai/gsm8k", "main", "test"), "GSM8K", "gsm8k")


def _problem(row: Row, number: int) -> Problem:
    worked = row.text("answer")
    _, mark, gold = worked.rpartition("####")
    gold = gold.strip().replace(",", "")
    if not mark or not _GOLD.fullmatch(gold):
        raise DatasetError(f"{row.where}: field 'answer' does not end in '#### ' and a number")
    return Problem(
        task_id=f"GSM8K/{number}",
        prompt=row.text("question").strip(),
        canonical_solution=_ANNOTATION.sub("", worked).replace("\r\n", "\n"),
        language="",
        target=gold,
    )


def prompt(problem: Problem) -> Prompt:
    """Ask for the working and a last line with the number; a base model is shown eight worked examples before."""
    asked = (
        f"{problem.prompt}\n\nWork it out step by step. End your answer with a line `#### N`, where N is the final "
        "answer: a number alone, without its unit.\n"
    )
    return Prompt(
        turns=(asked,),
        text=f"{EXAMPLES}Question: {problem.prompt}\nAnswer:",
        stop=_STOP,
    )


GSM8K = Suite(
    "gsm8k",
    load,
    prompt,
    language="",
    aliases=("gsm8k_test", ""),
    splits=("test",),
    scorer=NumberScorer(),
    note="without examples in a chat; with eight of our own for base models; strict: lm-eval's rule",
)
