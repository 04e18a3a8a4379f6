"""Notes: what stands below the score table, of usage, judges, doubts and what could not be evaluated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from pytest_codeeval.core.continuation import CUT, JOINED
from pytest_codeeval.core.selftest import SelfTest
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.plugin.judgments import Judgments
from pytest_codeeval.plugin.repeats import Repeats
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.unknowntasks import UnknownTasks
from pytest_codeeval.reports.scoreboard import Scoreboard
from pytest_codeeval.reports.usage import usage_line

_SHOWN_ERRORS = 5
_SHOWN_DOUBTS = 10
_SHOWN_WEAK = 5
_ODDLY_SCORED = {
    JOINED: "with a token that reaches from the question into the choice",
    CUT: "behind the end of a question that is too long for the model",
}


class Notes:
    """Puts into words what the score table does not show."""

    def __init__(
        self,
        scores: Scoreboard,
        settings: Settings,
        isolation: TierReport,
        self_tests: Mapping[str, SelfTest],
        repeats: Repeats,
        unknown: UnknownTasks,
        judgments: Judgments,
    ) -> None:
        self._scores = scores
        self._settings = settings
        self._isolation = isolation
        self._self_tests = self_tests
        self._repeats = repeats
        self._unknown = unknown
        self._judgments = judgments

    def _usage(self) -> list[str]:
        """What the answers of each model took; those of a model on this machine have no price."""
        priced = {spec.label for spec in self._settings.models if spec.kind.is_paid}
        lines = (usage_line(model, scores, priced=model in priced) for model, scores in self._scores.by_model().items())
        return [line for line in lines if line]

    def _relatives(self) -> Iterator[str]:
        """Say which judges are of the same family as a model that they rate."""
        judges = [judge for judge in self._settings.judges if not judge.scripted and self._judgments.asked(judge.model)]
        if judges:
            from pytest_codeeval.core.families import same_family  # few runs have judges
        for judge in judges:
            kin = [spec.label for spec in self._settings.models if same_family(spec.model, judge.model)]
            if kin:
                said = f"judge {judge.label} is of the family of {', '.join(kin)}: models like their own answers"
                yield printable(said)

    def lines(self) -> list[str]:
        """Return the notes, safe to print."""
        notes = []
        errors = self._scores.errors
        if errors:
            notes.append(
                f"{counted(len(errors), 'problem')} could not be evaluated, through no fault of the model; "
                f"{'it is' if len(errors) == 1 else 'they are'} in no score:"
            )
            counts = Counter(message for _, message in errors)
            first = {message: task_id for task_id, message in reversed(errors)}
            for message, count in counts.most_common(_SHOWN_ERRORS):
                more = f" and {count - 1} more" if count > 1 else ""
                notes.append(f"  {first[message]}{more}: {message}")
        faults = self._scores.faults
        if faults:
            broken = counted(len(faults), "problem is", "problems are")
            notes.append(f"{broken} broken as published (run and scored all the same):")
            notes += [f"  {task_id}: {reason}" for task_id, reason in faults]
        return [
            *self._usage(),
            *self._judgments.lines(),
            *self._relatives(),
            *self._scores.notes,
            *self._broken(),
            *self._weak(),
            *self._oddly_scored(),
            *notes,
            *self._doubts(),
            *self._unreachable(),
            *self._fewer(),
            *self._unknown.lines(),
            *self._repeats.notes(),
        ]

    def _oddly_scored(self) -> Iterator[str]:
        """Say how many choices were scored otherwise than behind the whole question."""
        for score in self._scores.scores():
            measures = [one.measures for found in score.graded.values() for one in found]
            for name, how in _ODDLY_SCORED.items():
                if count := sum(int(each.get(name, 0)) for each in measures):
                    chosen = counted(count, "choice was", "choices were")
                    yield printable(f"{score.model} on {score.suite}: {chosen} scored {how}")

    def _fewer(self) -> Iterator[str]:
        """Say what was scored with fewer samples than were asked for."""
        asked = self._settings.samples or 0
        for score in self._scores.scores() if self._settings.fewer_samples else ():
            few = [n for n, _ in score.counts if n < asked]
            if few:
                which = counted(len(few), "problem has", "problems have")
                yield f"{score.model} on {score.suite}: {which} fewer than {asked} samples (as few as {min(few)})"

    def _broken(self) -> Iterator[str]:
        """Say which metrics gave no figure where they should."""
        for score in self._scores.scores():
            for name, fault in score.faults(self._settings.pass_at).items():
                said = f"{score.model} on {score.suite}: no {name}, as the metric {fault}; mend the metric"
                yield printable(said)

    def _weak(self) -> list[str]:
        found = self._scores.weak
        if not found:
            return []
        if self._isolation.weak:
            return [f"all verdicts are weak: the solutions ran without isolation (--sandbox {self._isolation.name})"]
        ids = sorted(found, key=lambda task_id: (len(task_id), task_id))
        more = f" and {len(ids) - _SHOWN_WEAK} more" if len(ids) > _SHOWN_WEAK else ""
        named = printable(", ".join(ids[:_SHOWN_WEAK])) + more
        count = counted(found.total(), "verdict is", "verdicts are")
        return [f"{count} weak: a hostile solution could have forged what its tests report ({named})"]

    def _doubts(self) -> list[str]:
        notes = []
        for suite, found in self._self_tests.items():
            form = "quick" if found.quick else "full"
            if found.error:
                notes.append(f"{suite}: the {form} self-test could not be done ({printable(found.error)})")
            elif not found.believed:
                tried = f"{counted(found.tried, 'problem')} and {counted(found.mutants, 'wrong solution')}"
                notes.append(f"the {form} self-test of {suite} ({tried}) speaks against its scores:")
                said = [f"  {task_id}: its own solution fails ({detail})" for task_id, detail in found.failures]
                said += [f"  {task_id}: a wrong solution passes ({name})" for task_id, name in found.survivors]
                notes += [printable(line) for line in said[:_SHOWN_DOUBTS]]
                if len(said) > _SHOWN_DOUBTS:
                    notes.append(f"  and {len(said) - _SHOWN_DOUBTS} more, in run.json")
            elif self._settings.self_test == "full" and not found.conclusive:
                right = counted(found.tried, "canonical solution passes", "canonical solutions pass")
                notes.append(f"{suite}: {right}; no wrong one was tried: no self-test")
            elif self._settings.self_test == "full":
                right = counted(found.tried, "canonical solution passes", "canonical solutions pass")
                notes.append(f"{suite}: {right}, {counted(found.mutants, 'wrong one fails', 'wrong ones fail')}")
        return notes

    def _unreachable(self) -> list[str]:
        notes = []
        for score in self._scores.scores():
            least = min((n for n, _ in score.counts), default=0)
            missed = ", ".join(f"pass@{k}" for k in self._settings.pass_at if k > least)
            if missed and least:
                notes.append(
                    f"{score.model} on {score.suite}: no {missed}, as a problem has only {counted(least, 'sample')}"
                )
        return notes
