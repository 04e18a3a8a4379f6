"""JsonScorer: answers that have to be JSON and nothing else, and may have to be as a schema says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.metric import Mean, MeanOfParts
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.calls.samples import another_value
from pytest_codeeval.scoring.calls.validation import same, unchecked, violation
from pytest_codeeval.scoring.jsontext import JsonText, NoJsonError, holds_json, json_text, unfenced
from pytest_codeeval.scoring.text import TextScorer

STRICT, LENIENT, SCHEMA, BUT_ENUM = "strict", "lenient", "schema", "schema but enum"
REPEATED = "repeated names"
WHOLE, BARE, FENCE = "whole", "bare value", "fence"


class JsonScorer(TextScorer):
    """An answer passes if all of it is one value of RFC 8259 (`strict`); `lenient` takes it out of one fence around it.

    A problem may have a JSON Schema in `extra["schema"]`: `schema` is the share of all problems with one whose value,
    read leniently, is as that says, and `schema but enum` the same with any value for one that is to be chosen.
    `target` is a right answer; with `exact` the only one: an answer passes if it is as its schema says, and has the
    target's values, as well.
    """

    metrics = (
        Mean(STRICT),
        Mean(LENIENT, LENIENT),
        # Of one part, those that have the measure: the mean over the problems with a schema.
        MeanOfParts(SCHEMA, (SCHEMA,)),
        MeanOfParts(BUT_ENUM, (BUT_ENUM,)),
    )
    whole_words = False
    guessed = frozenset({BARE})

    def __init__(self, *, exact: bool = False) -> None:
        self._exact = exact

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score; where nothing could be read, none of its figures is more than nothing."""
        score = super().score(problem, completions, tools)
        schema = (SCHEMA, BUT_ENUM) if "schema" in problem.extra else ()
        # A number that was cut off may have been going to be another one, read leniently too.
        known = {} if score.found == BARE and not score.passed else score.measures
        return replace(score, measures={**dict.fromkeys((LENIENT, *schema, REPEATED), 0.0), **known})

    def score_text(self, problem: Problem, text: str) -> Score:
        """Return the score of an answer's text."""
        try:
            read = json_text(text)
        except NoJsonError as error:
            return _of_none(problem, text, str(error))
        score = replace(_of_value(problem, read), found=WHOLE if isinstance(read.value, dict | list | str) else BARE)
        return _compared(problem, score) if self._exact else score

    def right_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return the right answer in forms that are all JSON."""
        if not problem.target:
            return {}
        value = json.loads(problem.target)
        return {
            "reference": problem.target,
            "compact": json.dumps(value, separators=(",", ":"), ensure_ascii=False),
            "indented": f"\n{json.dumps(value, indent=4)}\n\n",
            "behind thinking": f"<think>\nIs it {{}}?\n</think>\n\n{problem.target}",
        }

    def wrong_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return answers that are nearly JSON, or more than it."""
        right = problem.target
        others = _others(json.loads(right)) if self._exact else {}
        return {
            **others,
            "in a fence": f"```json\n{right}\n```",
            "words before": f"Here it is:\n{right}",
            "words behind": f"{right}\nThat is all.",
            "twice": f"{right}\n{right}",
            "cut": right[:-1],
            "a comma too many": f"[{right},]",
            "NaN": f"[{right}, NaN]",
            "a comment": f"[{right}] // as asked",
            "Python's quotes": f"{{'answer': {right}}}",
            "in words": "I cannot say that in JSON.",
        }


def _of_value(problem: Problem, read: JsonText) -> Score:
    """Return the score of a value that was read, with what its schema says of it."""
    schema = problem.extra.get("schema")
    measures, said = {LENIENT: 1.0, REPEATED: float(len(read.repeated))}, []
    if schema is not None:
        if unknown := unchecked(schema):
            raise DatasetError(f"{problem.task_id}: its schema has {', '.join(sorted(unknown))}, which is not checked")
        against = violation(read.value, schema)
        kept = not against or not violation(read.value, schema, enums=False)
        measures |= {SCHEMA: float(not against), BUT_ENUM: float(kept)}
        said += [f"not as its schema says: {against}"] if against else []
    if read.repeated:
        said.append(f"a name stands there more than once: {read.repeated[0][:80]}")
    return Score(True, detail="; ".join(said), answer=read.value, measures=measures)


def _compared(problem: Problem, score: Score) -> Score:
    """Return the score of JSON in which the values count as well."""
    if score.measures.get(SCHEMA) == 0.0:
        return _wrong(score, "against_schema", score.detail)
    if not same(score.answer, json.loads(problem.target)):
        return _wrong(score, "wrong_value", f"the right answer is {problem.target[:200]}")
    return score


def _others(value: Any) -> Mapping[str, str]:
    """Return JSON with one value changed, or left out, of those that the right object has."""
    fields = value if isinstance(value, dict) else {}
    changed = {f"another {name}": {**fields, name: another_value(inner)} for name, inner in fields.items()}
    without = {f"no {name}": {other: fields[other] for other in fields if other != name} for name in fields}
    return {name: json.dumps(one) for name, one in {**changed, **without}.items()}


def _of_none(problem: Problem, text: str, why: str) -> Score:
    """Return the score of an answer that is not JSON as it stands."""
    inner = unfenced(text)
    try:
        score = _of_value(problem, json_text(inner))
    except NoJsonError as error:
        if holds_json(text):
            return _wrong(Score(False), "text_around", "there is JSON in the answer, and more around it")
        return _wrong(Score(False), "no_json", f"the answer is no JSON: {error if inner else why}")
    detail = "; ".join(filter(None, ("there is a fence around the JSON", score.detail)))
    return replace(_wrong(score, "fenced", detail), found=FENCE)


def _wrong(score: Score, cause: str, detail: str) -> Score:
    outcome = str(Outcome.WRONG_ANSWER)
    return replace(score, passed=False, value=0.0, outcome=outcome, cause=cause, detail=detail)
