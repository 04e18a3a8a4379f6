"""A clone without the tools of development: what is not its tests needs none of them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT = """
import sys, pytest

class Without:
    def find_spec(self, name, *_):
        if name == "hypothesis":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Without())
sys.exit(pytest.main(sys.argv[1:]))
"""
CASES = {
    "a mistyped path": (["suits/test_starter.py"], "ERROR: file or directory not found: suits/test_starter.py"),
    "no path": (
        [],
        "ERROR: these are the tests of pytest-codeeval itself*name a suite, as in pytest suites/test_star*",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), CASES.values(), ids=CASES.keys())
def test_without_hypothesis_a_sentence_says_what_is_wrong(arguments, message):
    command = [sys.executable, "-c", WITHOUT, "--assert=plain", "-pno:hypothesispytest", "--co", "--model=demo"]
    result = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 4
    pytest.LineMatcher(result.stderr.splitlines()).fnmatch_lines([message])
    assert "Traceback" not in result.stderr + result.stdout
