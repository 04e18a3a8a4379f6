"""What `codeeval doctor` finds on a machine, and its exit code."""

from __future__ import annotations

import json
import platform
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_codeeval import __version__
from pytest_codeeval.cli import main
from pytest_codeeval.cli.extras import EXTRAS
from pytest_codeeval.cli.keys import KEYS
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox import probe
from pytest_codeeval.execution.sandbox.choice import SandboxChoice, TierReport

STRONG = TierReport("namespaces", weak=False)
FALLEN = TierReport("landlock", weak=False, refused=(("namespaces", "user namespaces are off\x1b"),))
PLAIN = TierReport("plain", weak=True, refused=(("namespaces", "no"), ("landlock", "kernel too old")))

Machine = Callable[[TierReport], None]


def table(said: str) -> list[tuple[str, str]]:
    """Return the rows of what was printed as (name, text)."""
    rows = [re.fullmatch(r"  (\S+(?: \S+)*) {2,}(.*)", line) for line in said.splitlines() if line.startswith("  ")]
    return [(row[1], row[2]) for row in rows if row]


def program(place: Path, script: str) -> None:
    """Write a program."""
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(place.stat().st_mode | stat.S_IXUSR)


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
    for row in (
        ("pytest-codeeval", __version__),
        ("sandbox", "landlock"),
        ("no namespaces", "user namespaces are off\\x1b"),
    ):
        assert row in table(said)
    assert "without isolation" not in said


def test_a_machine_without_isolation_is_told_so(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine(PLAIN)
    main(["doctor"])
    said = table(capsys.readouterr().out)
    assert ("sandbox", "plain: solutions run without isolation") in said
    assert ("no landlock", "kernel too old") in said


def test_it_says_what_counts_the_limits(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for grouped in ((), ("CPU time", "memory")):
        machine(TierReport("namespaces", weak=False, grouped=grouped))
        main(["doctor"])
        said.append(dict(table(capsys.readouterr().out))["limits"])
    assert "no control groups" in said[0]
    assert "control groups (CPU time and memory)" in said[1]


def test_a_run_that_would_be_refused_is_told_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(choice: SandboxChoice) -> TierReport:
        raise UsageError("nothing isolates here; ask for --sandbox plain")

    monkeypatch.setattr(probe, "probe", refuse)
    assert main(["doctor"]) == 1
    said = table(capsys.readouterr().out)
    assert ("sandbox", "none") in said
    assert ("no isolation", "nothing isolates here; ask for --sandbox plain") in said


def test_as_json(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine(PLAIN)
    main(["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["sandbox"]["refused"] == [
        {"tier": "namespaces", "reason": "no"},
        {"tier": "landlock", "reason": "kernel too old"},
    ]
    assert found["version"] == __version__
    parts = {"languages", "keys", "packages", "serving", "data"}
    assert parts <= set(found)
    assert found["languages"]["python"]["tools"] == {"python": platform.python_version()}


def test_the_groups_have_headings_and_all_texts_begin_in_one_column(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine(FALLEN)
    main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    headings = [line for line in lines if line and not line.startswith(" ")]
    assert headings == ["Machine", "Languages", "API keys", "Optional packages", "Models served here", "Data"]
    rows = [line for line in lines if line.startswith("  ")]
    column = next(row.index(__version__) for row in rows if "pytest-codeeval " in row)
    assert all(row[column - 2 : column] == "  " and row[column] != " " for row in rows)


def test_what_comes_from_outside_stays_on_its_line(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(STRONG)
    monkeypatch.setenv("CODEEVAL_DATA", "/data\nsandbox  namespaces\x1b[2J\udcff")
    main(["doctor"])
    said = capsys.readouterr().out
    assert ("data folder", "/data\\nsandbox  namespaces\\x1b[2J\\udcff (not there)") in table(said)
    main(["doctor", "--json"])
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert json.loads(said)["data"]["folder"] == "/data\nsandbox  namespaces\x1b[2J\udcff"


def test_a_node_that_prints_escapes_is_shown_as_text(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine(STRONG)
    program(tmp_path / "node", "printf '\\033]0;owned\\007\\033[2Jnode\\n'")
    monkeypatch.setenv("PATH", str(tmp_path))
    main(["doctor"])
    said = capsys.readouterr().out
    assert ("JavaScript", "node \\x1b]0;owned\\x07\\x1b[2Jnode") in table(said)
    assert "\x1b" not in said
    main(["doctor", "--json"])
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert json.loads(said)["languages"]["javascript"]["tools"] == {"node": "\x1b]0;owned\x07\x1b[2Jnode"}


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_the_value_of_a_key_is_never_shown(
    machine: Machine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    form: list[str],
) -> None:
    machine(STRONG)
    for name in KEYS:
        monkeypatch.setenv(name, "sk-Zq7")
    for name in ("node", "nvidia-smi"):
        program(tmp_path / name, 'echo "told $DASHSCOPE_API_KEY$HF_TOKEN, 1024"')
    monkeypatch.setenv("PATH", str(tmp_path))
    main(["doctor", *form])
    said = capsys.readouterr().out
    assert said.count("told") == 3
    assert "DASHSCOPE_API_KEY" in said
    assert "Zq7" not in said


@pytest.mark.parametrize("arguments", [[], ["docter"], ["doctor", "--no-such-option"]])
def test_what_is_no_command_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="4"):
        main(arguments)


def test_it_needs_no_pytest_and_no_model_library() -> None:
    program = (
        "import sys; from pytest_codeeval.cli import main; main(['doctor'])\n"
        f"print({{'pytest', '_pytest', 'vllm', *{list(EXTRAS)}}} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("set()\n")
