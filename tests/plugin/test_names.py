"""Options of ours beside those of others: `--codeeval-NAME` always, `--NAME` if nobody else has it."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_codeeval.plugin.inifile import settle
from pytest_codeeval.plugin.names import NAMES
from pytest_codeeval.plugin.options import read_settings
from pytest_codeeval.plugin.shortnames import spell_out

THEIRS = "def pytest_addoption(parser):\n    parser.addoption('--{}', action='{}', dest='their')\n"


def options(pytester: pytest.Pytester, *args: str) -> dict[str, Any]:
    """Return the options of a run that is only configured so far."""
    config = pytester.parseconfig(*args)
    settle(config, config.stash[NAMES])
    return {name.removeprefix("codeeval_"): value for name, value in vars(config.option).items()}


def test_both_names_are_read(pytester):
    found = options(pytester, "--codeeval-model=demo", "--model", "reference", "--samples=3", "--codeeval-limit", "2")
    assert (found["models"], found["samples"], found["limit"]) == (["demo", "reference"], "3", "2")
    assert not found["file_or_dir"]


def test_a_value_may_look_like_an_option(pytester):
    assert options(pytester, "--vllm-args=--dtype float16")["vllm_args"] == ["--dtype float16"]


def test_what_stands_behind_two_dashes_is_no_option(pytester):
    args = ["--model=demo", "--", "--samples=3"]
    config = pytester.parseconfig()
    spell_out(config, args, config.stash[NAMES])
    assert args == ["--codeeval-model=demo", "--", "--samples=3"]


def test_arguments_may_stand_in_a_file(pytester):
    (pytester.path / "args").write_text("--model=demo\n--samples\n3\n")
    found = options(pytester, "@args")
    assert (found["models"], found["samples"]) == (["demo"], "3")


@pytest.mark.parametrize("name", ["--mod=demo", "--codeeval-mod=demo", "--codeeval-modes=auto"])
def test_a_beginning_of_a_name_is_no_name(pytester, name):
    with pytest.raises(pytest.UsageError, match=f"unrecognized arguments: {name}"):
        pytester.parseconfig(name)


@pytest.mark.parametrize("action", ["store", "store_true", "append"])
def test_a_conftest_keeps_its_option(pytester, action):
    pytester.makeconftest(THEIRS.format("model", action))
    found = options(pytester, "--model" if action == "store_true" else "--model=x", "--codeeval-model=demo")
    assert (found["their"], found["models"]) == ({"store": "x", "store_true": True, "append": ["x"]}[action], ["demo"])


@pytest.mark.parametrize("order", [["-p", "theirs", "-p", "codeeval"], ["-p", "codeeval", "-p", "theirs"]])
def test_a_plugin_keeps_its_option_whichever_comes_first(pytester, monkeypatch, order):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.syspath_prepend(pytester.path)
    (pytester.path / "theirs.py").write_text(THEIRS.format("base-url", "store"))
    found = options(pytester, *order, "--base-url=x", "--codeeval-base-url=y", "--model=demo")
    assert (found["their"], found["base_url"], found["models"]) == ("x", ["y"], ["demo"])


def test_a_conftest_that_comes_late_keeps_its_option(pytester):
    (pytester.path / "below").mkdir()
    (pytester.path / "below" / "conftest.py").write_text(THEIRS.format("model", "store"))
    (pytester.path / "below" / "test_own.py").write_text("def test(): pass")
    pytester.runpytest_inprocess("--limit=2").assert_outcomes(passed=1)


def test_a_value_is_no_reason_to_look_elsewhere_for_conftests(pytester):
    pytester.makeini("[pytest]\ntestpaths = evals")
    (pytester.path / "evals").mkdir()
    (pytester.path / "results").mkdir()
    (pytester.path / "evals" / "conftest.py").write_text(THEIRS.format("their", "store"))
    found = options(pytester, "--results", "results", "--their=x")
    assert (found["results"], found["their"]) == ("results", "x")


def test_what_could_be_a_value_may_be_the_path_of_the_conftest_that_says_it_is_none(pytester):
    folder = pytester.path / "far" / "away"
    folder.mkdir(parents=True)
    (folder / "conftest.py").write_text(THEIRS.format("samples", "store_true"))
    found = options(pytester, "--samples", "far/away")
    assert (found["their"], found["samples"], found["file_or_dir"]) == (True, None, ["far/away"])


def test_a_conftest_may_load_the_plugin_which_then_has_long_names_only(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest("pytest_plugins = ['pytest_codeeval.plugin']")
    found = options(pytester, "--codeeval-model=demo")
    assert found["models"] == ["demo"]
    assert pytester.parseconfig().stash[NAMES].header == []
    with pytest.raises(pytest.UsageError, match="unrecognized arguments: --model=demo"):
        pytester.parseconfig("--model=demo")


def test_long_names_stand_in_one_group_of_the_help(pytester):
    result = pytester.runpytest_inprocess("--help")
    said = result.stdout.str()
    group = said[said.index("code evaluation of language models") :].partition("\n\n")[0]
    assert "--codeeval-model=MODEL" in group
    assert group.count("--codeeval-") == said.partition("[pytest] configuration")[0].count("--codeeval-")
    assert "\n  --model" not in said


ANOTHERS = "codeeval: --model: an option of another plugin or conftest; for codeeval write --codeeval-model"


def test_the_head_says_which_name_to_use(pytester):
    pytester.makeconftest(THEIRS.format("model", "store"))
    result = pytester.runpytest_inprocess("--model=x", "--codeeval-model=demo")
    assert ANOTHERS in result.outlines
    result = pytester.runpytest_inprocess("--model=x")
    result.stdout.no_fnmatch_line("codeeval*")  # of no interest to who does not use it


def test_who_gave_the_model_by_anothers_name_hears_of_it(pytester):
    pytester.makeconftest(THEIRS.format("model", "store"))
    pytester.makepyfile(
        "import pytest\nfrom pytest_codeeval import benchmarks\n"
        "@pytest.mark.suite(benchmarks.STARTER)\ndef test(solutions, check): pass\n"
    )
    result = pytester.runpytest_inprocess("--model=demo", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([ANOTHERS, "SKIPPED*no --codeeval-model was given: try --codeeval-model=demo, or*"])


@pytest.mark.parametrize("name", ["--samples", "--codeeval-samples"])
def test_a_message_speaks_of_the_name_that_was_written(pytester, name):
    result = pytester.runpytest_inprocess("--model=demo", f"{name}=0")
    assert result.ret == 4
    result.stderr.fnmatch_lines([f"ERROR: {name}=0 has to be a whole number from 1."])


TEXT = """[pytest]
codeeval_model =
    demo
    reference
