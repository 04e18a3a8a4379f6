"""The suites: a test file for each benchmark, run by `pytest --pyargs pytest_codeeval.suites --model=…`."""
