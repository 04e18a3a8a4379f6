"""A folder of data with a few rows of MT-Bench, GSM8K and ARC, made up for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MT_BENCH = {
    81: ("writing", "Write a line about rain.", "Now about snow."),
    101: ("reasoning", "Who is older, a mother or her son?", "And of two sons?"),
    141: ("stem", "What is a lever?", "Name two of them."),
}
TEMPERATURES = {"writing": 0.7, "reasoning": 0.0, "stem": 0.1}


def small_data(folder: Path) -> Path:
    """Make the folder and return it."""
    questions = [
        {"question_id": number, "category": category, "turns": turns} for number, (category, *turns) in MT_BENCH.items()
    ]
    references = [{"question_id": 101, "choices": [{"index": 0, "turns": ["The mother.", "The first."]}]}]
    _write(folder / "mt_bench/question.jsonl", questions)
    _write(folder / "mt_bench/reference_answer_gpt-4.jsonl", references)
    sums = [{"question": f"What is {n} plus {n}?", "answer": f"It is {2 * n}.\n#### {2 * n}"} for n in range(1, 11)]
    _write(folder / "gsm8k/test.jsonl", sums)
    arc = [
        {
            "query": f"Question: Which of these is number {n}?",
            "choices": [f"item {m}" for m in range(n, n + 4)],
            "gold": 0,
        }
        for n in range(10, 14)
    ]
    for part in ("challenge", "easy"):
        _write(folder / f"arc/arc_{part}.jsonl", arc)
    return folder


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
