"""Whole runs of suites in words on loopback: how models are asked, gated, and what is said of answers without one."""

from __future__ import annotations

import importlib.util
import re
from html.parser import HTMLParser

import pytest

from tests.acceptance.small import small_data
from tests.servers.talking import asked_of, talking

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)


def sum_of(body):
    """The right answer to the last question of a text."""
    return 2 * int(re.findall(r"What is (\d+) plus", asked_of(body))[-1])


def arguments(server, folder, *more):
    return ["--model=openai:tiny", f"--base-url={server.base_url}", f"--data={folder}", *more]


def test_a_base_model_is_given_the_suites_text_and_one_that_has_none_is_refused(run, tmp_path, samples):
    folder = small_data(tmp_path / "data")
    with talking(lambda body: f" It is {sum_of(body)}.\n#### {sum_of(body)}\n\n") as server:
        asked = arguments(server, folder, "--mode=completion")
        refused = run(*asked, suite="gsm8k mt_bench", here=True)
        assert refused.ret == 4
        said = refused.stdout.str() + refused.stderr.str()
        assert "--mode=completion: mt-bench can only be put to a model that chats; use --mode=chat." in said
        assert server.requests == []
        gates = ("--fail-under=gsm8k:answer=100%", "--fail-under=gsm8k:strict=0.5")
        result = run(*asked, *gates, suite="gsm8k", here=True)
        result.assert_outcomes(passed=10)
        result.stdout.fnmatch_lines(["--fail-under gsm8k:answer=1: *undecided*", "--fail-under gsm8k:strict=0.5: met*"])
        body = server.requests[0]
        assert body["prompt"].count("Question: ") == 9
        assert body["prompt"].endswith("\nAnswer:")
        assert "Question:" in body["stop"]
    assert {row["form"] for row in samples("tiny")} == {"continuation"}


def test_a_base_model_is_asked_of_a_suite_what_it_can_be(run, samples):
    with talking(lambda body: " No idea.") as server:
        result = run(
            "--model=openai:tiny",
            f"--base-url={server.base_url}",
            "--mode=completion",
            "-rs",
            suite="starter_general",
            here=True,
        )
        result.assert_outcomes(failed=29, skipped=28)
    result.stdout.fnmatch_lines(["tiny * starter-general * 29 *", "SKIPPED * it can only be put to a model that chats"])
    assert {row["form"] for row in samples("tiny")} == {"continuation"}


def test_shuffled_choices_are_asked_and_scored_alike_and_a_folder_keeps_to_its_seed(run, tmp_path, samples):
    folder = small_data(tmp_path / "data")

    def says(body):
        """Name the first of the items, wherever it stands."""
        question = asked_of(body)
        number = re.search(r"number (\d+)", question)[1]
        return f"ANSWER: {re.search(rf'([A-D])[)] item {number}', question)[1]}"

    with talking(says) as server:
        asked = arguments(server, folder, "-k", "challenge", "--shuffle-choices=7")
        run(*asked, suite="arc", here=True).assert_outcomes(passed=4)
        run(*asked, suite="arc", here=True).assert_outcomes(passed=4)
        assert len(server.requests) == 4
        for seed in ("--shuffle-choices=8", ""):
            other = run(*arguments(server, folder, "-k", "challenge", *filter(None, [seed])), suite="arc", here=True)
            assert other.ret == 4
            other.stdout.fnmatch_lines(
                ["*holds results of another arc-challenge (shuffled 7, now *give another --res*"]
            )
        assert len(server.requests) == 4
    assert {row["answer"] for row in samples("tiny")} - {"A"}


def test_the_users_temperature_goes_before_that_of_a_category(run, tmp_path):
    folder = small_data(tmp_path / "data")
    with talking(lambda body: "VERDICT: 7\n\n[[7]]") as server:
        judge = ("--judge=openai:referee", f"--judge-url={server.base_url}")
        for option, sent in (("--temperature=none", None), ("--temperature=0", 0.0)):
            asked = arguments(server, folder, *judge, option, f"--results=r{option}", "--limit=3")
            run(*asked, suite="mt_bench", here=True).assert_outcomes(passed=3)
            assert {body.get("temperature") for body in server.requests if body["model"] == "tiny"} == {sent}
            server.requests.clear()
        mixed = run(
            *arguments(server, folder, *judge, "--results=r--temperature=0", "--limit=3"), suite="mt_bench", here=True
        )
        assert mixed.ret == 4
        mixed.stdout.fnmatch_lines(["*holds results of another mt-bench (overridden temperature, now none)*"])


