"""From the name a user gives with `--model` to the backend and model that it means."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.secretname import secret_in_url
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.registry import AT_URL, BUILT, KINDS, kind_of

_DEEPEST = 8  # folders in front of the name of a file
MODES = ("auto", "chat", "completion", "score")


def at_urls(name: str, urls: Sequence[str], *, outside: tuple[str, ...] = ()) -> ModelSpec:
    """Return what `name` means as `resolve` does, for a model that several servers may have: the first names it."""
    spec = resolve(name, endpoint=urls[0] if urls else "", outside=outside)
    if not spec.endpoint or not urls[1:]:
        return spec
    taken = f"{spec.resolved}, {', '.join(urls[1:])}" if spec.resolved else ""
    return replace(spec, others=tuple(urls[1:]), resolved=taken)


def resolve(name: str, *, endpoint: str = "", outside: tuple[str, ...] = ()) -> ModelSpec:
    """Return what `name` means: `backend:model`, or a plain name that is known as one of a backend's.

    With an `endpoint` (`--base-url`) a plain name is asked there as it stands, as an OpenAI-compatible model.
    `outside` are prefixes that hooks of other plugins answer for.
    Raises UsageError for a name that means nothing.
    """
    backend, colon, model = name.partition(":")
    known = (*BUILT, *outside)
    if backend in known and (colon or not kind_of(backend).argument):
        return _prefixed(name, backend, model if colon else None, endpoint)
    if endpoint:
        return ModelSpec(name, AT_URL.name, name, endpoint, f"{AT_URL.name}:{name} at {endpoint}")
    for kind in KINDS:
        for pattern, target in kind.plain_names.items():
            if re.fullmatch(pattern, name, re.IGNORECASE):
                model = target.format(name=name)
                return ModelSpec(name, kind.name, model, "", f"{kind.name}:{model}")
    hint = nearest(backend, known)
    raise UsageError(
        f"--model={name!r} names no model known here{hint}; give one as BACKEND:MODEL (backends: {', '.join(known)}), "
        "or name the server that has it with --base-url."
    )


def _prefixed(name: str, backend: str, model: str | None, endpoint: str) -> ModelSpec:
    kind = kind_of(backend)
    if not kind.argument and model is not None:
        raise UsageError(f"--model={name}: backend {backend!r} takes no model name; say --model={backend}.")
    if model is None:
        return ModelSpec(name, name, name)
    if not model:
        raise UsageError(f"--model={name} names no model; say --model={backend}:NAME.")
    return kind.understood(ModelSpec(model, backend, model, endpoint if kind.takes_url else ""))


def told_apart(specs: tuple[ModelSpec, ...]) -> tuple[ModelSpec, ...]:
    """Return the models with labels of their own, as far as their kinds know longer ones, or they are several files."""
    found, longer = list(specs), [0] * len(specs)
    for _ in range(_DEEPEST):
        taken = Counter(spec.folder for spec in found)
        for place, spec in enumerate(found):
            longer[place] += taken[spec.folder] > 1
        labels = [spec.kind.longer_label(spec, count) for spec, count in zip(specs, longer, strict=True)]
        found = [replace(spec, label=label) for spec, label in zip(specs, labels, strict=True)]
    return tuple(_numbered(found))


def _numbered(specs: Sequence[ModelSpec]) -> Iterator[ModelSpec]:
    """Yield the models, with a number behind the label of a file whose results folder another file has already."""
    taken: dict[str, str] = {}
    for spec in specs:
        number, found, file = 1, spec, os.path.realpath(spec.model)
        while spec.kind.is_file and taken.get(found.folder, file) != file and number < len(specs):
            number += 1
            found = replace(spec, label=f"{spec.label} {number}")
        taken.setdefault(found.folder, file)
        yield found


def checked_urls(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return base URLs as they were given, of which there may be none.

    Raises UsageError for what is no URL, has a secret in it, or stands there twice.
    """
    found = tuple(filter(None, [given] if isinstance(given, str) else given or ()))
    for place, url in enumerate(found):
        if not re.match(r"https?://[^/\s]+", url):
            raise UsageError(f"--base-url={url!r} is no URL; give one such as http://127.0.0.1:8000/v1.")
        if secret := secret_in_url(url):
            raise UsageError(f"--base-url has {secret} in it; put the key in CODEEVAL_API_KEY instead.")
        if url.rstrip("/") in [other.rstrip("/") for other in found[:place]]:
            raise UsageError(f"--base-url={url} is given twice; each server of a model is named once.")
    return found


def asked_with(spec: ModelSpec, args: tuple[tuple[str, str], ...], mode: str) -> ModelSpec:
    """Return `spec` with the settings of its backend; a scripted model has none, and only a score is not words."""
    if spec.scripted:
        return replace(spec, mode=mode) if mode == "score" else spec
    told = "chat" if mode == "auto" and "auto" not in spec.kind.modes else mode
    return replace(spec, args=args, mode=told)


def args_from(texts: Sequence[str] | Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Read `KEY=VALUE[,KEY=VALUE…]`; a later value replaces an earlier one, and a part without a key continues one.

    What has been read already is taken as it is.

    Raises UsageError where there is no key.
    """
    if isinstance(texts, Mapping):
        return tuple(texts.items())
    found: dict[str, str] = {}
    for text in texts:
        last = ""
        for part in text.split(","):
            match = re.match(r"\s*([A-Za-z][\w-]*)\s*=(.*)", part, re.DOTALL)
            if match:
                last = match[1].replace("-", "_")
                found[last] = match[2].strip()
            elif last:
                found[last] += f",{part}"
            else:
                raise UsageError(f"--model-args={text!r} is not understood; write KEY=VALUE, as in api_key_env=MY_KEY.")
    return tuple(found.items())
