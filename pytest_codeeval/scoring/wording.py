"""Wording: characters that mean the same made one, and the words by which an answer announces itself."""

from __future__ import annotations

import re

# Other decimal digits by their zero: Arabic, Persian, Devanagari, Bengali, and five styles of mathematical ones.
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)
# Between the thousands of a number and nowhere else; a plain blank may stand between two numbers.
NARROW = "\u202f"
_SAME = str.maketrans(
    {
        **{0xFF01 + number: chr(0x21 + number) for number in range(94)},  # full width
        **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
        **dict.fromkeys(map(ord, "\u2212\ufe63"), "-"),
        **dict.fromkeys(map(ord, "\u00a0\u2007\u2009"), NARROW),
        **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None),
        **{ord(character): f" {fraction}" for character, fraction in (("½", "1/2"), ("¼", "1/4"), ("¾", "3/4"))},
        **{ord(character): f" {fraction}" for character, fraction in (("⅓", "1/3"), ("⅔", "2/3"))},
        0x3000: " ",
        0x3002: ". ",
        0x2044: "/",
    }
)

_STRUCK = re.compile(r"~~(?=\S)[^~\n]{1,200}~~|<del>[^<\n]{1,200}</del>")
_OVER = re.compile(r"</s>|<\|[a-z_]{1,24}\|>|<end_of_turn>|<eos>")
_WORDS = (
    r"(?<![a-z/])(?:answers?|ans|antwort|réponse|respuesta|risposta|resposta|antwoord|jawaban|cevap|odpowiedź|svaret)"
    r"(?![a-z])|đáp án|ответ|الإجابة|الجواب|คำตอบ"
)
_ALONE = r"[*_ \t]{0,6}(?:(?=\n)|[-–—→](?=[\s*_(]))"
_IS = r"is|are|would be|must be|should be|equals|ist|est|es|è|é a|é|är|هي|هو|คือ"


def announcing(nouns: str = "") -> str:
    """Return an expression for the words before an answer: "the final answer is", "**Answer:**", "<answer>", "答案是".

    `nouns` are further ones beside "answer". A line with the noun alone announces what follows on the next.
    """
    noun = f"{_WORDS}|{nouns}" if nouns else _WORDS
    is_it = rf"[^\n.:=?!0-9]{{0,40}}?(?:(?<![a-z])(?:{_IS})(?![a-z])|[:=])"
    return (
        rf"(?:{noun})(?:>|{is_it}|{_ALONE})"
        rf"|(?:答案|答え|正解|정답|正[确確][选選][项項])(?:[^\n.:0-9A-Z]{{0,6}}?(?:[:为為は은]|(?<!不)是)|{_ALONE})|而是"
    )


def straight(text: str) -> str:
    """Return text with one kind of digits, minus signs and blanks, full-width characters as plain ones.

    What is struck out, and the marks by which some servers show that a text is over, are left out.
    """
    return _STRUCK.sub(" ", _OVER.sub(" ", text.translate(_SAME)))
