"""A first run: `starter` with `--model=demo`, from the command line to the files it leaves."""

import json
import xml.etree.ElementTree as ElementTree
from fnmatch import fnmatch
from pathlib import Path

import pytest

EXPECTED = {
    "Starter/3": "exception",
    "Starter/7": "wrong_answer",
    "Starter/9": "timeout",
    "Starter/11": "syntax_error",
    "Starter/14": "no_entry_point",
    "Starter/17": "refusal",
    "Starter/21": "syntax_error",
}


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["plain", "n2"])
def test_scores_are_the_same_however_the_run_is_spread(run, workers, samples):
    result = run("--model=demo", *workers, here=not workers)
    result.assert_outcomes(passed=17, failed=7)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["model*suite*problems*pass@1*passed*wrong answer*", "demo*starter*24*70.8%*17*"])
    rows = samples()
    assert len(rows) == 24
    assert {row["task_id"]: row["outcome"] for row in rows if not row["passed"]} == EXPECTED


SEEN = """
import pytest

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        with open("seen.txt", "a") as seen:
            print(item.callspec.id, report.outcome, report.longreprtext.replace("\\n", " "), file=seen)
    return report

def pytest_collection_modifyitems(items):
    [item.add_marker("xfail") for item in items if item.callspec.id.endswith("Starter/14")]

@pytest.fixture
def check(check, request):
    def check_and_fail(solutions):
        result = check(solutions)
        return {}[0] if request.node.callspec.id.endswith("Starter/3") else result
    return check_and_fail
"""


def test_a_failure_is_one_line_with_its_cause_and_no_traceback_is_made_of_it(run, pytester, monkeypatch):
    made, getrepr = [], pytest.ExceptionInfo.getrepr
    monkeypatch.setattr(
        pytest.ExceptionInfo, "getrepr", lambda *said, **how: made.append(said) or getrepr(*said, **how)
    )
    pytester.makeconftest(SEEN)
    result = run("--model=demo", "-k", "Starter/7 or Starter/14 or Starter/3", here=True)
    result.stdout.fnmatch_lines(["wrong answer: assert candidate(*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    # Others that look at reports see the same; a fault of the test's own is not taken for the model's.
    seen = sorted(Path("seen.txt").read_text().splitlines())
    assert len(seen) == 3
    assert fnmatch(seen[0], "*14 skipped no entry point: plan_visits is not defined*")
    assert fnmatch(seen[1], "*3 failed *KeyError*")
    assert fnmatch(seen[2], "*7 failed wrong answer: assert candidate(*")
    assert [type(info.value) for info, *_ in made] == [KeyError]


def test_several_samples_give_pass_at_k(run):
    result = run(
        "--model=demo", "--samples=2", "--pass-at=1,2", "-k", "Starter/7 or Starter/8", "--pass-if=any", here=True
    )
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*pass@1 (95 %)*pass@2 (95 %)*", "demo*starter*2 of 24*50.0%*100.0%*2*"])


def test_pass_if_decides_over_items(run):
    run("--model=demo", "--samples=2", "-k", "Starter/7 or Starter/8", "--pass-if=all", here=True).assert_outcomes(
        failed=2
    )


@pytest.mark.parametrize(("share", "code"), [("0.5", 0), ("0.51", 1)])
def test_with_a_threshold_the_exit_code_follows_it(run, share, code):
    result = run("--model=demo", "-k", "Starter/7 or Starter/8", f"--fail-under=starter:pass@1={share}", here=True)
    assert result.ret == code
    taken = "missed" if code else "met"
    result.stdout.fnmatch_lines(
        [f"--fail-under starter:pass@1={share}: undecided, taken as {taken}: 50.0% (*) by demo*"]
    )


def test_a_second_run_adds_to_the_first_and_repeats_nothing(run, samples):
    run("--model=demo", "-k", "Starter/2", here=True)
    run("--model=demo", "-k", "Starter/2 or Starter/4", here=True)
    ids = [row["task_id"] for row in samples()]
    assert sorted(ids) == sorted(set(ids))
    assert {"Starter/2", "Starter/4", "Starter/23"} <= set(ids)


def test_last_failed_runs_the_failures_again(pytester, run, suite_folder):
    pytester.makeini("[pytest]\naddopts = -p cacheprovider")
    run("--model=demo", "-k", "Starter/7 or Starter/8", here=True)
    result = run("--model=demo", "--lf", here=True)
    result.assert_outcomes(failed=1)


def test_exit_first_stops_at_the_first_failure(run):
    result = run("--model=demo", "-x", here=True)
    result.assert_outcomes(passed=3, failed=1)


def test_collect_only_lists_items_and_leaves_nothing(run, suite_folder):
    result = run("--model=demo", "--collect-only", "-q", here=True)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["test_starter.py::test_starter*demo-Starter/0*", "24 tests collected*"])
    assert not (suite_folder / "results").exists()


def test_without_a_model_a_suite_is_one_skipped_item(run, suite_folder):
    result = run("-rs", suite="all", here=True)
    marked = sum(path.read_text().count("@pytest.mark.suite(") for path in suite_folder.glob("test_*.py"))
    assert marked > 4
    result.assert_outcomes(skipped=marked)
    result.stdout.fnmatch_lines(["*no --model was given: try --model=demo*"])
    assert not (suite_folder / "results").exists()


def test_two_models_have_items_scores_and_folders_of_their_own(run, suite_folder):
    result = run("--model=demo", "--model=reference", "-k", "Starter/7", here=True)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["demo *1 of 24*0.0%*", "reference *1 of 24*100.0%*"])
    assert {path.name for path in (suite_folder / "results").iterdir() if path.is_dir()} == {"demo", "reference"}