codeeval_samples = 3
codeeval_temperature = 0.5
codeeval_fresh = yes
codeeval_pass_at = 1,2
"""
TOML = """[tool.pytest]
codeeval_model = ["demo", "reference"]
codeeval_samples = 3
codeeval_temperature = 0.5
codeeval_fresh = true
codeeval_pass_at = "1,2"
"""
INI = {
    "pytest.ini": TEXT,
    "setup.cfg": TEXT.replace("[pytest]", "[tool:pytest]"),
    "pyproject.toml": TOML,
    "pyproject.toml ": TOML.replace("tool.pytest", "tool.pytest.ini_options"),
    "pytest.toml": TOML.replace("tool.pytest", "pytest").replace("= 3", "= '3'").replace("'1,2'", "['1', '2']"),
}


@pytest.mark.parametrize("file", INI)
def test_an_ini_file_gives_options(pytester, file):
    (pytester.path / file.strip()).write_text(INI[file])
    config = pytester.parseconfig()
    settle(config, config.stash[NAMES])
    found = read_settings(config, ())
    assert [spec.label for spec in found.models] == ["demo", "reference"]
    assert (found.samples, found.params.temperature, found.fresh, found.pass_at) == (3, 0.5, True, (1, 2))


def test_the_command_line_beats_the_ini_file(pytester):
    pytester.makeini("[pytest]\ncodeeval_model = reference\ncodeeval_samples = 3\ncodeeval_fresh = true")
    found = options(pytester, "--model=demo", "--codeeval-samples=4", "-o", "codeeval_fresh=false")
    assert (found["models"], found["samples"], found["fresh"]) == (["demo"], "4", False)


def test_paths_in_an_ini_file_are_beside_it(pytester, monkeypatch):
    pytester.makeini(
        "[pytest]\ncodeeval_results = out\ncodeeval_data = rows\ncodeeval_dataset = a/b\n"
        "codeeval_model = replay:r.jsonl\n"
    )
    (pytester.path / "rows").mkdir()
    (pytester.path / "r.jsonl").touch()
    (pytester.path / "below").mkdir()
    monkeypatch.chdir(pytester.path / "below")
    monkeypatch.delenv("CODEEVAL_DATA", raising=False)
    found = options(pytester)
    assert (found["results"], found["data"], found["dataset"]) == ("../out", "../rows", "a/b")
    assert found["models"] == ["replay:../r.jsonl"]


def test_the_environment_names_the_data_folder_before_the_ini_file_does(pytester, monkeypatch):
    pytester.makeini("[pytest]\ncodeeval_data = nowhere\ncodeeval_model = demo")
    monkeypatch.setenv("CODEEVAL_DATA", str(pytester.path))
    config = pytester.parseconfig()
    settle(config, config.stash[NAMES])
    assert read_settings(config, ()).data == str(pytester.path)


WRONG = {
    "codeeval_fresh = 'perhaps'": "*pytest.toml: codeeval_fresh cannot be read (*expects a bool*",
    "codeeval_samples = [1, 2]": "*pytest.toml: codeeval_samples cannot be read (*expects a string, got list*",
    "codeeval_samples = true": "*pytest.toml: codeeval_samples cannot be read (*expects a string, got bool*",
    "codeeval_samples = 0": "ERROR: codeeval_samples=0 has to be a whole number from 1.",
    "codeeval_pass_if = 'anny'": "ERROR: codeeval_pass_if='anny' is none of any, all, majority (did you mean 'any'?).",
    "codeeval_fail_under = 'x:pass@1=1'": "ERROR: codeeval_fail_under=x:pass@1=1 cannot be judged: this run has no x*",
    "codeeval_pass_at = [1]": "*pytest.toml: codeeval_pass_at cannot be read (*expects a list of strings*",
}


@pytest.mark.parametrize("line", WRONG)
def test_what_an_ini_file_gets_wrong_is_named_by_its_key(pytester, line):
    (pytester.path / "pytest.toml").write_text(f"[pytest]\ncodeeval_model = 'demo'\n{line}\n")
    pytester.makepyfile("from pytest_codeeval.suites.test_starter import test_starter")
    result = pytester.runpytest_inprocess()
    assert result.ret == 4
    result.stderr.fnmatch_lines([WRONG[line]])
    result.stderr.no_fnmatch_line("*Traceback*")


def test_a_list_where_one_value_is_due_is_named_in_the_older_form_too(pytester):
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\ncodeeval_samples = [1, 2]\n")
    with pytest.raises(pytest.UsageError, match=r"codeeval_samples takes one value, and \[1, 2\] is a list"):
        options(pytester)
