"""FUZZ: what is known of a sample whose program was tried on other inputs, for the table of columns."""

from __future__ import annotations

from pytest_codeeval.core.column import Column, Group

FUZZ = (
    Column(
        "fuzz",
        str,
        Group.SCORE,
        lambda sample: sample.score.fuzz or "none",
        "whether a program that passed its tests also [passed on other inputs](../how-to/fuzz.md): `passed`, `failed`, "
        "or `none` where it was tried on none",
        words=lambda fuzz: "" if fuzz == "none" else f"fuzz {fuzz}",
        older=lambda row: "none",
    ),
    Column(
        "fuzz_passed",
        float,
        Group.SCORE,
        lambda sample: {"passed": 1.0, "failed": 0.0}.get(sample.score.fuzz),
        "the same as a number, 1 or 0; null where it is `none`",
        total="mean",
        title="fuzz",
        figure=lambda total: f"{total.sum:,.0f}/{total.known:,}" if total.known else "–",
    ),
    Column(
        "counterexample",
        str,
        Group.SCORE,
        lambda sample: sample.score.counterexample,
        "an input on which it did not, as an assertion with what came instead; of `none` why it was not tried",
        words=lambda said: said,
        room=400,
        older=lambda row: "",
    ),
)
