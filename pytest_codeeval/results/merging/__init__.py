"""One results folder made of several: of the shards of a run, or of runs of other suites and models."""

from pytest_codeeval.results.merging.merge import Merged as Merged
from pytest_codeeval.results.merging.merge import merge as merge

__all__ = ["Merged", "merge"]
