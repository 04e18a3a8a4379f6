"""BackendKind: what a backend says of itself; help, checks, `codeeval doctor` and reports read it here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_codeeval.generation.backend import ModelBackend
    from pytest_codeeval.generation.modelspec import ModelSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendKind:
    """One kind of backend, described without importing what it works with.

    How a user names its models (`--model=name:argument`):

    * `argument` is what stands behind the colon, in the words of the help; empty if the name alone says it all
    * `plain_names` are patterns of names that mean a model of this kind without a prefix, each with the model's name,
      in which `{name}` stands for what was given; no name may match the patterns of two kinds
    * `is_file` if the model's name is a path of this machine
    * `understood` makes more of the spec of a model than what was written, `longer_label` tells models apart whose
      labels are alike: with one folder of their path in front, or two, or as many as it takes

    What it needs: `extra` of this package brings its `packages`, `keys` are variables of the environment, both with
    words for who lacks them.

    How it is asked: `modes` are the values of `--mode` that it knows, with "auto" if it can tell which a model is made
    for. `options` are the settings of `--model-args` that it takes, `neutral` those of them that change how a model is
    reached or how fast it answers, but not what it says. `gives_tools` says whether a model can be given tools as
    such, and not only in words. `takes_url` if a `--base-url` can be its address, and
    `provider` says whose protocol is spoken with a model, and whose server it is if none is named.

    What its answers are: `scripted` if they stand on this machine already, so that nothing is asked over a network;
    `canonical` if they are the problems' own solutions, which it has to be given; `prompted` if they were given to the
    prompts of this run; `shipped` if they come with this package, for suites of its own; `judges` if some may be
    judgments. `local` if the model itself runs on this machine, so that its weights are files here and its answers cost
    nothing. `prices` says where it knows the prices of answers from, empty if it knows none.

    `make` returns the backend of a spec, which waits for an answer as many seconds as the second argument says; it is
    None for kinds of other plugins, which make theirs by a hook.
    """

    name: str
    make: Callable[[ModelSpec, float], ModelBackend] | None = None
    argument: str = "NAME"
    plain_names: Mapping[str, str] = field(default_factory=dict)
    is_file: bool = False
    understood: Callable[[ModelSpec], ModelSpec] = lambda spec: spec
    longer_label: Callable[[ModelSpec, int], str] = lambda spec, folders: spec.label  # noqa: ARG005
    extra: str = ""
    packages: tuple[str, ...] = ()
    needed_for: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    modes: tuple[str, ...] = ("chat",)
    options: tuple[str, ...] = ()
    neutral: frozenset[str] = frozenset()
    gives_tools: Callable[[ModelSpec], bool] = lambda _: False
    takes_url: bool = False
    provider: Callable[[ModelSpec], str] = lambda spec: spec.backend
    scripted: bool = False
    canonical: bool = False
    prompted: bool = True
    shipped: bool = False
    judges: bool = True
    local: bool = False
    prices: str = ""

    @property
    def form(self) -> str:
        """How a model of this kind is named with `--model`."""
        return f"{self.name}:{self.argument}" if self.argument else self.name

    @property
    def serves(self) -> bool:
        """Whether a run starts a server for a model of this kind, with a preset, where none is named."""
        return "preset" in self.options

    @property
    def is_paid(self) -> bool:
        """Whether somebody may want money for its answers."""
        return not self.scripted and not self.local
