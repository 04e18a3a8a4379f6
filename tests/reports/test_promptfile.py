"""Prompts are kept beside the samples, each once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from pytest_codeeval.reports.promptfile import PROMPTS, PromptFile
from tests.reports.rows import PASS, result


def test_each_is_kept_once_and_other_words_beside_it(tmp_path: Path) -> None:
    first = result(1, PASS)
    file = PromptFile(tmp_path)
    file.add(first)
    file.add(first)
    again = PromptFile(tmp_path)
    again.add(first)
    again.add(replace(first, prompt="do it well \ud800"))
    again.add(replace(first, prompt=""))
    rows = [json.loads(line) for line in (tmp_path / PROMPTS).read_text().splitlines()]
    assert rows == [{"suite": "s", "task_id": "T/1", "prompt": said} for said in ("do it", "do it well \ud800")]
