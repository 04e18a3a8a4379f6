"""What somebody waits for goes first, and samples of one question can be taken together."""

from __future__ import annotations

from dataclasses import replace

from pytest_codeeval.generation.queue import RequestQueue
from tests.generation.scripted import ask


def filled(*tasks: tuple[int, int]) -> RequestQueue:
    """Return a queue with these samples of these tasks announced."""
    queue = RequestQueue()
    for task, sample in tasks:
        queue.announce(f"{task}#{sample}", ask(task, sample))
    return queue


def keys(queue: RequestQueue) -> list[str]:
    """Empty a queue."""
    found = []
    while (taken := queue.pop()) is not None:
        found.append(taken[0])
    return found


def test_what_is_needed_goes_first_and_nothing_twice() -> None:
    queue = filled((0, 0), (1, 0), (1, 0), (2, 0))
    queue.need("2#0", ask(2))
    queue.need("3#0", ask(3))
    queue.announce("3#0", ask(3))
    assert len(queue) == 4
    assert "2#0" in queue
    assert keys(queue) == ["2#0", "3#0", "0#0", "1#0"]
    assert len(queue) == 0


def test_siblings_are_the_other_samples_of_one_question() -> None:
    queue = filled((0, 0), (1, 0), (0, 1), (0, 2))
    queue.announce("tools", replace(ask(0, 4), tools=("{}",)))
    queue.announce("other", replace(ask(0, 3), prompt="another question"))
    queue.need("0#2", ask(0, 2))
    _, first = queue.pop() or ("", ask())
    found = []
    while (taken := queue.pop_sibling(first)) is not None:
        found.append(taken[0])
    assert found == ["0#0", "0#1"]
    assert queue.pop_sibling(ask(7)) is None
    assert keys(queue) == ["1#0", "tools", "other"]


def test_a_cleared_queue_is_empty() -> None:
    queue = filled((0, 0), (0, 1))
    queue.clear()
    assert keys(queue) == []
    assert queue.pop_sibling(ask(0)) is None
