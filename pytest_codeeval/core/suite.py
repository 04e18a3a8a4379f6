"""Suite: a named list of problems, how they are put to a model, and how its answers are scored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pytest_codeeval.core.metric import PASS_AT, Metric
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.protocol import Protocol
from pytest_codeeval.core.scorer import Scorer


@dataclass(frozen=True, slots=True)
class Suite:
    """A benchmark.

    `load` reads the problems, `prompt` puts one to a model; a text that it returns is a chat of one turn. `scorer` is
    None where answers are programs, which are run against the problem's tests; `metrics` are the scorer's where they
    are left out. `aliases` are other prefixes under which recordings know this suite's task ids (`MBPP/11` for
    `Mbpp/11`), compared without case. `splits` are the parts that `--split` may name. `note` is said with its scores.
    `scored` is the suite that stands for this one where models are asked how likely the choices are (`--mode=score`).
    `protocols` are those that `--protocol` may name, by their names, and `protocol` the one that was chosen (`under`).

    For programs: `language`, and `timeout`, the CPU time in seconds that one may take; `timeouts` overrides it for
    single problems.
    """

    name: str
    load: Callable[[DataRequest], Dataset]
    prompt: Callable[[Problem], Prompt | str]
    language: str = "python"
    timeout: float = 3.0
    timeouts: Mapping[str, float] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    scorer: Scorer | None = None
    metrics: tuple[Metric, ...] = ()
    note: str = ""
    scored: Suite | None = None
    protocols: Mapping[str, Protocol] = field(default_factory=dict)
    protocol: Protocol | None = None

    def under(self, protocol: Protocol) -> Suite:
        """Return the suite as it is by a protocol."""
        asked = replace(self, protocol=protocol, prompt=protocol.prompt)
        if protocol.timeout is None:
            return asked
        return replace(asked, timeout=protocol.timeout, timeouts=protocol.timeouts)

    def timeout_of(self, problem: Problem) -> float:
        """CPU seconds that one solution of `problem` may take; a row of a user's own says so by itself (`timeout`)."""
        own = problem.extra.get("timeout")
        return float(own) if isinstance(own, int | float) else self.timeouts.get(problem.task_id, self.timeout)

    @property
    def measured_by(self) -> tuple[Metric, ...]:
        """The metrics of its scores, the headline first."""
        return self.metrics or (self.scorer.metrics if self.scorer else (PASS_AT,))
