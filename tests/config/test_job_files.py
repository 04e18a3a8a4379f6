"""What a config file comes to: settings of the run, of each model and of each suite, beneath the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("yaml")

from pytest_codeeval import benchmarks
from pytest_codeeval.cli import main
from pytest_codeeval.cli.run import arguments
from pytest_codeeval.config import shipped
from pytest_codeeval.config.jobfile import read_job
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.generation.storefile import FILE_NAME
from pytest_codeeval.plugin.filesettings import settings_of
from pytest_codeeval.plugin.openrun import _decisive
from pytest_codeeval.plugin.settings import Settings
from tests.generation.scripted import Scripted
from tests.plugin.options import DEFAULTS, settings

FILE = """
temperature: 0.5
samples: 2
models:
  - demo
  - model: openai:tiny
    name: hot
    base_url: ${WHERE}/v1
    temperature: 1
    max_tokens: none
    system: Be brief.
    concurrency: 3
    price: {input: 1, output: 2.5}
    model_args: {top_k: 20, extra_body: {a: [1, true]}}
  - model: openai:tiny
    name: thinking
    base_url: http://127.0.0.1:9/v1
    model_args: {enable_thinking: true}
  - {model: "vllm:org/one", preset: memory, vllm_args: --dtype float16}
judges:
  - {model: "openai:judge", base_url: "http://127.0.0.1:9/v1", api_key_env: PATH}
suites:
  - {suite: mbpp, split: test, limit: 4, samples: 10}
  - {suite: humaneval, protocol: lm-eval}
  - starter
