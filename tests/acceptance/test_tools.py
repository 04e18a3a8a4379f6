"""Whole runs in which models call tools: given as such or in words, kept, resumed, replayed, and ended if they loop."""

from __future__ import annotations

import importlib.util
import json
import signal
import threading
import time
from collections import Counter

import pytest

from tests.servers.calling import call, calling
from tests.servers.dashscope import DashScopeServer
from tests.servers.talking import asked_of, talking
from tests.servers.worded import error

if importlib.util.find_spec("aiohttp") is None:
    pytest.skip("needs pytest-codeeval[openai]", allow_module_level=True)

SUITE = '''
"""sums: three sums to be made with a tool."""

import pytest

from pytest_codeeval import Dataset, Problem, Prompt, Score, Suite, TextScorer, Toolbox, tool, tools_left

ADD = tool("add", "Adds a number to the sum.", {"n": {"type": "integer"}})


def add(state, call):
    number = (call.parsed() or {}).get("n")
    if not isinstance(number, int):
        return state, "error: n has to be a whole number"
    return state + number, f"The sum is {state + number}."


BOX = Toolbox((ADD,), add, start=0)


class SumScorer(TextScorer):
    def toolbox(self, problem):
        return BOX

    def references(self, problem):
        call = '<tool_call>{"name": "add", "arguments": {"n": %s}}</tool_call>'
        return call % 1, f"{call % 2}{call % problem.extra['last']}", problem.target

    def score(self, problem, completions, tools):
        left = tools_left(BOX, completions, tools)
        if left.calls:
            return Score(False, "no_answer", "the model goes on calling", "endless_loop")
        score = super().score(problem, completions, tools)
        return score if not score.passed or left.state == int(problem.target) else Score(False, detail="another state")

    def score_text(self, problem, text):
        return Score(problem.target in text, answer=text)


def load(request):
    asked = {n: f"Add 1, 2 and {n}." for n in (3, 4, 5)}
    return Dataset(tuple(Problem(f"Sums/{n}", asked[n], extra={"last": n}, target=str(3 + n)) for n in asked))


SUMS = Suite("sums", load, lambda problem: Prompt((problem.prompt,), tools=(ADD,)), scorer=SumScorer())


@pytest.mark.suite(SUMS)
def test_sums(score):
    result = score()
    assert result.passed, result.explanation
'''


@pytest.fixture
def sums(run, suite_folder):
    """Run the suite, in the test's own process where that may be."""
    (suite_folder / "test_sums.py").write_text(SUITE)

    def sums(*arguments, here=True):
        return run("--self-test=off", *arguments, suite="sums", here=here and "-n2" not in arguments)

    return sums


def last_of(body):
    """The number at the end of the question."""
    return int(body["messages"][0]["content"].rpartition(" ")[2].rstrip("."))


def model_says(body):
    """Add 1, then the others at once, with thinking beside; then answer in words."""
    results = sum(message["role"] == "tool" for message in body["messages"])
    if results == 0:
        return calling(call("add", '{"n": 1}'), reasoning_content="I begin.")
    if results == 1:
        return calling(call("add", '{"n": 2}', "x"), call("add", json.dumps({"n": last_of(body)}), "y"))
    return f"It is {body['messages'][-1]['content'].removesuffix('.').rpartition(' ')[2]}."


def arguments(server, *more, backend="openai"):
    return [f"--model={backend}:tiny", f"--base-url={server.base_url}", "--retries=1", *more]


