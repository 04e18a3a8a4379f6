"""A judge without a model: its verdict follows from the words that a good answer has."""

import json
import re
from collections.abc import Sequence

from pytest_codeeval.core.errors import BackendError

_WORD = re.compile(r"\w{4,}")


def scripted_verdict(script: str) -> str:
    """Return what the demo judge says of an answer.

    `script` is a JSON object: the `answer`, the `keywords` of a good one (as words begin, in lower case), and a
    `reference` answer. An answer with all keywords is rated 9, any other at most 4. Without keywords it is rated by its
    share of the reference's longer words, without that as well 5. Of two `answers` the one that is rated higher wins.
    Raises BackendError for a script that is none.
    """
    try:
        about = json.loads(script)
        answers = [str(answer).lower() for answer in about.get("answers") or [about["answer"]]]
        keywords, reference = about["keywords"], str(about["reference"]).lower()
        wanted = [str(word).lower() for word in keywords] or sorted(set(_WORD.findall(reference)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BackendError("--judge=demo rates answers of problems that come with a script for it only") from None
    rated = [_rating(answer, wanted, bool(keywords)) for answer in answers]
    rating, why = rated[0]
    if len(rated) == 1:
        return f"{why}\n\nVERDICT: {rating:g}"
    other, its = rated[1]
    winner = "TIE" if rating == other else "A" if rating > other else "B"
    return f"A: {why} B: {its}\n\nVERDICT: {winner}"


def _rating(answer: str, wanted: Sequence[str], strictly: bool) -> tuple[float, str]:
    missing = [word for word in wanted if not re.search(rf"(?<!\w){re.escape(word)}", answer)]
    share = 1 - len(missing) / len(wanted) if wanted else 4 / 9
    rating = 1.0 + 9 * share
    if strictly:
        rating = 1.0 + 3 * share if missing else 9.0
    why = f"It lacks {', '.join(missing[:5])}." if missing else "It has everything that it should have."
    return round(rating * 2) / 2, why
