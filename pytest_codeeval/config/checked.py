"""What the values of a config file mean, checked before anything is loaded or asked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_codeeval.config import shipped
from pytest_codeeval.config.addresses import first_address, wrong_addresses
from pytest_codeeval.config.document import Where
from pytest_codeeval.config.jobfile import InvalidFile, JobFile, arguments_of
from pytest_codeeval.config.saying import called
from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.generation.modelnames import resolve
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.reports.threshold import Threshold

if TYPE_CHECKING:
    from pytest_codeeval.config.schema import Asked, Judge, Model, SuiteEntry

Found = Iterator[tuple[Where, str]]
Meant = Generator[tuple[Where, str], None, ModelSpec | None]

_OPTION = re.compile(r"--(?=[a-z])")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NO_MODEL = "models names no model; name one, such as `- model: demo`."
_OF_VLLM = {"preset": "preset", "vllm_args": "vllm_args", "vllm_url": "url"}
"""Keys, each with the setting of a backend that it is."""


def check(
    file: JobFile, outside: tuple[str, ...] = (), asked: Collection[Where] | None = None, *, named: bool = False
) -> None:
    """Check a config file; `outside` are the prefixes of backends that other plugins make.

    `asked` are the models and judges that a run asks, where that is known: the others need no key. A command line may
    have `named` other models than those of the file.

    Raises InvalidFile with a sentence for each thing that cannot be, with file, line and what to do.
    """
    asked = of_stages(file, file.job.stages or ()) if asked is None else asked
    if not file.models and not named:
        raise InvalidFile([str(file.document.refusal(("models",), _NO_MODEL))])
    found = [
        *_models(file, outside, asked),
        *_judges(file, outside, asked),
        *_suites(file),
        *_thresholds(file),
        *_paths(file),
    ]
    if found:
        ordered = sorted(found, key=lambda one: file.document.line(one[0]))
        raise InvalidFile([str(file.document.refusal(where, said)) for where, said in ordered])


def of_stages(file: JobFile, stages: Collection[str], chosen: Collection[Where] | None = None) -> list[Where]:
    """Return which models and judges are asked in these stages, all of which are meant by none; `chosen` are run."""
    models: Collection[Where] = [("models", place) for place in range(len(file.models))] if chosen is None else chosen
    judges: list[Where] = [("judges", place) for place in range(len(file.job.judges or ()))]
    return [
        *(models if not stages or "generate" in stages else ()),
        *(judges if not stages or "check" in stages else ()),
    ]


def as_keys(message: str) -> str:
    """Return a message about options as one about the keys of a config file."""
    return re.sub(r"--([a-z][a-z-]*)", lambda found: found[1].replace("-", "_"), message)


def _models(file: JobFile, outside: tuple[str, ...], asked: Collection[Where]) -> Found:
    taken: dict[str, str] = {}
    modes: dict[bool, Where] = {}
    for place, model in enumerate(file.models):
        where: Where = ("models", place)
        if where in asked:
            yield from _key(where, model)
        spec = yield from _asked(file, where, model, outside)
        if spec is None:
            continue
        yield from _of_backend(where, model, spec)
        mode = model.mode or file.job.mode or "auto"
        modes[mode == "score"] = where
        folder = ModelSpec(model.name or spec.label, spec.backend, spec.model).folder
        if folder in taken:
            yield (
                (*where, "name" if model.name else "model"),
                f"{called(where)} and {taken[folder]} would share the results folder {folder!r}; give names.",
            )
        taken.setdefault(folder, called(where))
    if len(modes) > 1:
        yield (
            (*modes[True], "mode"),
            "mode: score is for all models of a file or none; put the others into another file.",
        )


def _judges(file: JobFile, outside: tuple[str, ...], asked: Collection[Where]) -> Found:
    for place, judge in enumerate(file.job.judges or ()):
        where: Where = ("judges", place)
        if where in asked:
            yield from _key(where, judge)
        spec = yield from _asked(file, where, judge, outside)
        if spec is not None and not spec.kind.judges:
            yield (
                (*where, "model"),
                f"{called(where)}: {spec.backend} has no judgments; name a model that can be asked.",
            )


def _asked(file: JobFile, where: Where, asked: Model | Judge, outside: tuple[str, ...]) -> Meant:
    """Yield what is wrong with a model's name, address and settings; return what it means, if it means anything."""
    yield from wrong_addresses(where, asked)
    try:
        spec = resolve(file.model_name(asked), endpoint=first_address(asked), outside=outside)
    except UsageError as error:
        yield (*where, "model"), as_keys(str(error)).replace("with base_url", "with base_url:")
        return None
    yield from _settings(where, asked, spec)
    return spec


