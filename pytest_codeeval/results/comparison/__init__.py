"""Runs side by side: what one does better or worse than another on the same problems, and what that shows."""

from pytest_codeeval.results.comparison.comparing import compare as compare
from pytest_codeeval.results.comparison.comparison import Comparison as Comparison
from pytest_codeeval.results.comparison.comparison import Overall as Overall
from pytest_codeeval.results.comparison.row import Finding as Finding
from pytest_codeeval.results.comparison.row import Flip as Flip
from pytest_codeeval.results.comparison.row import LeftOut as LeftOut
from pytest_codeeval.results.comparison.row import Row as Row

__all__ = ["Comparison", "Finding", "Flip", "LeftOut", "Overall", "Row", "compare"]
