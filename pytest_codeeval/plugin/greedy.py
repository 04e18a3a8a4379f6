"""Greedy: several samples of an answer that is always the most likely one are hardly several."""

from __future__ import annotations

from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.plugin.settings import Settings

_LEAST = 1e-5  # vLLM takes what is below it for 0


def greedy(settings: Settings) -> list[str]:
    """Return the line that says what `--samples` buys where the likeliest answer is asked for each time."""
    samples = max(settings.samples or 1, *(one.get("samples", 1) for one in settings.suites.values()), 1)
    found = [how for spec in settings.models if not spec.scripted and (how := _greedy(settings.of(spec), spec))]
    if samples == 1 or not found:
        return []
    return [f"--samples={samples} at {found[0]} buys near-identical answers; use --temperature, such as 0.8"]


def _greedy(settings: Settings, spec: ModelSpec) -> str:
    """By which setting the likeliest token is always taken, if any."""
    params = settings.params
    if params.temperature is not None and params.temperature < _LEAST:
        return f"temperature {params.temperature:g}"
    if params.top_p == 0:
        return "--top-p=0"
    return "top_k=1" if str(spec.options.get("top_k")) == "1" else ""
