"""Budget: the US dollars that a run may spend on all its models (`--max-cost`)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.errors import BackendError


class BudgetSpentError(BackendError):
    """No more may be asked, though the model answers: what was paid for is still to be scored."""


class Budget:
    """Nothing is sent that could pass the budget together with what is in flight and what was spent."""

    def __init__(self, most: float) -> None:
        self.spent = 0.0
        self._most = most
        self._reserved = 0.0
        self._dearest: dict[str, float] = {}  # of one answer so far, by model
        self._in_flight = 0
        self._changed = asyncio.Event()

    async def reserve(self, model: str, answers: int, at_most: float | None) -> float:
        """Wait until so many answers may be asked for; return what is set aside for them.

        `at_most` is what one can cost; where nobody knows, it is what the dearest so far did, and the first one of a
        model is asked alone. Raises BudgetSpentError where they would pass the budget.
        """
        while True:
            guess = self._dearest.get(model) if at_most is None else at_most
            need = answers * (guess or 0.0)
            if guess is not None and self.spent + self._reserved + need <= self._most:
                break
            if not self._in_flight:
                if guess is not None or self.spent >= self._most:
                    raise self._empty(need)
                break
            self._changed.clear()
            await self._changed.wait()
        self._reserved += need
        self._in_flight += 1
        return need

    def settle(self, model: str, reserved: float, completions: Sequence[Completion], at_most: float | None) -> None:
        """Count what answers cost, each `at_most` where the server did not say, in the place of what was set aside.

        Raises BackendError where nobody knows it: then there is no telling when to stop.
        """
        self._reserved -= reserved
        self._in_flight -= 1
        self._changed.set()
        for completion in completions:
            cost = at_most if completion.cost is None else completion.cost
            if cost is None:
                raise unpriced(model)
            self.spent += cost
            self._dearest[model] = max(self._dearest.get(model, 0.0), cost)

    def _empty(self, need: float) -> BudgetSpentError:
        return BudgetSpentError(
            f"--max-cost={self._most:g} would be passed: ${self.spent:.4f} were spent, and the next answer may cost "
            f"${need:.4f}; nothing more is asked",
            fatal=True,
        )


def unpriced(model: str) -> BackendError:
    """Return the error for a model whose prices are not known."""
    return BackendError(
        f"--max-cost cannot be kept: the prices of {model} are not known here; leave it out, or, for openai:, give "
        "--model-args input_price=DOLLARS,output_price=DOLLARS for a million tokens",
        fatal=True,
    )
