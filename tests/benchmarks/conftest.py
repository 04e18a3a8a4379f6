"""A machine without the hub, in two ways."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture
def no_datasets(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the `datasets` package were not installed."""
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "datasets" else find_spec(name))


@pytest.fixture
def hub_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The `datasets` package, without network and with an empty cache."""
    pytest.importorskip("datasets")
    for name, module, value in [
        ("HF_HUB_OFFLINE", "huggingface_hub.constants", True),
        ("HF_HUB_OFFLINE", "datasets.config", True),
        ("HF_DATASETS_CACHE", "datasets.config", tmp_path / "cache"),
    ]:
        monkeypatch.setattr(sys.modules[module], name, value, raising=False)
