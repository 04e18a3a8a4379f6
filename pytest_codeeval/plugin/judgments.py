"""Judgments: what the judges of a run took, and whether they let themselves be talked into a verdict."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from pytest_codeeval.core.column import Total, price
from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.core.errors import CodeEvalError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.plugin.tools import JUDGED

_COUNTED = ("prompt_tokens", "completion_tokens", "cost")
_PATIENCE = 10.0
_JUDGMENT, _AGAIN, _ATTACK = "judgment", "asked again", "attack"
ATTACK = "canary"
"""The task id of attacks on a judge."""


class Judgments:
    """Counts the answers of judges, by the name of the model that was asked, and tries these judges once."""

    def __init__(self) -> None:
        self._noted: set[str] = set()
        self._answers: dict[str, Counter[str]] = {}
        self._totals: dict[str, dict[str, Total]] = {}
        self._fallen: dict[str, Sequence[str]] = {}
        self._untried: dict[str, str] = {}
        self._trials: list[tuple[str, threading.Thread]] = []

    def note(self, request: CompletionRequest, completion: Completion) -> None:
        """Count an answer, if a judge gave it."""
        if not request.suite.startswith(JUDGED):
            return
        if request.key in self._noted:  # one that several items ask for, as those of both models of a battle do
            return
        self._noted.add(request.key)
        kinds = self._answers.setdefault(request.model, Counter())
        kinds[_kind(request)] += 1
        totals = self._totals.setdefault(request.model, dict.fromkeys(_COUNTED, Total()))
        for name in _COUNTED:
            value = getattr(completion, name)
            totals[name] = Total.of([totals[name], Total(unknown=1) if value is None else Total(value, 1)])

    def asked(self, model: str) -> bool:
        """Whether a judge of that model has answered."""
        return model in self._answers

    def try_once(self, judges: Mapping[str, Callable[[], Sequence[str]]]) -> None:
        """Try judges that have not been tried yet: each is a function that returns the attacks it fell for."""
        for label, trial in judges.items():
            if label not in self._fallen:
                self._fallen[label] = ()
                thread = threading.Thread(target=self._try, args=(label, trial), daemon=True)
                self._trials.append((label, thread))
                thread.start()

    def _try(self, label: str, trial: Callable[[], Sequence[str]]) -> None:
        try:
            self._fallen[label] = trial()
        except CodeEvalError as error:
            self._untried[label] = str(error)

    def finish(self) -> None:
        """Wait for what is being tried."""
        for label, thread in self._trials:
            thread.join(_PATIENCE)
            if thread.is_alive():
                self._untried[label] = "it took too long"
        self._trials.clear()

    def lines(self) -> list[str]:
        """Say what the judges took, and which attacks they fell for."""
        lines = []
        for model, answers in sorted(self._answers.items()):  # and not as they happened to come
            totals = self._totals[model]
            asked, given = (int(totals[name].sum) for name in ("prompt_tokens", "completion_tokens"))
            parts = [counted(answers[_JUDGMENT], "judgment")]
            parts += [f"{answers[_AGAIN]} asked again"] if answers[_AGAIN] else []
            parts += [f"{counted(answers[_ATTACK], 'answer')} to attacks"] if answers[_ATTACK] else []
            parts += [f"{counted(asked, 'token')} in, {counted(given, 'token')} out"] if asked or given else []
            parts += [f"cost {price(totals['cost'])}"] if totals["cost"].known else []
            lines.append(f"judge {printable(model)}: {', '.join(parts)}")
        for label, attacks in self._fallen.items():
            if attacks:
                said = f"judge {label} fell for {', '.join(attacks)}: an answer may talk it into a rating"
                lines.append(printable(said))
        lines += [printable(f"judge {label} could not be tried: {why}") for label, why in self._untried.items()]
        return lines


def _kind(request: CompletionRequest) -> str:
    """Return what a judge was asked: to judge, to say again what it had said without a verdict, or to be tried."""
    if request.task_id == ATTACK:
        return _ATTACK
    return _AGAIN if any(message["role"] == "assistant" for message in request.messages) else _JUDGMENT
