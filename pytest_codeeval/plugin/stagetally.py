"""StageTally: how far the stages of a run came, in a line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.stageoptions import CHECK, GENERATE, REPORT


class StageTally:
    """Counts problems that were `checked` and those whose verdicts were `kept`; `cut` is by suite.

    `cut` are problems of which the model has not had its last turn, as that follows a score.
    """

    def __init__(self, settings: Settings) -> None:
        self.checked = 0
        self.kept = 0
        self.cut: Counter[str] = Counter()
        self._settings = settings

    def count(self, *, known: bool) -> None:
        """Count a problem that has come to its verdict, which may be `known` from before."""
        self.kept += known
        self.checked += not known

    def head(self) -> list[str]:
        """Return the line for the head of a run of some stages only."""
        stages = self._settings.stages
        alone: dict[tuple[str, ...], str] = {
            (GENERATE,): "models are asked, and nothing is scored",
            (CHECK,): "stored answers are scored, and models are not asked",
            (REPORT,): "what was scored is shown, and nothing is run",
        }
        if stages in alone:
            return [f"stage {stages[0]}: {alone[stages]}"]
        return [f"stages {', '.join(stages)}"] if stages else []

    def lines(self, kept: int, wanted: int, asked: int) -> Iterator[str]:
        """Yield what there is to say of each stage, safe to print.

        `kept` of the `wanted` answers are stored, and `asked` are those that came in this run.
        """
        settings = self._settings
        if GENERATE in settings.stages:
            yield from self._generated(kept, wanted, asked)
        elif CHECK in settings.stages and kept < wanted:
            missing = counted(wanted - kept, "answer is", "answers are")
            yield f"check: {missing} not stored: --stage=generate,check asks for what is missing, and goes on"
        if CHECK in settings.stages and self.kept:
            have = counted(self.kept, "problem has its verdict", "problems have their verdicts")
            whole = "complete: all " if not self.checked and kept >= wanted else ""
            yield f"check: {whole}{have} from before, and {_was(self.kept)} not run again (--force does it)"

    def _generated(self, kept: int, wanted: int, asked: int) -> Iterator[str]:
        if wanted:
            lacking = f"{wanted - kept:,} {'is' if wanted - kept == 1 else 'are'} missing" if wanted > kept else ""
            complete = f"complete: all {counted(wanted, 'answer')} were stored before, and nothing was asked"
            stored = f"{counted(kept, 'answer is', 'answers are')} stored, {lacking or 'none is missing'}"
            yield "generate: " + (stored if asked or lacking else complete)
        scripted = [spec.label for spec in self._settings.models if spec.scripted]
        if scripted and not self._settings.checks:
            labels = printable(", ".join(scripted))
            yield f"generate: {labels}: the answers stand on this machine, and none is asked for or stored"
        for suite, count in self.cut.items() if not self._settings.checks else ():
            problems = counted(count, "problem")
            yield printable(
                f"generate: {suite}: a further turn of {problems} follows a score, and was not asked for; "
                "--stage=generate,check does that"
            )


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
