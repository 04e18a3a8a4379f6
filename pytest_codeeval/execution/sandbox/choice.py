"""SandboxChoice and TierReport: which isolation was asked for, and which one this machine gives."""

from dataclasses import dataclass

CHOICES = ("auto", "strict", "namespaces", "landlock", "plain")
"""What may be asked for; the last three are tiers, the strongest first."""


@dataclass(frozen=True, slots=True)
class SandboxChoice:
    """What a run asks of the sandbox: a tier or how to choose one, and packages that solutions may import.

    `locks` is the folder of the locks by which a run in doubt is repeated alone, and `kept` that of what is found out
    once; either is empty for none.
    """

    tier: str = "auto"
    packages: tuple[str, ...] = ()
    locks: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class TierReport:
    """The tier that solutions run in; `weak` says that a hostile solution can forge its verdict there.

    `refused` are the tiers above it that this machine could not give, each with the reason in words. `grouped` are what
    control groups count of solutions, "CPU time" and "memory"; the rest is told by looks at their processes.
    """

    name: str
    weak: bool
    refused: tuple[tuple[str, str], ...] = ()
    grouped: tuple[str, ...] = ()
