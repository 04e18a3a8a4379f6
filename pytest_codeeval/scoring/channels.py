"""Answers in channels (gpt-oss), raw or with half of their tokens lost: only the final channel is the answer."""

from __future__ import annotations

import re

_ROLE = r"<\|start\|>\s{0,4}assistant[^<\n]{0,80}"
# Not what a program has in its strings; a fence may stand before a mark.
_UNQUOTED = r"(?:(?<=```)|(?<![\"'`]))"
_HEADER = re.compile(
    rf"{_UNQUOTED}(?:(?:{_ROLE})?<\|channel\|>\s{{0,4}}(?P<channel>\w{{1,20}})[^<\n]{{0,80}}|{_ROLE})"
    r"(?:<\|constrain\|>[^<\n]{0,40})?<\|message\|>"
)
# The first header has lost its first token to the prompt, or to a server that shows no special tokens.
_FIRST = re.compile(
    r"\s{0,80}(?:assistant\s?)?(?P<channel>analysis|commentary|final)[^<\n]{0,80}(?:<\|constrain\|>[^<\n]{0,40})?"
    r"<\|message\|>"
)
_PLAIN = re.compile(r"\s{0,80}(?:assistant\s?)?(?:analysis|commentary)(?=\s*\n|\s*\Z|[A-Z0-9\"'`*]|[^\x00-\x7f])")
_PLAIN_FINAL = re.compile(
    rf"{_UNQUOTED}(?<!\w)assistant[ \n]?final(?:<\|message\|>)?|(?<=[a-z)\d])assistantfinal|^final$", re.MULTILINE
)
# Behind words that no mark began: only what nobody says otherwise.
_LOST_FINAL = re.compile(
    r"(?:(?<=[.!?:)\s])|(?<=```)|^)(?:<\|channel\|>)?assistantfinal(?:<\|message\|>)?", re.MULTILINE
)
_LAST_END = re.compile(r"<\|(?:end|return|call)\|>\Z")
_END = re.compile(r"<\|(?:end|return|call)\|>")


def final_channel(text: str) -> str | None:
    """Return the final part of an answer that begins with a channel, None if there is none; any other as it is."""
    first = _FIRST.match(text)
    headers = list(_HEADER.finditer(text))
    if first or (headers and not text[: headers[0].start()].strip()):
        return _of_messages(text, [*([first] if first else []), *headers])
    if not _PLAIN.match(text):
        return text
    finals = list(_PLAIN_FINAL.finditer(text))
    said = [found for found in finals if found[0] != "final"] or finals[-1:]
    return text[said[0].end() :] if said else None


def lost_channel(text: str) -> tuple[str, str] | None:
    """Return a mark of the final channel and what it begins, in an answer of which the first mark was lost."""
    headers = [header for header in _HEADER.finditer(text) if header[0].startswith("<|start|>")]
    final = next((header for header in headers if _is_final(header)), None)
    if final:
        return final[0], _of_messages(text, headers) or ""
    found = _LOST_FINAL.search(text)
    return (found[0], text[found.end() :]) if found else None


def _of_messages(text: str, headers: list[re.Match[str]]) -> str | None:
    """Return the last message of the final channel, or of none."""
    at = next((number for number, header in enumerate(headers) if _is_final(header)), None)
    if at is None:
        # What follows the end of the thinking, under no header at all.
        rest = _END.split(text[headers[-1].end() :], maxsplit=1)
        return rest[1] if len(rest) > 1 and rest[1].strip() else None
    chosen, end = headers[at], len(text)
    for header in headers[at + 1 :]:
        if not header[0].startswith("<|start|>"):
            continue  # a program may hold such text
        if end == len(text) or _is_final(header):
            chosen, end = (header, len(text)) if _is_final(header) else (chosen, header.start())
    message = text[chosen.end() : end].rstrip()
    while found := _LAST_END.search(message, max(0, len(message) - 20)):
        message = message[: found.start()].rstrip()
    return message


def _is_final(header: re.Match[str]) -> bool:
    return header["channel"] in ("final", None)
