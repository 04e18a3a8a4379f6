"""CallsScorer: answers that call functions, compared with the calls that are right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.ending import ending_of
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Tools
from pytest_codeeval.core.verdict import Outcome, StageResult
from pytest_codeeval.scoring.calls import samples
from pytest_codeeval.scoring.calls.call import Call, sent_name
from pytest_codeeval.scoring.calls.checking import WRONG_NAME, Wrong, wrongness
from pytest_codeeval.scoring.calls.decoding import NATIVE, NO_CALL, UNREADABLE, Decoded, decoded, native_calls
from pytest_codeeval.scoring.calls.matching import matching
from pytest_codeeval.scoring.calls.schema import parameters
from pytest_codeeval.scoring.calls.upstream import published_calls
from pytest_codeeval.scoring.calls.validation import violation
from pytest_codeeval.scoring.endings import UNFINISHED
from pytest_codeeval.scoring.marks import marks_with
from pytest_codeeval.scoring.text import LONGEST, TextScorer, final_text

STRICT, NO_ATTEMPT = "strict", "no attempt"
WRONG_COUNT, EXTRA_CALL = "wrong_count", "extra_call"
NAME, JSON, SCHEMA, VALUES = "name", "json", "schema", "values"


class CallsScorer(TextScorer):
    """Takes the calls of an answer, native ones or those in its text, and compares them with the right ones.

    A problem has the functions on offer in `extra["functions"]` (`name`, `parameters`), and the right calls in
    `extra["calls"]` (`{name: {parameter: [accepted…]}}`; none if no function fits). It may have in `extra["category"]`
    the name of a measure of its own, and in `extra["language"]` that of the values. `strict` is what the published
    decoder and the published rules say of the same answer.
    """

    metrics = (Mean("calls"), Mean(STRICT, STRICT), Mean(NO_ATTEMPT, NO_ATTEMPT))
    guessed = frozenset({NO_CALL, UNREADABLE})

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the score of the calls that came as such, else of the text."""
        completion = completions[-1]
        if completion.tool_calls:
            score = self._of_native(problem, completion)
        else:
            score = super().score(problem, completions, tools)
            said = final_text(completion.text, marks_with(tuple(tools.thinking_marks))) or ""
            right = len(said) <= LONGEST and _is_right_as_published(problem, said)
            score = replace(score, measures={STRICT: float(right), **score.measures})
        # Those that a metric adds up are there for every answer, whatever became of it.
        category = problem.extra.get("category")
        usual = {STRICT: 0.0, **({category: float(bool(score.passed))} if category else {})}
        usual |= {} if problem.extra["calls"] else {NO_ATTEMPT: 0.0}
        return replace(score, measures={**usual, **score.measures})

    def score_text(self, problem: Problem, text: str) -> Score:
        """Return the score of an answer's text."""
        functions, language = problem.extra["functions"], _language(problem)
        declared = {one["name"]: parameters(one, language).get("properties", {}) for one in functions}
        return _scored(problem, decoded(text, declared.keys(), language, declared))

    def _of_native(self, problem: Problem, completion: Completion) -> Score:
        calls = completion.tool_calls
        if sum(len(call.arguments) + len(call.name) for call in calls) > LONGEST:
            return Score(False, Outcome.OUTPUT, f"the calls are longer than {LONGEST:,} characters", found=NATIVE)
        score = _scored(problem, native_calls(calls))
        ending = ending_of(completion.finish_reason)
        if ending in UNFINISHED and not score.passed:
            cause, detail = UNFINISHED[ending]
            score = replace(score, outcome=str(cause.outcome), cause=str(cause), detail=detail)
        # The published rules read the same calls from the same place.
        return replace(score, measures={STRICT: float(bool(score.passed)), **score.measures})

    def reference(self, problem: Problem) -> str:
        """Return the right calls as the prompt asks for them."""
        return samples.reference(problem)

    def right_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return the right calls in the forms in which models write them."""
        return samples.right_answers(problem)

    def wrong_answers(self, problem: Problem) -> Mapping[str, str]:
        """Return calls with another name, another value, without a parameter, and too many or too few."""
        return samples.wrong_answers(problem)


def _language(problem: Problem) -> str:
    return str(problem.extra.get("language", "python"))


def _scored(problem: Problem, found: Decoded) -> Score:
    answer = [call.to_json() for call in found.calls]
    if not problem.extra["calls"]:
        measures = {NO_ATTEMPT: float(found.found == NO_CALL)}
        if not found.calls:
            return Score(True, answer=answer, found=found.found, measures=measures)
        detail = f"no function fits, and {found.calls[0].name[:80]} is called"
        return Score(False, Outcome.WRONG_ANSWER, detail, EXTRA_CALL, None, answer, found.found, measures)
    if not found.calls:
        attempted = found.found == UNREADABLE
        said = "no call could be read from the answer" if attempted else "the answer calls no function"
        return Score(False, Outcome.NO_ANSWER, said, "unreadable_call" if attempted else "no_call", found=found.found)
    wrong = _wrong(problem, found.calls, sent=True)
    stages = _stages(problem, found.calls, right=wrong is None)
    if wrong is None:
        return Score(True, answer=answer, found=found.found, stages=stages)
    return Score(
        False, Outcome.WRONG_ANSWER, wrong.detail, wrong.cause, answer=answer, found=found.found, stages=stages
    )


def _wrong(problem: Problem, calls: Sequence[Call], *, sent: bool) -> Wrong | None:
    """Return why calls are not the right ones, in whatever order; `sent` says that names may have underscores for dots.

    If none of several fits, the first call by the right name tells why.
    """
    wanted = problem.extra["calls"]
    if len(calls) != len(wanted):
        return Wrong(WRONG_COUNT, f"{len(calls)} instead of {len(wanted)} calls")
    functions = {one["name"]: one for one in problem.extra["functions"]}
    reasons: list[list[Wrong | None]] = []
    for ((name, accepted),) in (one.items() for one in wanted):
        names = {name, sent_name(name)} if sent else {name}
        reasons.append(
            [
                wrongness(call, functions[name], accepted, _language(problem))
                if call.name in names
                else Wrong(WRONG_NAME, f"{call.name[:80]} is called instead of {name}")
                for call in calls
            ]
        )
    chosen = matching([[number for number, why in enumerate(row) if why is None] for row in reasons])
    unmet = next((row for row, call in zip(reasons, chosen, strict=True) if call is None), None)
    if unmet is None:
        return None
    known = [why for number, why in enumerate(unmet) if why is not None and number not in chosen]
    return next((why for why in known if why.cause != WRONG_NAME), (known or [*filter(None, unmet)])[0])


def _stages(problem: Problem, calls: Sequence[Call], *, right: bool) -> tuple[StageResult, ...]:
    functions = {name: one for one in problem.extra["functions"] for name in (one["name"], sent_name(one["name"]))}
    wanted = Counter(sent_name(name) for one in problem.extra["calls"] for name in one)
    named = Counter(sent_name(call.name) for call in calls) == wanted and all(call.name in functions for call in calls)
    stages = [StageResult(NAME, named), StageResult(JSON, not any(call.fault for call in calls))]
    if all(stage.passed for stage in stages):
        schemas = [(call, parameters(functions[call.name], _language(problem))) for call in calls]
        valid = not any(violation(call.arguments, schema) for call, schema in schemas)
        stages += [StageResult(SCHEMA, valid), StageResult(VALUES, right)]
    return tuple(stages)


def _is_right_as_published(problem: Problem, text: str) -> bool:
    found = published_calls(text, _language(problem))
    if not problem.extra["calls"]:
        return found is None or not found.calls
    return found is not None and _wrong(problem, found.calls, sent=found.sent) is None
