"""Language: its data says what a program consists of."""

from __future__ import annotations

import dataclasses

import pytest

from tests.execution.toolchains.specimens import language


def test_the_program_is_the_first_of_a_languages_files() -> None:
    assert language("java").program == "Problem.java"
    assert list(language("java").files)[1:] == ["CodeevalGrade.java"]


def test_a_language_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        language("go").name = "gone"  # type: ignore[misc]
