"""Second thoughts: where an answer takes back what it said, is only supposing, or goes on to a question of its own."""

from __future__ import annotations

import re

_TAKES_BACK = (
    r"no(?:pe)?(?![ ]?[$(*]{0,3}[0-9])(?![ ][A-Z](?![A-Za-z]))"
    r"|wait|actually|sorry|apologies|correction|corrected(?:[ ]to)?|(?:or[ ])?rather"
    r"|i[ ]meant?|hm{1,3}|oops|scratch[ ]that|make[ ]that|my[ ]mistake"
)
_GOES_ON = (
    r"(?:it|that)(?:[ ](?:is|should[ ]be|must[ ]be)|['’]s)"
    r"|(?:the[ ])?(?:correct[ ]|right[ ]|final[ ])?answer[ ](?:is|should[ ]be|must[ ]be)"
    r"|should[ ]be|must[ ]be|so|to|oh"
)
_JOINT = r"[\s,.:;!?…–—*_($-]{1,8}"
# Behind an answer and perhaps its unit: ", no wait, it is", "(corrected:", "→".
_INSTEAD = re.compile(
    r"[*_`)\]}\"'$%]{0,4}(?:[ ]?[A-Za-z/€£°%]{1,12}(?=[,.;:!?…–— (-])){0,2}?(?>[ \t]*)"
    rf"(?:(?:→|⇒|->|=>)[ \t]{{0,3}}|{_JOINT}(?:oh[ ,]{{1,2}})?(?:{_TAKES_BACK})(?![A-Za-z])"
    rf"(?:{_JOINT}(?:{_TAKES_BACK}|{_GOES_ON})(?![A-Za-z])){{0,5}}{_JOINT})",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"(?<![a-z])(?:i[ ](?:made[ ]an?[ ](?:[a-z]{1,12}[ ]){0,2}(?:mistake|error)|was[ ]wrong|miscalculated|miscounted)"
    r"(?![a-z])"
    r"|scratch[ ]that(?![a-z])"
    r"|(?:no|wait|hm{1,3}|hold[ ]on|actually|sorry|oops)[,.!… –—-]{1,4}"
    r"(?:(?:that|this|it)(?:['’]s|[ ]is|[ ]was)(?:n['’]t|[ ]not)?[ ](?:wrong|incorrect|right|correct|a[ ]mistake)"
    r"|let[ ]me[ ](?:correct|redo|recalculate|recompute|re-?do|fix)))",
    re.IGNORECASE,
)
_AGREES = re.compile(r"(?:is|was|['’]s)[ ](?:right|correct)\Z", re.IGNORECASE)
# A base model that answered goes on with the next question of what it takes for a list of them.
_NEXT_QUESTION = re.compile(r"(?<=\n)[ \t]{0,8}[*_#]{0,6}[ \t]?(?:Question|Q|Problem|Exercise)[*_]{0,3}:")
_SENTENCE_START = re.compile(r"[.!?\n]")
_BEFORE = 200
_SUPPOSING = re.compile(r"[\s(*_>-]{0,8}(?:but|and|even)?\s?(?:if|had|were|unless|suppose)(?![a-z])", re.IGNORECASE)
_HEARSAY = re.compile(
    r"(?<![a-z])(?:some|others|many|people|students|one|you)(?:\s(?:people|students|of\sthem))?\s(?:may\s|might\s|would\s|could\s)?"
    r"(?:say|says|think|thinks|believe|argue|claim|guess)(?![a-z])[^.!?,;\n]{0,40}\Z",
    re.IGNORECASE,
)


def instead(text: str, end: int) -> int:
    """Return where another answer begins that takes the place of the one that ends at `end`, -1 if none does."""
    found = _INSTEAD.match(text, end, end + _BEFORE)
    return found.end() if found else -1


def taken_back(text: str) -> int:
    """Return where the last sentence ends by which an answer takes back what it said before; 0 if there is none."""
    end = 0
    for found in _TAKEN_BACK.finditer(text):
        if not _AGREES.search(found[0]):
            end = found.end()
    return end


def next_question(text: str) -> int:
    """Return where an answer goes on to the next question, -1 if it does not, or if it is a dialogue from its start."""
    start = len(text) - len(text.lstrip())
    found = _NEXT_QUESTION.search("\n" + text[start:])
    return start + found.start() - 1 if found and found.start() > 1 else -1


def supposed(text: str, start: int, end: int) -> bool:
    """Whether the words that announce an answer only suppose it, or tell what others say."""
    before = text[max(0, start - _BEFORE) : start]
    sentences = list(_SENTENCE_START.finditer(before))
    sentence = before[sentences[-1].end() :] if sentences else before
    if _HEARSAY.search(sentence):
        return True
    return "would" in text[start:end].casefold() and _SUPPOSING.match(sentence) is not None
