"""For fixtures that `tests/` and `suites/` share: there is none at present.

`pytest_plugins` cannot stand here, as pytest takes it from a conftest at its root alone, and suites are run from other
folders too; `pyproject.toml` names the plugin that the tests use.
"""
