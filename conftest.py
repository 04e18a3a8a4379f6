"""Shared by tests/ and suites/: the fixture for whole runs of the plugin."""

pytest_plugins = ["pytester"]
