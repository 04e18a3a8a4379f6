"""ModelFiles: what a model's own files say of it, where they are on this machine."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WEIGHTS = (".safetensors", ".bin", ".gguf", ".pth", ".pt")  # the first kind that is there is what is served
_LICENCE = re.compile(r"^license:[ \t]*[\"']?([\w.+-]{1,60})[\"']?[ \t]*$", re.MULTILINE)
_MOST_OF_A_CARD = 1 << 16


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The folder of a model, or None where this machine has none."""

    folder: Path | None

    @classmethod
    def of(cls, model: str) -> ModelFiles:
        """Find the files of a folder, or of a name on the hub that was downloaded before."""
        if Path(model).is_dir():
            return cls(Path(model))
        snapshots = _hub_cache() / f"models--{model.replace('/', '--')}" / "snapshots"
        found = sorted(snapshots.glob("*/config.json"), key=lambda path: path.stat().st_mtime)
        return cls(found[-1].parent if found else None)

    @property
    def context(self) -> int | None:
        """How many tokens the model was made for, None where that is not known."""
        config = self._read("config.json")
        for part in (config, config.get("text_config")):
            length = part.get("max_position_embeddings") if isinstance(part, dict) else None
            if isinstance(length, int) and length > 0:
                return length
        return None

    def about(self) -> dict[str, Any]:
        """Return what is known as JSON values: `weights_bytes`, `context`, `licence`, and the hub's `revision`."""
        found = {
            "weights_bytes": self._weights(),
            "context": self.context,
            "licence": self._licence(),
            "revision": self.folder.name if self.folder and self.folder.parent.name == "snapshots" else None,
        }
        return {name: value for name, value in found.items() if value is not None}

    def _weights(self) -> int | None:
        """Return how many bytes the weights have."""
        for kind in _WEIGHTS:
            try:
                sizes = [path.stat().st_size for path in self.folder.glob(f"*{kind}")] if self.folder else []
            except OSError:
                continue
            if sizes:
                return sum(sizes)
        return None

    def _licence(self) -> str | None:
        """Return the licence that the head of the model's card names."""
        if self.folder is None:
            return None
        try:
            with (self.folder / "README.md").open(encoding="utf-8", errors="replace") as file:
                card = file.read(_MOST_OF_A_CARD)
        except OSError:
            return None
        head = card.split("\n---", 1)[0] if card.startswith("---") else ""
        found = _LICENCE.search(head)
        return found[1] if found else None

    @property
    def chat_template(self) -> bool | None:
        """Whether the model has one, None where that is not known."""
        if self.folder is None or not (self.folder / "tokenizer_config.json").is_file():
            return None
        files = ("chat_template.jinja", "chat_template.json")
        return bool(self._read("tokenizer_config.json").get("chat_template")) or any(
            (self.folder / name).exists() for name in files
        )

    def _read(self, name: str) -> dict[str, Any]:
        try:
            data = json.loads((self.folder / name).read_bytes()) if self.folder else {}
        except (OSError, ValueError):
            data = {}
        return data if isinstance(data, dict) else {}


def _hub_cache() -> Path:
    if folder := os.environ.get("HF_HUB_CACHE"):
        return Path(folder)
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface"
    return Path(home).expanduser() / "hub"
