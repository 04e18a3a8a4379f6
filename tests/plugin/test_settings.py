"""Options are read once, into one frozen object; what cannot be is refused with what to do."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.core.completion import SamplingParams
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.plugin.options import add_options
from pytest_codeeval.plugin.settings import Settings
from pytest_codeeval.reports.threshold import Threshold
from tests.plugin.options import DEFAULTS, settings


def test_the_defaults_ask_for_one_greedy_sample() -> None:
    found = settings()
    assert found.params == SamplingParams(temperature=0.0, top_p=None, max_tokens=1024, seed=None)
    assert (found.samples, found.limit, found.concurrency, found.pass_at, found.pass_if) == (
        None,
        None,
        None,
        (),
        "any",
    )
    assert found.request_timeout == 600.0


def test_the_defaults_of_these_tests_are_those_of_the_command_line() -> None:
    options = add_options(pytest.Parser(_ispytest=True)).options.values()
    defaults = {option.dest.removeprefix("codeeval_"): option.default for option in options}
    # No settings: only who writes a page needs the one, and only a run that is not one the others.
    assert [defaults.pop(name) for name in ("report", "plan", "show_prompts")] == [None, False, None]
    assert {**defaults, "cache": ""} == {**DEFAULTS, "models": []}  # that one has no option


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        settings().limit = 3  # type: ignore[misc]


def test_settings_survive_json(tmp_path: Path) -> None:
    found = settings(
        models=["demo", "litellm:a/b"],
        data=str(tmp_path),
        splits=["mbpp:test", "sanitized"],
        samples="10",
        limit="5",
        temperature="0.8",
        seed="1",
        concurrency="4",
        pass_at=["1,10", "5"],
        fail_under=["mbpp-test:pass@1=60%"],
        fresh=True,
        sandbox="landlock",
        allow_packages=["pytest"],
        thinking_marks=["<plan>,</plan>"],
    )
    assert Settings.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_numbers_are_read() -> None:
    found = settings(
        samples="3", limit="5", temperature="0.8", top_p="0.95", max_tokens="99", seed="0", request_timeout="1.5"
    )
    assert (found.samples, found.limit, found.request_timeout) == (3, 5, 1.5)
    assert found.params == SamplingParams(0.8, 0.95, 99, 0)


def test_sampling_settings_can_be_left_out() -> None:
    params = settings(temperature="none", top_p="none", max_tokens="none").params
    assert params == SamplingParams(temperature=None, top_p=None, max_tokens=None)


@pytest.mark.parametrize("name", ["samples", "limit", "seed", "concurrency", "request_timeout"])
def test_nothing_else_can_be_left_out_so(name: str) -> None:
    with pytest.raises(UsageError, match="=none has to be a"):
        settings(**{name: "none"})


@pytest.mark.parametrize("name", ["samples", "limit", "max_tokens", "concurrency"])
@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1.5", "nan"])
def test_a_whole_number_has_to_be_one(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"--{name.replace('_', '-')}={text} has to be a whole number from 1"):
        settings(**{name: text})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("temperature", text) for text in ("-0.1", "2.1", "hot", "nan", "inf", "")),
        *(("top_p", text) for text in ("-0.1", "1.1", "x")),
        *(("request_timeout", text) for text in ("0", "-1", "inf")),
        ("seed", "-1"),
    ],
)
def test_a_number_has_to_lie_in_its_bounds(name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"^--{name.replace('_', '-')}={text} has to be a (whole )?number from "):
        settings(**{name: text})


@pytest.mark.parametrize(
    ("texts", "expected"),
    [(["1"], (1,)), (["10,1"], (1, 10)), (["1", "10"], (1, 10)), (["1, 10,1"], (1, 10))],
)
def test_several_k_may_be_asked_for(texts: list[str], expected: tuple[int, ...]) -> None:
    assert settings(pass_at=texts, samples="10").pass_at == expected


@pytest.mark.parametrize("text", ["0", "x", "", "1,,2", "-1", "1.5"])
def test_a_k_has_to_be_a_number_of_samples(text: str) -> None:
    with pytest.raises(UsageError, match="--pass-at=.* give whole numbers from 1"):
        settings(pass_at=[text])


def test_a_k_beyond_the_samples_is_refused() -> None:
    with pytest.raises(UsageError, match="--pass-at=10 needs at least that many samples, and --samples=5 was given"):
        settings(pass_at=["1,10"], samples="5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("humaneval:pass@1=0.6", Threshold("humaneval", "pass@1", 0.6)),
        ("mbpp-test:pass@10=60%", Threshold("mbpp-test", "pass@10", 0.6)),
        ("mbpp-test:pass^10=60%", Threshold("mbpp-test", "pass^10", 0.6)),
        ("starter:pass@1=.5", Threshold("starter", "pass@1", 0.5)),
        ("starter:pass@1=1", Threshold("starter", "pass@1", 1.0)),
        ("starter:pass@1=0", Threshold("starter", "pass@1", 0.0)),
        ("gsm8k:answer=80%", Threshold("gsm8k", "answer", 0.8)),
        ("mt-bench:turn 1=7.5", Threshold("mt-bench", "turn 1", 7.5)),
    ],
)
def test_a_threshold_is_read(text: str, expected: Threshold) -> None:
    assert settings(fail_under=[text]).fail_under == (expected,)


def test_a_threshold_reads_as_it_is_written() -> None:
    assert str(Threshold("humaneval", "pass@1", 0.6)) == "humaneval:pass@1=0.6"


@pytest.mark.parametrize(
    "text", ["", "0.6", "humaneval=0.6", "h:pass@0=0.6", "h:pass@1=1.1", "h:pass@1=60", "h:pass@1=-0.1", "h:pass@x=1"]
)
def test_a_threshold_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not understood; write SUITE:METRIC=VALUE"):
        settings(fail_under=[text])


def test_a_threshold_is_about_a_k_that_is_reported() -> None:
    with pytest.raises(UsageError, match="is about pass@2, which --pass-at=1,10 does not report"):
        settings(fail_under=["s:pass@2=0.5"], samples="10", pass_at=["1,10"])
    assert settings(fail_under=["s:pass@10=0.5"], samples="10", pass_at=["1,10"]).fail_under
    assert settings(fail_under=["s:pass@2=0.5"], samples="10").fail_under
    with pytest.raises(UsageError, match=r"is about pass\^2, which --pass-at=1,10 does not report"):
        settings(fail_under=["s:pass^2=0.5"], samples="10", pass_at=["1,10"])
    with pytest.raises(UsageError, match=r"s:pass\^1=0.5 is about pass\^1, which is pass@1; write s:pass@1=0.5"):
        settings(fail_under=["s:pass^1=0.5"])


def test_a_threshold_beyond_the_samples_is_refused() -> None:
    with pytest.raises(UsageError, match="needs at least 10 samples, and --samples=5 was given"):
        settings(fail_under=["h:pass@10=0.5"], samples="5")


def test_pass_if_is_one_of_three() -> None:
    assert [settings(pass_if=rule).pass_if for rule in ("any", "all", "majority")] == ["any", "all", "majority"]
    with pytest.raises(
        UsageError, match=r"--pass-if='majorty' is none of any, all, majority \(did you mean 'majority'\?\)"
    ):
        settings(pass_if="majorty")


@pytest.mark.parametrize("choice", ["auto", "strict", "namespaces", "landlock", "plain"])
def test_a_sandbox_may_be_chosen(choice: str) -> None:
    assert settings(sandbox=choice).sandbox == choice


def test_a_sandbox_that_is_not_known_is_refused() -> None:
    with pytest.raises(
        UsageError,
        match=r"--sandbox='namespace' is none of auto, strict, namespaces, landlock, plain .did you mean 'namespaces'",
    ):
        settings(sandbox="namespace")


def test_marks_of_thinking_are_pairs() -> None:
    texts = ["<plan>, </plan>", "##,,##", "<plan>,</plan>"]
    assert settings(thinking_marks=texts).thinking_marks == (("<plan>", "</plan>"), ("##", ",##"))


@pytest.mark.parametrize("text", ["", "<plan>", "<plan>,", ",</plan>", " , "])
def test_half_a_pair_of_marks_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="^--thinking-marks='.*' is no pair; give what begins thinking and what ends"):
        settings(thinking_marks=[text])


def test_packages_are_sorted_and_each_is_there_once() -> None:
    assert settings(allow_packages=["xdist, pluggy", "pytest", "pluggy"]).allow_packages == (
        "pluggy",
        "pytest",
        "xdist",
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pytset", r"'pytset' is not installed here \(did you mean 'pytest'\?\)\."),
        ("pytest,numpy_of_mars", r"'numpy_of_mars' is not installed here\."),
        (
            "pytest-xdist",
            r"'pytest-xdist' is no name of a package \(did you mean 'xdist'\?\); give the names that are ",
        ),
        ("pytest,", "'' is no name of a package; give the names that are imported, as in numpy,scipy"),
        ("os.path", "'os.path' is no name of a package"),
        ("json", "'json' is in the standard library, which solutions have; leave it out"),
    ],
)
def test_a_package_has_to_be_installed_here(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=f"^--allow-packages={said}"):
        settings(allow_packages=[text])


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://", "8000"])
def test_a_base_url_has_to_be_one(url: str) -> None:
    with pytest.raises(UsageError, match="--base-url=.* is no URL; give one such as http://127.0.0.1:8000/v1"):
        settings(models=["tiny"], base_url=url)


def test_two_models_never_share_a_folder() -> None:
    with pytest.raises(
        UsageError, match="--model=litellm:a/b and --model=litellm:A-b would share the results folder 'a-b'"
    ):
        settings(models=["litellm:a/b", "litellm:A-b"])


def test_a_model_of_another_plugin_is_known() -> None:
    assert settings(("mine",), models=["mine:big"]).models[0].backend == "mine"


def test_a_data_folder_has_to_be_there(tmp_path: Path) -> None:
    assert settings(data=str(tmp_path)).data == str(tmp_path)
    with pytest.raises(UsageError, match="the data folder '.*none' is not there; give --data .or CODEEVAL_DATA."):
        settings(data=str(tmp_path / "none"))


@pytest.mark.parametrize("name", ["none.jsonl", "a/none.json", "x.gz", "none", "a/b/c"])
def test_a_dataset_is_a_file_or_on_the_hub(name: str) -> None:
    with pytest.raises(UsageError, match="--dataset=.* names no file; give the path of a JSONL file, or OWNER/NAME"):
        settings(dataset=name)


def test_a_dataset_that_can_be_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.touch()
    assert [settings(dataset=name).dataset for name in (str(path), "owner/name", "", None)] == [
        str(path),
        "owner/name",
        None,
        None,
    ]


def test_a_split_goes_to_the_suites_that_have_it() -> None:
    found = settings(splits=["test"])
    assert found.split_of("mbpp", ("full", "test")) == "test"
    assert found.split_of("starter", ()) is None


def test_a_split_may_name_its_suite() -> None:
    found = settings(splits=["mbpp:sanitized", "test"])
    assert found.split_of("mbpp", ("test", "sanitized")) == "sanitized"
    assert found.split_of("humaneval", ("test",)) == "test"


def test_a_split_of_a_users_own_dataset_may_be_anything() -> None:
    assert settings(splits=["whatever"], dataset="owner/name").split_of("dataset", ("*",)) == "whatever"
    assert settings(splits=["dataset:whatever"]).split_of("dataset", ("*",)) == "whatever"


def test_a_split_that_no_suite_has_is_refused() -> None:
    with pytest.raises(
        UsageError, match=r"--split='sanitised' is a part of no suite here \(did you mean 'sanitized'\?\)"
    ):
        settings(splits=["sanitised"])


@pytest.mark.parametrize(("splits", "said"), [(("full", "test"), "mbpp has full, test"), ((), "mbpp has no splits")])
def test_a_split_that_this_suite_has_not_is_refused(splits: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageError, match=f"--split=mbpp:x: {said}"):
        settings(splits=["mbpp:x"]).split_of("mbpp", splits)


def test_settings_of_a_backend_reach_the_models_that_are_asked() -> None:
    found = settings(
        models=["demo", "openai:a", "vllm:a/b"],
        base_url="http://127.0.0.1:1/v1",
        model_args=["top_k=5,min_p=0.1", "top_k=6"],
        rpm="60",
        tpm="1000",
        max_cost="1.5",
    )
    demo, openai, vllm = found.models
    assert (demo.args, demo.mode) == ((), "chat")
    assert openai.args == vllm.args == (("top_k", "6"), ("min_p", "0.1"))
    assert (openai.mode, vllm.mode) == ("chat", "auto")
    assert (found.rpm, found.tpm, found.max_cost) == (60, 1000, 1.5)
    assert Settings.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"models": ["demo"], "model_args": ["a=1"]}, "--model-args=a=1: demo has no settings"),
        ({"models": ["openai:a"], "model_args": ["a"]}, "--model-args='a' is not understood"),
        ({"mode": "chatt"}, r"--mode='chatt' is none of auto, chat, completion, score \(did you mean 'chat'\?\)"),
        ({"tools": "nativ"}, r"--tools='nativ' is none of auto, native, prompt \(did you mean 'native'\?\)"),
        ({"rpm": "0"}, "--rpm=0 has to be a whole number from 1"),
        ({"tpm": "x"}, "--tpm=x has to be a whole number from 1"),
        ({"max_cost": "-1"}, "--max-cost=-1 has to be a number from 0"),
        ({"max_cost": "nan"}, "--max-cost=nan has to be a number from 0"),
    ],
)
def test_what_cannot_be_asked_of_a_model_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        settings(**options)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"judge_url": "http://x/v1"}, "--judge-url=http://x/v1 is for a judge, and none was named"),
        ({"judges": ["reference"]}, "--judge=reference: reference has no judgments"),
        ({"judges": ["nope"]}, "--judge='nope' names no model known here.* with --judge-url"),
        ({"judges": ["openai:a", "openai:a"]}, "--judge=openai:a would be judge 'a' twice"),
        ({"judges": ["demo"], "judge_args": ["a=1"]}, "--judge-args=a=1: demo has no settings"),
        ({"judges": ["openai:a"], "judge_args": ["a"]}, "--judge-args='a' is not understood"),
        ({"judges": ["openai:a"], "judge_url": "x"}, "--judge-url='x' is no URL"),
        ({"judges": ["openai:a"], "judge_url": "http://u:p@h/v1"}, "--judge-url has a user name or password in it"),
        ({"stop": ["###", ""]}, "--stop= is empty"),
    ],
)
def test_what_cannot_be_asked_of_a_judge_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        settings(**{"models": ["demo"], **options})


def test_fuzz_is_a_number_and_decides_only_if_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings().fuzz == 0
    assert settings(fuzz="200", fuzz_decides=True).fuzz == 200
    for options, said in (
        ({"fuzz": "0"}, "--fuzz=0"),
        ({"fuzz": "-1"}, "--fuzz=-1"),
        ({"fuzz": "10001"}, "at most 10000 inputs are tried"),
        ({"fuzz_decides": True}, "give --fuzz=N as well"),
    ):
        with pytest.raises(UsageError, match=said):
            settings(**options)
    monkeypatch.setattr("pytest_codeeval.plugin.fuzzoptions.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"needs Hypothesis; run pip install 'pytest-codeeval\[fuzz\]'"):
        settings(fuzz="5")
