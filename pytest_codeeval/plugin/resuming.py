"""What a run that ended before its time leaves, and how it goes on, in a sentence."""

from __future__ import annotations

from pytest_codeeval.core.text import counted


def resuming(kept: int, wanted: int, *, fresh: bool = False, all_known: bool = True) -> str:
    """Say how many of the wanted answers are kept, and that the same command goes on.

    A run that was to end at its first failure asks one problem after another: then not `all_known` are the answers
    that it still lacks.
    """
    if not wanted:
        return "no model was asked: the same command runs it again"
    command = "the same command without --fresh" if fresh else "the same command"
    missing = wanted - kept
    have = counted(kept, "answer is", "answers are") if kept else "no answer is"
    if not all_known:
        return f"{have} kept: {command} goes on, and asks only for what is missing"
    if not missing:
        return f"{have} kept, none is missing: {command} goes on, and asks for none again"
    lacking = f"{missing:,} {'is' if missing == 1 else 'are'} missing"
    return f"{have} kept, {lacking}: {command} goes on, and asks only for {'it' if missing == 1 else 'them'}"
