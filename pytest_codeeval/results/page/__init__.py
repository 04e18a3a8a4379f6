"""The page of runs: one HTML file that opens without a network, to look through, compare and print."""

from pytest_codeeval.results.page.report import Written as Written
from pytest_codeeval.results.page.report import check_writable as check_writable
from pytest_codeeval.results.page.report import write_report as write_report

__all__ = ["Written", "check_writable", "write_report"]
