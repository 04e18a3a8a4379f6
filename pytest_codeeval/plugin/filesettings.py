"""The settings of a run by a config file: those of the run, of each model and of each suite."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from pytest_codeeval.config.checked import as_keys, check, of_stages
from pytest_codeeval.config.document import Where
from pytest_codeeval.config.jobfile import JobFile
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.modelnames import args_from
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.plugin.fileoptions import separated
from pytest_codeeval.plugin.namedjudges import judges_from
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.stageoptions import stages_from
from pytest_codeeval.plugin.values import settings_from

_NO_JUDGES: Mapping[str, Any] = {"judges": [], "judge_url": None, "judge_args": []}
_OF_SERVER = ("concurrency", "rpm", "tpm", "request_timeout", "retries")


def settings_of(
    file: JobFile, options: Mapping[str, Any], commanded: Collection[str], outside: tuple[str, ...]
) -> Settings:
    """Return the settings of a run, given its options and which of these the command line gave: they go first.

    Raises UsageError naming file and line for what the file says and cannot be.
    """
    named = "models" in commanded
    chosen = [] if named else file.chosen(separated(options["chosen"]))
    with _by_line(file, ()):
        check(file, outside, _asked(file, options, commanded, [where for where, _ in chosen]), named=named)
    suites = file.of_suites(commanded)
    # A threshold may need as many samples as one suite alone has.
    most = max((str(one["samples"]) for one in suites.values() if "samples" in one), key=int, default=None)
    run = {**options, "samples": most or options["samples"]}
    with _by_line(file, ()):
        base = settings_from({**run, **_NO_JUDGES, **({} if named else {"models": []})}, outside)
        base = replace(base, samples=_samples(options, outside), suite_files=file.suite_files())
    if named:
        return replace(base, suites=suites, judges=_judges(file, options, commanded, outside, base.models))
    own: dict[str, Settings] = {}
    for where, model in chosen:
        with _by_line(file, where):
            found = _of_model(file.options_of_model(model), options, commanded, outside)
            spec = replace(found.models[0], label=model.name or found.models[0].label)
            own[spec.label] = replace(found, models=(spec,), suites=suites)
    specs = tuple(settings.models[0] for settings in own.values())
    _demand_alike(file, own)
    judges = _judges(file, options, commanded, outside, specs)
    return replace(base, models=specs, judges=judges, own=own, suites=suites)


def _asked(
    file: JobFile, options: Mapping[str, Any], commanded: Collection[str], chosen: list[Where]
) -> Sequence[Where]:
    """Return which models and judges of the file this run asks."""
    if options.get("plan") or options.get("show_prompts"):
        return []
    asked = of_stages(file, stages_from(options), chosen)
    return [where for where in asked if where[0] not in commanded]


def _samples(options: Mapping[str, Any], outside: tuple[str, ...]) -> int | None:
    return settings_from({**options, **_NO_JUDGES, "models": [], "fail_under": [], "pass_at": []}, outside).samples


def _of_model(
    given: Mapping[str, Any], options: Mapping[str, Any], commanded: Collection[str], outside: tuple[str, ...]
) -> Settings:
    own = {name: value for name, value in given.items() if name == "models" or name not in commanded}
    args = {**given.get("model_args", {}), **dict(args_from(options["model_args"]))}
    of_run: dict[str, Any] = {**_NO_JUDGES, "fail_under": [], "pass_at": []}
    return settings_from({**options, **of_run, **own, "model_args": args}, outside)


def _judges(
    file: JobFile,
    options: Mapping[str, Any],
    commanded: Collection[str],
    outside: tuple[str, ...],
    models: tuple[ModelSpec, ...],
) -> tuple[ModelSpec, ...]:
    if "judges" in commanded or not file.job.judges:
        return judges_from(options, outside, models)
    found: dict[str, ModelSpec] = {}
    first = {name: options[name] for name in ("judge_url",) if name in commanded}
    for place, judge in enumerate(file.job.judges):
        where: Where = ("judges", place)
        with _by_line(file, where):
            given = {**file.options_of_judge(judge), **first}
            args = {**given["judge_args"], **dict(args_from(options["judge_args"]))}
            (spec,) = judges_from({**options, **given, "judge_args": args}, outside, models)
        if spec.label in found:
            raise file.document.refusal(where, f"the judge {spec.label} stands here twice; keep one of them.")
        found[spec.label] = spec
    return tuple(found.values())


def _demand_alike(file: JobFile, own: Mapping[str, Settings]) -> None:
    """Refuse two ways of reaching one model: it is asked by one client, however its answers are sampled."""
    first: dict[tuple[Any, ...], tuple[str, tuple[Any, ...]]] = {}
    for label, settings in own.items():
        (spec,) = settings.models
        reached = (sorted(spec.args), spec.mode, *(getattr(settings, name) for name in _OF_SERVER))
        other, how = first.setdefault(spec.identity, (label, reached))
        if how != reached:
            raise UsageError(
                f"{file.document.name}: {other} and {label} are the same model at the same address; give both the same "
                f"settings of the backend, mode, {', '.join(_OF_SERVER)}."
            )


@contextmanager
def _by_line(file: JobFile, where: Where) -> Iterator[None]:
    """Have a UsageError about an option that the file gives name the line and the key."""
    try:
        yield
    except UsageError as error:
        said = str(error)
        option = re.search(r"--([a-z][a-z-]*)", said)
        key = option[1].replace("-", "_") if option else ""
        for place in ((*where, key), (key,)):
            if place in file.document.lines:
                raise file.document.refusal(place, as_keys(said)) from None
        if where:
            raise file.document.refusal(where, said) from None
        raise
