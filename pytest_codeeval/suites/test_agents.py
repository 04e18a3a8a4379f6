"""agents: 24 original tasks to be done with tools, and 24 original dialogues, which come with the package."""

import pytest

from pytest_codeeval.benchmarks import AGENTS_DIALOGUES, AGENTS_TOOLS


@pytest.mark.suite(AGENTS_TOOLS)
def test_agents_tools(score):
    result = score()
    assert result.passed, result.explanation


@pytest.mark.suite(AGENTS_DIALOGUES)
def test_agents_dialogues(score):
    result = score()
    assert result.passed, result.explanation
