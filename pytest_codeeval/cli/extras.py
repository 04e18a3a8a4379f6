"""Extras: which of the optional packages are installed, without importing any."""

from __future__ import annotations

from importlib import metadata

from pytest_codeeval.generation.registry import KINDS

_BESIDE_MODELS = {
    "langdetect": ("ifeval", "the language of answers in IFEval"),
    "docstring-parser": ("docstrings", "python_docstring_generation"),
    "hypothesis": ("fuzz", "--fuzz"),
    "pydantic": ("config", "config files"),
    "pyyaml": ("config", "config files"),
    "datasets": ("datasets", "benchmarks from the Hugging Face hub"),
    "pyarrow": ("parquet", "parquet files"),
    "vl-convert-python": ("charts", "`codeeval charts`"),
    "mlflow-skinny": ("mlflow", "`codeeval export --to mlflow`"),
    "sqlalchemy": ("mlflow", "the same in a folder"),
    "alembic": ("mlflow", "the same in a folder"),
    "ray": ("ray", "`codeeval run --on ray`"),
    "wandb": ("wandb", "`codeeval export --to wandb`"),
    "pandas": ("pandas", "results as a frame of pandas"),
    "polars": ("polars", "results as a frame of polars"),
}


def _extras() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for kind in KINDS:
        for package in kind.packages:
            extra, purpose = found.get(package, (kind.extra, ""))
            found[package] = extra, f"{purpose} and {kind.needed_for}" if purpose else kind.needed_for
    return {**found, **_BESIDE_MODELS}


EXTRAS = _extras()
"""Packages, each with the extra of ours that brings it and what it is for."""


def examine() -> dict[str, str | None]:
    """Return the version of each package, None where it is not installed."""
    return {name: version(name) for name in EXTRAS}


def rows(found: dict[str, str | None]) -> list[tuple[str, str]]:
    """Return what `examine` found as (package, text)."""
    return [(name, there or _remedy(*EXTRAS[name])) for name, there in found.items()]


def version(package: str) -> str | None:
    """Return the version of an installed package, None where there is none that tells it."""
    try:
        # Metadata that was left behind by half a removal may lack a version, in spite of what the signature says.
        return metadata.version(package) or None
    except (metadata.PackageNotFoundError, KeyError, OSError, ValueError):
        return None


def _remedy(extra: str, purpose: str) -> str:
    return f"not installed: pip install 'pytest-codeeval[{extra}]' (for {purpose})"
