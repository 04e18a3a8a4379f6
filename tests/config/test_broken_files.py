"""What is wrong with a config file is said in one sentence with its line, and nothing is run."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pydantic")
pytest.importorskip("yaml")

from pytest_codeeval.cli import main

KEY = "sk-" + "a1" * 12
LAUGHS = "\n".join(
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]",
        *(f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
    ]
)

CASES: dict[str, tuple[str | bytes, int, str]] = {
    "no YAML": ("models: [demo\nsuites: [starter]", 2, "this is no YAML (expected ',' or ']'"),
    "a tab": ("models:\n\t- demo", 2, "the line is indented with a tab, which YAML does not allow; use spaces."),
    "a quote that is not closed": ('models: ["demo]\nlimit: 3\n', 3, "this is no YAML (found unexpected end"),
    "a control character": ("limit: 1\nmodels: [\x00]", 2, "there is a control character here that YAML does not"),
    "two documents": ("limit: 1\n---\nlimit: 2", 2, "a second document begins here; keep one to a file."),
    "not UTF-8": (b"limit: 1\nresults: caf\xe9", 2, "the file is not UTF-8 here; save it as UTF-8."),
    "a list": ("- demo\n- reference", 1, "the file is a list, and has to be a map with keys such as models:"),
    "a text": ("demo", 1, "the file is a single value, and has to be a map"),
    "a key twice": ("limit: 1\nmodels: [demo]\nlimit: 2", 3, "'limit' stands here twice, first in line 1; keep one"),
    "a bomb": (LAUGHS, 5, "with its aliases this comes to more than 20,000 values; write fewer."),
    "an alias of itself": ("models: &m [*m]", 1, "it is nested too deeply to be read, or within itself"),
    "too deep": (
        "limit: " + "[" * 500,
        1,
        "it is nested too deeply to be read, or within itself; write it with fewer levels.",
    ),
    "a merge": (
        "models:\n- &a {model: demo}\n- {<<: *a}",
        3,
        "<< is not read; what holds for all models goes to the top",
    ),
    "an object": ("models: !!python/object/apply:os.system [ls]", 1, "the tag tag:yaml.org,2002:python/object/apply"),
    "a key that is a list": ("limit: 1\n? [a]\n: 3", 2, "a key has to be a name, and this is a list or a map"),
    "an unknown key": (
        "models: [demo]\ntemprature: 1",
        2,
        "there is no key 'temprature' (did you mean 'temperature'?)",
    ),
    "an unknown key of a model": ("models:\n- model: demo\n  lable: x", 3, "there is no key 'lable' in models[1]"),
    "an unknown key of a suite": (
        "suites:\n- suite: mbpp\n  splt: x",
        3,
        "there is no key 'splt' in suites[1] (did you m",
    ),
    "an unknown key of a judge": ("judges:\n- model: demo\n  temperature: 1", 3, "no key 'temperature' in judges[1]"),
    "a price by half": (
        "models:\n- model: openai:x\n  price:\n    input: 1",
        3,
        "models[1].price has no output:, which it",
    ),
    "a list that is a text": (
        "models: demo",
        1,
        "models is 'demo', and has to be a list, with a dash before each entry.",
    ),
    "a map that is a number": ("models:\n- demo\n- 3", 3, "models[2] is 3, and has to be a map of keys and values."),
    "a text that is a number": ("results: 7", 1, "results is 7, and has to be a text; put it in quotes."),
    "a number in words": ("limit: three", 1, "limit is 'three', and has to be a whole number."),
    "a number that is a truth": (
        "models: [{model: demo, temperature: yes}]",
        1,
        "models[1].temperature is true, and has",
    ),
    "a truth that is neither": ("fresh: maybe", 1, "fresh is 'maybe', and has to be true or false."),
    "no value": ("models: [demo]\nlimit:", 2, "limit has no value; give one, or leave the line out."),
    "too high": ("models: [demo]\n\ntemperature: 3", 3, "temperature is 3, and has to be at most 2."),
    "too low": ("suites: [{suite: mbpp, limit: 0}]", 1, "suites[1].limit is 0, and has to be at least 1."),
    "not a number": ("max_cost: .nan", 1, "max_cost is nan, and has to be"),
    "an unknown mode": (
        "mode: chatt",
        1,
        "mode is 'chatt', and has to be one of auto, chat, completion, score (did you",
    ),
    "an unknown preset": (
        "models: [{model: vllm:a/b, preset: fast}]",
        1,
        "models[1].preset is 'fast', and has to be one",
    ),
    "an unknown stage": (
        "stages: [check, grade]",
        1,
        "stages[2] is 'grade', and has to be one of generate, check, report",
    ),
    "workers in words": ("workers: many", 1, "workers is 'many', and has to be a number or auto."),
    "a name that hides": ('models: [{model: demo, name: "a\\u202e"}]', 1, "models[1].name has to be on one line, of"),
    "no name": ("models: [{model: demo, name: ''}]", 1, "models[1].name has to be on one line, of letters that can be"),
    "a suite without a name": ("suites: [{limit: 3}]", 1, "suites[1] has no suite:, which it needs; add it."),
    "a key": (
        f"models:\n- model: openai:x\n  model_args: {{a: {KEY}}}",
        3,
        "this looks like an API key, which no file",
    ),
    "a key under its name": (
        "models:\n- model: openai:x\n  api_key: hunter2",
        3,
        "'api_key' in models[1] would hold a key",
    ),
    "a key as a setting": (
        "models: [{model: openai:x, model_args: {api_key: x}}]",
        1,
        "model_args.api_key would hold a",
    ),
    "a key by a variable": (
        "data: ${MY_API_KEY}",
        1,
        "${MY_API_KEY} would put a key among the settings; give its name",
    ),
    "a variable that is not set": (
        "limit: 1\ndata: ${NOWHERE}",
        2,
        "the variable ${NOWHERE} is not set in the environ",
    ),
    "a key that is not set": (
        "models: [{model: openai:x, api_key_env: NO_KEY}]",
        1,
        "the variable NO_KEY, which is not se",
    ),
    "no name of a variable": (
        "models: [{model: openai:x, api_key_env: a b}]",
        1,
        "has to be the name of a variable of th",
    ),
    "no model": ("suites: [starter]\nmodels: []", 2, "models names no model; name one, such as `- model: demo`."),
    "an unknown model": (
        "models:\n- demo\n- replya:x",
        3,
        "model='replya:x' names no model known here (did you mean 'repla",
    ),
    "two models of a name": (
        "models:\n- {model: demo, name: a}\n- {model: reference, name: A}",
        3,
        "models[2] and models[1]",
    ),
    "an unknown setting": (
        "models: [{model: openai:x, model_args: {topk: 1}}]",
        1,
        "no such setting (did you mean 'top_k",
    ),
    "an address for nobody": (
        "models: [{model: demo, base_url: 'http://a'}]",
        1,
        "models[1].base_url: demo asks no server",
    ),
    "no address": (
        "models: [{model: x, base_url: here}]",
        1,
        "models[1].base_url is 'here' and no URL; give one such as",
    ),
    "a password": (
        "models: [{model: x, base_url: 'http://a:b@c'}]",
        1,
        "base_url has a user name or password in it; put",
    ),
    "a preset for others": (
        "models: [{model: openai:x, preset: memory}]",
        1,
        "models[1].preset is for models that vLLM",
    ),
    "a price of nothing": ("models: [{model: demo, price: {input: 1, output: 1}}]", 1, "models[1].price: demo runs on"),
    "a score beside words": (
        "models:\n- demo\n- {model: reference, mode: score}",
        3,
        "mode: score is for all models of a fi",
    ),
    "no judge": (
        "models: [demo]\njudges: [reference]",
        2,
        "judges[1]: reference has no judgments; name a model that can",
    ),
    "an unknown suite": (
        "models: [demo]\nsuites:\n- humanevl",
        3,
        "no suite 'humanevl' comes with this package (did you",
    ),
    "the file of a suite": (
        "models: [demo]\nsuites: [mt_bench]",
        2,
        "no suite 'mt_bench' comes with this package (did you mean 'mt-bench'",
    ),
    "a suite twice": (
        "models: [demo]\nsuites:\n- mbpp\n- mbpp",
        4,
        "the suite mbpp stands here twice; keep one of them.",
    ),
    "an unknown split": (
        "models: [demo]\nsuites:\n- suite: mbpp\n  split: tset",
        4,
        "mbpp has no split 'tset' (did you mean",
    ),
    "an unknown protocol": ("models: [demo]\nsuites: [{suite: mbpp, protocol: lm}]", 2, "mbpp has no protocol 'lm'"),
    "shots for words": (
        "models: [demo]\nsuites: [{suite: mbpp, shots: 3}]",
        2,
        "suites[1].shots is for choices that are",
    ),
    "no file of a suite": (
        "models: [demo]\nsuites: [{suite: mine, file: a.py}]",
        2,
        "suites[1].file is 'a.py', and there",
    ),
    "a threshold of nothing": (
        "models: [demo]\nfail_under: [mbpp]",
        2,
        "fail_under='mbpp' is not understood; write SUITE:",
    ),
    "a threshold elsewhere": (
        "models: [demo]\nsuites: [starter]\nfail_under:\n  starter:pass@1: 0.1\n  mbpp:pass@1: 0.5",
        5,
        "fail_under mbpp:pass@1=0.5: the suite mbpp is not run by this file; there are starter.",
    ),
    "no data": (
        "models: [demo]\ndata: nowhere",
        2,
        "data is 'nowhere', and there is no such folder; give the folder of",
    ),
    "no dataset": ("models: [demo]\nlang: rust", 2, "lang is the language of a dataset:, and none is given; give one"),
}


@pytest.mark.parametrize(("content", "line", "said"), CASES.values(), ids=CASES)
def test_a_mistake_is_one_sentence_with_its_line(
    content: str | bytes,
    line: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MY_API_KEY", KEY)
    Path("eval.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["config", "check", "eval.yaml"]) == 4
    found = [text for text in capsys.readouterr().err.splitlines() if said in text]
    assert len(found) == 1, f"{said!r} is not what was said"
    assert found[0].startswith(f"eval.yaml:{line}: ")
    assert found[0].endswith(".")
    assert KEY not in found[0]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("empty.yaml", "empty.yaml: the file is empty and names no model yet; `codeeval config example` prints one"),
        ("absent.yaml", "absent.yaml: there is no such file; `codeeval config example > absent.yaml` writes one"),
        ("folder.yaml", "folder.yaml cannot be read: Is a directory; name a file in YAML."),
        ("large.yaml", "large.yaml has more than 256 KiB and is no config file; name another."),
    ],
)
def test_what_is_no_file_of_settings_has_no_lines(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.yaml").write_text("# nothing yet\n")
    Path("folder.yaml").mkdir()
    Path("large.yaml").write_text("# " * 200_000)
    assert main(["config", "check", name]) == 4
    assert capsys.readouterr().err.startswith(said)


def test_all_mistakes_are_said_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "eval.yaml"
    path.write_text("models:\n- model: demo\n  lable: x\n  mode: chatt\nlimit: 0\n")
    assert main(["config", "check", str(path)]) == 4
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[1] for line in lines] == ["3", "4", "5"]
