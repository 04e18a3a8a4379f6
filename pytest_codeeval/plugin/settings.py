"""Settings: all that a run was asked, read once in the controller and sent to the workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pytest_codeeval.core.completion import SamplingParams
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.plugin.arena import Arena
from pytest_codeeval.plugin.stageoptions import CHECK, GENERATE, REPORT
from pytest_codeeval.reports.threshold import Threshold


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run was asked; `samples` is None where the backend decides (all recorded ones, else 1).

    `cache` is the user's cache folder, empty where there is none. `given` are the settings of sampling that the user
    has given, which go before what a suite asks for. `protocol` is the harness by whose rules suites are run, empty for
    those of this package. `judges` are the models that score where a suite has them do so. `shard` is the part of the
    problems that this run takes, None for all of them; the limits of asking are those of all parts together. `stages`
    are those that were asked for, none where a run is not divided, and `force` says that they are done again. `own` are
    the settings of models by their label, and `suites` what holds for single suites by their name, where a config file
    tells them apart: see `of` and `on`. `suite_files` are the files that such a file names for suites.
    """

    models: tuple[ModelSpec, ...]
    judges: tuple[ModelSpec, ...]
    params: SamplingParams
    given: tuple[str, ...]
    system: str
    tools: str
    shuffle_choices: int | None
    shots: int
    protocol: str
    samples: int | None
    fewer_samples: bool
    data: str | None
    dataset: str | None
    language: str
    splits: tuple[tuple[str, str], ...]
    limit: int | None
    concurrency: int | None
    rpm: int | None
    tpm: int | None
    max_cost: float | None
    request_timeout: float
    retries: int
    fresh: bool
    pass_at: tuple[int, ...]
    pass_if: str
    fail_under: tuple[Threshold, ...]
    self_test: str
    calibrate: bool
    results: str
    cache: str
    sandbox: str
    allow_packages: tuple[str, ...]
    thinking_marks: tuple[tuple[str, str], ...]
    fuzz: int = 0
    fuzz_decides: bool = False
    shard: Shard | None = None
    stages: tuple[str, ...] = ()
    force: bool = False
    own: Mapping[str, Settings] = field(default_factory=dict)
    suites: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    arena: Arena = field(default_factory=Arena)
    suite_files: Mapping[str, str] = field(default_factory=dict)

    def of(self, spec: ModelSpec) -> Settings:
        """Return the settings by which a model is asked."""
        return self.own.get(spec.label, self)

    def on(self, suite: str) -> Settings:
        """Return the settings by which a suite is run."""
        if suite not in self.suites:
            return self
        changes = self.suites[suite]
        own = {label: replace(settings, **changes) for label, settings in self.own.items()}
        return replace(self, **changes, own=own)

    def with_samples(self, samples: int) -> Settings:
        """Return the settings with so many samples a problem, for all models."""
        own = {label: replace(settings, samples=samples) for label, settings in self.own.items()}
        return replace(self, samples=samples, own=own)

    @property
    def each(self) -> tuple[Settings, ...]:
        """The settings of all models that differ from one another."""
        return tuple(self.own.values()) or (self,)

    @property
    def generates(self) -> bool:
        """Whether models are asked."""
        return not self.stages or GENERATE in self.stages

    @property
    def checks(self) -> bool:
        """Whether answers are scored."""
        return not self.stages or CHECK in self.stages

    @property
    def shows(self) -> bool:
        """Whether there are verdicts in the end, of this run or of earlier ones."""
        return self.checks or REPORT in self.stages

    @property
    def is_whole(self) -> bool:
        """Whether what stands in the end is for somebody to read, and not a stage's or a shard's part of that."""
        return self.shows and not (self.stages and self.shard)

    @property
    def keeps_verdicts(self) -> bool:
        """Whether an answer is not scored again that was scored before with the same settings."""
        return bool(self.stages) and not self.force

    @property
    def shards(self) -> int:
        """Among how many runs the limits of asking are divided."""
        return self.shard.of if self.shard else 1

    @property
    def scores(self) -> bool:
        """Whether models are asked how likely choices are; that holds for all of them."""
        return any(spec.mode == "score" for spec in self.models)

    def split_of(self, suite: str, splits: Sequence[str]) -> str | None:
        """Return the part of a suite that was asked, given the parts it has.

        Raises UsageError where `SUITE:SPLIT` names one it has not.
        """
        named = dict(self.splits)
        if suite in named:
            if named[suite] not in splits and "*" not in splits:
                raise UsageError(f"--split={suite}:{named[suite]}: {suite} has {', '.join(splits) or 'no splits'}.")
            return named[suite]
        plain = named.get("")
        return plain if plain in splits or "*" in splits else None

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; `from_json` gives the settings back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Settings:
        """Rebuild settings from `to_json`'s values."""
        return cls(
            **{
                **data,
                "models": tuple(ModelSpec.from_json(model) for model in data["models"]),
                "judges": tuple(ModelSpec.from_json(model) for model in data["judges"]),
                "given": tuple(data["given"]),
                "params": SamplingParams(**{**data["params"], "stop": tuple(data["params"]["stop"])}),
                "splits": tuple((suite, split) for suite, split in data["splits"]),
                "pass_at": tuple(data["pass_at"]),
                "shard": Shard(**data["shard"]) if data["shard"] else None,
                "fail_under": tuple(Threshold(**threshold) for threshold in data["fail_under"]),
                "allow_packages": tuple(data["allow_packages"]),
                "stages": tuple(data["stages"]),
                "thinking_marks": tuple((opening, closing) for opening, closing in data["thinking_marks"]),
                "arena": Arena.from_json(data["arena"]),
                "own": {label: cls.from_json(settings) for label, settings in data["own"].items()},
            }
        )
