"""Asked: what `codeeval complete` was asked, read from its options."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pytest_codeeval.config.numbers import number, whole
from pytest_codeeval.core.completion import SamplingParams
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.language import canonical
from pytest_codeeval.generation.modelnames import args_from, asked_with, at_urls, checked_urls
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.sharing import check_shared
from pytest_codeeval.generation.weights import with_weights

_OTHER_FORMS = (".parquet", ".gz", ".csv")


@dataclass(frozen=True, slots=True)
class Asked:
    """All options; `at_once` is None where the backend itself puts so many requests into one batch.

    `split`, `config` and `prompt_field` are empty where they were not given.
    """

    spec: ModelSpec
    params: SamplingParams
    benchmark: str
    split: str
    config: str
    prompt_field: str
    language: str
    output: Path
    at_once: int | None
    rpm: int | None
    max_cost: float | None
    retries: int
    request_timeout: float

    @classmethod
    def read(cls, given: argparse.Namespace) -> Asked:
        """Read the options as given on the command line.

        Raises UsageError for values that cannot be, each with what to do.
        """
        at_once = whole("batch-size", given.batch_size, 1) or 1
        spec = _model(given)
        if in_process := spec.kind.local and not spec.kind.takes_url:
            spec = replace(spec, args=(*spec.args, ("batch_size", str(at_once))))
        if not given.lang.strip():
            raise UsageError("--lang= names no language; give one such as python, or leave it out.")
        return cls(
            spec=spec,
            params=SamplingParams(
                temperature=number("temperature", given.temperature, 0.0, 2.0),
                top_p=number("top-p", given.top_p, 0.0, 1.0),
                max_tokens=whole("max-tokens", given.max_tokens, 1),
            ),
            benchmark=given.benchmark,
            split=given.split,
            config=given.config,
            prompt_field=given.prompt_field,
            language=canonical(given.lang),
            output=_output(given.output, given.benchmark),
            at_once=None if in_process else at_once,
            rpm=whole("rpm", given.rpm, 1),
            max_cost=number("max-cost", given.max_cost, 0.0, 1e9),
            retries=whole("retries", given.retries, 0) or 0,
            request_timeout=number("request-timeout", given.request_timeout, 0.001, 86400.0) or 600.0,
        )

    def decisive(self) -> dict[str, Any]:
        """Return what changes answers, by the names of the options, as plain JSON values."""
        spec, params = self.spec, self.params
        return {
            "model": f"{spec.backend}:{spec.model}",
            "base-url": spec.endpoint,
            "model-args": {name: value for name, value in spec.request_args if name != "weights"},
            "the model's files": spec.weights,
            "lang": self.language,
            "prompt-field": self.prompt_field,
            "temperature": params.temperature,
            "top-p": params.top_p,
            "max-tokens": params.max_tokens,
        }


def _model(given: argparse.Namespace) -> ModelSpec:
    urls = checked_urls(given.base_url)
    spec = asked_with(at_urls(given.model, urls), args_from(given.model_args), "chat")
    if spec.scripted:
        raise UsageError(
            f"--model={given.model} has its answers already and is not asked; name a model, or run pytest with it."
        )
    check_shared([(given.model, spec)], urls[0] if urls else "")
    return with_weights(spec)


def _output(name: str, benchmark: str) -> Path:
    path = Path(name)
    if name.endswith(_OTHER_FORMS):
        raise UsageError(f"--output={name}: what is written is JSONL; name a file such as out.jsonl.")
    if not path.name or path.is_dir():
        raise UsageError(f"--output={name!r} is a folder; name a file in it, such as out.jsonl.")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--output={name}: there is no folder {str(path.parent)!r}; make it, or name another file.")
    if os.path.exists(benchmark) and path.exists() and path.samefile(benchmark):  # noqa: PTH110 - may be no path
        raise UsageError(f"--output={name} is the benchmark itself, which is not overwritten; name another file.")
    return path
