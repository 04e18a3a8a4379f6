"""What a reader of scores has to know of their run: model, sampling, data, sandbox, cost, command."""

from __future__ import annotations

from typing import Any

from pytest_codeeval.core.verdict import Cause
from pytest_codeeval.execution.sandbox.choice import TierReport
from pytest_codeeval.plugin.runsettings import run_settings
from pytest_codeeval.reports.scoreboard import Scoreboard
from tests.plugin.options import settings
from tests.reports.rows import dataset, result


def told(*arguments: str, weak: bool = False, **options: Any) -> list[tuple[str, str]]:
    scores = Scoreboard()
    scores.add_dataset({**dataset("s"), "sha256": "ab" * 32, "source": "package"})
    scores.add(result(1, Cause.PASSED))
    tier = TierReport("landlock", weak=weak)
    return run_settings(settings(**options), tier, scores.datasets, scores.scores(), arguments)


def test_a_run_is_told_whole() -> None:
    found = told("--model=openai:m", models=["openai:m", "demo"], base_url="http://host/v1", max_tokens="64")
    assert found[:-2] == [
        ("Model", "m (openai at http://host/v1)"),
        ("Model", "demo (demo, its answers stand on this machine)"),
        ("Temperature", "0, unless the suite asks for another"),
        ("Tokens an answer", "64"),
        ("Asked by", "chat"),
        ("Samples a problem", "1, or all that are recorded"),
        ("Dataset", "s: 3 problems, sha256 abababababab, shipped with the package"),
        ("Sandbox", "landlock"),
        ("Tokens", "0 in, 10 out"),
        ("Cost", "$0.5000"),
    ]
    assert found[-1] == ("Command", "pytest --model=openai:m")


def test_what_was_asked_for_is_told_and_what_was_not_is_left_out() -> None:
    more = {"temperature": "none", "top_p": "0.9", "seed": "7", "stop": ["\n#"], "samples": "3", "limit": "5"}
    found = dict(told(weak=True, models=["openai:m"], base_url="http://host", system="Be brief.\x1b[2J", **more))
    assert found["Temperature"] == "the model's own"
    assert (found["Top p"], found["Seed"], found["Stop"]) == ("0.9", "7", "'\\n#'")
    assert (found["Samples a problem"], found["Only the first"]) == ("3", "5 problems of each suite")
    assert found["System prompt"] == "Be brief.\\x1b[2J"
    assert found["Sandbox"] == "landlock (verdicts are weak)"


def test_nothing_is_said_of_sampling_where_no_model_is_asked() -> None:
    assert {"Temperature", "Tokens an answer", "Asked by"}.isdisjoint(dict(told()))