def test_steps_are_asked_kept_resumed_and_replayed(sums, tmp_path, samples):
    with talking(model_says) as server:
        sums(*arguments(server, "-n2", "--samples=2")).assert_outcomes(passed=3)
        assert len(server.requests) == 18
        assert len({json.dumps(body["messages"]) for body in server.requests}) == 9
        last = next(body["messages"] for body in server.requests if len(body["messages"]) == 6)
        assert last[1] | {"reasoning_content": "I begin."} == last[1]
        assert [message["content"] for message in last if message["role"] == "tool"] == [
            "The sum is 1.",
            "The sum is 3.",
            f"The sum is {3 + last_of({'messages': last})}.",
        ]
        sums(*arguments(server, "--samples=2")).assert_outcomes(passed=3)
        assert len(server.requests) == 18
    rows = samples("tiny")
    row = next(row for row in rows if row["task_id"] == "Sums/5")
    assert (row["completion"], row["tool_calls"]) == ("It is 8.", [])
    assert row["turns"] == [
        {
            "text": "",
            "finish_reason": "tool_calls",
            "tool_calls": [{"name": "add", "arguments": '{"n": 1}', "id": "c1"}],
        },
        {
            "text": "",
            "finish_reason": "tool_calls",
            "tool_calls": [
                {"name": "add", "arguments": '{"n": 2}', "id": "x"},
                {"name": "add", "arguments": '{"n": 5}', "id": "y"},
            ],
        },
    ]
    (tmp_path / "recorded.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    replay = sums(f"--model=replay:{tmp_path / 'recorded.jsonl'}")
    replay.assert_outcomes(passed=3)
    replay.stdout.no_fnmatch_line("sums: tools*")  # how it was asked is not known
    names = ("outcome", "completion", "turns", "tool_calls")
    replayed = {(row["task_id"], row["sample_index"]): row for row in samples("replay-recorded")}
    for row in rows:
        again = replayed[row["task_id"], row["sample_index"]]
        assert [again[name] for name in names] == [row[name] for name in names]


def test_the_reference_calls_natively_and_in_words(sums, samples, suite_folder):
    def told(folder):
        return [score.get("tools") for score in json.loads((folder / "run.json").read_text())["scores"]]

    native = sums("--model=reference")
    native.assert_outcomes(passed=3)
    native.stdout.fnmatch_lines(["sums: tools native"])
    assert told(suite_folder / "results" / "reference") == ["native"]
    assert {len(turn.get("tool_calls", [])) for row in samples("reference") for turn in row["turns"]} == {1, 2}
    in_words = sums("--model=reference", "--tools=prompt", "--results=words")
    in_words.assert_outcomes(passed=3)
    in_words.stdout.fnmatch_lines(["sums: tools in the prompt"])


def test_a_server_that_takes_no_tools_is_an_error_and_is_asked_in_words(sums, samples):
    def says(body):
        if "tools" in body:
            return error(400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set')
        messages = body["messages"]
        if len(messages) == 2:
            return '<tool_call>{"name": "add", "arguments": {"n": 1}}</tool_call>'
        numbers = 2, int(messages[1]["content"].rpartition(" ")[2].rstrip("."))
        calls = "".join(f'<tool_call>{{"name": "add", "arguments": {{"n": {n}}}}}</tool_call>' for n in numbers)
        return calls if len(messages) == 4 else asked_of(body).rpartition("is ")[2].split(".")[0]

    with talking(says) as server:
        refused = sums(*arguments(server, "--limit=1"))
        refused.assert_outcomes(errors=1)
        assert "have the tools stand in the prompt with --tools=prompt" in refused.stdout.str()
        sums(*arguments(server, "--tools=prompt", "--results=words")).assert_outcomes(passed=3)
        head, *_, last = server.requests[-1]["messages"]
    assert head["role"] == "system" and '"Adds a number to the sum."' in head["content"]
    assert last["content"].count("<tool_response>") == 2


ENDS = {
    "forever": (lambda body: calling(call("add", '{"n": 0}')), 8, "no_answer", "endless_loop"),
    "malformed": (lambda body: calling(call("add", '{"n": ')), 8, "no_answer", "endless_loop"),
    "cut off": (lambda body: calling(call("add", '{"n": 1'), reason="length"), 1, "cut_short", "cut_short"),
    "refused": (lambda body: ("", "content_filter"), 1, "refusal", "refusal"),
    "at once": (lambda body: f"It is {3 + last_of(body)}.", 1, "wrong_answer", "wrong_answer"),
}


@pytest.mark.parametrize("names", [("forever", "cut off", "refused"), ("malformed", "at once", "cut off")], ids=str)
def test_however_a_model_ends_is_an_outcome_of_its_own(sums, samples, names):
    ends = {number: ENDS[name] for number, name in enumerate(names, 3)}
    with talking(lambda body: ends[last_of(body)][0](body)) as server:
        sums(*arguments(server)).assert_outcomes(failed=3)
        assert Counter(map(last_of, server.requests)) == {number: asked for number, (_, asked, *_) in ends.items()}
    found = {row["task_id"]: (row["outcome"], row["cause"]) for row in samples("tiny")}
    assert found == {f"Sums/{number}": (outcome, cause) for number, (_, _, outcome, cause) in ends.items()}


def test_through_the_dashscope_sdk(sums, monkeypatch):
    if importlib.util.find_spec("dashscope") is None:
        pytest.skip("needs pytest-codeeval[dashscope]")
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-not-a-real-key")

    def calls(body):
        said = model_says(body["input"])
        if isinstance(said, str):
            return []
        made = said.payload["choices"][0]["message"]["tool_calls"]
        return [(one["function"]["name"], one["function"]["arguments"]) for one in made]

    answers = {f"The sum is {n}.": f"It is {n}." for n in (6, 7, 8)}
    with DashScopeServer(answers, calls=calls, finish="tool_calls") as server:
        asked = arguments(server, "--model-args=stream=on", backend="dashscope")
        sums(*asked, here=False).assert_outcomes(passed=3)
        assert len(server.requests) == 9


def test_what_was_killed_between_two_steps_goes_on(sums, started):
    held, go_on, answered = threading.Event(), threading.Event(), Counter()

    def says(body):
        if len(body["messages"]) == 3 and last_of(body) == 4 and not go_on.is_set():
            held.set()
            assert go_on.wait(60)
            return error(500, "nobody waits for this any more")
        answered[json.dumps(body["messages"])] += 1
        return model_says(body)

    with talking(says) as server:
        process = started("test_sums.py", *arguments(server, "--self-test=off", "--concurrency=1"))
        assert held.wait(60)
        time.sleep(1)  # what was answered otherwise is stored by now
        process.send_signal(signal.SIGKILL)
        process.wait()
        go_on.set()
        sums(*arguments(server)).assert_outcomes(passed=3)
    assert set(answered.values()) == {1}
    assert len(answered) == 9
