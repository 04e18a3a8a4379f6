"""Result: one problem with all its samples, from prompt to score; wire, file and replay format in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.text import printable
from pytest_codeeval.core.verdict import Outcome


@dataclass(frozen=True, slots=True)
class Sample:
    """The completions of one sample, a turn each (of most suites one), and the score of the answer in them."""

    index: int
    completions: tuple[Completion, ...]
    score: Score

    @property
    def completion(self) -> Completion:
        """The completion of the last turn."""
        return self.completions[-1]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the sample back."""
        return {
            "index": self.index,
            "completions": [completion.to_json() for completion in self.completions],
            "score": self.score.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Sample:
        """Rebuild a sample from `to_json`'s values."""
        completions = tuple(Completion.from_json(completion) for completion in data["completions"])
        return cls(data["index"], completions, Score.from_json(data["score"]))


@dataclass(frozen=True, slots=True)
class Result:
    """One problem asked of one model: its samples in order, and whether the item passes by `--pass-if`."""

    model: str
    suite: str
    task_id: str
    prompt: str
    samples: tuple[Sample, ...]
    pass_if: str = "any"
    difficulty: str | None = None

    @property
    def correct(self) -> int:
        """How many samples passed."""
        return sum(sample.score.passed is True for sample in self.samples)

    @property
    def scored(self) -> bool:
        """Whether the samples count for a score."""
        return all(sample.score.passed is not None for sample in self.samples)

    @property
    def passed(self) -> bool:
        """Whether the item passes: any, all or the majority of its samples did; always, where nothing is graded."""
        if not self.scored:
            return True
        need = {"any": 1, "all": len(self.samples), "majority": len(self.samples) // 2 + 1}[self.pass_if]
        return self.correct >= need

    @property
    def outcomes(self) -> Counter[str]:
        """How many samples ended in each outcome."""
        return Counter(sample.score.outcome for sample in self.samples)

    @property
    def outcome(self) -> str:
        """How the item ended as a whole: passed, else the commonest outcome among the samples that did not pass."""
        if self.passed and self.scored:
            return Outcome.PASSED.value
        failed = Counter({outcome: count for outcome, count in self.outcomes.items() if outcome != Outcome.PASSED})
        return failed.most_common(1)[0][0]

    @property
    def cause(self) -> str:
        """Why the item ended as it did: passed, else the commonest cause behind its outcome."""
        outcome = self.outcome
        if outcome == Outcome.PASSED:
            return outcome
        causes = Counter(sample.score.cause for sample in self.samples if sample.score.outcome == outcome)
        return causes.most_common(1)[0][0]

    @property
    def weak(self) -> int:
        """How many of the scores could have been forged by who answered."""
        return sum(sample.score.weak for sample in self.samples)

    @property
    def explanation(self) -> str:
        """Why the item failed, safe to print: the first failing sample's cause, and the counts of several."""
        failed = next((sample for sample in self.samples if not sample.score.passed), None)
        if failed is None:
            return ""
        detail = failed.score.detail
        text = in_words(failed.score.cause) + (f": {printable(detail)}" if detail else "")
        if len(self.samples) == 1:
            return text
        counts = ", ".join(f"{count} {in_words(outcome)}" for outcome, count in self.outcomes.most_common())
        return f"{self.correct}/{len(self.samples)} samples passed ({counts}); sample {failed.index}: {text}"

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the result back."""
        return {
            "model": self.model,
            "suite": self.suite,
            "task_id": self.task_id,
            "prompt": self.prompt,
            "samples": [sample.to_json() for sample in self.samples],
            "pass_if": self.pass_if,
            "difficulty": self.difficulty,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Rebuild a result from `to_json`'s values."""
        samples = tuple(Sample.from_json(sample) for sample in data["samples"])
        names = data["model"], data["suite"], data["task_id"], data["prompt"]
        return cls(*names, samples, data["pass_if"], data.get("difficulty"))


def in_words(name: str) -> str:
    """Return the name of an outcome or a cause as words."""
    return name.replace("_", " ")


def human_eval_result(score: Score) -> str:
    """Say how a sample ended as openai/human-eval does: "passed", "timed out" or "failed: …"."""
    if score.passed is None:
        return "ungraded"
    if score.passed:
        return "passed"
    if score.outcome == Outcome.TIMEOUT:
        return "timed out"
    return f"failed: {score.detail or in_words(score.cause)}"
