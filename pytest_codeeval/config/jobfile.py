"""JobFile: a config file as it was read, and the options that it stands for."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_codeeval.config.document import Document, Where, read_document
from pytest_codeeval.config.saying import NO_KEYS, called, sentence
from pytest_codeeval.config.shipped import tests
from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.extra import needed
from pytest_codeeval.core.secretname import is_secret_setting
from pytest_codeeval.generation.registry import KINDS, kind_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from pytest_codeeval.config.schema import Asked, Job, Judge, Model, SuiteEntry

_PATHS = ("data", "dataset", "results", "report", "charts")
_MADE_HERE = ("results", "report", "charts")
_OF_FILE = frozenset({"models", "suites", "judges", "workers", "html", "arena", "presets"})
_OF_ROUNDS = frozenset({"battles", "until_ci"})
_OF_ENTRY = frozenset({"model", "name", "api_key_env", "price", "model_args", "base_url"})
_DEST = {"lang": "language", "stages": "stage"}
_OF_SUITE = ("limit", "samples", "protocol", "shots")


class InvalidFile(UsageError):  # noqa: N818 - a state of affairs
    """A config file that cannot be; `all` are the messages about it, in the order of the lines."""

    def __init__(self, messages: Sequence[str]) -> None:
        super().__init__(messages[0])
        self.all = tuple(messages)


@dataclass(frozen=True, slots=True)
class JobFile:
    """A config file. Options are named as the plugin has them, and valued as on a command line."""

    document: Document
    job: Job

    @property
    def models(self) -> Sequence[Model]:
        """The entries of `models`."""
        return self.job.models or ()

    @property
    def suites(self) -> Sequence[SuiteEntry]:
        """The entries of `suites`."""
        return self.job.suites or ()

    def chosen(self, names: Sequence[str]) -> list[tuple[Where, Model]]:
        """Return the models of these names and where they stand, all without names.

        Raises UsageError for a name that none of them has.
        """
        found: list[tuple[Where, Model]] = [(("models", place), model) for place, model in enumerate(self.models)]
        known = [name for _, model in found for name in _names(model)]
        for name in names:
            if name not in known:
                have = ", ".join(_names(model)[0] for _, model in found) or "none"
                raise UsageError(
                    f"--models={name}: {self.document.name} has no model of that name{nearest(name, known)}; "
                    f"it has {have}."
                )
        # A name that a model is called by in results goes before that of the same model under another name.
        called = {name for model in self.models for name in _called(model)}
        return [
            (where, model)
            for where, model in found
            if not names or {*_called(model)} & {*names} or {*_names(model)} & ({*names} - called)
        ]

    def options(self) -> dict[str, Any]:
        """Return the options of the run as a whole; those of models, suites and judges are apart."""
        found = _plain(self.job, _OF_FILE)
        for name in _PATHS:
            if name in found:
                found[name] = self.beside(found[name], made_here=name in _MADE_HERE)
        splits = [f"{entry.suite}:{entry.split}" for entry in self.suites if entry.split]
        arena = _plain(self.job.arena, _OF_ROUNDS) if self.job.arena else {}
        found |= {f"arena_{name}": value for name, value in arena.items()}
        return {**found, **({"splits": splits} if splits else {})}

    def options_of_model(self, model: Model) -> dict[str, Any]:
        """Return the options of one model, which go before those of the run."""
        found = _plain(model, _OF_ENTRY)
        if "vllm_args" in found:
            found["vllm_args"] = [found["vllm_args"]]
        prices = {f"{name}_price": f"{value:g}" for name, value in model.price or ()}
        args = {**arguments_of(model), **prices}
        url = {"base_url": model.base_url} if model.base_url else {}
        return {**found, **url, **({"model_args": args} if args else {}), "models": [self.model_name(model)]}

    def options_of_judge(self, judge: Judge) -> dict[str, Any]:
        """Return the options of one judge."""
        return {"judges": [self.model_name(judge)], "judge_url": judge.base_url, "judge_args": arguments_of(judge)}

    def tests(self) -> list[str]:
        """Return the tests of the suites, as a command line has them; a suite that is not there has none."""
        found = (self.beside(entry.file) if entry.file else tests().get(entry.suite) for entry in self.suites)
        return [*filter(None, found)]

    def suite_files(self) -> dict[str, str]:
        """Return the files of suites that do not come with this package, by the names that the suites have here."""
        return {entry.suite: self.beside(entry.file) for entry in self.suites if entry.file}

    def of_suites(self, commanded: Collection[str] = ()) -> dict[str, dict[str, Any]]:
        """Return the settings of single suites by name, without those that a command line has given."""
        found = {
            entry.suite: {
                name: value
                for name in _OF_SUITE
                if (value := getattr(entry, name)) is not None and name not in commanded
            }
            for entry in self.suites
        }
        return {name: settings for name, settings in found.items() if settings}

    def model_name(self, asked: Asked) -> str:
        """Return how a model is named on a command line, where a file of its own is named as seen from here."""
        backend, colon, path = asked.model.partition(":")
        if not colon or not (kind_of(backend).is_file or path.startswith(("./", "../"))):
            return asked.model
        return f"{backend}:{self.beside(path)}"

    def beside(self, path: str, *, made_here: bool = False) -> str:
        """Return a path that is relative to the file, as seen from the folder of this process.

        What is not there, and is not to be made, is left as it is: it may be the name of something on a hub.
        """
        found = self.document.folder / Path(path).expanduser()
        if found.is_absolute() and str(found) == path:
            return path
        return os.path.relpath(found) if made_here or found.exists() else path


def _names(model: Model) -> list[str]:
    """Return the names by which a model may be chosen, its own first: also without the prefix of its backend."""
    plain = model.model.partition(":")[2]
    return [*filter(None, (model.name, model.model, plain))]


def _called(model: Model) -> list[str]:
    """Return the names that are a model's alone, also where others of the file are the same model."""
    return [model.name] if model.name else _names(model)


