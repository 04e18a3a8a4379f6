"""Thresholds: the exit code cannot be 0 unless the run judged what was asked, and repeats are no samples."""

from __future__ import annotations

import importlib.util
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from pytest_codeeval.generation.service import CompletionService
from tests.servers.worded import WordedServer, answer, choice

HALF = "--fail-under=starter:pass@1=0.5"

# The second run of a problem passes, the first does not.
FICKLE = """
import pytest
from pathlib import Path
from pytest_codeeval.benchmarks import STARTER

@pytest.fixture
def solutions(request, problem, completions):
    seen = Path(f"seen-{problem.task_id.replace('/', '-')}")
    right = problem.stub + problem.canonical_solution if seen.exists() else "x = 1"
    seen.touch()
    return [right for _ in completions]

@pytest.mark.suite(STARTER)
def test_fickle(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
"""

# Each does in a few lines what plugins do that run a test more than once.
PLUGINS = {
    "items that are repeated, as by pytest-repeat": """
        import pytest

        @pytest.fixture
        def step(request):
            return request.param

        @pytest.hookimpl(trylast=True)
        def pytest_generate_tests(metafunc):
            metafunc.fixturenames.append("step")
            metafunc.parametrize("step", range(2), indirect=True)
        """,
    "failures that are run again, as by pytest-rerunfailures": """
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            for last in (False, True):
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
                again = not last and any(report.failed for report in reports)
                for report in reports:
                    if again and report.failed:
                        report.outcome = "rerun"
                    item.ihook.pytest_runtest_logreport(report=report)
                if not again:
                    return True

        def pytest_report_teststatus(report):
            return ("rerun", "R", "RERUN") if report.outcome == "rerun" else None
        """,
    "failures that nobody hears of, as by flaky": """
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
            if any(report.failed for report in reports):
                reports = runtestprotocol(item, nextitem=nextitem, log=False)
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            return True
        """,
    "a report that is brought twice, as by pytest-retry": """
        import pytest

        @pytest.hookimpl(wrapper=True, tryfirst=True)
        def pytest_runtest_makereport(item, call):
            report = yield
            if report.when == "call":
                report.outcome = "retried"
                item.ihook.pytest_runtest_logreport(report=report)
                report.outcome = "failed"
            return report

        def pytest_report_teststatus(report):
            return ("retried", "R", "RETRIED") if report.outcome == "retried" else None
        """,
}
REAL = {
    "pytest_repeat": ["--count=2"],
    "pytest_rerunfailures": ["--reruns=2"],
    "flaky": ["--force-flaky", "--max-runs=2", "--no-flaky-report"],
    "pytest_flakefinder": ["--flake-finder", "--flake-runs=2"],
}


def demand_counted_once(result: pytest.RunResult, folder: Path) -> None:
    """See that two problems count once in all places, by the verdict that came first."""
    assert result.ret == 1
    out = result.stdout.str()
    assert "demo   starter   2 of 24  0.0% (0.0%–65.8%)               2\n" in out, out
    assert "--fail-under starter:pass@1=0.5: undecided, taken as missed: 0.0% (95 %: 0.0%–65.8%, wilson) by demo" in out
    lines = (folder / "results/demo/samples.jsonl").read_text().splitlines()
    assert [json.loads(line)["outcome"] for line in lines] == ["no_entry_point"] * 2
    about = json.loads((folder / "results/demo/run.json").read_text())
    assert (about["scores"][0]["samples"], about["scores"][0]["outcomes"]) == (2, {"no_entry_point": 2})
    assert (about["thresholds"][0]["standing"], about["thresholds"][0]["reached"]) == ("undecided", False)
    page = (folder / "report.html").read_text()
    assert 'value="no entry point">no entry point <small>2</small>' in page
    if importlib.util.find_spec("pyarrow"):
        import pyarrow.parquet

        assert pyarrow.parquet.read_table(folder / "results/demo/results.parquet").num_rows == 2


FICKLE_RUN = ["--model=demo", "--limit=2", HALF, "--html=report.html", "--self-test=off"]


@pytest.mark.parametrize("name", PLUGINS)
def test_what_is_run_again_counts_once_by_its_first_verdict(pytester, run, suite_folder, name):
    pytester.makepyfile(test_fickle=FICKLE)
    pytester.makeconftest(PLUGINS[name])
    result = run(*FICKLE_RUN, suite="fickle", here=True)
    demand_counted_once(result, suite_folder)
    said = "2 problems were run more than once (repeats, reruns): each sample counts once, by its first verdict"
    assert (said in result.stdout.str()) is ("twice" not in name)


def test_each_worker_running_all_makes_no_samples(pytester, run, suite_folder, samples):
    pytester.makepyfile(test_fickle=FICKLE.replace("seen.exists()", "request.config.workerinput['workerid'] == 'gw0'"))
    result = run(*FICKLE_RUN, "--tx=2*popen", "--dist=each", suite="fickle")
    result.assert_outcomes(passed=2, failed=2)
    first = Counter(row["outcome"].replace("_", " ") for row in samples())
    assert first.total() == 2
    result.stdout.fnmatch_lines([f"demo * 2 of 24 *{first['passed'] / 2:.1%} (*"])
    counted = re.findall(r'name=outcome value="([^"]+)">[^<]*<small>(\d+)<', (suite_folder / "report.html").read_text())
    assert {name: int(count) for name, count in counted} == {**first, "run again": 2}


