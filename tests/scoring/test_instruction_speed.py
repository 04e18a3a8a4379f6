"""Whatever a model writes, each kind of instruction is checked in no time."""

from __future__ import annotations

import time

import pytest

from pytest_codeeval.scoring.instructions.instruction import Instruction, followed
from pytest_codeeval.scoring.instructions.kinds import KINDS
from pytest_codeeval.scoring.instructions.language import language_of
from tests.scoring.test_instruction_kinds import CASES, needs

LONGEST = 1 << 16
# What each takes longest for, and what a careless pattern would.
WORST = {
    "keywords:existence": ["a"],
    "keywords:forbidden_words": ["- ", "a"],
    "language:response_language": ["A", "हि"],
    "length_constraints:number_sentences": [". ", "?!", "A. ", "...", "!) "],
    "detectable_content:number_placeholders": ["[", "[a"],
    "detectable_content:postscript": ["\n", "p."],
    "detectable_format:number_bullet_lists": ["\n", "*\n", " "],
    "detectable_format:number_highlighted_sections": ["*", "**a"],
    "detectable_format:multiple_sections": ["\n", "SECTION "],
    "detectable_format:json_format": ["[1,", '{"a":', "1", "```"],
    "detectable_format:title": ["<<", ">", "<<a "],
    "change_case:capital_word_frequency": ["x'S' "],
    "change_case:english_capital": ["A"],
    "change_case:english_lowercase": ["a"],
}


@pytest.mark.parametrize("name", KINDS)
def test_the_worst_texts_take_no_time(name: str) -> None:
    """Under a CPU second each, all variants of loose scoring and the repaired rule included."""
    needs(name)
    args = next(args for args, *_ in CASES[name])
    many = {arg: 100_000 for arg, value in args.items() if type(value) is int}
    kinds = [Instruction(name, KINDS[name], {**args, **many})]
    for unit in WORST.get(name, ["\n", '"']):
        text = f"*x\n{(unit * LONGEST)[: LONGEST - 8]}*\n*y"
        assert seconds(text, kinds) < 1.0 or seconds(text, kinds) < 1.0  # of which one may have been disturbed


def seconds(text: str, kinds: list[Instruction]) -> float:
    language_of.cache_clear()
    start = time.thread_time()
    assert len(followed(text, kinds)) == 1
    return time.thread_time() - start
