"""A whole run with workers loads the library that asks, and knows the key, in one process only, and asks once."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from pytest_codeeval.benchmarks import STARTER
from pytest_codeeval.core.problem import DataRequest
from tests.servers.dashscope import DashScopeServer
from tests.servers.process import FaultyServer

KEY = "sk-never-to-be-seen-4711"
VARIABLES = ("OPENAI_API_KEY", "CODEEVAL_API_KEY", "DASHSCOPE_API_KEY")
ANSWERS = {
    problem.prompt.strip(): f"```python\n{problem.prompt}{problem.canonical_solution}```\n"
    for problem in STARTER.load(DataRequest()).problems
}
LIBRARIES = ("litellm", "dashscope", "aiohttp", "openai", "torch", "vllm")
# Each process says at its end what it had loaded, and what stood in its environment, also in its very first one.
CONFTEST = f"""
import json
import os
import sys
from pathlib import Path

def pytest_sessionfinish(session):
    role = getattr(session.config, "workerinput", {{}}).get("workerid", "controller")
    first = Path("/proc/self/environ")
    environment = repr(dict(os.environ)) + (first.read_text(errors="replace") if first.exists() else "")
    loaded = [name for name in {LIBRARIES!r} if name in sys.modules]
    said = {{"pid": os.getpid(), "loaded": loaded, "environment": environment}}
    (session.config.rootpath / f"process-{{role}}.json").write_text(json.dumps(said))
"""


def processes(folder: Path) -> dict[str, dict]:
    """What each process of the run said, by its role."""
    return {path.stem.partition("-")[2]: json.loads(path.read_text()) for path in folder.glob("process-*.json")}


@pytest.mark.parametrize(
    ("model", "library", "workers"),
    [("litellm:openai/tiny", "litellm", 2), ("dashscope:qwen-plus", "dashscope", 2)],
)
def test_only_the_controller_loads_what_asks_and_has_the_key(
    pytester, run, suite_folder, tmp_path, model, library, workers
):
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"needs {library}")
    pytester.makeconftest(CONFTEST)
    rows = [{"prompt": prompt, "response": answer} for prompt, answer in ANSWERS.items()]
    if library == "dashscope":
        server = DashScopeServer(ANSWERS)
    else:
        server = FaultyServer(tmp_path, rows, faults="500@1,garbage@2", retry_after=0.1)
    environment = {**dict.fromkeys(VARIABLES, KEY), "NO_PROXY": "127.0.0.1", "PYTHONWARNINGS": "ignore"}
    with server:
        arguments = (f"--model={model}", f"--base-url={server.base_url}", f"-n{workers}", "--html=report.html")
        run(*arguments, environment=environment).assert_outcomes(passed=len(ANSWERS))
        if library == "litellm":
            assert all(request["authorization_present"] for request in server.requests())
            answered = [request["messages"] for request in server.requests() if request["fault"] is None]
            assert len(answered) == len({json.dumps(messages) for messages in answered}) == len(ANSWERS)
    found = processes(suite_folder)
    controller = found.pop("controller")
    assert sorted(found) == sorted(f"gw{number}" for number in range(workers))
    assert len({process["pid"] for process in (controller, *found.values())}) == 1 + workers
    assert library in controller["loaded"]
    assert KEY in controller["environment"]
    assert [process["loaded"] for process in found.values()] == [[]] * workers
    assert [role for role, process in found.items() if KEY in process["environment"]] == []
    # Nor in any file that the run wrote: what the controller says of itself is the test's own.
    (suite_folder / "process-controller.json").unlink()
    files = [path for path in suite_folder.rglob("*") if path.is_file()]
    assert suite_folder / "report.html" in files
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
