"""Language: in which one a text is, as langdetect tells it, with the same answer in every thread and process."""

from __future__ import annotations

import importlib
import importlib.util
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.scoring.instructions.kind import Args

ENGLISH = "en"
_PACKAGE = "langdetect"
_SEED = 0
MISSING = "telling the language of an answer needs langdetect: pip install 'pytest-codeeval[ifeval]'"
"""What is said of an instruction about languages where the package that tells them is not installed."""

_lock = Lock()
_factories: list[Any] = []


def can_tell() -> bool:
    """Whether languages can be told, without importing what does it."""
    return importlib.util.find_spec(_PACKAGE) is not None


def is_in_language(text: str, args: Args) -> bool:
    """Whether a text is in a language; one of which none can be told is taken to be."""
    return language_of(text) in (args["language"], None)


def is_told_language(text: str, args: Args) -> bool:
    """Whether a text can be told to be in a language."""
    wanted: str = args["language"]
    return language_of(text) == wanted


def is_english_in_capitals(text: str, _: Args) -> bool:
    """Whether a text has no small letter and is in English."""
    return text.isupper() and language_of(text) in (ENGLISH, None)


def is_english_in_small_letters(text: str, _: Args) -> bool:
    """Whether a text has no capital and is in English."""
    return text.islower() and language_of(text) in (ENGLISH, None)


@lru_cache(maxsize=16)  # several instructions ask for that of one answer
def language_of(text: str) -> str | None:
    """Return langdetect's first guess as an ISO code, None if it finds nothing to guess by.

    Raises UsageError if it is not installed.
    """
    detector = _factory().create()
    detector.append(text)
    try:
        return str(detector.detect())
    except _module("lang_detect_exception").LangDetectException:
        return None


def _factory() -> Any:
    """Return what makes detectors: one in a process, whole before anybody sees it.

    It is none that others share, who may seed it, or have it half loaded. Profiles are read in the order of their
    names, and not in that of the folder: it is the order in which probabilities are added up.
    """
    with _lock:
        if not _factories:
            module = _module("detector_factory")
            factory = module.DetectorFactory()
            folder = Path(module.PROFILES_DIRECTORY)
            factory.load_json_profile([path.read_text("utf-8") for path in sorted(folder.iterdir()) if path.is_file()])
            factory.set_seed(_SEED)
            _factories.append(factory)
    return _factories[0]


def _module(name: str) -> Any:
    try:
        return importlib.import_module(f"{_PACKAGE}.{name}")
    except ImportError as error:
        raise UsageError(f"{MISSING} ({error})") from None
