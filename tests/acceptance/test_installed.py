"""The wheel in an environment of its own and an empty folder, and the example workflow, run as its jobs would be."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pytest_codeeval.benchmarks import HUMANEVAL
from pytest_codeeval.core.problem import DataRequest
from pytest_codeeval.generation.modelnames import resolve
from tests.acceptance import cleanroom
from tests.acceptance.ci_workflow import filled, rows
from tests.servers.dashscope import DashScopeServer
from tests.servers.process import FaultyServer

yaml = pytest.importorskip("yaml")
pytest.importorskip("hatchling", reason="builds the wheel")

CHECKOUT = Path(__file__).parents[2]
PARTS = ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "pytest_codeeval", "suites", "tests")
WORKFLOW = CHECKOUT / ".github/workflows/evaluate.yml"
LEFT_OUT = shutil.ignore_patterns("__pycache__")
LIMIT = 2
SOLUTIONS = """
import pytest
@pytest.fixture
def solutions(completions):
    return ["raise OSError" for _ in completions]
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of this project, to be built in."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for part in PARTS:
        source = CHECKOUT / part
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, folder / part, ignore=LEFT_OUT)
        elif source.exists():
            shutil.copy(source, folder / part, follow_symlinks=False)
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


class Shell:
    """Runs commands in an environment that has what was installed into it, and nothing of the tests'."""

    def __init__(self, programs: Path, folder: Path, cache: Path) -> None:
        self.folder = folder
        self._environment = cleanroom.environment_of(programs, CODEEVAL_CACHE=str(cache), HF_HUB_OFFLINE="1")

    def __call__(self, script: str, code: int = 0, **further: str) -> str:
        """Run a script as GitHub's runners do, and return what it printed."""
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self._environment, **further},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def left(self) -> list[str]:
        """What is in the folder."""
        return sorted(path.name for path in self.folder.iterdir())


def ids(junit: Path) -> list[tuple[str | None, str | None]]:
    """Return class and name of each item in a report."""
    return [(case.get("classname"), case.get("name")) for case in ElementTree.parse(junit).iter("testcase")]


def test_the_wheel_alone(checkout: Path, empty: Path, tmp_path: Path, cache_folder: Path) -> None:
    """All in one environment: to build the wheel and to compile what is in it takes longest."""
    programs = cleanroom.make_environment(tmp_path / "environment")
    shell = Shell(programs, empty, cache_folder)
    pip = Shell(programs, checkout, cache_folder)
    pip("pip install .")
    quiet = "-p no:cacheprovider -q"
    demo = f"--model=demo {quiet} --limit=3"

    # What runs nothing leaves nothing behind.
    said = shell("pytest suites --model=demo -p no:cacheprovider", 4)
    assert (
        "suites: there is no folder 'suites' here, as in a clone; the package has it: give --pyargs pytest_co" in said
    )
    assert "3 deselected" in shell(f"pytest --pyargs pytest_codeeval.suites.test_starter -k no-such {demo}", 5)
    said = shell(f"pytest --pyargs pytest_codeeval.suites.test_humaneval {demo}", 4, CODEEVAL_DATA="")
    assert "HumanEval was not found: run `codeeval data fetch humaneval`, or give" in said
    assert shell.left() == []

    # Either way of naming the suites gives the same items, with workers or without.
    modules = "pytest --pyargs pytest_codeeval.suites.test_starter"
    shell(f"{modules} {demo} --junitxml=plain.xml")
    shell(f"{modules} {demo} --junitxml=workers.xml -n2 --results=other")
    assert shell.left() == ["other", "plain.xml", "results", "workers.xml"]
    assert os.listdir(empty / "results") == ["demo"]
    found = ids(empty / "plain.xml")
    assert found[0] == ("suites.test_starter", "test_starter[demo-Starter/0]")
    assert sorted(ids(empty / "workers.xml")) == found
    listing = f"pytest --pyargs pytest_codeeval.suites --model=demo --collect-only {quiet}"
    everything = shell(listing, 2, CODEEVAL_DATA="")  # some have no data
    assert "suites/test_starter.py::test_starter[demo-Starter/0]" in everything
    in_clone = pip(f"pytest suites/test_starter.py --collect-only {demo}")
    assert "suites/test_starter.py::test_starter[demo-Starter/0]" in in_clone

    # Suites by their names, what is said of them afterwards, and what a config file takes.
    assert "3 passed" in shell(f"codeeval run --model=reference starter --limit=3 {quiet}")
    assert "reference" in shell("codeeval compare results")
    assert "report.html: 2 runs, 1 suite" in shell("codeeval report results")
    shell("codeeval config example > eval.yaml")
    assert "pip install 'pytest-codeeval[config]'" in shell("codeeval run eval.yaml", 4)

    # Fixtures of the folder that pytest is started in reach the suites of the package.
    (empty / "conftest.py").write_text(SOLUTIONS)
    assert "exception: OSError" in shell(f"{modules} --model=reference --limit=1 {quiet}", 1)

    assert "MIT" in shell("codeeval data list humaneval")
    assert json.loads(shell("codeeval doctor --json || true"))["packages"]["litellm"] is None

    if data := os.environ.get("CODEEVAL_DATA"):
        (empty / "conftest.py").unlink()
        fetched = str(tmp_path / "fetched")
        shell(f"codeeval data fetch humaneval --from {data} --data {fetched}")
        run = "pytest --pyargs pytest_codeeval.suites.test_humaneval --model=reference -q --limit=20 --results=fetched"
        assert "20 passed" in shell(run, CODEEVAL_DATA=fetched)


