"""The kinds of backends that come with this package: a new one is a file of its own and a line here."""

from __future__ import annotations

from pytest_codeeval.generation.backends import dashscope, demo, hf, litellm, openai, reference, replay, vllm
from pytest_codeeval.generation.kind import BackendKind

KINDS: tuple[BackendKind, ...] = (
    reference.KIND,
    demo.KIND,
    replay.KIND,
    litellm.KIND,
    openai.KIND,
    dashscope.KIND,
    vllm.KIND,
    hf.KIND,
)
BUILT = tuple(kind.name for kind in KINDS)
"""Their names."""
AT_URL = openai.KIND
"""As what a plain name is asked at a `--base-url`."""
SCRIPTED_JUDGE = demo.KIND
"""What judges the answers of scripted models if no other judge is named."""
_BY_NAME = {kind.name: kind for kind in KINDS}
NEUTRAL_ARGS = frozenset().union(*(kind.neutral for kind in KINDS))
"""Settings that change no answer; a name means the same with all backends, those of other plugins included."""


def kind_of(name: str) -> BackendKind:
    """Return the kind of a backend by its name; of one from outside is known what holds for all of them."""
    return _BY_NAME.get(name) or BackendKind(name=name, modes=("chat", "completion"), takes_url=True)
