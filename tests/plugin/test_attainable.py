"""A threshold that no answers could decide is refused, by what is left to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.metric import Mean
from pytest_codeeval.core.problem import Dataset, Problem
from pytest_codeeval.core.scorer import Scorer
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.plugin.attainable import demand_attainable
from pytest_codeeval.plugin.case import Recorded, make_cases
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from tests.plugin.options import settings

RATING = Mean("rating", "value", percent=False)
TWO = ["litellm:a/b", "litellm:c/d"]


def suite(
    name: str = "mbpp", *, ids: tuple[int, ...] = (1, 2, 3), test: str = "assert True", **more: Any
) -> LoadedSuite:
    """Make a suite of so many problems."""
    languages = more.pop("languages", {})
    problems = tuple(
        Problem(f"{name}/{number}", f"do {number}", test, "f", language=languages.get(number, "python"))
        for number in ids
    )
    dataset = Dataset(problems, "a" * 64, "test", **more)
    return LoadedSuite(Suite(name, lambda _: dataset, lambda problem: problem.prompt, aliases=(name, "")), dataset)


def demand(
    threshold: str,
    *suites: LoadedSuite,
    recorded: Recorded | None = None,
    skipped: Mapping[str, str] | None = None,
    chosen: slice = slice(None),
    times: int = 1,
    **options: Any,
) -> None:
    """Ask whether a run of these suites can judge a threshold."""
    found = settings(**{"models": ["litellm:a/b"], "fail_under": [threshold], **options})
    cases = [case for loaded in suites for case in make_cases(loaded, found, recorded or {})[0]]
    demand_attainable(found, cases[chosen] * times, suites, skipped or {})


@pytest.mark.parametrize(
    ("threshold", "options"),
    [
        ("mbpp:pass@1=0.5", {}),
        ("mbpp:pass@1=1", {"chosen": slice(0, 1)}),
        ("mbpp:pass@10=0.5", {"samples": "10"}),
        ("mbpp:pass@7=0.5", {"samples": "10"}),
        ("mbpp:pass^7=0.5", {"samples": "10"}),
        ("mbpp:pass@1=0.5", {"models": TWO}),
    ],
)
def test_what_can_be_judged_is_let_through(threshold: str, options: dict[str, Any]) -> None:
    demand(threshold, suite(), suite("other"), **options)


def test_parts_and_languages_have_names_of_their_own() -> None:
    mixed = suite(scored=("test", frozenset({"mbpp/1"})), languages={2: "rust"})
    for name in ("mbpp", "mbpp-test", "mbpp-rust", "mbpp-python"):
        demand(f"{name}:pass@1=0.5", mixed)
    with pytest.raises(UsageError, match="this run has no mbpp-java .*only mbpp, mbpp-test, mbpp-python, mbpp-rust.$"):
        demand("mbpp-java:pass@1=0.5", mixed)


def test_a_part_of_which_nothing_is_left_cannot_be_judged() -> None:
    with pytest.raises(UsageError, match="this run has no mbpp-test"):
        demand("mbpp-test:pass@1=0.5", suite(scored=("test", frozenset({"mbpp/1"}))), chosen=slice(1, None))


@pytest.mark.parametrize(
    ("threshold", "options", "why"),
    [
        ("mbp:pass@1=0.5", {}, "this run has no mbp (did you mean 'mbpp'?), only mbpp, other."),
        ("mbpp:pass@2=0.5", {}, "a/b has 1 sample of mbpp/1, and pass@2 needs 2."),
        ("mbpp:pass^2=0.5", {}, "a/b has 1 sample of mbpp/1, and pass^2 needs 2."),
        ("mbpp:pass@2=0.5", {"times": 2}, "a/b has 1 sample of mbpp/1, and pass@2 needs 2."),
        ("mbpp:pass@1=0.5", {"chosen": slice(0)}, "this run has no mbpp (none of its items is left to run)."),
        (
            "mbpp:pass@1=0.5",
            {"chosen": slice(0), "skipped": {"mbpp": "not today"}},
            "this run has no mbpp (not today).",
        ),
        ("mbpp:pass@2=0.5", {"skipped": {"mbpp": "some"}}, "a/b has 1 sample of mbpp/1, and pass@2 needs 2."),
        (
            "crates:pass@1=0.5",
            {"skipped": {"crates": "rust needs cargo", "x": "y"}},
            "this run has no crates, only mbpp, other (rust needs cargo).",
        ),
    ],
)
def test_what_cannot_is_refused_with_the_reason(threshold: str, options: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError) as caught:
        demand(threshold, suite(), suite("other"), **options)
    assert str(caught.value) == f"--fail-under={threshold} cannot be judged: {why}"


def test_one_of_several_thresholds_is_enough() -> None:
    with pytest.raises(UsageError, match="no humaneval"):
        demand("mbpp:pass@1=0.5", suite(), fail_under=["mbpp:pass@1=0.5", "humaneval:pass@1=0.5"])


def test_a_suite_without_tests_cannot_be_judged() -> None:
    with pytest.raises(UsageError, match="no problem of mbpp has tests"):
        demand("mbpp:pass@1=0", suite(test=""))


def test_samples_are_those_that_are_recorded() -> None:
    counts = {"mbpp/1": 3, "mbpp/2": 2, "mbpp/3": 3}
    demand("mbpp:pass@2=0", suite(), models=["replay:x"], recorded={"replay:x": counts})
    with pytest.raises(UsageError, match="replay:x has 2 samples of mbpp/2, and pass@3 needs 3"):
        demand("mbpp:pass@3=0", suite(), models=["replay:x"], recorded={"replay:x": counts})


def test_every_model_has_to_have_the_suite() -> None:
    with pytest.raises(UsageError, match="reference has no problem of mbpp in this run"):
        demand("mbpp:pass@1=0", suite(), models=["litellm:a/b", "reference"])


def test_a_share_above_one_is_a_slip() -> None:
    loaded = suite("words")
    loaded = replace(loaded, suite=replace(loaded.suite, scorer=Scorer(), metrics=(Mean("accuracy"), RATING)))
    demand("words:rating=7", loaded)
    demand("words:accuracy=1", loaded)
    with pytest.raises(UsageError, match=r"accuracy is a share, which is 1 at most; write 0\.7 or 70%"):
        demand("words:accuracy=70", loaded)
    with pytest.raises(UsageError, match=r"rating is no share, and was given in percent; write a figure such as 7\.50"):
        demand("words:rating=80%", loaded)
