"""JudgeScorer: another model reads the answer and rates it from 1 to 10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pytest_codeeval.core.completion import Completion, SamplingParams
from pytest_codeeval.core.ending import Ending, ending_of
from pytest_codeeval.core.errors import JudgeError
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.scorer import Scorer, Tools
from pytest_codeeval.core.verdict import Outcome
from pytest_codeeval.scoring.endings import UNFINISHED
from pytest_codeeval.scoring.judging.asking import JUDGING, Conversation, Judgment, ask
from pytest_codeeval.scoring.judging.rating import LOWEST, VerdictForm
from pytest_codeeval.scoring.marks import marks_with
from pytest_codeeval.scoring.text import LONGEST, final_text, unanswered

_EXPLAINED = 300
"""Characters of a judge's explanation that are kept with the score; the whole is in the stored judgment."""


@dataclass(frozen=True, slots=True)
class JudgedTurn:
    """One answer: what is said in it, how it ended, its score where there is nothing to rate, and its ratings."""

    text: str
    ending: Ending
    lacking: Score | None
    judgments: tuple[Judgment, ...] = ()

    @property
    def rating(self) -> float:
        """The mean of what the judges gave; an answer that is none has the lowest, and no judge is asked."""
        return _mean([judgment.rating for judgment in self.judgments]) if self.judgments else LOWEST


class JudgeScorer(Scorer):
    """Has each answer of a sample rated by each judge of the run; the rating of the sample is the mean.

    `Problem.extra` has what it needs: `turns`, the questions (without it, the prompt is the only one), `reference`, a
    right answer to each (without it, the target), `rubric`, and `keywords` of a good answer, for a scripted judge. A
    sample passes from `pass_mark` on; no rating depends on that. `turns` is how many questions a problem has, so that
    each has a column of its own.
    """

    judged = True

    def __init__(
        self,
        *,
        pass_mark: float = 5.0,
        turns: int = 1,
        form: VerdictForm = VerdictForm.LINE,
        params: SamplingParams = JUDGING,
    ) -> None:
        self.pass_mark = pass_mark
        self.form = form
        self.params = params
        apart = [f"turn {number}" for number in range(1, turns + 1)] if turns > 1 else []
        self.metrics = (Mean("rating", "value", percent=False), *(Mean(name, name, percent=False) for name in apart))

    def score(self, problem: Problem, completions: Sequence[Completion], tools: Tools) -> Score:
        """Return the ratings of one sample.

        Raises JudgeError where a judge gives none, BackendError where one cannot be asked.
        """
        if not tools.judges:
            raise JudgeError(f"{problem.task_id} is rated by a judge, and there is none; name one by --judge MODEL")
        shown = conversation(problem)
        said = [*completions, *[Completion("")] * len(shown.questions)]
        turns = [turn_of(completion, tools) for completion in said[: len(shown.questions)]]
        rated = [self._rated(shown, turns[: number + 1], tools) for number in range(len(turns))]
        return self._score(rated, tools.judges)

    def reference(self, problem: Problem) -> str:
        """Return the right answer to the first question, "" if none is known."""
        return next(iter(references(problem)), "")

    def references(self, problem: Problem) -> tuple[str, ...]:
        """Return the right answers that are known, one a turn."""
        return references(problem)

    def right_answers(self, problem: Problem) -> Mapping[str, str]:  # noqa: ARG002 - a self-test asks no judge
        """Return none: what a judge says of one is no fact."""
        return {}

    def _rated(self, shown: Conversation, turns: Sequence[JudgedTurn], tools: Tools) -> JudgedTurn:
        turn = turns[-1]
        if turn.lacking:
            return turn
        answers = tuple(one.text for one in turns)
        here = replace(shown, questions=shown.questions[: len(answers)], answers=answers)
        judgments = (ask(judge, here, self.form, self.params, tools) for judge in tools.judges)
        return replace(turn, judgments=tuple(judgments))

    def _score(self, turns: Sequence[JudgedTurn], judges: Sequence[str]) -> Score:
        rating = _mean([turn.rating for turn in turns])
        place, lacking = next(((n, turn.lacking) for n, turn in enumerate(turns, 1) if turn.lacking), (0, None))
        passed = rating >= self.pass_mark and lacking is None
        outcome, cause, notes = str(Outcome.PASSED if passed else Outcome.LOW_RATING), "", []
        if unfinished := next((turn.ending for turn in turns if turn.ending in UNFINISHED), None):
            why, note = UNFINISHED[unfinished]
            notes.append(note)
            outcome, cause = (outcome, "") if passed else (str(why.outcome), str(why))
        if lacking:
            where = f"turn {place}: " if len(turns) > 1 else ""
            unasked = ", so that the next one was not asked" if place < len(turns) else ""
            outcome, cause, notes = lacking.outcome, lacking.cause, [f"{where}{lacking.detail}{unasked}"]
        detail = "; ".join([*notes, _told(rating, turns)])
        measures = _measures(rating, turns, judges)
        return Score(passed, outcome, detail, cause, value=rating, answer=rating, measures=measures)


def conversation(problem: Problem) -> Conversation:
    """Return what a judge is shown of a problem, without answers."""
    extra = problem.extra
    return Conversation(
        questions=_texts(extra.get("turns")) or (problem.prompt,),
        answers=(),
        rubric=str(extra.get("rubric") or ""),
        references=references(problem),
        keywords=_texts(extra.get("keywords")),
    )


def references(problem: Problem) -> tuple[str, ...]:
    """Return the right answers that are known, one a question."""
    return _texts(problem.extra.get("reference")) or _texts(problem.target)


def _texts(value: object) -> tuple[str, ...]:
    """Return a list of texts, or a single one, as there may be in a user's own row."""
    if isinstance(value, list | tuple):
        return tuple(map(str, value))
    return (str(value),) if value else ()


def turn_of(completion: Completion, tools: Tools) -> JudgedTurn:
    """Return what was said in a turn, as a judge is shown it."""
    ending = ending_of(completion.finish_reason) or Ending.COMPLETE
    text = final_text(completion.text, marks_with(tuple(tools.thinking_marks)))
    said = (text or "").strip()
    if len(said) > LONGEST:
        return JudgedTurn("", ending, Score(False, Outcome.OUTPUT, f"the answer is longer than {LONGEST:,} characters"))
    return JudgedTurn(said, ending, None if said else unanswered(completion, ending, thought=text is None))


def _told(rating: float, turns: Sequence[JudgedTurn]) -> str:
    """Say how the sample was rated, and why its worst answer was rated so."""
    apart = ", ".join(f"turn {number} {turn.rating:g}" for number, turn in enumerate(turns, 1))
    head = f"rated {rating:g}" + (f" ({apart})" if len(turns) > 1 else "")
    said = [judgment for turn in turns for judgment in turn.judgments]
    if not said:
        return head
    worst = min(said, key=lambda judgment: judgment.rating)
    why = " ".join(worst.explanation.split())
    return f"{head}; {worst.judge}: {why[:_EXPLAINED]}{'…' if len(why) > _EXPLAINED else ''}"


def _measures(rating: float, turns: Sequence[JudgedTurn], judges: Sequence[str]) -> dict[str, float]:
    measures = {"rating": rating}
    if len(turns) > 1:
        measures |= {f"turn {number}": turn.rating for number, turn in enumerate(turns, 1)}
    if len(judges) > 1:
        for place, judge in enumerate(judges):
            given = [turn.judgments[place].rating if turn.judgments else LOWEST for turn in turns]
            measures[f"rating by {judge}"] = _mean(given)
    return measures


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / len(figures)
