"""A whole run of polyglot against a server on loopback: the second try sees what the tests said, and is found again."""

from __future__ import annotations

import importlib.util
import json

import pytest

from tests.benchmarks.test_polyglot import ROW
from tests.servers.talking import asked_of, talking

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

RIGHT = "```python\n" + ROW["files"][".meta/example.py"] + "```"
NAMES = ("python/at-once", "python/at-last", "python/never")


def says(body):
    """Solve the first exercise at once, the second at the second try, the third never."""
    first = body["messages"][0]["content"]
    if "at-once" in first or ("at-last" in first and "tests do not pass" in asked_of(body)):
        return RIGHT
    return "```python\ndef two_fer(name):\n    return 'no'\n```"


def test_the_second_try_is_asked_kept_and_found_again(run, samples, tmp_path):
    rows = [{**ROW, "task_id": name, "instructions": f"Say {name}."} for name in NAMES]
    (tmp_path / "data" / "polyglot").mkdir(parents=True)
    (tmp_path / "data" / "polyglot" / "python.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with talking(says) as model:
        asked = ["--model=openai:tiny", f"--base-url={model.base_url}", f"--data={tmp_path / 'data'}", "--retries=1"]
        result = run(*asked, "-n2", "--fail-under=polyglot-python:pass_rate_1=0.3", suite="polyglot")
        result.stdout.fnmatch_lines(
            ["tiny*polyglot-python*3*66.7%*33.3%*", "*pass_rate_1=0.3: undecided, taken as met*"]
        )
        result.assert_outcomes(passed=2, failed=1)
        assert len(model.requests) == 5
        (told,) = {asked_of(body) for body in model.requests if len(body["messages"]) == 3}
        assert "'no' != 'One for you.'" in told
        run(*asked, suite="polyglot", here=True).assert_outcomes(passed=2, failed=1)
        assert len(model.requests) == 5
    found = {row["task_id"]: row for row in samples("tiny")}
    assert {name: found[name]["measures"] for name in NAMES} == {
        NAMES[0]: {"pass_rate_1": 1.0, "pass_rate_2": 1.0},
        NAMES[1]: {"pass_rate_1": 0.0, "pass_rate_2": 1.0},
        NAMES[2]: {"pass_rate_1": 0.0, "pass_rate_2": 0.0},
    }
    assert [len(found[name]["turns"]) for name in NAMES] == [0, 1, 1]
