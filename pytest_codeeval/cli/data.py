"""Data: which benchmarks are in the data folder or the hub's cache."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pytest_codeeval.benchmarks.catalogue import MULTIPL_E, catalogue
from pytest_codeeval.cli.extras import version
from pytest_codeeval.core.places import data_folder


def sources() -> dict[str, tuple[tuple[str, ...], str]]:
    """Return for each benchmark the files that it is looked for in, and its name on the hub (empty: none has it)."""
    return {file.benchmark: (file.names, file.hub) for file in catalogue()}


def examine() -> dict[str, Any]:
    """Return what was found, as plain JSON values.

    `benchmarks` has for each one its `file` below `folder` (None: not there), its name on the `hub`, and whether the
    `hub_cache` of this machine has a dataset of that name (`cached`).
    """
    folder, cache = data_folder(), _hub_cache()
    found = {
        name: {
            "file": next((file for file in files if folder and _there(Path(folder, file))), None),
            "wanted": files[0],
            "hub": hub or None,
            "cached": bool(hub) and _there(cache / f"datasets--{hub.replace('/', '--')}"),
        }
        for name, (files, hub) in sources().items()
    }
    return {
        "folder": folder,
        "found": folder is not None and _there(Path(folder)),
        "hub_cache": str(cache),
        "hub_reader": version("datasets") is not None,
        "benchmarks": found,
    }


def rows(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what `examine` found as (name, text); MultiPL-E's many files are one row."""
    missing = "" if found["found"] else " (not there)"
    unset = "none: set CODEEVAL_DATA, or give --data DIR"
    lines = [("data folder", found["folder"] + missing if found["folder"] else unset)]
    many = {name: entry for name, entry in found["benchmarks"].items() if entry["hub"] == MULTIPL_E}
    for name, entry in found["benchmarks"].items():
        if name not in many:
            lines.append((name, entry["file"] or _remedy(name, entry, found["hub_reader"])))
    lines.append(("MultiPL-E", _many(many, found["hub_reader"])))
    if any(entry["cached"] and not entry["file"] for entry in found["benchmarks"].values()):
        lines.append(("hub cache", found["hub_cache"]))
    return lines


def _many(entries: dict[str, Any], reader: bool) -> str:
    absent = [name for name, entry in entries.items() if not entry["file"]]
    if len(absent) == len(entries):
        return _remedy("multipl-e", next(iter(entries.values())), reader)
    there = ", ".join(name for name in entries if name not in absent)
    text = f"{len(entries) - len(absent)} of {len(entries)}: {there}"
    return f"{text}; not in the folder: {', '.join(absent)}" if absent else text


def _remedy(name: str, entry: dict[str, Any], reader: bool) -> str:
    fetched = f"not in the folder: codeeval data fetch {name}"
    if not entry["hub"]:
        return fetched
    if not reader:
        return f"{fetched}, or read the hub: pip install 'pytest-codeeval[datasets]'"
    where = "is in the hub's cache" if entry["cached"] else "is read from the hub"
    return f"not in the folder: {entry['hub']} {where}, or codeeval data fetch {name}"


def _hub_cache() -> Path:
    if folder := os.environ.get("HF_HUB_CACHE"):
        return Path(folder)
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return Path(os.path.expanduser(home)) / "hub"  # noqa: PTH111 - Path's raises where there is no home


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be entered, a name too long
        return False
