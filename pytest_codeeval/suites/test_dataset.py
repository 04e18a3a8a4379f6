"""Your own problems: `--dataset FILE.jsonl`, `--dataset DIR`, or `--dataset OWNER/NAME` on the Hugging Face hub."""

import pytest

from pytest_codeeval.benchmarks import DATASET


@pytest.mark.suite(DATASET)
def test_dataset(check, solutions):
    result = check(solutions)
    assert result.passed, result.explanation
