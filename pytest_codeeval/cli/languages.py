"""Languages: which of them solutions can be written in here, by the tools that are installed."""

from __future__ import annotations

import platform
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from pytest_codeeval.core.language import title
from pytest_codeeval.execution.rust.toolchain import NO_RUSTC, find_toolchain
from pytest_codeeval.execution.toolchains.catalogue import languages
from pytest_codeeval.execution.toolchains.language import Language
from pytest_codeeval.execution.toolchains.toolbox import Toolbox

_NUMBER = re.compile(r"v?\d+(?:\.\d+)+")
_RUST_REMEDY = NO_RUSTC.removeprefix("rustc: ")


def examine() -> dict[str, Any]:
    """Return what was found of each language, by name, as plain JSON values.

    `tools` are those that are there, with what they say of their version (empty: nothing, None: not asked), `missing`
    what is not there, `remedies` the commands that bring it, and `fault` what went wrong with the looking.
    """
    looks: dict[str, Callable[[], dict[str, Any]]] = {"python": _python, "rust": _rust}
    looks.update((name, partial(_foreign, language)) for name, language in languages().items())
    with ThreadPoolExecutor(len(looks)) as pool:
        return dict(zip(looks, pool.map(_guarded, looks.values()), strict=True))


def rows(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what `examine` found as (title, text)."""
    return [(title(name), _text(language)) for name, language in found.items()]


def _guarded(look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - one odd tool costs one line
        return _found(fault=f"cannot be told ({type(error).__name__}: {error})")


def _python() -> dict[str, Any]:
    return _found({"python": platform.python_version()})


def _rust() -> dict[str, Any]:
    toolchain = find_toolchain()
    if toolchain is None and shutil.which("rustc"):
        return _found(remedies=[_RUST_REMEDY], fault="the rustc on the PATH does not run")
    if toolchain is None:
        return _found(missing=["rustc"], remedies=[_RUST_REMEDY])
    tools: dict[str, str | None] = {"rustc": ".".join(map(str, toolchain.version))}
    beside = {"clippy": toolchain.clippy, "cc": toolchain.linker}
    tools.update((name, None) for name, place in beside.items() if place)
    missing = [entry.partition(": ") for entry in toolchain.missing]
    return _found(tools, [what for what, _, _ in missing], [remedy for _, _, remedy in missing])


def _foreign(language: Language) -> dict[str, Any]:
    toolbox = Toolbox(language)
    missing = toolbox.missing()
    packages = dict.fromkeys(package for _, package in missing)
    remedies = [f"apt-get install {' '.join(packages)}"] if packages else []
    return _found(toolbox.versions(), [name for name, _ in missing], remedies)


def _found(
    tools: Mapping[str, str | None] | None = None,
    missing: Sequence[str] = (),
    remedies: Sequence[str] = (),
    fault: str = "",
) -> dict[str, Any]:
    return {
        "found": not missing and not fault,
        "tools": dict(tools or {}),
        "missing": list(missing),
        "remedies": list(remedies),
        "fault": fault,
    }


def _text(found: dict[str, Any]) -> str:
    tools = ", ".join(_tool(name, said) for name, said in found["tools"].items())
    trouble = found["fault"]
    if found["missing"]:
        trouble = f"missing {', '.join(found['missing'])}" if tools else "not found"
    remedies = "; ".join(found["remedies"])
    return "; ".join(filter(None, [tools, ": ".join(filter(None, [trouble, remedies]))]))


def _tool(name: str, said: str | None) -> str:
    """Return a tool with the number in what it says of its version, with all that it says where there is none."""
    if said is None:
        return name
    number = _NUMBER.search(said)
    return f"{name} {number[0] if number else said or '(tells no version)'}"
