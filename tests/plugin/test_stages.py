"""Stages as options have them, what is said of them, and prompts that are shown."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.problem import Dataset, Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.generation.backends.openai.answer import absent
from pytest_codeeval.plugin.case import Case, make_cases
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from pytest_codeeval.plugin.rehearsal.estimate import estimate
from pytest_codeeval.plugin.rehearsal.shown import first_of_each, lines_of
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.plugin.stagetally import StageTally
from tests.plugin.options import settings

HOSTILE = "a\x1b[2Jb\rc\u202ed\te\x00\n"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], ()),
        (["check"], ("check",)),
        (["report,generate", " check"], ("generate", "check", "report")),
        (["check", "check"], ("check",)),
    ],
)
def test_stages_are_read_in_their_order(given: list[str], found: tuple[str, ...]) -> None:
    read = settings(stage=given)
    assert read.stages == found
    assert Settings.from_json(read.to_json()) == read
    assert (read.generates, read.checks) == ("generate" in found or not found, "check" in found or not found)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"stage": ["chekc"]}, "--stage=chekc is none of generate, check, report (did you mean 'check'?)."),
        ({"stage": [""]}, "--stage= is none of"),
        ({"stage": ["generate,report"]}, "leaves out what is between them; add check"),
        ({"stage": ["report"], "fresh": True}, "--fresh asks again, and --stage=report asks nothing"),
        ({"force": True}, "--force says that a --stage is done again"),
    ],
)
def test_what_cannot_be_is_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as raised:
        settings(**options)
    assert said in str(raised.value)


def test_force_asks_again_only_where_models_are_asked() -> None:
    assert settings(stage=["generate"], force=True).fresh
    assert not settings(stage=["check"], force=True).fresh
    assert not settings(stage=["check"], force=True).keeps_verdicts
    assert settings(stage=["check"]).keeps_verdicts
    assert not settings().keeps_verdicts


@pytest.mark.parametrize(
    ("stage", "counts", "said"),
    [
        ("generate", (5, 5, 5), "generate: 5 answers are stored, none is missing"),
        ("generate", (5, 5, 0), "generate: complete: all 5 answers were stored before, and nothing was asked"),
        ("generate", (4, 5, 0), "generate: 4 answers are stored, 1 is missing"),
        ("check", (4, 5, 0), "check: 1 answer is not stored: *"),
    ],
)
def test_each_stage_says_how_far_it_came(stage: str, counts: tuple[int, int, int], said: str) -> None:
    found = list(
        StageTally(settings(stage=[stage], models=["openai:tiny"], base_url="http://127.0.0.1:1")).lines(*counts)
    )
    assert [line for line in found if line == said or (said.endswith("*") and line.startswith(said[:-1]))]
    assert list(StageTally(settings()).lines(*counts)) == []


def test_a_check_is_complete_only_if_no_answer_is_missing() -> None:
    tally = StageTally(settings(stage=["check"], models=["openai:tiny"], base_url="http://127.0.0.1:1"))
    tally.count(known=True)
    assert [line[:24] for line in tally.lines(1, 1, 0)] == ["check: complete: all 1 p"]
    assert [line[:24] for line in tally.lines(1, 2, 0)] == ["check: 1 answer is not s", "check: 1 problem has its"]


def cases(**options: Any) -> list[Case]:
    """Return the cases of a suite of two problems, of two turns each."""
    problems = tuple(Problem(f"T/{n}", HOSTILE) for n in (1, 2))
    prompt = Prompt((HOSTILE, "And then?"), system="Be brief.")
    suite = Suite("turns", lambda _: None, lambda _: prompt)  # type: ignore[arg-type, return-value]
    found, _ = make_cases(LoadedSuite(suite, Dataset(problems)), settings(**options), {})
    return found


AT_URL: dict[str, Any] = {"models": ["openai:tiny"], "base_url": "http://127.0.0.1:1/v1"}


def test_prompts_are_shown_whole_and_steer_no_terminal() -> None:
    found = first_of_each(cases(**AT_URL, samples="3", stop=["\x07"]), 1)
    assert [case.problem.task_id for case in found] == ["T/1"]
    lines = list(lines_of(found[0], None))
    assert "  │ a\\x1b[2Jb\\rc\\u202ed\\te\\x00" in lines
    assert lines[lines.index("  │ a\\x1b[2Jb\\rc\\u202ed\\te\\x00") + 1] == "  │"  # the text ends in a line break
    assert {"[system]", "  │ Be brief.", "  │ And then?", "temperature: 0.0", 'stop: ["\\u0007"]'} <= set(lines)
    assert "2 further samples are asked for in the same words" in lines
    assert all(line.isprintable() for line in lines)


class Priced:
    """Has a price for each answer."""

    def cost_at_most(self, _: object) -> float:
        return 0.5


def test_what_is_not_known_is_never_nothing() -> None:
    asked = settings(**AT_URL, samples="2", max_tokens="10")
    unknown = estimate(cases(**AT_URL, samples="2", max_tokens="10"), asked, None, None)
    assert (unknown.problems, unknown.requests, unknown.stored, unknown.left) == (2, 8, 0, 8)
    assert (unknown.answered, unknown.cost) == (80, None)
    assert unknown.price == "unknown: it is not in --model-args input_price and output_price"
    known: Any = Priced()
    found = estimate(cases(**AT_URL, max_tokens="none"), settings(**AT_URL, max_tokens="none"), known, None)
    assert (found.requests, found.answered, found.cost) == (4, None, 2.0)
    demo = estimate(cases(), settings(), None, None)
    assert (demo.asked, demo.cost, demo.price) == (0.0, 0.0, "recorded or scripted: nothing is sent")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"data": [{"id": "tiny"}]}', ""),
        (b'{"data": [{"id": "tinny"}]}', "http://x lists no model 'tiny' (did you mean 'tinny'?); it has tinny"),
        (b'{"data": []}', ""),
        (b"<html>", ""),
        (b'{"data": [7]}', ""),
        (b"[" * 5000, ""),
    ],
)
def test_a_list_of_models_may_be_anything(body: bytes, said: str) -> None:
    assert absent(body, "tiny", "http://x") == said
