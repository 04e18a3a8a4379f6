"""What `dev.py demo` says when it is done."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def what_next() -> str:
    """Load the script, which is no part of the package, and ask it."""
    spec = importlib.util.spec_from_file_location("dev_script", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    said: str = script.what_next()
    assert f"open {ROOT / next(a for a in script.DEMO if '--html' in a).partition('=')[2]} in a browser" in said
    return said


def test_the_demo_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(ROOT)
    said = what_next()
    assert "\n  source .venv/bin/activate\n" in said
    named = re.findall(r"(?:docs|suites)/[\w/.-]+", said)
    assert "suites/test_starter.py" in named
    assert [name for name in named if not (ROOT / name).exists()] == []
    monkeypatch.chdir(tmp_path)
    assert f"\n  cd {ROOT} && source .venv/bin/activate\n" in what_next()
