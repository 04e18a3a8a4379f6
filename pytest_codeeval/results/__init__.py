"""What becomes of finished runs: they are loaded, compared, merged, and written as pages, charts and tables."""

from pytest_codeeval.results.loading import load as load
from pytest_codeeval.results.results import Results as Results
from pytest_codeeval.results.run import Run as Run

__all__ = ["Results", "Run", "load"]
