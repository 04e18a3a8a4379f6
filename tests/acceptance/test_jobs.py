"""Runs in shards: as jobs of a cluster, whose files are run as it would, and as processes of this machine."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.cli.jobs.kubernetes import Kubernetes
from pytest_codeeval.cli.jobs.local import run_here
from pytest_codeeval.cli.jobs.shardedrun import ShardedRun
from pytest_codeeval.cli.jobs.shell import command as shell_command
from pytest_codeeval.core.errors import UsageError
from tests.acceptance.test_openai_server import ANSWERS
from tests.acceptance.test_shards import TIMES
from tests.servers.process import FaultyServer

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

ODD = "a folder 'of' \"$HOME\" `id` %a"
# Takes what Slurm takes, and runs it: the tasks of an array one after the other.
SBATCH = """#!/bin/bash
script="${@: -1}"
last=$(sed -n 's/^#SBATCH --array=1-//p' "$script")
for task in $(seq 1 "${last:-1}"); do
  SLURM_ARRAY_TASK_ID=$task bash "$script" >>"$SAID" 2>&1 || echo "task $task: $?" >>"$SAID"
done
echo "17;cluster"
"""
KEY = "sk-this-one-is-for-nobody-0123456789"


def rows(folder: Path) -> list[dict[str, Any]]:
    """Return the samples, but for times."""
    found = [json.loads(line) for line in (folder / "tiny/samples.jsonl").read_text().splitlines()]
    for row in found:
        row["stages"] = [{**stage, **dict.fromkeys(TIMES, 0)} for stage in row["stages"]]
    return [{name: value for name, value in row.items() if name not in (*TIMES, "cached", "latency")} for row in found]


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache_folder: Path) -> Path:
    """A working folder whose name no shell should read, and Slurm."""
    folder, programs = tmp_path / ODD, tmp_path / "bin"
    for one in (folder, programs):
        one.mkdir()
    (programs / "sbatch").write_text(SBATCH)
    (programs / "sbatch").chmod(0o755)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CODEEVAL_CACHE", str(cache_folder))
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("SAID", str(tmp_path / "said"))
    monkeypatch.setenv("MY_API_KEY", KEY)
    return folder


def test_tasks_of_slurm_are_the_whole_run_and_have_no_key(
    odd: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with FaultyServer(tmp_path, ANSWERS, require_key=KEY) as server:
        asked = ("--model=tiny", f"--base-url={server.base_url}", "--model-args=api_key_env=MY_API_KEY")
        run = (*asked, "starter", "--limit=3", "--self-test=off", "-p", "no:cacheprovider")
        assert main(["run", "--on=slurm", "--shards=2", "--submit", "--results=whole", "--junitxml=x", *run]) == 0
        assert len(server.requests()) == 3
        said = capfd.readouterr().err
        assert "3 answers for 2 shards" in said and "2 tasks are job 17 of Slurm" in said
        assert (tmp_path / "said").read_text().count("codeeval: stage check") == 2
        script = (odd / "whole.parts/shards.sh").read_text()
        assert KEY not in script and "unset" in script and not (odd / "x").exists()
        program = [sys.executable, "-m", "pytest", *run, "--codeeval-suites=starter", "--results=alone"]
        program.remove("starter")
        subprocess.run(program, check=True, capture_output=True, timeout=240)
    assert rows(odd / "whole") == rows(odd / "alone") and len(rows(odd / "whole")) == 3
    answers = [len(rows(odd / f"whole.parts/shard-{number}")) for number in (1, 2)]
    assert sum(answers) == 3
    assert not [*(odd / "whole.parts").rglob("*.parquet")]  # of which nobody reads any
    assert main(["run", "--on=local", "--shards=2", "--results=whole", *run]) == 4
    assert "whole' is there already" in capfd.readouterr().err


def test_the_job_of_kubernetes_is_one(odd: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    yaml = pytest.importorskip("yaml")
    words = [
        "run",
        "--on=k8s",
        "--shards=300",
        "--model=tiny",
        "--base-url=http://a/v1",
        "starter",
        "--stop=$(id)$$'\n",
    ]
    place = [f"--claim=disk:{tmp_path}", '--image=here/it:"1"', "-n8"]
    assert main([*words, *place]) == 0
    printed = capfd.readouterr()
    job = yaml.safe_load(printed.out)
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    spec = job["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 300, 100)
    assert spec["backoffLimitPerIndex"] == 2 and spec["template"]["spec"]["restartPolicy"] == "Never"
    (container,) = spec["template"]["spec"]["containers"]
    assert (container["image"], container["workingDir"]) == ('here/it:"1"', str(odd))
    assert container["resources"]["requests"]["cpu"] == "8" and "env" not in container
    # The last step puts those shards together that have evaluated something.
    for number, name in ((1, "tiny/run.json"), (2, "completions.sqlite3"), (300, "tiny/run.json")):
        file = odd / f"results.parts/shard-{number}" / name
        file.parent.mkdir(parents=True)
        file.touch()
    (odd.parent / "bin/codeeval").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    (odd.parent / "bin/codeeval").chmod(0o755)
    merge = "bash -c" + printed.err.partition("bash -c")[2].replace(shell_command(), "codeeval")
    done = subprocess.run(["bash", "-c", merge], capture_output=True, text=True, check=True)
    shards = [str(odd / f"results.parts/shard-{number}") for number in (1, 300)]
    assert done.stdout.splitlines() == ["merge", str(odd / "results"), *shards]
    (shell, option, script) = container["command"]
    # What the shell hands on is what was given, for the last of the shards.
    expanded = re.sub(r"\$(\$|\([^)]*\))", lambda found: "$" if found[1] == "$" else "a variable", script)
    said = expanded.replace("codeeval run", f"{sys.executable} -c 'import json, sys; print(json.dumps(sys.argv[1:]))'")
    done = subprocess.run([shell, option, said], env={"JOB_COMPLETION_INDEX": "299"}, capture_output=True, check=True)
    given = json.loads(done.stdout)
    assert "--stop=$(id)$$'\n" in given and "--shard=300/300" in given and "--stage=check" in given
    assert given[-1] == f"--results={odd / 'results.parts' / 'shard-300'}"
    assert main([*words, f"--claim=disk:{tmp_path}/elsewhere", "--image=it"]) == 4
    assert main(words) == 4
    assert "--on=k8s needs --image" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--on=lsf", "--shards=2"], "is none of local, slurm, k8s"),
        (["--on", "local"], "needs --shards=N"),
        (["--on=local", "--shards=0"], "needs --shards=N"),
        (["--on=local", "--shards=2", "--stage=check"], "do not go together"),
        (["--on=local", "--shards=2", "--submit"], "runs at once"),
        (["--on=slurm", "--shards=2", "--judge=demo"], "a job of a cluster gets no key"),
        (["--on=slurm", "--shards=2", "--claim=a:/b"], "is for --on=k8s"),
        (["--shards=2", "--on"], "needs a value"),
        (["--on=slurm", "--shards=2", '--model-args=extra_body={"api_key": "a"}'], "looks like a key"),
        (["--on=slurm", "--shards=2", "--system=a\udcff"], "is no UTF-8, and no job file can hold it"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_done(
    odd: Path, words: list[str], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "--model=demo", "starter", *words]) == 4
    assert said in capfd.readouterr().err
    assert not list(odd.iterdir())


def test_shards_that_were_begun_keep_their_number(odd: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for number, text in enumerate(('{"shard": "1/2"}', "{", '{"shard": 7}'), 1):
        (odd / f"results.parts/shard-{number}/m").mkdir(parents=True)
        (odd / f"results.parts/shard-{number}/m/run.json").write_text(text)
    assert main(["run", "--model=demo", "starter", "--on=local", "--shards=3"]) == 4
    assert "holds shards of 2, and --shards=3 was given; give --shards=2" in capfd.readouterr().err


def test_shards_of_this_machine_end_with_the_run_and_are_told_of_where_they_fail(
    odd: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run = ShardedRun.read(["--on=local", "--shards=3", "--model=demo", "starter"])
    # Processes that say whose they are, in the place of three runs of pytest.
    well = "'--stage=generate' in sys.argv or '2/3' in str(sys.argv)"
    program = f"import sys; print(sys.argv[1:]); sys.exit(0 if {well} else 3)"
    monkeypatch.setattr("pytest_codeeval.cli.jobs.local._CODEEVAL", program)
    assert run_here(run) == 3
    said = capfd.readouterr().err
    assert said.count("has ended (exit code 3)") == 2 and "the same command goes on" in said
    assert "--shard=1/3" in said and "--shard=2/3" not in said.partition("ended with exit code")[2]
    monkeypatch.setattr("pytest_codeeval.cli.jobs.local._CODEEVAL", "")
    with pytest.raises(UsageError, match="no shard in"):
        run_here(run)


def test_kubernetes_takes_files_of_who_asks() -> None:
    run = ShardedRun.read(["--on=k8s", "--shards=1", "--image=it", f"--claim=disk:{Path.cwd().anchor}", "starter"])
    user = os.getuid() or 65534
    assert f"runAsUser: {user}\n" in Kubernetes(run).files()["job.yaml"]