def test_a_suite_may_override_how_solutions_are_taken(pytester, run):
    pytester.makepyfile(
        test_own="""
        import pytest
        from pytest_codeeval.benchmarks import STARTER

        @pytest.fixture
        def solutions(problem, completions):
            return [problem.stub + problem.canonical_solution for _ in completions]

        @pytest.mark.suite(STARTER)
        def test_own(check, solutions):
            result = check(solutions)
            assert result.passed, result.explanation
        """
    )
    run("--model=demo", "--limit=8", suite="own", here=True).assert_outcomes(passed=8)


def test_a_run_leaves_a_folder_tables_and_reports_of_all_of_it(run, suite_folder, samples):
    reports = ("--html=report.html", "--self-contained-html", "--junitxml=out.xml")
    run("--model=demo", "--limit=8", "--sandbox=plain", *reports, here=True)
    # Scripted answers are not stored: there is the model's folder, and no store.
    assert [path.name for path in (suite_folder / "results").iterdir()] == ["demo"]
    folder = suite_folder / "results" / "demo"
    row = samples()[0]
    assert {"task_id", "completion", "passed", "result", "model", "suite", "sample_index", "solution"} <= row.keys()
    assert {"outcome", "cause", "stages", "prompt_tokens", "completion_tokens", "cost", "seconds"} <= row.keys()
    about = json.loads((folder / "run.json").read_text())
    assert about["finished"]
    assert len(about["datasets"]["starter"]["sha256"]) == 64
    assert about["scores"][0]["pass_at"]["1"]["value"] == pytest.approx(6 / 8)
    assert about["scores"][0]["outcomes"]["passed"] == 6

    cases = {case.get("name"): case for case in ElementTree.parse(suite_folder / "out.xml").iter("testcase")}
    failed = cases["test_starter[demo-Starter/7]"]
    properties = {found.get("name"): found.get("value") for found in failed.iter("property")}
    assert properties == {"pass_rate": "0/1", "outcome": "wrong_answer", "cause": "wrong_answer", "weak": "true"}
    assert failed.find("failure").get("message").startswith("wrong answer")

    page = (suite_folder / "report.html").read_text()
    for text in ("codeeval report", "75.0% (", "Pass rate", "wrong answer", "starter", "label_reading"):
        assert text in page
    assert len(page) < 1_000_000

    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pytest-codeeval[parquet]")
    outcomes = parquet.read_table(folder / "results.parquet").to_pylist()
    predictions = parquet.read_table(folder / "predictions.parquet").to_pylist()
    assert [row["task_id"] for row in outcomes] == [row["task_id"] for row in predictions]
    assert sum(row["passed"] for row in outcomes) == 6
    assert all(row["completion"] for row in predictions)
