"""The dataset's own solutions, given as a chat model would."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pytest_codeeval.core.errors import BackendError
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.backends.reference import ReferenceBackend
from pytest_codeeval.scoring.code.extract import extract_code
from tests.generation.scripted import ask


def test_it_is_a_backend() -> None:
    assert isinstance(ReferenceBackend(), ModelBackend)
    assert ReferenceBackend().recorded() is None


def test_the_solution_can_be_taken_out_of_its_answer() -> None:
    program = "def add(a, b):\n    return a + b\n"
    (completion,) = asyncio.run(ReferenceBackend().generate([replace(ask(), script=program)]))
    assert extract_code(completion.text, entry_point="add").code == program
    assert completion.finish_reason == "stop"


def test_a_problem_without_a_solution_cannot_be_answered() -> None:
    with pytest.raises(BackendError, match="T/1 has no canonical solution"):
        asyncio.run(ReferenceBackend().generate([ask(1)]))
