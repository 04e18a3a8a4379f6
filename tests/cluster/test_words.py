"""What each part of a run on a cluster is given of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_codeeval.cluster.words import ClusterWords
from pytest_codeeval.core.errors import UsageError

OWN = ["--on", "ray", "--shards=8", "--address", "auto"]
OTHERS = ["eval.yaml", "--limit=5", "-k", "first"]
MORE = ["-n4", "--results=out", "--report", "page.html", "--html=a.html", "--fail-under=starter:pass@1=1", "--fresh"]


def test_each_part_is_given_what_is_its_own() -> None:
    asked = ClusterWords.read([*OWN, *OTHERS, *MORE, "--sandbox=landlock"])
    assert (asked.on, asked.address, asked.shards, asked.results, asked.workers) == ("ray", "auto", 8, "out", "4")
    assert asked.sandbox == "landlock"
    asking, checking = asked.generating(Path("out")), asked.checking()
    showing = asked.reporting(Path("out"))
    assert all(word in part for word in OTHERS for part in (asking, checking, showing))
    assert "--fresh" in asking and "--fresh" not in [*checking, *showing]
    assert {"page.html", "--html=a.html", "--fail-under=starter:pass@1=1"} <= {*showing}
    for part in (asking, checking):
        assert not any(word.startswith(("--report", "page", "--html", "--fail")) for word in part)
    assert "--results=out" in asking and not any("results" in word or word.startswith("-n") for word in checking)
    assert not any(word in "".join(asking + checking + showing) for word in ("--on", "--shards", "auto"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--on=ray"], "needs --shards=N"),
        (["--on=ray", "--shards=x"], "needs --shards=N"),
        (["--on=ray", "--shards=0"], "names no part"),
        (["--on=ray", "--shards=9999999"], "names no part"),
        ([*OWN, "--shard=1/2"], "--shard do not go together"),
        ([*OWN, "-x"], "-x do not go together"),
        ([*OWN, "--stage", "check"], "--stage do not go together"),
        ([*OWN, "--judge=openai:x"], "--judge do not go together"),
        (["--on=ray", "--shards"], "needs a value"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(words: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ClusterWords.read(words)
