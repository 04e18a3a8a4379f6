"""A protocol is chosen once, at collection; it names the suite, asks, reads, and is a part of what may be mixed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_codeeval.benchmarks import GSM8K, HUMANEVAL, MBPP
from pytest_codeeval.core.completion import CompletionRequest
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.problem import Dataset, Problem
from pytest_codeeval.core.protocol import Protocol, Way
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.generation.backends.reference import ReferenceBackend
from pytest_codeeval.plugin.case import make_cases
from pytest_codeeval.plugin.loadedsuite import as_asked, load_suite
from pytest_codeeval.plugin.openrun import _decisive
from pytest_codeeval.scoring.code.scorer import CodeScorer
from tests.plugin.options import settings

PROBLEM = Problem("T/1", "def f(x):\n", "assert f(1) == 1", "f", "    return x\n")
ONLY_TEXT = Protocol("raw", completion=Way("raw", "{prompt}", "{canonical}", stop=("\ndef",)))
BOTH = Protocol(
    "both",
    chat=Way("talk", "Go on with\n{prompt}", "{canonical}", prefill="{prompt}"),
    completion=ONLY_TEXT.completion,
    max_tokens=7,
    timeout=5.0,
)
SUITE = Suite(
    "toy", lambda _: Dataset((PROBLEM,)), lambda _: "ours", splits=("a",), protocols={"raw": ONLY_TEXT, "both": BOTH}
)


def asked(**options: Any) -> CompletionRequest:
    """The request of the one problem."""
    given = settings(**{"models": ["litellm:a/b"], **options})
    (case,), _ = make_cases(load_suite(as_asked(SUITE, given), given), given, {})
    return case.requests[0]


def test_a_suite_without_it_says_which_it_has() -> None:
    with pytest.raises(UsageError) as error:
        as_asked(MBPP, settings(protocol="lm_eval"))
    said = "--protocol=lm_eval: mbpp has bigcode, lm-eval, evalscope (did you mean 'lm-eval'?); name one of these."
    assert str(error.value) == said
    with pytest.raises(UsageError, match="--protocol=openai: gsm8k has none; leave it out"):
        as_asked(GSM8K, settings(protocol="openai"))
    assert list(HUMANEVAL.protocols) == ["openai", "evalplus", "bigcode", "lm-eval", "evalscope"]


def test_it_is_in_the_name_of_the_suite_and_in_what_is_said_with_its_scores() -> None:
    given = settings(protocol="both")
    loaded = load_suite(as_asked(SUITE, given), given)
    assert (loaded.name, loaded.is_code, loaded.suite.timeout_of(PROBLEM)) == ("toy@both", True, 5.0)
    assert loaded.to_json()["note"] == "by the rules of both (raw, in a chat talk)"
    assert as_asked(SUITE, given) == as_asked(SUITE, given)  # two tests of one suite
    assert as_asked(SUITE, settings()) is SUITE


def test_what_is_said_of_each_is_a_line() -> None:
    for suite in (HUMANEVAL, MBPP):
        for protocol in suite.protocols.values():
            assert len(f"{suite.name}@{protocol.name}: by the rules of {protocol.name} ({protocol.about})") <= 100


def test_a_protocol_that_chooses_problems_takes_no_split() -> None:
    given = settings(protocol="raw", splits=["toy:a"])
    assert load_suite(as_asked(SUITE, given), given).problems == (PROBLEM,)
    choosing = replace(SUITE, protocols={"raw": replace(ONLY_TEXT, select=lambda dataset: dataset)})
    with pytest.raises(UsageError, match="--split=a: --protocol=raw says what is run of toy; leave it out"):
        load_suite(as_asked(choosing, given), given)


def test_a_chat_goes_on_with_what_is_said_for_the_model() -> None:
    request = asked(protocol="both")
    assert [dict(message) for message in request.messages] == [
        {"role": "user", "content": "Go on with\ndef f(x):\n"},
        {"role": "assistant", "content": "def f(x):\n"},
    ]
    assert (request.mode, request.params.max_tokens) == ("chat", 7)
    assert asked(protocol="both", max_tokens="9").params.max_tokens == 9


def test_text_is_continued_where_nothing_else_is_asked_there() -> None:
    openai = {"models": ["openai:x"], "base_url": "http://127.0.0.1:1/v1"}
    for options in ({"models": ["vllm:a/b"]}, {**openai, "mode": "completion"}):
        request = asked(protocol="raw", **options)
        assert (request.mode, request.prompt, request.prompt_stop) == ("completion", "def f(x):\n", ("\ndef",))
    assert asked(protocol="both", models=["vllm:a/b"]).mode == "auto"
    wrong = "--protocol=raw: toy is put to models that continue text only; use --mode=completion."
    for options in ({"models": ["litellm:a/b"]}, openai):
        with pytest.raises(UsageError) as error:
            asked(protocol="raw", **options)
        assert str(error.value) == wrong
    assert asked(protocol="raw", models=["reference"]).script == "    return x\n"
    with pytest.raises(UsageError, match="--mode=score: toy@raw has no choices that can be scored"):
        asked(protocol="raw", models=["vllm:a/b"], mode="score")


def test_results_by_different_protocols_are_not_mixed() -> None:
    given = settings(models=["reference"], protocol="raw")
    assert _decisive(given.models[0], given, ReferenceBackend())["protocol"] == "raw"
    ours = settings(models=["reference"])
    assert "protocol" not in _decisive(ours.models[0], ours, ReferenceBackend())


def test_a_run_names_it_keeps_it_and_has_to_be_resumed_by_it(
    data: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEEVAL_CACHE", str(pytester.path / "cache"))
    pytester.makepyfile(test_humaneval=(Path(__file__).parents[2] / "suites/test_humaneval.py").read_text())
    run = ["--model=reference", "--limit=2", "--self-test=off", f"--data={data}", "--protocol=lm-eval"]
    first = pytester.runpytest_subprocess(*run, "--fail-under=humaneval@lm-eval:pass@1=1")
    first.stdout.fnmatch_lines(
        ["*reference  humaneval@lm-eval  2 of 164  100.0%*", "humaneval@lm-eval: by the rules of*"]
    )
    assert first.ret == 0
    kept = (pytester.path / "results/reference/run.json").read_text()
    assert '"protocol": "lm-eval"' in kept
    for options in (run[:-1], [*run[:-1], "--protocol=openai"]):
        other = pytester.runpytest_inprocess(*options)
        assert other.ret == pytest.ExitCode.USAGE_ERROR
        other.stderr.fnmatch_lines(["*holds results made with other settings (protocol was 'lm-eval' and is *"])
    absent = pytester.runpytest_inprocess(*run[:-1], "--protocol=lm_eval", "--results=other")
    assert absent.ret == pytest.ExitCode.USAGE_ERROR
    absent.stdout.fnmatch_lines(["*--protocol=lm_eval: humaneval has openai, *(did you mean 'lm-eval'?); name one*"])
    assert not (pytester.path / "other").exists()


class CountingScorer(CodeScorer):
    """A scorer of programs that a suite names."""


def test_a_scorer_of_programs_that_a_suite_names_reads_by_it_too() -> None:
    given = settings(protocol="raw")
    named = replace(SUITE, scorer=CountingScorer())
    loaded = load_suite(as_asked(named, given), given)
    scorer = loaded.scorer(PROBLEM)
    assert isinstance(scorer, CountingScorer)
    assert scorer.protocol is ONLY_TEXT
    assert CodeScorer.protocol is None
    assert named.scorer is not scorer
