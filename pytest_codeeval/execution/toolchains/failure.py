"""Failure: what a person reads of a program that did not build or whose tests did not hold, from hostile output."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.toolchains.language import Language, Symptom

_MOST_READ = 20_000  # characters of each stream
_MOST_SAID = 300
_FOLDERS = re.compile(r"(?<![\w.~])(?:/[\w.+~-]+)+/(?=[\w.+-]+)")


def failure(
    language: Language, files: Mapping[str, str], stdout: bytes, stderr: bytes, status: int = 1
) -> tuple[Cause, str]:
    """Return the cause and a sentence for a run that did not reach its end within its limits: the first symptom's.

    `files` are those of `assemble`, `status` is the exit status. Tests that fail may say nothing at all: where nothing
    known was said it is a wrong answer, unless the status says that all was well.
    """
    for text in _streams(language, stdout, stderr):
        found = _first(language.symptoms, text)
        if found:
            symptom, match = found
            return symptom.cause, _told(language, files, symptom.cause, match)
    if status == 0:
        return Cause.TAMPERING, "ended its process (exit status 0) before the tests were done"
    said = _short(next((line for line in _text(stderr).splitlines() if line.strip()), ""))
    return Cause.WRONG_ANSWER, f"an expectation of the tests did not hold ({said})" if said else (
        "an expectation of the tests did not hold"
    )


def breakdown(language: Language, files: Mapping[str, str], stderr: bytes, status: int) -> tuple[Cause, str]:
    """Return the cause and a sentence for a whole program that ended with another status than 0."""
    text = _text(stderr)
    if found := _first(language.symptoms, text):
        symptom, match = found
        return symptom.cause, _told(language, files, symptom.cause, match)
    said = _short(next((line for line in text.splitlines() if line.strip()), ""))
    return Cause.EXCEPTION, f"ended with exit status {status}{f': {said}' if said else ''}"


def build_failure(language: Language, stdout: bytes, stderr: bytes) -> str:
    """Return the first error of a failed build in one line, with names of files instead of paths."""
    texts = [_text(stderr), _text(stdout)]
    for text in texts:
        match = language.build_error and language.build_error.search(text)
        if match:
            place = match.groupdict().get("where")
            said = _short(_what(match))
            return f"{_short(place)}: {said}" if place else said
    lines = (line for text in texts for line in text.splitlines() if line.strip())
    return _short(next(lines, "the build failed without a word"))


def _streams(language: Language, stdout: bytes, stderr: bytes) -> list[str]:
    texts = [_text(stderr), _text(stdout)]
    return texts if language.report == "stderr" else texts[::-1]


def _text(raw: bytes) -> str:
    """Return what was printed as text, the middle of much left out: errors are at its ends."""
    text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
    return text if len(text) <= 2 * _MOST_READ else f"{text[:_MOST_READ]}\n{text[-_MOST_READ:]}"


def _first(symptoms: tuple[Symptom, ...], text: str) -> tuple[Symptom, re.Match[str]] | None:
    found = [(symptom, match) for symptom in symptoms if (match := symptom.pattern.search(text))]
    # By lines, as of two in one the list says which counts.
    return min(found, key=lambda pair: text.rfind("\n", 0, pair[1].start()), default=None)


def _told(language: Language, files: Mapping[str, str], cause: Cause, match: re.Match[str]) -> str:
    groups = match.groupdict()
    what = _short(_what(match))
    got = _short(groups.get("got") or "")
    if cause is Cause.WRONG_ANSWER:
        asserted = _assertion(language, files, match)
        told = asserted or what
        if got:
            wanted = _short(groups.get("wanted") or "")
            return f"{told}: got {got}" if asserted or not wanted else f"{told} got {got}, expected {wanted}"
        # What a testing library says of it has both values.
        return f"{asserted}: {what}" if asserted and what.startswith("expected") else told
    message = _short(groups.get("message") or "")
    return f"{what}: {message}" if message else what


def _what(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("what") or groups.get("other") or match[0]


def _assertion(language: Language, files: Mapping[str, str], match: re.Match[str]) -> str:
    """Return the assertion that failed: the first line named after the symptom that has one."""
    if language.where is None:
        return ""
    lines = files[language.program].split("\n")
    for place in language.where.finditer(match.string, match.start()):
        number = int(place[1][:9])
        line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
        if language.expectation.opening.search(line):
            return _short(line)
    return ""


def _short(text: str) -> str:
    """Return one line of bounded length, with names of files instead of paths."""
    line = " ".join(_FOLDERS.sub("", text[: 4 * _MOST_SAID]).split())
    return line if len(line) <= _MOST_SAID else f"{line[:_MOST_SAID]}…"
