"""What a run says of the sandbox that its solutions ran in, and of verdicts that are weak."""

import json
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.execution.sandbox import probe

LABEL = "ce-weak"


def about(suite_folder: Path, model: str = "demo") -> dict:
    return json.loads((suite_folder / "results" / model / "run.json").read_text())


def test_without_isolation_all_verdicts_are_weak_everywhere(run, suite_folder, samples):
    result = run("--model=demo", "-k", "Starter/7 or Starter/8", "--sandbox=plain", "--html=out.html")
    result.stdout.fnmatch_lines(["codeeval: sandbox plain: verdicts are weak", "all verdicts are weak: the solutions*"])
    assert [row["weak"] for row in samples()] == [True, True]
    assert about(suite_folder)["sandbox"] == {"tier": "plain", "weak": True}
    assert about(suite_folder)["scores"][0]["weak"] == 2
    page = (suite_folder / "out.html").read_text()
    assert "all verdicts are weak: the solutions ran without isolation" in page
    assert LABEL in page


@pytest.fixture
def some_weak(pytester: pytest.Pytester) -> None:
    """A plugin whose runner calls the verdicts on some problems weak, and says when it is closed."""
    pytester.makepyfile(
        some_weak="""
        from pathlib import Path
        from pytest_codeeval.core.verdict import Cause, Verdict
        from pytest_codeeval.execution.sandbox import probe
        from pytest_codeeval.execution.sandbox.choice import TierReport

        class SomeWeak:
            language = "python"

            def check(self, problem, code, cpu_seconds):
                return Verdict(Cause.PASSED, weak=problem.task_id in ("Starter/7", "Starter/17"))

            def close(self):
                Path("closed").touch()

        def pytest_codeeval_make_runner(language):
            return SomeWeak()

        refused = (("namespaces", "a rule of this machine"),)
        probe.probe = lambda choice: TierReport("landlock", weak=False, refused=refused)
        """
    )


def test_where_some_verdicts_are_weak_they_are_named(run, suite_folder, samples, some_weak):
    result = run(
        *("-p", "some_weak", "--model=reference", "-k", "Starter/7 or Starter/17 or Starter/8"),
        *("--junitxml=out.xml", "-n2"),
    )
    result.stdout.fnmatch_lines(
        [
            "codeeval: sandbox landlock (no namespaces: a rule of this machine)",
            "2 verdicts are weak: * (Starter/7, Starter/17)",
        ]
    )
    assert {row["task_id"] for row in samples("reference") if row["weak"]} == {"Starter/7", "Starter/17"}
    assert about(suite_folder, "reference")["sandbox"] == {"tier": "landlock", "weak": False}
    assert (suite_folder / "out.xml").read_text().count('<property name="weak" value="true"') == 2
    assert (suite_folder / "closed").exists()  # a runner that can be closed is closed at the end


def test_a_machine_that_cannot_do_as_asked_is_a_usage_error(run, suite_folder, monkeypatch):
    def refuse(choice):
        raise UsageError(f"--sandbox={choice.tier} with {choice.packages} is more than this machine gives.")

    monkeypatch.setattr(probe, "probe", refuse)
    result = run("--model=demo", "--sandbox=strict", "--allow-packages=pytest", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --sandbox=strict with ('pytest',) is more than this machine gives."])
    assert not (suite_folder / "results").exists()
    assert run("--model=demo", "--collect-only", "-q", here=True).ret == 0


def test_packages_that_solutions_may_import_are_part_of_what_a_folder_is(run, suite_folder):
    run("--model=demo", "-k", "Starter/8", here=True)
    assert "allow_packages" not in about(suite_folder)["settings"]
    result = run("--model=demo", "-k", "Starter/8", "--allow-packages=pytest,pluggy", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*other settings (allow_packages was None and is *'pluggy', 'pytest'*"])


def test_a_folder_of_an_older_version_is_gone_on_with(run, suite_folder, samples):
    run("--model=demo", "-k", "Starter/7 or Starter/8", here=True)
    older = [{**row, "outcome": "crashed", "cause": "exited"} for row in samples() if not row["passed"]]
    for row in older:
        del row["weak"]
    folder = suite_folder / "results" / "demo"
    (folder / "samples.jsonl").write_text("".join(json.dumps(row) + "\n" for row in older))
    (folder / "run.json").write_text(json.dumps({**about(suite_folder), "sandbox": "process"}))
    result = run("--model=demo", "-k", "Starter/8", "--html=out.html", here=True)
    assert result.ret == 0
    assert about(suite_folder)["scores"][0]["outcomes"] == {"crashed": 1, "passed": 1}
