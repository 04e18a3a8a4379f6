"""A backend says all about itself in one place: everybody else asks its kind."""

from __future__ import annotations

import ast
import asyncio
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import pytest_codeeval
from pytest_codeeval.core.completion import Completion, CompletionRequest
from pytest_codeeval.generation.backend import ModelBackend, whole
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.registry import BUILT, KINDS, NEUTRAL_ARGS, kind_of
from tests.generation.scripted import ask

PACKAGE = Path(pytest_codeeval.__file__).parent
HOME = ("generation/registry.py", "generation/backends/")
# Where a text that is the name of a backend stands for something else.
OTHER_MEANINGS = {
    ("benchmarks/humaneval_protocols.py", "openai"),  # whose human-eval it is
    ("cli/serving.py", "vllm"),  # the program, as the machine has it
    ("config/evalscope.py", "hf"),  # what another tool's file means in the names of ours
    ("config/evalscope.py", "replay"),
}
RIGHT_ANSWER = ("core/", "scoring/", "benchmarks/")  # what "reference" means in rooms that know no backends


def quoted_names() -> set[tuple[str, str]]:
    """Return every file of the package with each backend's name that is a text of its own in it."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        place = path.relative_to(PACKAGE).as_posix()
        nodes = [] if place.startswith(HOME) else ast.walk(ast.parse(path.read_text("utf-8")))
        texts = (
            node.value.rstrip(":") for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        right = {"reference"} if place.startswith(RIGHT_ANSWER) else set()
        found |= {(place, text) for text in texts if text in {*BUILT} - right}
    return found


def test_no_module_but_its_own_and_the_registry_names_a_backend() -> None:
    assert quoted_names() == OTHER_MEANINGS


def test_every_backend_of_the_package_is_in_the_registry() -> None:
    folder = PACKAGE / "generation" / "backends"
    described = {path for path in folder.rglob("*.py") if "\nKIND = " in path.read_text("utf-8")}
    assert len(described) == len(KINDS) == len(set(BUILT))


def test_the_help_of_the_option_knows_every_backend() -> None:
    texts = ast.walk(ast.parse((PACKAGE / "plugin" / "options.py").read_text("utf-8")))
    (help_text,) = (n.value for n in texts if isinstance(n, ast.Constant) and str(n.value).startswith("evaluate this"))
    assert [kind.form for kind in KINDS if kind.form not in str(help_text).replace(",", "").split()] == []


def test_kinds_are_read_without_what_backends_work_with() -> None:
    program = "import sys, pytest_codeeval.generation.modelnames as _; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    loaded = found.stdout.split()
    prefix = "pytest_codeeval.generation.backends."
    assert {name.removeprefix(prefix) for name in loaded if name.startswith(prefix)} == set(BUILT)
    assert not {"asyncio", "aiohttp", "litellm", "dashscope", "torch", "urllib.request"} & set(loaded)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_contradicts_itself_nowhere(kind) -> None:
    assert kind.neutral <= set(kind.options)
    assert not (kind.scripted and (kind.options or kind.keys or kind.takes_url or kind.is_paid))
    assert bool(kind.packages) == bool(kind.extra) == bool(kind.needed_for)
    assert "chat" in kind.modes


def test_no_plain_name_is_of_two_kinds() -> None:
    for name in (
        "qwen-turbo",
        "gpt-4o",
        "o3-mini",
        "claude-x",
        "org/name",
        "qwen/qwen2",
        "gemini-2",
        "grok",
        "deepseek-r",
    ):
        found = [k.name for k in KINDS for pattern in k.plain_names if re.fullmatch(pattern, name, re.IGNORECASE)]
        assert len(found) == 1, name


SETTINGS = ("api_key_env", "batch_size", "concurrency", "samples_at_once", "input_price", "output_price", "vllm")


@pytest.mark.parametrize("name", [*SETTINGS, "preset", "parallel", "start_timeout"])
@pytest.mark.parametrize("backend", [*(kind.name for kind in KINDS if kind.options), "mine"])
def test_answers_stored_earlier_are_found_as_neutral_settings_are_those_of_before(backend: str, name: str) -> None:
    assert ModelSpec("x", backend, "x", args=((name, "1"), ("top_k", "5"))).cache_key_args == (("top_k", "5"),)


def test_no_setting_is_neutral_with_one_backend_and_not_with_another() -> None:
    assert [(kind.name, name) for kind in KINDS for name in (NEUTRAL_ARGS & {*kind.options}) - kind.neutral] == []


def test_of_an_outside_backend_nothing_is_assumed() -> None:
    kind = kind_of("mine")
    assert kind.make is None and kind.is_paid and kind.takes_url and not kind.scripted
    assert "completion" in kind.modes and "auto" not in kind.modes


class Least(ModelBackend):
    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        return [Completion("own") for _ in requests]


class Plain:
    """As backends from outside were before there was a class to inherit from."""

    __slots__ = ()
    batch_size, concurrency, cacheable = 3, 2, False
    summary = "of its own"  # and no method

    async def generate(self, requests: Sequence[CompletionRequest]) -> list[Completion]:
        return [Completion("plain") for _ in requests]


class PlainWithAll(Plain):
    samples_at_once = 7
    identity = "sha256:1"

    def __init__(self) -> None:
        self.closed = False
        self.has_more = lambda: False

    def recorded(self) -> dict[str, int]:
        return {"t": 2}

    def cost_at_most(self, request: CompletionRequest) -> float | None:
        return None

    def summary(self) -> dict[str, int]:
        return {"starts": 1}

    async def aclose(self) -> None:
        self.closed = True


def test_one_method_makes_a_backend() -> None:
    backend = Least()
    assert whole(backend) is backend
    assert asyncio.run(backend.generate([ask()])) == [Completion("own")]
    assert (backend.recorded(), backend.summary(), backend.samples_at_once, backend.identity) == (None, {}, 1, "")
    assert backend.cacheable and not backend.bounds_cost
    asyncio.run(backend.aclose())


def test_a_backend_without_the_base_class_has_its_members_and_else_the_usual_ones() -> None:
    plain = Plain()
    backend = whole(plain)
    assert (backend.batch_size, backend.concurrency, backend.cacheable) == (3, 2, False)
    assert (backend.samples_at_once, backend.identity, backend.recorded()) == (1, "", None)
    assert not backend.bounds_cost and backend.cost_at_most(ask()) is None
    assert asyncio.run(backend.generate([ask()])) == [Completion("plain")]
    backend.watch(lambda: True)
    assert backend.summary() == {}
    asyncio.run(backend.aclose())


def test_a_backend_without_the_base_class_may_have_all_that_there_is() -> None:
    plain = PlainWithAll()
    backend = whole(plain)
    assert (backend.samples_at_once, backend.identity) == (7, "sha256:1")
    assert (backend.recorded(), backend.summary(), backend.bounds_cost) == ({"t": 2}, {"starts": 1}, True)
    backend.watch(lambda: True)
    assert plain.has_more()
    asyncio.run(backend.aclose())
    assert plain.closed
