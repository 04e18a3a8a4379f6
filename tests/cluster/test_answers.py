"""A shard is sent the answers to its problems, whoever asked first, and is believed of no others."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from pytest_codeeval.cluster.answers import answers_to
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.cluster.sent import SentAnswers
from pytest_codeeval.core.completion import Completion
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.core.toolcall import ToolCall
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.results.run import Run


def stored(key: str, model: str, suite: str, task_id: str) -> dict[str, Any]:
    about = {"key": key, "model": model, "suite": suite, "task_id": task_id, "sample_index": 0}
    return {**about, "completion": Completion(f"by {key}").to_json()}


def test_answers_that_another_suite_asked_for_go_along(tmp_path: Path) -> None:
    about = {"settings": {"backend": "openai", "model": "m"}, "plan_of_last_run": {"s": {"T/1": 1, "T/2": 1, "T/4": 1}}}
    run = Run("label", "label", tmp_path / "samples.jsonl", about)
    rows = [stored("a", "m", "s", "T/1"), stored("b", "m", "other", "T/2"), stored("c", "n", "s", "T/1")]
    rows.append(stored("d", "m", "s", "T/3"))
    calls = Completion("\ud800", tool_calls=(ToolCall("f", '{"x": "\\ud800"}'),))
    rows.append({**stored("e", "m", "s", "T/4"), "completion": calls.to_json()})
    with closing(CompletionStore(tmp_path)) as store:
        store.add((row["key"], row) for row in rows)
    lines = answers_to(tmp_path, ClusterPlan({"f": run}), Shard(1, 1))
    assert {json.loads(line)["key"] for line in lines.splitlines()} == {"a", "b", "e"}

    def believed(task_id: str, text: object, index: int = 0, of: Run = run, **more: object) -> bool:
        return SentAnswers(lines).has(of, {"task_id": task_id, "sample_index": index, "completion": text, **more})

    assert believed("T/1", "by a") and believed("T/2", "by b")
    assert believed("T/2", "by a")  # put in the same words, it has the one answer
    call = ToolCall("f", '{"x": "\\ud800"}').to_json()
    assert believed("T/4", "\ud800", tool_calls=[call]) and not believed("T/4", "\ud800")
    assert not believed("T/4", "\ud800", tool_calls=[{**call, "name": "g"}]) and not believed("T/1", ["by a"])
    assert believed("T/1", "by b", turns=[{"text": "\ud800", "tool_calls": [call]}, {"text": "by a"}], tool_calls=None)
    assert not any(believed("T/1", "by b", turns=turns) for turns in ([{"text": "by c"}], ["by a"], [{}], "by a", 1))
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert not any(believed("T/1", "by a", tool_calls=calls) for calls in (deep, 1, "f", {"name": "f"}, [1], [{}]))
    assert not believed("T/1", "by a", tool_calls=[{**call, "name": deep}])
    assert not (believed("T/1", "by c") or believed("T/1", "by a", 1) or believed("T/3", "by d"))
    scripted = Run("label", "label", tmp_path / "samples.jsonl", {"settings": {"backend": "replay", "model": "m"}})
    assert believed("T/1", "as recorded", of=scripted)
