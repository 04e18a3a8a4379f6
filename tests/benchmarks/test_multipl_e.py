"""MultiPL-E as published in 14 files, and as it may be broken on a user's disk."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval import benchmarks
from pytest_codeeval.benchmarks import HUMANEVAL_CPP, HUMANEVAL_JAVA, HUMANEVAL_JS, HUMANEVAL_RS, MBPP_RS
from pytest_codeeval.benchmarks.instructions import continued
from pytest_codeeval.core.errors import DatasetError
from pytest_codeeval.core.problem import DataRequest, Dataset, Problem
from pytest_codeeval.core.suite import Suite

# Rows, the language, the end that a completion leaves out, a function, and the CPU seconds of a run.
PUBLISHED: dict[str, tuple[int, str, str, str, float]] = {
    "humaneval-rs": (156, "rust", "}", "has_close_elements", 5.0),
    "humaneval-js": (161, "javascript", "", "has_close_elements", 5.0),
    "humaneval-ts": (159, "typescript", "", "has_close_elements", 15.0),
    "humaneval-java": (158, "java", "}", "hasCloseElements", 15.0),
    "humaneval-cpp": (161, "cpp", "}", "has_close_elements", 15.0),
    "humaneval-go": (154, "go", "", "has_close_elements", 15.0),
    "humaneval-sh": (158, "sh", "}", "has_close_elements", 15.0),
    "humaneval-php": (161, "php", "", "has_close_elements", 15.0),
    "humaneval-rb": (161, "ruby", "", "has_close_elements", 5.0),
    "humaneval-lua": (161, "lua", "", "has_close_elements", 15.0),
    "humaneval-pl": (161, "perl", "", "has_close_elements", 15.0),
    "humaneval-r": (161, "r", "", "has_close_elements", 5.0),
    "mbpp-rs": (354, "rust", "}", "", 5.0),
    "mbpp-js": (397, "javascript", "", "", 5.0),
}
SUITES: dict[str, Suite] = {
    suite.name: suite for name in benchmarks.__all__ if (suite := getattr(benchmarks, name)).name in PUBLISHED
}
ROW: dict[str, Any] = {
    "name": "HumanEval_53_add",
    "language": "rs",
    "prompt": "/// Add two numbers.\nfn add(x: isize, y: isize) -> isize {\n",
    "tests": "}\n\nfn main() {\n    assert_eq!(add(2, 3), 5);\n}\n",
    "stop_tokens": ["\n}"],
}


def rows_of(data: Path, name: str) -> list[dict[str, Any]]:
    """Return the published rows of a suite."""
    raw = gzip.decompress((data / f"multipl_e/{name}.jsonl.gz").read_bytes())
    return [json.loads(line) for line in raw.splitlines()]


def load(folder: Path, *rows: Any, suite: Suite = HUMANEVAL_RS) -> Dataset:
    """Write rows where they are looked for, and load them."""
    path = folder / "multipl_e" / f"{suite.name}.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return suite.load(DataRequest(str(folder)))


def test_there_is_a_suite_for_every_published_file() -> None:
    assert list(SUITES) != [] and set(SUITES) == set(PUBLISHED)


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_suite_is_as_large_as_published(data: Path, name: str) -> None:
    count, language, closing, function, seconds = PUBLISHED[name]
    dataset = SUITES[name].load(DataRequest(str(data)))
    raw = gzip.decompress((data / f"multipl_e/{name}.jsonl.gz").read_bytes())
    assert (len(dataset.problems), dataset.sha256) == (count, hashlib.sha256(raw).hexdigest())
    assert {problem.language for problem in dataset.problems} == {SUITES[name].language} == {language}
    assert {problem.extra["closing"].strip() for problem in dataset.problems} == {closing}
    assert SUITES[name].timeout_of(dataset.problems[0]) == seconds
    if function:
        first = next(p for p in dataset.problems if p.task_id == "HumanEval_0_has_close_elements")
        assert first.entry_point == function


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_program_is_what_multipl_e_makes_of_it(data: Path, name: str) -> None:
    rows = rows_of(data, name)
    problems = SUITES[name].load(DataRequest(str(data))).problems
    for row, problem in zip(rows, problems, strict=True):
        ours = problem.stub + "CONTINUATION // it ends in a comment" + problem.extra["closing"] + "\n" + problem.test
        assert ours == row["prompt"] + "CONTINUATION // it ends in a comment" + "\n" + row["tests"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_entry_point_is_begun_by_the_prompt_and_called_by_the_tests(data: Path, name: str) -> None:
    for problem in SUITES[name].load(DataRequest(str(data))).problems:
        assert problem.entry_point in problem.prompt.rstrip().rpartition("\n\n")[2], problem.task_id
        assert problem.entry_point in problem.test, problem.task_id
        if problem.language != "java":  # Java's are in camel case, and C++ may not redefine strlen
            assert problem.task_id.endswith((f"_{problem.entry_point}", "_23_strlen")), problem.task_id


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_base_model_continues_the_prompt_up_to_the_rows_own_stops(data: Path, name: str) -> None:
    rows = rows_of(data, name)
    for row, problem in zip(rows, SUITES[name].load(DataRequest(str(data))).problems, strict=True):
        text, stops = continued(problem)
        assert text == row["prompt"]
        assert list(stops) == row["stop_tokens"] and len(stops) <= 4


def test_what_needs_a_crate_cannot_be_graded(data: Path) -> None:
    skipped = HUMANEVAL_RS.load(DataRequest(str(data))).skipped
    assert skipped == {"HumanEval_162_string_to_md5": "needs the crate md5, which is not available offline"}
    assert HUMANEVAL_JS.load(DataRequest(str(data))).skipped == {}


def test_rows_that_nobody_can_solve_are_named(data: Path) -> None:
    faults = {suite.name: list(suite.load(DataRequest(str(data))).faults) for suite in (HUMANEVAL_JS, HUMANEVAL_CPP)}
    assert faults == {
        "humaneval-js": ["HumanEval_51_remove_vowels"],
        "humaneval-cpp": ["HumanEval_137_compare_one"],
    }


def test_no_other_row_in_rust_names_a_crate(data: Path) -> None:
    for suite in (HUMANEVAL_RS, MBPP_RS):
        for problem in suite.load(DataRequest(str(data))).problems:
            assert "extern crate" not in problem.prompt + problem.test
            code = [line for line in (problem.prompt + problem.test).splitlines() if not line.startswith("///")]
            uses = [line for line in code if line.startswith("use ")]
            assert all(line.startswith("use std::") for line in uses), problem.task_id


def test_a_row_becomes_a_problem(tmp_path: Path) -> None:
    (problem,) = load(tmp_path, ROW).problems
    assert problem == Problem(
        "HumanEval_53_add",
        ROW["prompt"],
        "\nfn main() {\n    assert_eq!(add(2, 3), 5);\n}\n",
        "add",
        language="rust",
        extra={"closing": "\n}", "stop": ["\n}"]},
    )


def test_a_method_is_closed_and_its_class_is_not(data: Path) -> None:
    problem = HUMANEVAL_JAVA.load(DataRequest(str(data))).problems[0]
    assert problem.extra["closing"] == "\n    }"
    assert problem.test.startswith("    public static void main(String[] args) {")
    assert problem.test.rstrip().endswith("}\n\n}")


def test_the_question_asks_for_the_whole_function_in_its_language(tmp_path: Path, data: Path) -> None:
    question = HUMANEVAL_RS.prompt(load(tmp_path, ROW).problems[0])
    assert f"```rust\n{ROW['prompt'].rstrip()}\n```" in question
    assert "one Rust code block that holds the whole function" in question
    asked = SUITES["humaneval-cpp"].prompt(SUITES["humaneval-cpp"].load(DataRequest(str(data))).problems[0])
    assert "Complete the following C++ function" in asked and "```cpp\n#include" in asked


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": None}, "field 'name' is missing"),
        ({"name": 7}, "field 'name' is not a text"),
        ({"prompt": ""}, "field 'prompt' is empty"),
        ({"prompt": "Add two numbers."}, "field 'prompt' begins no function"),
        ({"prompt": "def add(x, y):\n"}, "field 'prompt' begins no function"),
        ({"tests": None}, "field 'tests' is missing"),
        ({"tests": ["}"]}, "field 'tests' is not a text"),
        ({"tests": "fn main() {}\n"}, "field 'tests' does not begin with '}', which closes the function"),
        ({"tests": "}"}, "field 'tests' does not begin with '}', which closes the function"),
        ({"tests": "} fn main() {}\n"}, "field 'tests' does not begin with '}', which closes the function"),
        ({"stop_tokens": "\n}"}, "field 'stop_tokens' is not a list of texts"),
        ({"stop_tokens": [1]}, "field 'stop_tokens' is not a list of texts"),
        ({"language": "js"}, "field 'language' is 'js', not 'rs'"),
        ({"language": None}, "field 'language' is missing"),
    ],
)
def test_a_malformed_row_is_named_by_file_and_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=rf"humaneval-rs\.jsonl, line 2: {said}"):
        load(tmp_path, {**ROW, "name": "HumanEval_0_first"}, {**ROW, **change})


def test_an_id_that_comes_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"line 2: task_id 'HumanEval_53_add' stands at .*line 1 already"):
        load(tmp_path, ROW, ROW)


def test_a_missing_file_is_told_with_both_remedies(tmp_path: Path, no_datasets: None) -> None:
    with pytest.raises(DatasetError) as caught:
        HUMANEVAL_RS.load(DataRequest(str(tmp_path)))
    assert "--data DIR (or CODEEVAL_DATA) with DIR/multipl_e/humaneval-rs.jsonl.gz" in str(caught.value)
    assert "pip install 'pytest-codeeval[datasets]'" in str(caught.value)


def test_a_hub_out_of_reach_is_told_with_the_other_way(tmp_path: Path, hub_offline: None) -> None:
    with pytest.raises(DatasetError, match="the hub gave no 'nuprl/MultiPL-E' either"):
        HUMANEVAL_RS.load(DataRequest(str(tmp_path)))