def _settings(where: Where, asked: Model | Judge, spec: ModelSpec) -> Found:
    """Yield what a model's backend does not take."""
    if spec.kind.make is None:
        return  # it is of another plugin, which says itself what it takes
    if asked.base_url and not spec.kind.takes_url:
        yield (*where, "base_url"), f"{called(where)}.base_url: {spec.backend} asks no server; leave it out."
    known = spec.kind.options
    for name in asked.model_args or {}:
        at: Where = (*where, "model_args", name)
        if name.replace("-", "_") in known:
            continue
        hint = nearest(name, known)
        there = f"; there are {', '.join(sorted(known))}" if known else "; it takes none"
        yield at, f"{called(at)}: backend {spec.backend!r} has no such setting{hint or there}."
    if asked.api_key_env and "api_key_env" not in known:
        yield (*where, "api_key_env"), f"{called(where)}.api_key_env: {spec.backend} takes no key; leave it out."


def _key(where: Where, asked: Asked) -> Found:
    name = arguments_of(asked).get("api_key_env")
    at: Where = (*where, "api_key_env") if asked.api_key_env else (*where, "model_args", "api_key_env")
    if name is None:
        return
    if not _VARIABLE.fullmatch(name):
        yield at, f"{called(at)} has to be the name of a variable of the environment, such as MY_KEY, and not a key."
    elif not os.environ.get(name):
        yield at, f"{called(at)} names the variable {name}, which is not set in the environment; set it."


def _of_backend(where: Where, model: Model, spec: ModelSpec) -> Found:
    """Yield what stands beside a model and is for others."""
    if spec.kind.make is None:
        return
    for name, option in _OF_VLLM.items():
        if getattr(model, name) is not None and option not in spec.kind.options:
            yield (*where, name), f"{called(where)}.{name} is for models that vLLM serves, as in model: vllm:ORG/NAME."
    if model.price is not None and "input_price" not in spec.kind.options:
        known = "runs on this machine" if spec.kind.local or spec.scripted else "has prices of its own"
        yield (*where, "price"), f"{called(where)}.price: {spec.backend} {known}; leave it out."


def _suites(file: JobFile) -> Found:
    known = shipped.tests()
    seen: set[str] = set()
    for place, entry in enumerate(file.suites):
        where: Where = ("suites", place)
        if entry.suite in seen:
            yield (*where, "suite"), f"{called(where)}: the suite {entry.suite} stands here twice; keep one of them."
        seen.add(entry.suite)
        if entry.file:
            if not Path(file.beside(entry.file)).is_file():
                yield (*where, "file"), f"{called(where)}.file is {entry.file!r}, and there is no such file."
        elif entry.suite not in known:
            said = f"no suite {entry.suite!r} comes with this package{shipped.hint(entry.suite, of_files=False)}"
            yield (*where, "suite"), f"{called(where)}: {said}."
        else:
            yield from _parts(file, where, entry)
        if entry.suite == "dataset" and not file.job.dataset:
            yield (*where, "suite"), f"{called(where)}: the suite dataset needs dataset: FILE at the top of the file."


def _parts(file: JobFile, where: Where, entry: SuiteEntry) -> Found:
    """Yield what a suite has not."""
    suite = shipped.suite(entry.suite)
    parts: Sequence[tuple[str, str | None, Sequence[str]]] = (
        ("split", entry.split, suite.splits),
        ("protocol", entry.protocol, list(suite.protocols)),
    )
    for name, asked, has in parts:
        if asked and asked not in has and "*" not in has:
            there = f"it has {', '.join(has)}" if has else "it has none, so leave the line out"
            yield (
                (*where, name),
                f"{called(where)}: {entry.suite} has no {name} {asked!r}{nearest(asked, has)}; {there}.",
            )
    modes = [model.mode or file.job.mode for model in file.models]
    if entry.shots and "score" not in modes:
        yield (
            (*where, "shots"),
            f"{called(where)}.shots is for choices that are scored; give mode: score, or leave it out.",
        )


def _thresholds(file: JobFile) -> Found:
    raw = file.document.values.get("fail_under")
    keys: Callable[[int], Where] = (
        (lambda place: ("fail_under", list(raw)[place]))
        if isinstance(raw, dict)
        else (lambda place: ("fail_under", place))
    )
    names = [entry.suite for entry in file.suites]
    all_known = bool(names) and not any(entry.file for entry in file.suites)
    for place, text in enumerate(file.job.fail_under or ()):
        try:
            threshold = Threshold.read(text)
        except UsageError as error:
            yield keys(place), as_keys(str(error))
            continue
        if all_known and not any(re.match(rf"{re.escape(name)}([-@]|$)", threshold.suite) for name in names):
            hint = nearest(threshold.suite, names) or f"; there are {', '.join(names)}"
            yield keys(place), f"fail_under {text}: the suite {threshold.suite} is not run by this file{hint}."


def _paths(file: JobFile) -> Found:
    data, dataset = file.job.data, file.options().get("dataset")
    if data and not Path(file.beside(data)).is_dir():
        yield ("data",), f"data is {data!r}, and there is no such folder; give the folder of the datasets."
    if (
        dataset
        and not Path(dataset).is_file()
        and (dataset.endswith((".jsonl", ".json", ".gz")) or dataset.count("/") != 1)
    ):
        yield ("dataset",), f"dataset is {dataset!r}, and there is no such file; give a JSONL file, or OWNER/NAME."
    if file.job.lang and not dataset:
        yield ("lang",), "lang is the language of a dataset:, and none is given; give one, or leave lang out."
