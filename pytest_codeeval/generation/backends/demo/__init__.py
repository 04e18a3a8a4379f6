"""demo: answers and judgments for the starter suites, written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_codeeval.generation.kind import BackendKind

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


def _make(_spec: ModelSpec, _: float) -> ModelBackend:
    from pytest_codeeval.generation.backends.demo.backend import DemoBackend

    return DemoBackend()


KIND = BackendKind(
    name="demo",
    make=_make,
    argument="",
    gives_tools=lambda _: True,
    scripted=True,
    shipped=True,
    modes=("chat", "score"),
)
