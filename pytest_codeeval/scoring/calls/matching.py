"""Matching: which call answers which part of a question, so that as many as can be are answered."""

from __future__ import annotations

from collections.abc import Sequence


def matching(fitting: Sequence[Sequence[int]]) -> list[int | None]:
    """Return for each of some parts the call that answers it, None for those that none is left for.

    `fitting` has for each part the calls that would. The first that fits may be wanted elsewhere: as many parts as
    possible get one (Kuhn's algorithm; both sides are few).
    """
    part_of: dict[int, int] = {}

    def give(part: int, seen: set[int]) -> bool:
        for call in fitting[part]:
            if call not in seen:
                seen.add(call)
                if call not in part_of or give(part_of[call], seen):
                    part_of[call] = part
                    return True
        return False

    for part in range(len(fitting)):
        give(part, set())
    call_of = {part: call for call, part in part_of.items()}
    return [call_of.get(part) for part in range(len(fitting))]
