"""agents: 24 tasks to be done with tools and 24 dialogues, which come with the package, and 417 answers in JSON."""

import pytest

from pytest_codeeval.benchmarks import AGENTS_DIALOGUES, AGENTS_JSON, AGENTS_TOOLS


@pytest.mark.suite(AGENTS_TOOLS)
def test_agents_tools(score):
    result = score()
    assert result.passed, result.explanation


@pytest.mark.suite(AGENTS_DIALOGUES)
def test_agents_dialogues(score):
    result = score()
    assert result.passed, result.explanation


@pytest.mark.suite(AGENTS_JSON)
def test_agents_json(score):
    result = score()
    assert result.passed, result.explanation
