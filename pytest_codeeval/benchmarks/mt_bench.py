"""MT-Bench (Zheng et al., 2023): 80 questions of eight kinds in two turns each, rated by a judge."""

from __future__ import annotations

from pytest_codeeval.benchmarks.source import Row, Rows, lacking, local_file, rows_from_file, unique
from pytest_codeeval.core.errors import DataAbsent, DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.scoring.judge import JudgeScorer
from pytest_codeeval.scoring.judging.rating import VerdictForm

_QUESTIONS = ("mt_bench/question.jsonl", "mt_bench/question.jsonl.gz")
_REFERENCES = ("mt_bench/reference_answer_gpt-4.jsonl", "mt_bench/reference_answer_gpt-4.jsonl.gz")
_TURNS = 2
_TEMPERATURES = {
    **dict.fromkeys(("writing", "roleplay"), 0.7),
    **dict.fromkeys(("stem", "humanities"), 0.1),
    **dict.fromkeys(("extraction", "math", "coding", "reasoning"), 0.0),
}
_MAX_TOKENS = 1024


def load(request: DataRequest) -> Dataset:
    """Load the questions and GPT-4's answers to those of reasoning, mathematics and coding; no hub has both.

    Raises DataAbsent where the folder lacks one of the files, DatasetError where a row is malformed.
    """
    # Not the field `reference` of the questions: half of these are there, and some of them half.
    answers = _rows(request, _REFERENCES)
    references = {_number(row): _reference(row) for row in answers.rows} if answers else {}
    questions = _rows(request, _QUESTIONS)
    problems = tuple(_problem(row, references) for row in (questions.rows if questions else ()))
    if questions is None or answers is None:
        absent = _REFERENCES if questions else _QUESTIONS
        raise DataAbsent(lacking("MT-Bench", "mt-bench", request.data_dir, absent[0]))
    unique((problem.task_id, row) for problem, row in zip(problems, questions.rows, strict=True))
    return Dataset(problems, questions.sha256, questions.source)


def prompt(problem: Problem) -> Prompt:
    """Return the two questions, with the temperature of their kind; they are no text to be continued."""
    sampling = {"temperature": _TEMPERATURES.get(problem.extra["category"], 0.7), "max_tokens": _MAX_TOKENS}
    return Prompt(tuple(problem.extra["turns"]), sampling=sampling)


def _rows(request: DataRequest, names: tuple[str, ...]) -> Rows | None:
    path = local_file(request.data_dir, *names)
    return rows_from_file(path) if path else None


def _problem(row: Row, references: dict[int, list[str]]) -> Problem:
    number, turns = _number(row), _two(row, row.fields.get("turns"))
    reference = references.get(number, [])
    return Problem(
        task_id=f"MT-Bench/{number}",
        prompt=turns[0],
        language="",
        extra={"turns": turns, "category": row.text("category"), "reference": reference},
        target=reference[0] if reference else "",
    )


def _reference(row: Row) -> list[str]:
    choices = row.fields.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return _two(row, first.get("turns") if isinstance(first, dict) else None)


def _number(row: Row) -> int:
    number = row.fields.get("question_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise DatasetError(f"{row.where}: field 'question_id' is not a whole number")
    return number


def _two(row: Row, turns: object) -> list[str]:
    if not isinstance(turns, list) or len(turns) != _TURNS or not all(isinstance(t, str) and t.strip() for t in turns):
        raise DatasetError(f"{row.where}: field 'turns' is not a list of {_TURNS} texts")
    return turns


MT_BENCH = Suite(
    "mt-bench",
    load,
    prompt,
    language="",
    aliases=("mt_bench", "mtbench"),
    scorer=JudgeScorer(turns=_TURNS, form=VerdictForm.BRACKETS),
    note="the judge makes the figure as much as the model: compare figures of one judge only",
)
