"""What `codeeval doctor` finds on a machine, and its exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_codeeval import __version__
from pytest_codeeval.cli import main
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox import probe
from pytest_codeeval.execution.sandbox.choice import SandboxChoice, TierReport

STRONG = TierReport("namespaces", weak=False)
FALLEN = TierReport("landlock", weak=False, refused=(("namespaces", "user namespaces are off\x1b"),))
PLAIN = TierReport("plain", weak=True, refused=(("namespaces", "no"), ("landlock", "kernel too old")))

Machine = Callable[[TierReport], None]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Say what the machine gives."""

    def machine(report: TierReport) -> None:
        monkeypatch.setattr(probe, "probe", lambda choice: report)

    return machine


@pytest.mark.parametrize(("report", "code"), [(STRONG, 0), (FALLEN, 0), (PLAIN, 1)])
def test_the_exit_code_says_whether_there_is_isolation(machine: Machine, report: TierReport, code: int) -> None:
    machine(report)
    assert main(["doctor"]) == main(["doctor", "--json"]) == code


def test_it_says_what_there_is_and_why_not_more(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine(FALLEN)
    main(["doctor"])
    said = capsys.readouterr().out
    for line in (f"pytest-codeeval  {__version__}", "sandbox          landlock\n", "user namespaces are off\\x1b"):
        assert line in said
    assert "without isolation" not in said


def test_a_machine_without_isolation_is_told_so(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine(PLAIN)
    main(["doctor"])
    said = capsys.readouterr().out
    assert "sandbox          plain: solutions run without isolation\n" in said
    assert "  no landlock    kernel too old\n" in said


def test_a_run_that_would_be_refused_is_told_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(choice: SandboxChoice) -> TierReport:
        raise UsageError("nothing isolates here; ask for --sandbox plain")

    monkeypatch.setattr(probe, "probe", refuse)
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "sandbox          none\n" in said
    assert "  no isolation   nothing isolates here; ask for --sandbox plain\n" in said


def test_as_json(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine(PLAIN)
    monkeypatch.setenv("CODEEVAL_DATA", str(tmp_path))
    main(["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["sandbox"]["refused"] == [
        {"tier": "namespaces", "reason": "no"},
        {"tier": "landlock", "reason": "kernel too old"},
    ]
    assert (found["version"], found["data"]) == (__version__, {"folder": str(tmp_path), "found": True})
    assert set(found["packages"]) == {"litellm", "datasets", "pyarrow"}


@pytest.mark.parametrize(("folder", "said"), [("", "not set"), ("/nowhere", "/nowhere (not there)")])
def test_the_data_folder(
    machine: Machine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    folder: str,
    said: str,
) -> None:
    machine(STRONG)
    monkeypatch.setenv("CODEEVAL_DATA", folder)
    main(["doctor"])
    assert f"CODEEVAL_DATA    {said}\n" in capsys.readouterr().out


def test_an_absent_extra_is_named_with_its_remedy(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(STRONG)
    monkeypatch.setattr("pytest_codeeval.cli.doctor._version", lambda package: None)
    main(["doctor"])
    assert "pyarrow          absent: pip install 'pytest-codeeval[parquet]'\n" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["docter"]])
def test_a_command_that_is_not_there_is_an_error(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments)


def test_it_needs_no_pytest_and_no_model_library() -> None:
    program = (
        "import sys; from pytest_codeeval.cli import main; main(['doctor'])\n"
        "print({'pytest', '_pytest', 'litellm', 'datasets', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("set()\n")