def test_a_part_of_a_test_is_no_second_run(pytester, run):
    whole = "    result = check(solutions)\n"
    parts = "    with subtests.test():\n        result = check(solutions)\n    with subtests.test():\n        pass\n"
    pytester.makepyfile(test_fickle=FICKLE.replace("(check,", "(subtests, check,").replace(whole, parts))
    result = run(*FICKLE_RUN, suite="fickle", here=True)
    result.stdout.fnmatch_lines(["demo * 2 of 24 *0.0% (0.0%–65.8%) * 2"])
    result.stdout.no_fnmatch_line("*more than once*")


@pytest.mark.parametrize(("module", "arguments"), REAL.items(), ids=REAL.keys())
def test_the_plugins_themselves_make_no_samples(pytester, run, suite_folder, module, arguments):
    pytest.importorskip(module, reason="needs the plugin")
    others = [f"-pno:{name}" for name in ("flaky", "rerunfailures") if name not in module]
    pytester.makepyfile(test_fickle=FICKLE)
    demand_counted_once(run(*FICKLE_RUN, *arguments, *others, suite="fickle"), suite_folder)


@pytest.mark.parametrize(
    ("arguments", "message", "spread"),
    [
        (["--fail-under=startr:pass@1=0.5"], "this run has no startr (did you mean 'starter'?), only starter.", ()),
        (["--fail-under=starter:pass@2=0.5"], "tiny has 1 sample of Starter/0, and pass@2 needs 2.", ()),
        (["--fail-under=starter:pass@2=0.5"], "tiny has 1 sample of Starter/0, and pass@2 needs 2.", ("-n2",)),
        ([HALF, "-k", "nothing"], "this run has no starter (none of its items is left to run).", ()),
    ],
    ids=["suite", "k", "k with workers", "selection"],
)
def test_what_cannot_be_judged_is_refused_before_anything_is_asked(
    run, suite_folder, monkeypatch, arguments, message, spread
):
    announced: list[object] = []
    monkeypatch.setattr(CompletionService, "announce", lambda *told: announced.append(told))  # where it runs here
    with WordedServer(answer(choice("no"))) as server:
        result = run("--model=openai:tiny", f"--base-url={server.base_url}", *arguments, *spread, here=not spread)
        assert (announced, server.requests) == ([], [])
    assert result.ret == 4
    gate = next(one for one in arguments if one.startswith("--fail-under"))
    result.stderr.fnmatch_lines([f"ERROR: {gate} cannot be judged: {message}".replace("[", "[[]")])
    result.stderr.no_fnmatch_line("*Traceback*")
    assert not (suite_folder / "results").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--deselect=test_starter.py"],
        ["-m", "nothing"],
        ["-p", "cacheprovider", "--lf", "--lfnf=none"],
        ["--collect-only", "-k", "nothing"],
    ],
    ids=["deselect", "marker", "last failed", "collect only"],
)
def test_whatever_leaves_nothing_of_a_suite_is_seen(run, pytester, arguments):
    pytester.makeini("[pytest]\naddopts = -p no:hypothesispytest -p no:anyio -p no:pytest_cov")
    result = run("--model=demo", HALF, *arguments, here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*: this run has no starter (none of its items is left to run)."])


def test_a_suite_that_is_marked_to_be_skipped_will_not_be_had(run, pytester):
    pytester.makeconftest(
        "import pytest\ndef pytest_collection_modifyitems(items):\n"
        "    for item in items:\n        item.add_marker(pytest.mark.skip(reason='not today'))"
    )
    result = run("--model=demo", HALF, here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*: this run has no starter (not today)."])


def test_a_path_that_is_not_there_is_said_rather_than_what_follows_from_it(run):
    result = run("--model=demo", HALF, suite="nowhere", here=True)
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: file or directory not found: test_nowhere.py"])


def test_a_failure_that_is_no_verdict_fails_the_run_whatever_the_score(run, pytester):
    pytester.makepyfile(test_other="def test_other():\n    assert False\n")
    result = run("--model=demo", "--limit=4", HALF, suite="starter other", here=True)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "--fail-under starter:pass@1=0.5: undecided, taken as met: 75.0% (*",
            "1 failure is no verdict on a problem: the exit code is pytest's, whatever the score",
        ]
    )


def test_nothing_but_errors_is_nothing_evaluated(run, pytester):
    pytester.makeconftest(
        "import pytest\n@pytest.fixture\ndef completions():\n    pytest.fail('no model today', pytrace=False)"
    )
    result = run("--model=demo", "--limit=2", HALF, here=True)
    assert result.ret == 5
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*not judged: no problem of starter could be evaluated with demo"])
