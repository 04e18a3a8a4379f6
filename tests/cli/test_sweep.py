"""What a sweep takes for complete, and what it says of the rest; its runs are pretended."""

from __future__ import annotations

import importlib.util
import json
import resource
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pytest_codeeval.cli import main
from pytest_codeeval.cli.sweep import job
from pytest_codeeval.reports.folderlock import FolderLock
from tests.results.writing import numbered, write

if importlib.util.find_spec("pydantic") is None or importlib.util.find_spec("yaml") is None:
    pytest.skip("needs pytest-codeeval[config]", allow_module_level=True)

FILE = """
models: [demo, {model: demo, name: other}]
suites: [{suite: s, file: suite.py}]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("suite.py").write_text("")
    path = Path("sweep.yaml")
    path.write_text(FILE)
    return path


def pretend(monkeypatch: pytest.MonkeyPatch, code: int, ends: str = "+-") -> list[str]:
    """Have runs write results of these ends and return a code; return the models that are run."""
    ran: list[str] = []

    def run(arguments: Sequence[str]) -> int:
        found = dict(argument.split("=", 1) for argument in arguments if "=" in argument)
        ran.append(found["--codeeval-models"])
        if not (Path(found["--results"]) / ran[-1]).exists():
            write(Path(found["--results"]), ran[-1], {"s": numbered(ends)}, finished="2026-01-01T00:00:00Z")
        return code

    monkeypatch.setattr(job, "run", run)
    return ran


@pytest.fixture
def sweep(file: Path, capfd: pytest.CaptureFixture[str]) -> Callable[[], tuple[int, str]]:
    def go() -> tuple[int, str]:
        code = main(["sweep", str(file)])
        return code, capfd.readouterr().out

    return go


def test_a_missed_threshold_is_missed_as_long_as_the_results_are_these(
    file: Path, sweep: Callable[[], tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(FILE + "fail_under: {'s:pass@1': 0.9}\n")
    ran = pretend(monkeypatch, 1)
    for _ in range(2):  # the second time all is complete
        code, said = sweep()
        assert (code, ran) == (1, ["demo", "other"])
        assert "codeeval sweep: other: --fail-under s:pass@1=0.9: " in said
    file.write_text(FILE + "fail_under: {'s:pass@1': 0.4}\n")
    assert sweep()[0] == 0 and len(ran) == 2
    file.write_text(FILE + "fail_under: {'s:pass@1': 0.4}\nlimit: 9\n")
    code, said = sweep()  # runs that end by 1 though it is met: not for the model's answers
    assert code == 1 and "not complete: demo: fail_under is met, and its run ended with exit code 1" in said


@pytest.mark.parametrize("more", ["stages: generate", "shard: 1/2", "suites: [arena]"])
def test_what_could_never_be_complete_is_refused(
    file: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    ran = pretend(monkeypatch, 0)
    file.write_text((FILE if "suites" not in more else "models: [demo]\n") + more + "\n")
    assert main(["sweep", str(file)]) == 4 and not ran
    assert capfd.readouterr().err.startswith("sweep.yaml:")
    assert not Path("results").exists()


def test_one_part_with_torn_results_is_no_other_ones_end(
    sweep: Callable[[], tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = pretend(monkeypatch, 0)
    assert sweep()[0] == 0
    Path("results/no-preset/demo/run.json").write_text("{")
    Path("results/no-preset/other/samples.jsonl").unlink()
    code, said = sweep()
    assert (code, ran[2:]) == (1, ["demo", "other"])
    assert "not complete: demo: 'results/no-preset/demo/run.json' is no run of this tool" in said
    assert "0 of 2 parts complete; the tracker is not up to date" in said


def test_a_full_disk_ends_it_and_the_same_command_goes_on(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran = pretend(monkeypatch, 0)
    whole = job.run

    def run(arguments: Sequence[str]) -> int:
        return whole(arguments) if "--codeeval-models=demo" in arguments else 2

    monkeypatch.setattr(job, "run", run)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    file.write_text(FILE.replace("name: other}", "name: other}, {model: demo, name: third}"))
    try:
        assert main(["sweep", str(file)]) == 4
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    out, err = capfd.readouterr()
    assert "not complete: other" not in out and "third" not in out
    assert err == (
        "the sweep ends here: results cannot be written: File too large; 1 of 3 parts complete, and what there is of "
        "others is kept: make room, and the same command goes on.\n"
    )
    monkeypatch.setattr(job, "run", whole)
    assert main(["sweep", str(file)]) == 0 and ran == ["demo", "other", "third"]


def test_a_suite_file_that_changed_another_sweep_and_a_preset_twice(
    file: Path, sweep: Callable[[], tuple[int, str]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran = pretend(monkeypatch, 0)
    assert sweep()[0] == 0 == sweep()[0] and len(ran) == 2
    Path("suite.py").write_text("# other problems\n")
    lock = FolderLock(Path("results"))
    assert sweep()[0] == 4 and len(ran) == 2  # one is under way
    lock.close()
    assert sweep()[0] == 0 and len(ran) == 4
    file.write_text("models: ['vllm:org/m']\npresets: [memory, memory]\nsuites: [starter]\n")
    assert main(["sweep", str(file), "--plan"]) == 0
    assert capfd.readouterr().out.count("to run") == 1


def test_another_file_in_the_folder_leaves_what_the_first_one_has(
    file: Path, sweep: Callable[[], tuple[int, str]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ran = pretend(monkeypatch, 0)
    assert sweep()[0] == 0 and ran == ["demo", "other"]
    plan = Path("results/sweep.json")
    earlier = json.loads(plan.read_text())["cells"]
    plan.write_text(json.dumps({"cells": [{**one, "file": ""} for one in earlier]}))  # as an earlier version wrote it
    more = Path("more.yaml")
    more.write_text("models: [{model: demo, name: third}]\nsuites: [{suite: s, file: suite.py}, starter]\n")
    assert main(["sweep", str(more)]) == 1  # starter was not run, which is to be seen in the tracker
    assert sweep()[0] == 0 and ran == ["demo", "other", "third"]
    assert "| third | – | 50.0% | not tested |" in Path("TRACKER.md").read_text()
    # Of a part that two files have the results are those of the run that was the last.
    more.write_text(FILE.replace("other}", "other}]\nlimit: 9\nmax_tokens: 9 #"))
    with monkeypatch.context() as refused:
        refused.setattr(job, "run", lambda _: 4)
        assert main(["sweep", str(more)]) == 1 and sweep()[0] == 0 and ran[3:] == []
    assert main(["sweep", str(more)]) == 0 and ran[3:] == ["demo", "other"]
    assert sweep()[0] == 0 and ran[5:] == ["demo", "other"]
    known = {(one["model"], one["file"]): bool(one["asked"]) for one in json.loads(plan.read_text())["cells"]}
    assert known == {
        (model, f"../{name}.yaml"): name == "sweep" for model in ("demo", "other") for name in ("more", "sweep")
    }
    more.rename("gone.yaml")
    assert sweep()[0] == 0 and {one["file"] for one in json.loads(plan.read_text())["cells"]} == {"../sweep.yaml"}
    capfd.readouterr()
