"""A judge without a model: its verdict follows from the words that a good answer has."""

import json
import re

from pytest_codeeval.core.errors import BackendError

_WORD = re.compile(r"\w{4,}")


def scripted_verdict(script: str) -> str:
    """Return what the demo judge says of an answer.

    `script` is a JSON object: the `answer`, the `keywords` of a good one (as words begin, in lower case), and a
    `reference` answer. An answer with all keywords is rated 9, any other at most 4. Without keywords it is rated by its
    share of the reference's longer words, without that as well 5.
    Raises BackendError for a script that is none.
    """
    try:
        about = json.loads(script)
        answer, keywords, reference = str(about["answer"]).lower(), about["keywords"], str(about["reference"]).lower()
        wanted = [str(word).lower() for word in keywords] or sorted(set(_WORD.findall(reference)))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise BackendError("--judge=demo rates answers of problems that come with a script for it only") from None
    missing = [word for word in wanted if not re.search(rf"(?<!\w){re.escape(word)}", answer)]
    share = 1 - len(missing) / len(wanted) if wanted else 4 / 9
    rating = 1.0 + 9 * share
    if keywords:
        rating = 1.0 + 3 * share if missing else 9.0
    why = f"It lacks {', '.join(missing[:5])}." if missing else "It has everything that it should have."
    return f"{why}\n\nVERDICT: {round(rating * 2) / 2:g}"
