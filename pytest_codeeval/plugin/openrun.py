"""open_run: makes and opens all that a run holds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pytest_codeeval.core.completion import Identity
from pytest_codeeval.core.metric import Metric
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.budget import Budget
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.ratelimit import RateLimiter
from pytest_codeeval.generation.retry import RetryPolicy
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.trouble import Trouble
from pytest_codeeval.plugin.judges import judge_specs
from pytest_codeeval.plugin.run import Run
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.sharding import concurrency_of, shared
from pytest_codeeval.plugin.unknowntasks import UnknownTasks
from pytest_codeeval.reports.folder import ResultsFolder
from pytest_codeeval.scoring.conversation import next_turn


def open_run(
    settings: Settings, backends: Mapping[str, ModelBackend], isolation: TierReport, metrics: Mapping[str, Metric]
) -> Run:
    """Open everything; `backends` are by the label of the model, those of judges by `judge:` and its label.

    Raises UsageError where a results folder cannot be had, StorageError where the store cannot.
    """
    results = Path(settings.results)
    folders = {
        spec.label: ResultsFolder(
            results / spec.folder,
            _decisive(spec, settings.of(spec), backends[spec.label]),
            shard=str(settings.shard or ""),
        )
        for spec in settings.models
    }
    store = CompletionStore(results, at_once=False)  # before anything of an earlier run is changed
    # Not of those that are shipped, whose answers are for several suites, and not of judges.
    asked = {spec.label for spec in settings.models if not spec.kind.shipped}
    recorded = {label: counts for label, counts in recorded_by(backends).items() if label in asked}
    run = Run(settings, backends, isolation, metrics, folders, store, UnknownTasks(recorded))
    for label, folder in folders.items():
        backends[label].attach(folder.path, lambda text: run.tell(text))
    dispatchers = _dispatchers(settings, backends, run, store)
    judges = [judge.identity for judge in settings.judges]
    run.service = CompletionService(dispatchers, run.add_dataset, run.judgments.note, judges)
    return run


def recorded_by(backends: Mapping[str, ModelBackend]) -> dict[str, Mapping[str, int]]:
    """Return how many samples there are of each task, for the models whose backend knows that beforehand."""
    found = {label: backend.recorded() for label, backend in backends.items()}
    return {label: counts for label, counts in found.items() if counts is not None}


def _dispatchers(
    settings: Settings, backends: Mapping[str, ModelBackend], run: Run, store: CompletionStore
) -> dict[Identity, ModelDispatcher]:
    asked = {spec.identity: (spec.label, spec, run.folders[spec.label].path) for spec in settings.models}
    for key, judge in judge_specs(settings).items():
        asked.setdefault(judge.identity, (key, judge, Path(settings.results) / "judges" / judge.folder))
    calls = CallLog({identity: folder for identity, (_, _, folder) in asked.items()})
    budget = None if settings.max_cost is None else Budget(settings.max_cost / settings.shards)
    return {
        identity: ModelDispatcher(
            backends[key],
            store,
            calls,
            concurrency=concurrency_of(spec, own),
            fresh=settings.fresh,
            policy=RetryPolicy(attempts=own.retries + 1),
            rates=RateLimiter(shared(own.rpm, settings), shared(own.tpm, settings)),
            budget=budget if backends[key].cacheable else None,
            deadline=own.request_timeout,
            trouble=Trouble(spec.label, lambda text: run.tell(text)),
            follow_up=partial(next_turn, thinking_marks=settings.thinking_marks),
        )
        for identity, (key, spec, _) in asked.items()
        for own in [settings.of(spec) if key == spec.label else settings]
    }


def _decisive(spec: ModelSpec, settings: Settings, backend: ModelBackend) -> dict[str, Any]:
    """The settings that change answers or verdicts: results made with others are not to be mixed with these."""
    model = backend.identity or spec.model
    sampling = {} if spec.scripted else settings.to_json()["params"]
    # Only where there are any, so that folders made without them still match.
    packages = {"allow_packages": sorted(settings.allow_packages)} if settings.allow_packages else {}
    marks = {"thinking_marks": sorted(map(list, settings.thinking_marks))} if settings.thinking_marks else {}
    args = {"model_args": dict(spec.cache_key_args)} if spec.cache_key_args else {}
    mode = {"mode": spec.mode} if spec.mode != "chat" else {}
    shots = {"shots": settings.shots} if settings.shots else {}
    protocol = {"protocol": settings.protocol} if settings.protocol else {}
    system = {"system": settings.system} if settings.system else {}
    tools = {"tools": settings.tools} if settings.tools != "auto" and not spec.scripted else {}
    fuzz = {"fuzz_decides": settings.fuzz} if settings.fuzz_decides else {}
    weights = {"weights": spec.weights} if spec.weights else {}
    return {
        "backend": spec.backend,
        "model": model,
        "endpoint": spec.endpoint,
        **sampling,
        **packages,
        **marks,
        **args,
        **mode,
        **shots,
        **protocol,
        **system,
        **tools,
        **weights,
        **fuzz,
    }
