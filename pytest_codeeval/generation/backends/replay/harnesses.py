"""Harnesses: what other evaluation harnesses write of an answer, as far as a replay needs it.

* lm-evaluation-harness (`samples_TASK_….jsonl`): `doc`, `resps` as the model gave them, `filtered_resps` as the task's
  filter made programs of them.
* LiveCodeBench: `question_id`, `output_list` as the model gave them, `code_list` as taken from these.
* EvalScope: predictions with `model_output`, reviews with `sample_score`; before 1.0 both with `raw_input` and
  `choices`.
* bigcode-evaluation-harness (`generations_TASK.json`): lists of programs, by the order of the dataset.
* FastChat (`model_answer/MODEL.jsonl` of MT-Bench): `question_id`, and `choices` with an answer a turn.
* EvalScope's former arena: `question_id`, `model_id` and `answer`.
* IFEval's own (`input_response_data_MODEL.jsonl`): `prompt` and `response`, and no id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.completion import Form
from pytest_codeeval.core.errors import DatasetError

_POSITION = re.compile(r"(?P<task>.*)#(?P<number>\d+) of (?P<total>\d+)", re.DOTALL)
# Only tasks in which the rows have no ids, and whose problems stand in one order everywhere.
_FASTCHAT = "mt_bench"
_FILES = (
    (r"samples_gsm8k(?:_cot\w*)?_[-\dt.]+", "gsm8k"),
    (r"gsm8k(?:_main|_default|_test)?", "gsm8k"),
)
_TASKS = (
    (r"humaneval-unstripped", "humaneval"),
    (r"multiple-(\w+)", r"humaneval-\1"),
    (r"humanevalsynthesize-(\w+)", r"humanevalpack-\1"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """The answers of one row; `filter` tells apart rows that have the same answers as another filter made them.

    `earlier` are the answers of the turns before, `model` is who gave them where that is said.
    """

    task_id: str
    texts: tuple[str, ...]
    form: Form
    index: int | None = None
    filter: str = ""
    finish_reason: str = ""
    reasoning: str = ""
    seconds: float = 0.0
    earlier: tuple[str, ...] = ()
    model: str = ""


def position_id(task: str, number: int, total: int) -> str:
    """Return the recorded id of the problem at a place, from 0, in the order of the dataset."""
    return f"{task}#{number} of {total}"


def positions(recorded_id: str) -> tuple[str, int] | None:
    """Return the task that such an id is of, and how many problems were recorded; None for an id of another kind."""
    found = _POSITION.fullmatch(recorded_id)
    return (found["task"], int(found["total"])) if found else None


def task_named_by(name: str) -> str:
    """Return the suite that bigcode's name of a file or task speaks of, an empty text where it does not say one."""
    stem = re.sub(r"(?:\.jsonl?)?(?:\.gz)?$", "", name.casefold())
    stem = re.sub(r"_intermediate$", "", stem)
    task = stem.rpartition("generations_")[2] if "generations_" in stem else stem
    for pattern, suite in _TASKS:
        if found := re.fullmatch(pattern, task):
            return found.expand(suite)
    return task


def task_of_samples(name: str) -> str:
    """Return the task that the name of a file of lm-eval's or EvalScope's says, in the words of the suites here.

    `samples_gsm8k_2026-01-02T03-04-05.678.jsonl` and `gsm8k_main.jsonl` are of `gsm8k`; "" for another name.
    """
    found = (task for pattern, task in _FILES if re.fullmatch(rf"{pattern}\.jsonl?(?:\.gz)?", name.casefold()))
    return next(found, "")


def harness_samples(row: Mapping[str, Any], where: str, task: str = "") -> Sequence[Said] | None:
    """Return the answers of a row that a harness wrote, None for a row of another kind.

    `task` is what its file says it is of: then a row that does not say it is of the problem with
    its question, or at its place.
    Raises DatasetError naming the row where it does not say which task it is of, or has no answer as text.
    """
    for belongs, read in _READERS:
        if belongs(row):
            return read(row, where, task)
    return None


def _lm_eval(row: Mapping[str, Any], where: str, task: str) -> Sequence[Said]:
    about = {} if _id_of(row["doc"]) else row
    task_id = _without_id(task, _object(row["doc"]).get("question"), about.get("doc_id")) if about else ""
    task_id = task_id or _task(where, row["doc"], "doc")
    raw, made = _flat(row["resps"]), _flat(row.get("filtered_resps"))
    if not raw and not made:
        raise DatasetError(f"{where}: 'resps' has no answer as text")
    # What a filter has made of an answer is a program; the answer itself may continue what its prompt began. Tasks
    # whose rows have no id are none of programs: there it is what was found in the answer.
    is_program = bool(made) and not set(made) <= set(raw) and not (about and raw)
    texts, form = (made, Form.PROGRAM) if is_program else (raw or made, Form.CHAT)
    return [Said(task_id, tuple(texts), form, filter=str(row.get("filter") or ""))]


def _fastchat(row: Mapping[str, Any], where: str, _: str) -> Sequence[Said]:
    samples, task_id, author = [], _task(where, row, "question_id"), str(row.get("model_id") or "")
    for place, choice in enumerate(row["choices"]):
        turns = _flat(choice.get("turns"))
        if not turns:
            raise DatasetError(f"{where}: choice {place} has no answers as text in 'turns'")
        index = choice.get("index") if type(choice.get("index")) is int else place
        *earlier, last = turns
        said = Said(f"{_FASTCHAT}/{task_id}", (last,), Form.CHAT, index, earlier=tuple(earlier), model=author)
        samples.append(said)
    return samples