def test_where_a_tenth_holds_nothing_to_score_examples_and_a_remedy_are_named(run, tmp_path):
    folder = small_data(tmp_path / "data")

    def says(body):
        """Answer half of the questions, as one that was not made for it would in the end."""
        return "I am a helpful assistant." if sum_of(body) % 4 else f"#### {sum_of(body)}"

    with talking(says) as server:
        asked = arguments(server, folder)
        note = note_of(run(*asked, suite="gsm8k", here=True).stdout.lines)
    assert note[:4] == [
        "5 of 10 answers hold nothing to score: tiny on gsm8k",
        *[f"  GSM8K/{number}: 'I am a helpful assistant.'" for number in (0, 2, 4)],
    ]
    assert "--mode (a base model that is asked by chat)" in note[4]


def note_of(lines):
    """The note is the last thing that a run says, but for where its results are."""
    end = next(number for number, line in enumerate(lines) if line.startswith("results: "))
    return lines[end - 5 : end]


HOSTILE = "\x1b[2J\x1b]0;owned\x07</script><script>alert(1)</script>\ud800 \u202e #### "


class Scripts(HTMLParser):
    """Collects what would be run."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found += [tag] if tag == "script" else [name for name, _ in attributes if name.startswith("on")]


def test_hostile_answers_stay_text(run, tmp_path, samples, suite_folder):
    folder = small_data(tmp_path / "data")
    with talking(lambda body: f"{HOSTILE}{sum_of(body) if sum_of(body) > 4 else 'none' + HOSTILE}") as server:
        result = run(*arguments(server, folder, "--html=report.html", "-rA"), suite="gsm8k", here=True)
        result.assert_outcomes(passed=8, failed=2)
        clean = run(
            *arguments(server, folder, "--limit=1", "--results=clean", "--html=clean.html"), suite="gsm8k", here=True
        )
    assert "\x1b" not in result.stdout.str() + clean.stdout.str()
    assert {row["completion"][:4] for row in samples("tiny")} == {HOSTILE[:4]}
    page = Scripts()
    page.feed((suite_folder / "report.html").read_text(encoding="utf-8"))
    assert "alert(1)" in (suite_folder / "report.html").read_text(encoding="utf-8")
    other = Scripts()
    other.feed((suite_folder / "clean.html").read_text(encoding="utf-8"))
    assert len(page.found) == len(other.found)


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ("gsm8k:anser=80%", "gsm8k has no anser (did you mean 'answer'?), only answer, strict"),
        ("gsm8k:answer=80", "answer is a share, which is 1 at most"),
        ("mt-bench:rating=7", "this run has no mt-bench"),
    ],
)
def test_a_gate_that_cannot_be_judged_is_refused_before_anything_is_asked(run, tmp_path, gate, said):
    folder = small_data(tmp_path / "data")
    with talking(lambda body: f"#### {sum_of(body)}") as server:
        result = run(*arguments(server, folder, f"--fail-under={gate}"), suite="gsm8k", here=True)
        assert server.requests == []
    assert result.ret == 4
    assert said in result.stdout.str() + result.stderr.str()


def test_recorded_answers_of_arithmetic_are_found_by_id(run, tmp_path):
    folder = small_data(tmp_path / "data")
    path = tmp_path / "mine.jsonl"
    ids = ("gsm8k/0", "GSM8K/1", "gsm8k_test/2", "3", "4")
    path.write_text("".join(f'{{"task_id": "{one}", "response": "A: {2 * n}"}}\n' for n, one in enumerate(ids, 1)))
    run(f"--model=replay:{path}", f"--data={folder}", suite="gsm8k", here=True).assert_outcomes(passed=5)
