"""A `WordedServer` that is given texts: by what it was asked, whether by chat or to continue a text."""

from __future__ import annotations

from collections.abc import Callable

from tests.servers.worded import Body, Reply, WordedServer, answer, choice

Said = str | tuple[str, str] | Reply
"""A text, with the reason why it ended if that is not `stop`, or a whole reply."""


def asked_of(body: Body) -> str:
    """Return the last thing that was asked, or the text to be continued."""
    return body["prompt"] if "prompt" in body else body["messages"][-1]["content"]


def talking(says: Callable[[Body], Said]) -> WordedServer:
    """Return a server that says what `says` returns for a request's body, for each sample the same."""

    def reply(body: Body, _: int) -> Reply:
        said = says(body)
        if isinstance(said, Reply):
            return said
        text, reason = said if isinstance(said, tuple) else (said, "stop")
        places = range(body.get("n") or 1)
        if "prompt" in body:
            return answer(*({"index": place, "text": text, "finish_reason": reason} for place in places))
        return answer(*(choice(text, reason, place) for place in places))

    return WordedServer(reply)