fail_under: {"mbpp:pass@10": 0.6}
"""


def read(text: str, folder: Path, commanded: dict[str, object] | None = None) -> Settings:
    (folder / "eval.yaml").write_text(text)
    file = read_job(folder / "eval.yaml")
    options = {**DEFAULTS, **file.options(), **(commanded or {})}
    return settings_of(file, options, set(commanded or ()), ())


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("WHERE", "http://127.0.0.1:9")
    return read(FILE, tmp_path)


def test_each_model_has_settings_of_its_own(found: Settings) -> None:
    demo, hot, thinking, served = found.models
    assert [spec.label for spec in found.models] == ["demo", "hot", "thinking", "org/one"]
    assert (found.of(demo).params.temperature, found.of(hot).params.temperature) == (0.5, 1)
    assert (found.of(demo).params.max_tokens, found.of(hot).params.max_tokens) == (1024, None)
    assert (found.of(hot).system, found.of(thinking).system) == ("Be brief.", "")
    assert (found.of(hot).concurrency, found.of(thinking).concurrency) == (3, None)
    assert hot.endpoint == "http://127.0.0.1:9/v1"
    prices = {"input_price": "1", "output_price": "2.5"}
    assert hot.options == {"top_k": "20", "extra_body": '{"a": [1, true]}', **prices}
    assert served.options == {"preset": "memory", "vllm_args": "--dtype float16"}
    assert [judge.options for judge in found.judges] == [{"api_key_env": "PATH"}]


def test_each_suite_has_settings_of_its_own(found: Settings) -> None:
    mbpp, humaneval, starter = (found.on(name) for name in ("mbpp", "humaneval", "starter"))
    assert [one.limit for one in (mbpp, humaneval, starter)] == [4, None, None]
    assert [one.samples for one in (mbpp, humaneval, starter)] == [10, 2, 2]
    assert [one.protocol for one in (mbpp, humaneval, starter)] == ["", "lm-eval", ""]
    hot = found.models[1]
    assert (mbpp.of(hot).samples, mbpp.of(hot).params.temperature) == (10, 1)
    assert mbpp.split_of("mbpp", ("test",)) == "test"


def test_the_workers_are_told_all_of_it(found: Settings) -> None:
    assert Settings.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_the_command_line_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHERE", "http://127.0.0.1:9")
    commanded = {"temperature": "0.1", "limit": "1", "splits": ["mbpp:full"], "model_args": ["top_k=5"]}
    text = FILE.replace("  - demo\n", "").replace('  - {model: "vllm:org/one"', '  - {model: "openai:org/one"')
    found = read(text.replace(", preset: memory, vllm_args: --dtype float16", ""), tmp_path, commanded)
    hot, thinking, _ = found.models
    assert [found.of(spec).params.temperature for spec in found.models] == [0.1, 0.1, 0.1]
    assert (found.on("mbpp").limit, found.on("mbpp").samples) == (1, 10)
    assert found.split_of("mbpp", ("test", "full")) == "full"
    assert (hot.options["top_k"], thinking.options) == ("5", {"enable_thinking": "true", "top_k": "5"})
    alone = read(FILE, tmp_path, {"models": ["reference"]})
    assert ([spec.label for spec in alone.models], dict(alone.own)) == (["reference"], {})
    assert [judge.label for judge in alone.judges] == ["judge"]
    assert read("limit: 3", tmp_path, {"models": ["reference"]}).limit == 3
    some = read(FILE, tmp_path, {"chosen": ["hot,org/one", "demo"]})
    assert [spec.label for spec in some.models] == ["demo", "hot", "org/one"]
    twice = "models: ['openai:m', {model: 'openai:m', name: warm, temperature: 1}]"
    for name, labels in (("m", ["m"]), ("openai:m", ["m"]), ("warm", ["warm"]), ("m,warm", ["m", "warm"])):
        assert [spec.label for spec in read(twice, tmp_path, {"chosen": [name]}).models] == labels
    with pytest.raises(UsageError, match=r"--models=hop: .*eval.yaml has no model of that name \(did you mean 'hot'"):
        read(FILE, tmp_path, {"chosen": ["hop"]})


def test_a_folder_is_that_of_the_same_model_alone(found: Settings) -> None:
    """What a file asks and what options ask go on from one another."""
    hot = found.models[1]
    args = ["top_k=20", 'extra_body={"a": [1, true]}', "input_price=1,output_price=2.5"]
    url, asked = (
        {"base_url": "http://127.0.0.1:9/v1"},
        {"temperature": "1", "max_tokens": "none", "system": "Be brief."},
    )
    alone = settings(models=["openai:tiny"], model_args=args, **url, **asked)
    assert _decisive(hot, found.of(hot), Scripted()) == _decisive(alone.models[0], alone, Scripted())


@pytest.mark.parametrize("line", ["concurrency: 4", "mode: completion", "model_args: {top_k: 20, samples_at_once: 2}"])
def test_one_model_has_one_client(tmp_path: Path, line: str) -> None:
    model = "{model: 'openai:m', base_url: 'http://127.0.0.1:9/v1', model_args: {top_k: 20}"
    other = model.partition(", model_args")[0] if "model_args" in line else model
    text = f"models:\n- {model}, name: a, temperature: 0}}\n- {other}, name: b, temperature: 1"
    if "model_args" not in line:
        assert len(read(text + "}", tmp_path).models) == 2
    with pytest.raises(UsageError, match="a and b are the same model at the same address; give both the same settings"):
        read(f"{text}, {line}}}", tmp_path)


def test_what_the_run_has_against_a_value_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"eval.yaml:3: allow_packages='no_such_thing' is not installed here"):
        read("models: [demo]\n\nallow_packages: [no_such_thing]", tmp_path)
    with pytest.raises(UsageError, match=r"eval.yaml:3: shard='3/2' names no part"):
        read("models: [demo]\n\nshard: 3/2", tmp_path)


def test_a_stage_that_asks_nobody_needs_no_key(tmp_path: Path) -> None:
    text = "models: [{model: 'openai:x', api_key_env: NO_SUCH_VARIABLE}]"
    assert read(text, tmp_path, {"stage": ["check"]}).models[0].options == {"api_key_env": "NO_SUCH_VARIABLE"}
    with pytest.raises(UsageError, match="NO_SUCH_VARIABLE, which is not set"):
        read(text, tmp_path, {"stage": ["generate"]})
    assert read(text + "\nstages: check, report", tmp_path).stages == ("check", "report")
    assert read(text + "\nstages: [report]", tmp_path).stages == ("report",)
    judged = text.replace("models", "judges") + "\nmodels: [reference]\nstages: "
    assert read(judged + "generate", tmp_path).generates
    with pytest.raises(UsageError, match=r"judges\[1\].api_key_env names the variable NO_SUCH_VARIABLE"):
        read(judged + "check", tmp_path)


def test_only_who_is_chosen_needs_a_key(tmp_path: Path) -> None:
    text = "models: [demo, {model: 'openai:x', api_key_env: NO_SUCH_VARIABLE}]"
    assert [spec.label for spec in read(text, tmp_path, {"chosen": ["demo"]}).models] == ["demo"]
    assert [spec.label for spec in read(text, tmp_path, {"models": ["reference"]}).models] == ["reference"]
    with pytest.raises(UsageError, match="NO_SUCH_VARIABLE, which is not set"):
        read(text, tmp_path)


def test_the_command_line_goes_before_what_the_file_says_of_judges(tmp_path: Path) -> None:
    text = "models: [demo]\njudges: [{model: 'openai:j', base_url: 'http://127.0.0.1:9/v1', model_args: {top_k: 2}}]"
    (judge,) = read(text, tmp_path, {"models": ["reference"]}).judges
    assert (judge.label, judge.endpoint) == ("j", "http://127.0.0.1:9/v1")
    told: dict[str, object] = {"judge_url": "http://127.0.0.1:8/v1", "judge_args": ["top_k=3,min_p=0.1"]}
    (judge,) = read(text, tmp_path, told).judges
    assert (judge.endpoint, judge.options) == ("http://127.0.0.1:8/v1", {"top_k": "3", "min_p": "0.1"})
    assert [spec.label for spec in read(text, tmp_path, {"judges": ["openai:other"]}).judges] == ["other"]
    assert [spec.label for spec in read("models: [demo]", tmp_path, {"judges": ["openai:other"]}).judges] == ["other"]


def test_no_model_has_a_folder_that_is_for_something_else() -> None:
    for label in ("judges", "Judges", FILE_NAME, f"{FILE_NAME}-wal"):
        assert ModelSpec(label, "demo", "demo").folder == f"{label.lower()}-model"
    assert ModelSpec("judges-1", "demo", "demo").folder == "judges-1"


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "jobs/data").mkdir(parents=True)
    (tmp_path / "jobs/said.jsonl").touch()
    (tmp_path / "jobs/eval.yaml").write_text(
        "models: ['replay:said.jsonl', 'openai:org/name']\ndata: data\nresults: out\nreport: /r.html\ndataset: own/name"
    )
    monkeypatch.chdir(tmp_path)
    file = read_job(Path("jobs/eval.yaml"))
    assert file.options() == {"data": "jobs/data", "results": "jobs/out", "report": "/r.html", "dataset": "own/name"}
    assert [file.model_name(model) for model in file.models] == ["replay:jobs/said.jsonl", "openai:org/name"]


def test_each_suite_of_the_package_is_found_by_its_name() -> None:
    names = {getattr(benchmarks, name).name for name in benchmarks.__all__}
    assert shipped.tests().keys() == names
    assert all(shipped.suite(name).name == name for name in names)
    assert len(shipped.tests_named(["arc", "arc-easy", "mbpp"])) == 3


def test_the_command_makes_arguments_of_pytest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("test_mine.py").touch()
    assert arguments(["e.yaml", "--models", "A", "B", "-x"]) == [
        *("--codeeval-config=e.yaml", "--codeeval-models=A", "--codeeval-models=B", "-x")
    ]
    assert arguments(["--model=demo", "mbpp", "arc", "-n", "2", "test_mine.py::test_x"]) == [
        *("--model=demo", "--codeeval-suites=mbpp", "--codeeval-suites=arc", "-n", "2", "test_mine.py::test_x")
    ]
    for words, said in (
        (
            ["--model=demo", "mbp"],
            r"mbp: no suite comes with this package by that name, .* \(did you mean 'mbpp'\?\)\.",
        ),
        (["a.yaml", "b.yaml"], r"a.yaml and b.yaml are two config files"),
        (["--model=demo", "-x"], "nothing to run is named"),
    ):
        with pytest.raises(UsageError, match=said):
            arguments(words)


def test_what_is_shown_is_a_file_of_the_same_settings(
    found: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "show", str(tmp_path / "eval.yaml")]) == 0
    shown = capsys.readouterr().out
    assert "# retries: 5" in shown
    assert read(shown, tmp_path) == found


def test_the_example_is_a_file_without_a_mistake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "example"]) == 0
    path = tmp_path / "eval.yaml"
    path.write_text(capsys.readouterr().out)
    assert main(["config", "check", str(path)]) == 0
    assert "2 models, 2 suites, nothing wrong" in capsys.readouterr().out
    bare = path.read_text().replace("\n  # ", "\n  ").replace("\n# ", "\n")
    assert "model: vllm:Qwen/Qwen2.5-Coder-7B-Instruct" in bare
