"""The benchmarks: rows of a dataset made into problems, and how to ask for one."""

from pytest_codeeval.benchmarks.dataset import DATASET
from pytest_codeeval.benchmarks.humaneval import HUMANEVAL
from pytest_codeeval.benchmarks.mbpp import MBPP
from pytest_codeeval.benchmarks.starter import STARTER

__all__ = ["DATASET", "HUMANEVAL", "MBPP", "STARTER"]