@contextmanager
def served(model: str, folder: Path, data: Path) -> Iterator[dict[str, str]]:
    """Have a server answer for the provider of a model; yield the variables by which its client finds it."""
    problems = HUMANEVAL.load(DataRequest(data_dir=str(data))).problems[:LIMIT]
    answers = {
        problem.prompt.strip(): f"```python\n{problem.prompt}{problem.canonical_solution}```" for problem in problems
    }
    with ExitStack() as stack:
        if resolve(model).backend == "dashscope":
            url = stack.enter_context(DashScopeServer(answers, key="secret")).base_url
        else:
            rows = [{"prompt": prompt, "response": answer} for prompt, answer in answers.items()]
            url = stack.enter_context(FaultyServer(folder, rows, require_key="secret")).base_url
        yield {"DASHSCOPE_HTTP_BASE_URL": url, "OPENAI_BASE_URL": url, "OPENAI_API_BASE": url, "NO_PROXY": "127.0.0.1"}


@pytest.mark.skipif(not WORKFLOW.exists(), reason="the workflow is in a clone only")
def test_the_first_job_of_the_example_workflow(data: Path, checkout: Path, tmp_path: Path, cache_folder: Path) -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    job = workflow["jobs"]["evaluate"]
    row = rows(job)[0]
    if importlib.util.find_spec(row["extra"]) is None:
        pytest.skip(f"needs pytest-codeeval[{row['extra']}]")
    values = {"github.run_id": "1", "secrets.DASHSCOPE_API_KEY": "secret", "secrets.OPENAI_API_KEY": "secret"}
    values |= {f"matrix.{key}": value for key, value in row.items()}
    shell = Shell(cleanroom.make_environment(tmp_path / "environment"), checkout, cache_folder)
    with served(row["model"], tmp_path, data) as variables:
        for step in job["steps"]:
            if "run" in step:
                given = {key: filled(value, values) for key, value in step.get("env", {}).items()}
                options = {name: str(value) for name, value in workflow["env"].items()}
                options |= {"CODEEVAL_DATA": str(data), "PYTEST_ADDOPTS": f"--limit={LIMIT}", "SHARDS": "1"}
                shell(filled(step["run"], values), **variables, **options, **given)
    (upload,) = (step["with"] for step in job["steps"] if "upload-artifact" in step.get("uses", ""))
    patterns = upload["path"].split()
    assert {"junit.xml", "results"} <= set(patterns)
    assert [pattern for pattern in patterns if not list(checkout.glob(pattern))] == []
    assert len(ids(checkout / "junit.xml")) == LIMIT
