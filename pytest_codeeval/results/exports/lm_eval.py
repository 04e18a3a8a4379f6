"""Results as lm-evaluation-harness writes them: `results_….json`, and `samples_TASK_….jsonl` for each suite."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import sqrt
from statistics import stdev
from typing import Any

from pytest_codeeval.core.metric import Mean, Metric, PassAll, PassAt, PassAtOf
from pytest_codeeval.core.text import encodable
from pytest_codeeval.reports.suitescore import SuiteScore
from pytest_codeeval.results.exports.byproblem import by_problem
from pytest_codeeval.results.run import Run

_FILTER = "none"


def stamp(run: Run) -> str:
    """Return when a run ended, as names of files have it there."""
    return _ended(run).strftime("%Y-%m-%dT%H-%M-%S.%f")


def results(run: Run) -> dict[str, Any]:
    """Return what is in `results_….json`; what lm-eval knows and this package does not is left out."""
    wholes = {suite: score for suite, score in run.scores.items() if suite in run.suites}
    shots = run.settings.get("shots") or 0
    backend, model = str(run.settings.get("backend", "")), str(run.settings.get("model", run.model))
    datasets = {suite: run.datasets.get(suite, {}) for suite in wholes}
    return {
        "results": {suite: _figures(suite, score, run.pass_at) for suite, score in run.scores.items()},
        "group_subtasks": {suite: [] for suite in wholes},
        "configs": {
            suite: {"task": suite, "dataset_path": str(datasets[suite].get("source", "")), "num_fewshot": shots}
            for suite in wholes
        },
        "versions": {suite: str(_object(run.about.get("versions")).get("pytest-codeeval", "")) for suite in wholes},
        "n-shot": dict.fromkeys(wholes, shots),
        "higher_is_better": {
            suite: dict.fromkeys(score.estimates(run.pass_at), True) for suite, score in wholes.items()
        },
        "n-samples": {
            suite: {"original": score.total or len(score.problems), "effective": len(score.graded)}
            for suite, score in wholes.items()
        },
        "config": {"model": backend, "model_args": f"model={model}", "gen_kwargs": _asked(run)},
        "date": _ended(run).timestamp(),
        "task_hashes": {suite: str(about.get("sha256", "")) for suite, about in datasets.items()},
        "model_source": backend,
        "model_name": run.model,
    }


def samples(run: Run, suite: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of `samples_TASK_….jsonl`: one a problem, with all answers to it; prompts are not kept here."""
    for number, (task_id, rows) in enumerate(by_problem(run, suite)):
        doc = {"task_id": encodable(task_id)}
        answers = [_text(row.get("completion")) for row in rows]
        taken = [_text(row.get("solution")) if row.get("solution") is not None else row.get("answer") for row in rows]
        yield {
            "doc_id": number,
            "doc": doc,
            "target": "",
            "arguments": {},
            "resps": [answers],
            "filtered_resps": [taken],
            "filter": _FILTER,
            "metrics": ["passed"],
            "doc_hash": _hash(json.dumps(doc, indent=2)),
            "prompt_hash": _hash(""),
            "target_hash": _hash(""),
            "passed": sum(row["passed"] for row in rows) / len(rows),
        }


def _figures(suite: str, score: SuiteScore, pass_at: tuple[int, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {"alias": suite}
    for name, (metric, estimate) in score.estimates(pass_at).items():
        found[f"{name},{_FILTER}"] = estimate.value
        found[f"{name}_stderr,{_FILTER}"] = _error(metric, score)
    return found


def _error(metric: Metric, score: SuiteScore) -> float | str:
    """Return the standard error over problems, "N/A" if the metric is no mean of these."""
    if not isinstance(metric, Mean | PassAt | PassAll | PassAtOf):
        return "N/A"
    figures = [metric.of_problem(samples) for samples in score.graded.values()]
    known = [figure for figure in figures if figure is not None]
    if len(known) < 2:
        return "N/A"
    return stdev(known) / sqrt(len(known))


def _ended(run: Run) -> datetime:
    for name in ("finished", "started"):
        try:
            return datetime.fromisoformat(str(run.about.get(name))).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return datetime.fromtimestamp(0, UTC)


def _asked(run: Run) -> Mapping[str, Any]:
    names = ("temperature", "top_p", "max_tokens", "seed", "stop")
    return {name: run.settings[name] for name in names if run.settings.get(name) not in (None, "", [])}


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _text(found: object) -> str:
    return encodable(found) if isinstance(found, str) else ""


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
