"""Values: what the options were given, read into Settings; one that cannot be is said with what to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pytest_codeeval.config.choices import PASS_IF, SELF_TEST, TOOLS
from pytest_codeeval.config.numbers import number, whole
from pytest_codeeval.core.completion import SamplingParams
from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.language import canonical
from pytest_codeeval.execution.sandbox.choice import CHOICES
from pytest_codeeval.generation.modelnames import MODES, args_from, asked_with, at_urls, checked_urls, told_apart
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.sharing import check_shared
from pytest_codeeval.generation.weights import with_weights
from pytest_codeeval.plugin.arena import arena_from
from pytest_codeeval.plugin.fuzzoptions import fuzz_from
from pytest_codeeval.plugin.marks import marks_from
from pytest_codeeval.plugin.namedjudges import judges_from
from pytest_codeeval.plugin.packages import packages_from
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.sharding import shard_from
from pytest_codeeval.plugin.stageoptions import GENERATE, stages_from
from pytest_codeeval.reports.threshold import Threshold

_SAMPLING = ("temperature", "top_p", "max_tokens")


def settings_from(options: Mapping[str, Any], outside: tuple[str, ...]) -> Settings:
    """Read the options as given on the command line.

    Raises UsageError for values that cannot be, each with what to do.
    """
    models = _models(options, outside)
    given = {name: options[name] for name in _SAMPLING if options[name] is not None}
    samples = _whole(options, "samples", 1)
    if options["mode"] == "score" and samples not in (None, 1):
        raise UsageError(f"--samples={samples}: with --mode=score a model gives the same each time; leave it out.")
    pass_at = _pass_at(options["pass_at"], samples)
    stages = stages_from(options)
    return Settings(
        models=models,
        judges=judges_from(options, outside, models),
        params=SamplingParams(
            temperature=_number({"temperature": "0", **given}, "temperature", 0.0, 2.0),
            top_p=_number(options, "top_p", 0.0, 1.0),
            max_tokens=_whole({"max_tokens": "1024", **given}, "max_tokens", 1),
            seed=_whole(options, "seed", 0),
            stop=_stops(options["stop"]),
        ),
        given=(*given, *(name for name in ("seed", "stop") if options[name])),
        system=options["system"] or "",
        tools=_one_of(options, "tools", TOOLS),
        shuffle_choices=_whole(options, "shuffle_choices", 0),
        shots=_shots(options),
        protocol=options["protocol"] or "",
        samples=samples,
        fewer_samples=options["fewer_samples"],
        data=_folder(options["data"]),
        dataset=_dataset(options["dataset"]),
        language=_language(options["language"], options["dataset"]),
        splits=_splits(options["splits"], bool(options["dataset"])),
        limit=_whole(options, "limit", 1),
        concurrency=_whole(options, "concurrency", 1),
        rpm=_whole(options, "rpm", 1),
        tpm=_whole(options, "tpm", 1),
        max_cost=_number(options, "max_cost", 0.0, 1e9),
        request_timeout=_number(options, "request_timeout", 0.001, 86400.0) or 600.0,
        retries=_whole(options, "retries", 0) or 0,
        fresh=options["fresh"] or (options["force"] and GENERATE in stages),
        pass_at=pass_at,
        pass_if=_one_of(options, "pass_if", PASS_IF),
        fail_under=tuple(_threshold(text, samples, pass_at) for text in options["fail_under"]),
        self_test=_one_of(options, "self_test", SELF_TEST),
        calibrate=options["calibrate"],
        results=options["results"],
        cache=options["cache"],
        sandbox=_one_of(options, "sandbox", CHOICES),
        allow_packages=packages_from(options["allow_packages"]),
        thinking_marks=marks_from(options["thinking_marks"]),
        fuzz=fuzz_from(_whole(options, "fuzz", 1), options),
        fuzz_decides=options["fuzz_decides"],
        shard=shard_from(options),
        stages=stages,
        force=options["force"],
        arena=arena_from(options, partial(_one_of, options), _whole(options, "arena_seed", 0)),
    )


def _shots(options: Mapping[str, Any]) -> int:
    shots = _whole(options, "shots", 0) or 0
    if shots and options["mode"] != "score":
        raise UsageError(f"--shots={shots} is for choices that are scored; give --mode=score, or leave it out.")
    return shots


def _stops(texts: Sequence[str]) -> tuple[str, ...]:
    if "" in texts:
        raise UsageError("--stop= is empty, and an answer would end before it begins; give the text at which it ends.")
    return tuple(texts)


def _models(options: Mapping[str, Any], outside: tuple[str, ...]) -> tuple[ModelSpec, ...]:
    names, urls = options["models"], checked_urls(options["base_url"])
    args, mode = args_from(options["model_args"]), _one_of(options, "mode", MODES)
    specs = tuple(asked_with(at_urls(name, urls, outside=outside), args, mode) for name in names)
    specs = told_apart(tuple(with_weights(spec) for spec in _with_server_options(specs, options)))
    if args and specs and all(spec.scripted for spec in specs):
        raise UsageError(f"--model-args={args[0][0]}={args[0][1]}: {names[0]} has no settings.")
    check_shared(list(zip(names, specs, strict=True)), urls[0] if urls else "")
    seen: dict[str, str] = {}
    for name, spec in zip(names, specs, strict=True):
        if spec.folder in seen:
            raise UsageError(
                f"--model={seen[spec.folder]} and --model={name} would share the results folder {spec.folder!r}; "
                "run them one at a time with a --results folder each."
            )
        seen[spec.folder] = name
    return specs


def _with_server_options(specs: tuple[ModelSpec, ...], options: Mapping[str, Any]) -> tuple[ModelSpec, ...]:
    """Give options that are settings of some backends to the models of these."""
    flags = " ".join(options["vllm_args"])
    asked = {"preset": options["preset"], "vllm_args": flags, "url": options["vllm_url"]}
    given: dict[str, str] = {name: value for name, value in asked.items() if value}
    if given and specs and not any(_takes(spec, given) for spec in specs):
        name = next(iter(given)).replace("url", "vllm-url").replace("_", "-")
        raise UsageError(f"--{name} is for models that vLLM serves, as in --model=vllm:{specs[0].model}.")
    return tuple(
        replace(spec, args=tuple({**spec.options, **given}.items())) if _takes(spec, given) else spec for spec in specs
    )


def _takes(spec: ModelSpec, args: Mapping[str, str]) -> bool:
    return args.keys() <= set(spec.kind.options)


def _folder(data: str | None) -> str | None:
    if data is not None and not Path(data).is_dir():
        raise UsageError(
            f"the data folder {data!r} is not there; give --data (or CODEEVAL_DATA) the folder of the datasets."
        )
    return data


def _dataset(name: str | None) -> str | None:
    if name and not Path(name).exists() and (name.endswith((".jsonl", ".json", ".gz")) or name.count("/") != 1):
        raise UsageError(
            f"--dataset={name!r} names no file; give the path of a JSONL file or of a folder of problems, or "
            "OWNER/NAME on the hub."
        )
    return name or None


def _language(asked: str | None, dataset: str | None) -> str:
    from pytest_codeeval.benchmarks.programs import LANGUAGES

    if asked and not dataset:
        known = ", ".join(sorted(LANGUAGES))
        unknown = "" if canonical(asked) in LANGUAGES else f" There are {known}{nearest(asked, LANGUAGES)}."
        raise UsageError(f"--lang={asked} is the language of a --dataset, and none was given; give one.{unknown}")
    return asked or "python"


def _splits(texts: Sequence[str], any_name: bool) -> tuple[tuple[str, str], ...]:
    if not texts:
        return ()
    from pytest_codeeval import benchmarks

    known = {split for name in benchmarks.__all__ for split in getattr(benchmarks, name).splits} - {"*"}
    suites = [getattr(benchmarks, name).name for name in benchmarks.__all__]
    pairs = [tuple(text.rpartition(":")[::2]) for text in texts]
    for suite, split in pairs:
        if suite and suite not in suites and nearest(suite, suites):
            raise UsageError(f"--split={suite}:{split} names no suite here{nearest(suite, suites)}.")
        if not suite and split not in known and not any_name:
            names = ", ".join(sorted(known))
            raise UsageError(f"--split={split!r} is a part of no suite here{nearest(split, known)}; there are {names}.")
    return tuple((suite, split) for suite, split in pairs)


def _pass_at(texts: Sequence[str], samples: int | None) -> tuple[int, ...]:
    found = []
    for text in ",".join(texts).split(",") if texts else ():
        if not text.strip().isdecimal() or int(text) < 1:
            raise UsageError(f"--pass-at={text!r} is no number of samples; give whole numbers from 1, such as 1,10.")
        found.append(int(text))
    if samples is not None and found and max(found) > samples:
        raise UsageError(f"--pass-at={max(found)} needs at least that many samples, and --samples={samples} was given.")
    return tuple(sorted(set(found)))


def _threshold(text: str, samples: int | None, pass_at: tuple[int, ...]) -> Threshold:
    threshold = Threshold.read(text)
    if samples is not None and threshold.k > samples:
        raise UsageError(
            f"--fail-under={text} needs at least {threshold.k} samples, and --samples={samples} was given."
        )
    if threshold.k and pass_at and threshold.k not in pass_at:
        reported = ",".join(map(str, pass_at))
        raise UsageError(
            f"--fail-under={text} is about {threshold.metric}, which --pass-at={reported} does not report; add it "
            "there."
        )
    return threshold


def _one_of(options: Mapping[str, Any], name: str, known: Collection[str]) -> str:
    value: str = options[name]
    if value not in known:
        option = name.replace("_", "-")
        raise UsageError(f"--{option}={value!r} is none of {', '.join(known)}{nearest(value, known)}.")
    return value


def _whole(options: Mapping[str, Any], name: str, least: int) -> int | None:
    return whole(name.replace("_", "-"), options[name], least)


def _number(options: Mapping[str, Any], name: str, low: float, high: float) -> float | None:
    return number(name.replace("_", "-"), options[name], low, high)