def arguments_of(asked: Asked) -> dict[str, str]:
    """Return the settings of a model's backend as the texts that they are on a command line."""
    key = {"api_key_env": asked.api_key_env} if asked.api_key_env else {}
    return {**{name.replace("-", "_"): _argument(value) for name, value in (asked.model_args or {}).items()}, **key}


def read_job(path: Path) -> JobFile:
    """Read a config file, and check the keys and types in it; what they mean is for `checked`.

    Raises UsageError naming file and line; MissingExtra where what reads such files is not installed.
    """
    document = read_document(path)
    pydantic = needed("pydantic", "config", "a config file")
    from pytest_codeeval.config.schema import Job

    try:
        job = Job.model_validate(document.values)
    except pydantic.ValidationError as error:
        raise InvalidFile(_messages(document, error.errors(include_url=False))) from None
    empty = [where for where in _places(job) if _value(document.values, where) is None and where[-1] not in _MAY_BE_OWN]
    if empty:
        errors = [{"loc": where, "type": "none", "input": None} for where in empty]
        raise InvalidFile(_messages(document, errors))
    for where in _secrets(job):
        raise document.refusal(where, f"{called(where)} would hold a key, and no file should; {NO_KEYS}.")
    return JobFile(document, job)


_MAY_BE_OWN = ("temperature", "top_p", "max_tokens")


def _messages(document: Document, errors: Sequence[Mapping[str, Any]]) -> list[str]:
    found = sorted((document.line(error["loc"]), place, error) for place, error in enumerate(errors))
    return [str(document.refusal(error["loc"], sentence(error, _known(error["loc"])))) for _, _, error in found]


def _known(where: Where) -> Sequence[str]:
    """Return the keys that may stand beside the last of a way."""
    from pytest_codeeval.config import schema

    holders: dict[Any, type[BaseModel]] = {
        "models": schema.Model,
        "suites": schema.SuiteEntry,
        "judges": schema.Judge,
        "arena": schema.ArenaPart,
    }
    holder = holders.get(where[0], schema.Job) if len(where) > 1 else schema.Job
    return list((schema.Price if "price" in where[:-1] else holder).model_fields)


def _places(job: Job) -> list[Where]:
    """Return the way of each value that the file gives."""
    found: list[Where] = [(name,) for name in job.model_fields_set]
    for kind in ("models", "suites", "judges"):
        for place, entry in enumerate(getattr(job, kind) or ()):
            found += [(kind, place, name) for name in entry.model_fields_set]
    return found + [("arena", name) for name in (job.arena.model_fields_set if job.arena else ())]


def _secrets(job: Job) -> Iterator[Where]:
    """Yield the way of each setting of a backend that can only be a key."""
    known = {option for kind in KINDS for option in kind.options}
    for kind in ("models", "judges"):
        for place, entry in enumerate(getattr(job, kind) or ()):
            for name in entry.model_args or ():
                if is_secret_setting(name) and name.replace("-", "_") not in known:
                    yield kind, place, "model_args", name


def _value(values: Any, where: Where) -> Any:
    for step in where:
        if isinstance(values, str):  # an entry in its short form
            return values
        values = values[step]
    return values


def _plain(keys: BaseModel, without: Collection[str]) -> dict[str, Any]:
    """Return what a file gives as the values of a command line."""
    given = {name: getattr(keys, name) for name in type(keys).model_fields if name in keys.model_fields_set}
    return {_DEST.get(name, name): _text(value) for name, value in given.items() if name not in without}


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [str(one) for one in value]
    return "none" if value is None else str(value)


def _argument(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)