def _arena(row: Mapping[str, Any], where: str, _: str) -> Sequence[Said]:
    task_id, author = _task(where, row, "question_id"), str(row["model_id"])
    return [Said(f"{_FASTCHAT}/{task_id}", (row["answer"],), Form.CHAT, model=author)]


def _ifeval(row: Mapping[str, Any], where: str, _: str) -> Sequence[Said]:
    if not all(isinstance(text, str) for text in row.values()) or not row["prompt"].strip():
        raise DatasetError(f"{where}: 'prompt' and 'response' are not both texts")
    return [Said(question_id(row["prompt"]), (row["response"],), Form.CHAT)]


def _live_code_bench(row: Mapping[str, Any], where: str, _: str) -> Sequence[Said]:
    task_id = _task(where, row, "question_id")
    said, code = _flat(row.get("output_list")), _flat(row.get("code_list"))
    if said:
        return [Said(task_id, tuple(said), Form.CHAT)]
    if not code:
        raise DatasetError(f"{where}: neither 'output_list' nor 'code_list' has an answer as text")
    return [Said(task_id, tuple(code), Form.PROGRAM)]


def _evalscope(row: Mapping[str, Any], where: str, task: str) -> Sequence[Said]:
    score = _object(row.get("sample_score"))
    about = [row.get("metadata"), score.get("sample_metadata"), _object(score.get("score")).get("metadata")]
    told = next((found for found in map(_object, about) if _id_of(found)), {})
    holder = told or _object(row.get("raw_input"))
    index = row["index"] if type(row.get("index")) is int else None
    question = _object(row.get("raw_input")).get("question")
    task_id = "" if _id_of(holder) else _without_id(task, question, index)
    index = None if task_id else index  # of the problem, or of a sample among those of one
    task_id = task_id or _task(where, holder, "metadata")
    output = _object(row.get("model_output"))
    choice = next(iter(_list(output.get("choices") or row.get("choices"))), None)
    if choice is None and isinstance(text := _object(score.get("score")).get("prediction"), str):
        return [Said(task_id, (text,), Form.CHAT, index)]
    text, reasoning = _content(_object(_object(choice).get("message")).get("content"))
    if text is None:
        raise DatasetError(f"{where}: there is no answer as text in 'choices' or 'sample_score'")
    reason = str(_object(choice).get("stop_reason") or _object(choice).get("finish_reason") or "")
    seconds: Any = output.get("time")
    said = Said(
        task_id,
        (text,),
        Form.CHAT,
        index,
        finish_reason="" if reason == "unknown" else reason,  # which is what EvalScope says for none
        reasoning=reasoning,
        seconds=float(seconds) if type(seconds) in (int, float) and 0 <= seconds < float("inf") else 0.0,
    )
    return [said]


def _content(content: object) -> tuple[str | None, str]:
    """Return text and thinking of a message, which may be made of parts."""
    if isinstance(content, str):
        return content, ""
    parts = [_object(part) for part in _list(content)]
    texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
    thought = [part["reasoning"] for part in parts if isinstance(part.get("reasoning"), str)]
    return ("\n".join(texts) if parts else None), "\n".join(thought)


def question_id(question: str) -> str:
    """Return the recorded id of the problem that asks this, whatever its place: rows may have been shuffled."""
    return f"asked:q{hashlib.sha256(' '.join(question.split()).encode('utf-8', 'replace')).hexdigest()}"


def _without_id(task: str, question: object, number: object) -> str:
    """Return the id of a problem of that task by its question, else by its place, from 0; "" where neither is known."""
    if task and isinstance(question, str) and question.strip():
        return question_id(question)
    return f"{task}/{number}" if task and type(number) is int and number >= 0 else ""


def _task(where: str, holder: object, name: str) -> str:
    if found := _id_of(_object(holder)):
        return found
    raise DatasetError(f"{where}: {name!r} does not say which task it is of ('task_id' or 'question_id')")


def _id_of(holder: Mapping[str, Any]) -> str:
    for name in ("task_id", "question_id", "name"):
        found = holder.get(name)
        if type(found) is int or (isinstance(found, str) and found):
            return str(found)
    # Of IFEval's rows the number is named otherwise.
    return f"ifeval/{key}" if "instruction_id_list" in holder and type(key := holder.get("key")) is int else ""


def _flat(value: object) -> list[str]:
    """Return the texts in a list, or in the lists in it, none if there is anything else."""
    found: list[str] = []
    for item in _list(value):
        part = item if isinstance(item, list) else [item]
        if not all(isinstance(one, str) for one in part):
            return []
        found += part
    return found


def _has_turns(choices: object) -> bool:
    return isinstance(choices, list) and bool(choices) and all("turns" in _object(choice) for choice in choices)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


_Reader = Callable[[Mapping[str, Any], str, str], Sequence[Said]]
_READERS: tuple[tuple[Callable[[Mapping[str, Any]], bool], _Reader], ...] = (
    (lambda row: "resps" in row and isinstance(row.get("doc"), dict), _lm_eval),
    (lambda row: "question_id" in row and ("output_list" in row or "code_list" in row), _live_code_bench),
    (lambda row: "model_output" in row or "sample_score" in row or {"raw_input", "choices"} <= row.keys(), _evalscope),
    (lambda row: "question_id" in row and _has_turns(row.get("choices")), _fastchat),
    (lambda row: {"question_id", "model_id"} <= row.keys() and isinstance(row.get("answer"), str), _arena),
    (lambda row: row.keys() == {"prompt", "response"}, _ifeval),
)
