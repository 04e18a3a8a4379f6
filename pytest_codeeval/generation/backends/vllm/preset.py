"""Preset: how much of a GPU vLLM takes, and how many requests it is given at once."""

from __future__ import annotations

from dataclasses import dataclass

CONTEXT = 32768


@dataclass(frozen=True, slots=True)
class Preset:
    """`batch` is how many requests the client sends in one go; the rest are settings of vLLM."""

    memory: float
    sequences: int
    batch: int
    prefix_caching: bool

    def flags(self, context: int | None) -> list[str]:
        """Return the flags of `vllm serve`; without a `context` the model's own holds."""
        caching = "--enable-prefix-caching" if self.prefix_caching else "--no-enable-prefix-caching"
        flags = [f"--gpu-memory-utilization={self.memory:.2f}", f"--max-num-seqs={self.sequences}", caching]
        return flags if context is None else [*flags, f"--max-model-len={context}"]


PRESETS = {
    "performance": Preset(0.90, 128, 16, prefix_caching=True),
    "balanced": Preset(0.85, 64, 8, prefix_caching=True),
    "memory": Preset(0.70, 32, 4, prefix_caching=False),
}
DEFAULT = "balanced"
