"""The options of a run in parts: which stages it has, or that it only says what it would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pytest_codeeval.core.errors import UsageError, nearest

FAULTS = "faults"
"""The value of the option of plans for one that only says what is missing."""
GENERATE, CHECK, REPORT = STAGES = ("generate", "check", "report")


def add_stage_options(add: Callable[..., None]) -> None:
    """Declare them."""
    add(
        "--stage",
        action="append",
        dest="codeeval_stage",
        default=[],
        metavar="STAGE[,STAGE…]",
        help="only this part of a run: generate (ask, and store the answers), check (score what is stored), report "
        "(show what was scored); may be given several times",
    )
    add(
        "--force",
        action="store_true",
        dest="codeeval_force",
        help="with --stage: do it again, though it was done before with the same settings",
    )
    add(
        "--plan",
        action="store_true",
        dest="codeeval_plan",
        help="send nothing and run nothing: say what would be asked, what it may cost, and all that is missing",
    )
    add(
        "--plan-faults",
        action="store_const",
        const=FAULTS,
        default=False,
        dest="codeeval_plan",
        help="as --plan, but reach no server, and say nothing but what is missing or has nothing to do",
    )
    add(
        "--show-prompts",
        dest="codeeval_show_prompts",
        metavar="K",
        help="send nothing and run nothing: show what would be sent for the first K problems of each suite",
    )


def stages_from(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the stages that were asked for in their order; none where a run is not divided.

    Raises UsageError for what is no stage, for stages between which one is left out, and for options that go against
    them.
    """
    named = [name.strip() for text in options["stage"] for name in text.split(",")]
    for name in named:
        if name not in STAGES:
            raise UsageError(f"--stage={name} is none of {', '.join(STAGES)}{nearest(name, STAGES)}.")
    found = tuple(stage for stage in STAGES if stage in named)
    if options["force"] and not found:
        raise UsageError("--force says that a --stage is done again; name the stage, or give --fresh to ask again.")
    if found == (GENERATE, REPORT):
        raise UsageError("--stage=generate,report leaves out what is between them; add check.")
    if options["fresh"] and found and GENERATE not in found:
        raise UsageError(f"--fresh asks again, and --stage={','.join(found)} asks nothing; leave one of them out.")
    return found


def prompts_from(options: Mapping[str, Any]) -> int:
    """Return for how many problems of each suite prompts are to be shown, 0 for none. Raises UsageError."""
    text = options["show_prompts"]
    if text is None:
        return 0
    if not text.isdecimal() or not text.isascii() or int(text) < 1:
        raise UsageError(f"--show-prompts={text} has to be a whole number from 1.")
    return int(text)
