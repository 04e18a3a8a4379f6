"""Recordings as other evaluation harnesses write them, and several files as one."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_codeeval.core.completion import Completion, Form
from pytest_codeeval.core.errors import DatasetError, UsageError
from pytest_codeeval.generation.backends.replay.harnesses import position_id, positions, question_id, task_named_by
from pytest_codeeval.generation.backends.replay.recorded import RecordedSample, samples_in
from pytest_codeeval.generation.backends.replay.recordings import Recordings


def lm_eval(task_id: Any, resps: Any, filtered: Any, name: str = "create_test") -> dict[str, Any]:
    """Return a line of lm-evaluation-harness' samples."""
    doc = {"task_id": task_id, "prompt": "def f():\n"}
    more = {"doc_id": 0, "target": "t", "arguments": {"gen_args_0": {"arg_0": "def f():\n"}}, "pass_at_1": 1.0}
    return {**more, "doc": doc, "resps": resps, "filtered_resps": filtered, "filter": name}


def prediction(content: Any, **more: Any) -> dict[str, Any]:
    """Return a line of EvalScope's predictions."""
    choice = {"message": {"role": "assistant", "content": content}, "stop_reason": more.pop("stop_reason", "stop")}
    output = {"choices": [choice], "usage": {"output_tokens": 3}, "time": 0.5}
    return {"index": 0, "model": "m", "model_output": output, "metadata": {"task_id": "T/1"}, **more}


def review(prediction: str, task_id: Any = "T/1", index: int = 0) -> dict[str, Any]:
    """Return a line of EvalScope's reviews."""
    score = {"value": {"acc": 1.0}, "prediction": prediction, "extracted_prediction": "x", "metadata": {}}
    about = {"score": score, "sample_id": index, "group_id": 0, "sample_metadata": {"task_id": task_id}}
    return {"index": index, "target": "t", "messages": [], "sample_score": about}


def read(*rows: Any, name: str = "rows.jsonl") -> list[RecordedSample]:
    """Read rows as a file has them."""
    return list(samples_in("".join(json.dumps(row) + "\n" for row in rows).encode(), name))


OLDER = {"index": 3, "raw_input": {"task_id": "T/1"}, "choices": [{"message": {"content": "a"}}]}
CASES: list[tuple[dict[str, Any], str, list[str], Form]] = [
    (lm_eval("T/1", [["  a", "  b"]], [["f: a", "f: b"]]), "t/1", ["f: a", "f: b"], Form.PROGRAM),
    (lm_eval(11, [["a", "b"]], ["a"]), "11", ["a", "b"], Form.CHAT),
    (lm_eval(11, [["a"]], [0.5]), "11", ["a"], Form.CHAT),
    ({"question_id": "abc387_b", "output_list": ["`a`"], "code_list": ["a"]}, "abc387_b", ["`a`"], Form.CHAT),
    ({"question_id": 2873, "code_list": ["a", "b"]}, "2873", ["a", "b"], Form.PROGRAM),
    (prediction("a"), "t/1", ["a"], Form.CHAT),
    (review("a"), "t/1", ["a"], Form.CHAT),
    (OLDER, "t/1", ["a"], Form.CHAT),
]


@pytest.mark.parametrize(("row", "recorded_id", "texts", "form"), CASES)
def test_each_harness_is_read(row: dict[str, Any], recorded_id: str, texts: list[str], form: Form) -> None:
    found = read(row)
    assert [sample.completion.text for sample in found] == texts
    assert {(sample.recorded_id, sample.completion.form) for sample in found} == {(recorded_id, form)}


def test_an_answer_is_one_sample_however_many_filters_it_went_through() -> None:
    found = read(lm_eval("T/1", [["a"]], ["x"], "strict"), lm_eval("T/1", [["a"]], ["y"], "loose"))
    assert [sample.completion.text for sample in found] == ["x"]


def test_what_evalscope_says_of_an_answer_is_kept() -> None:
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    (sample,) = read(prediction(parts, stop_reason="max_tokens"))
    assert sample.completion == Completion("a\nb", "max_tokens", reasoning="hm", seconds=0.5)
    (sample,) = read(prediction("a", stop_reason="unknown"))
    assert sample.completion.finish_reason == ""


def test_repeats_stand_in_their_order(tmp_path: Path) -> None:
    rows = [review("b", index=1), review("x", "T/2", 2), review("a", index=0)]
    path = tmp_path / "humaneval_default.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = Recordings.read(path)
    assert [answer.text for index in range(2) if (answer := found.get("t/1", index))] == ["a", "b"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (lm_eval(None, [["a"]], ["a"]), "'doc' does not say which task it is of"),
        (lm_eval("T/1", [[0.5, False]], [[0.5, False]]), "'resps' has no answer as text"),
        ({"question_id": None, "code_list": ["a"]}, "'question_id' does not say which task it is of"),
        ({"question_id": "q", "code_list": [], "output_list": None}, "neither 'output_list' nor 'code_list'"),
        (prediction("a", metadata=None), "'metadata' does not say which task it is of"),
        (prediction(None), "there is no answer as text"),
        (review("a", ""), "'metadata' does not say which task it is of"),
    ],
)
def test_a_row_that_says_too_little_is_named_by_its_line(row: dict[str, Any], said: str) -> None:
    with pytest.raises(DatasetError, match=rf"rows\.jsonl, line 1: {said}"):
        read(row)


def test_a_plain_row_is_a_plain_row_whatever_else_it_has() -> None:
    (sample,) = read({"task_id": "T/1", "response": "a", "model_output": "b", "resps": [], "doc": {}})
    assert (sample.recorded_id, sample.completion) == ("t/1", Completion("a"))


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("generations_humaneval.json", "humaneval"),
        ("out/codellama_generations_mbpp.json.gz", "mbpp"),
        ("generations_multiple-js.json", "humaneval-js"),
        ("generations_humanevalsynthesize-rust.json", "humanevalpack-rust"),
        ("generations_humaneval_intermediate.json", "humaneval"),
        ("mine.json", "mine"),
    ],
)
def test_generations_by_order_are_of_the_task_that_the_file_names(name: str, task: str) -> None:
    raw = json.dumps([["a", "b"], None, [], ["c"]]).encode()
    found = [(sample.recorded_id, sample.completion.text) for sample in samples_in(raw, name)]
    assert found == [(position_id(task, 0, 4), "a"), (position_id(task, 0, 4), "b"), (position_id(task, 3, 4), "c")]
    assert task_named_by(Path(name).name) == task


def test_generations_of_several_tasks_say_which() -> None:
    raw = json.dumps({"humaneval": [["a"]], "multiple-js": [["b"]]}).encode()
    found = [(sample.recorded_id, sample.completion.form) for sample in samples_in(raw, "all.json")]
    assert found == [
        (position_id("humaneval", 0, 1), Form.PROGRAM),
        (position_id("humaneval-js", 0, 1), Form.CONTINUATION),
    ]


@pytest.mark.parametrize("entry", [[["a"], "b"], [["a"], [1]], [["a"], {"x": 1}]])
def test_a_malformed_list_of_generations_is_named(entry: Any) -> None:
    with pytest.raises(DatasetError, match=r"g\.json, entry 2: expected a list of generations, each a text"):
        list(samples_in(json.dumps(entry).encode(), "g.json"))


@given(st.text(), st.integers(0, 99), st.integers(0, 99))
def test_an_id_by_order_says_what_it_is_of(task: str, number: int, total: int) -> None:
    assert positions(position_id(task, number, total)) == (task, total)


def write(folder: Path, name: str, *rows: Any) -> None:
    """Write a file of a recording."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_folder_and_a_pattern_are_the_files_of_one_model(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    write(runs, "b.jsonl", {"task_id": "T/1", "response": "third"}, {"task_id": "T/2", "response": "x"})
    write(runs, "a.jsonl", *({"task_id": "T/1", "response": text, "sample_index": i} for i, text in enumerate("12")))
    (runs / "results_2025.json").write_text('{"results": {}}')
    (runs / "notes.txt").write_text("no recording")
    for path in (runs, runs / "*.jsonl"):
        found = Recordings.read(path)
        assert found.counts == {"t/1": 3, "t/2": 1}
        assert [answer.text for index in range(3) if (answer := found.get("t/1", index))] == ["1", "2", "third"]
    assert Recordings.read(runs).sha256 != Recordings.read(runs / "a.jsonl").sha256


def test_of_a_results_folder_the_samples_are_read(tmp_path: Path) -> None:
    write(tmp_path, "api_calls.jsonl", {"no": "sample"})
    write(tmp_path, "samples.jsonl", {"task_id": "T/1", "completion": "a", "form": "chat", "model": "m"})
    assert Recordings.read(tmp_path).counts == {"t/1": 1}


def test_answers_of_several_models_are_not_mixed(tmp_path: Path) -> None:
    for name in "ab":
        write(tmp_path, f"{name}.jsonl", {"task_id": "T/1", "completion": "a", "form": "chat", "model": name})
    with pytest.raises(UsageError, match=r"has the samples of several models \(a, b\); give each by a --model"):
        Recordings.read(tmp_path)


def test_a_folder_without_a_recording_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder without a recording"):
        Recordings.read(tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("task_id", "message", "content", "score", "prediction", "metadata", "choices", "text")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
FIELDS = ("task_id", "question_id", "doc", "resps", "filtered_resps", "output_list", "code_list", "model_output")
FIELDS += ("sample_score", "raw_input", "choices", "index", "metadata", "filter")


@given(st.sampled_from([{}, *(row for row, *_ in CASES)]), st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6))
def test_an_odd_row_is_read_or_refused_by_its_place(begun: dict[str, Any], changes: dict[str, Any]) -> None:
    row = {**begun, **changes}
    try:
        found = read(row)
    except DatasetError as error:
        message = str(error)
    else:
        assert all(isinstance(sample.completion.text, str) and sample.recorded_id for sample in found)
        return
    # A row that has nothing but lists of lists is a file of generations by task.
    assert re.match(r"rows\.jsonl, (?:line 1|entry [1-9]): ", message)


@given(st.recursive(st.text(max_size=3) | st.none(), lambda inner: st.lists(inner, max_size=3), max_leaves=8))
def test_odd_lists_are_read_or_refused(value: Any) -> None:
    raw = json.dumps(value).encode()
    try:
        found, message = list(samples_in(raw, "g.json")), ""
    except DatasetError as error:
        found, message = [], str(error)
    assert message.startswith("g.json") or found or not texts_in(value)
    assert all(sample.completion.text in texts_in(value) for sample in found)


def texts_in(value: Any) -> list[str]:
    """Return the texts of lists within lists."""
    if isinstance(value, list):
        return [text for inner in value for text in texts_in(inner)]
    return [value] if isinstance(value, str) else []


def fastchat(number: int, *choices: list[str], **more: Any) -> dict[str, Any]:
    """Return a line of FastChat's answers to MT-Bench."""
    said = [{"index": index, "turns": turns} for index, turns in enumerate(choices)]
    return {"question_id": number, "answer_id": "x", "model_id": "vicuna", "choices": said, "tstamp": 1.5, **more}


def test_fastchats_answers_are_samples_of_several_turns(tmp_path: Path) -> None:
    write(tmp_path, "vicuna.jsonl", fastchat(81, ["a", "b"], ["c", "d"]), fastchat(82, ["e", "f"]))
    found = Recordings.read(tmp_path / "vicuna.jsonl")
    assert found.counts == {"mt_bench/81": 2, "mt_bench/82": 1}
    turns = [found.get("mt_bench/81", index, turn) for index in range(2) for turn in range(2)]
    assert [turn and turn.text for turn in turns] == ["a", "b", "c", "d"]
    write(tmp_path, "other.jsonl", fastchat(81, ["x", "y"], model_id="other"))
    with pytest.raises(UsageError, match=r"samples of several models \(other, vicuna\)"):
        Recordings.read(tmp_path)


@pytest.mark.parametrize("choices", [[{"turns": []}], [{"turns": ["a", 1]}], [{"turns": None}]])
def test_a_row_of_fastchat_without_answers_is_named(choices: Any) -> None:
    with pytest.raises(DatasetError, match=r"rows\.jsonl, line 1: choice 0 has no answers as text in 'turns'"):
        read(fastchat(81, choices=choices))


def without_id(number: int, filter_name: str) -> dict[str, Any]:
    """Return a line of lm-eval's samples of a task whose documents have no id."""
    row = lm_eval(None, [["So 18.\n#### 18"]], ["18"], filter_name)
    return {**row, "doc_id": number, "doc": {"question": "How many?", "answer": "#### 18"}}


ASKED = question_id("How many?")


@pytest.mark.parametrize(
    ("name", "rows", "recorded_id"),
    [
        ("samples_gsm8k_2026-01-02T03-04-05.678901.jsonl", [without_id(7, "strict"), without_id(7, "flexible")], ASKED),
        ("samples_gsm8k_cot_zeroshot_2026-01-02T03-04-05.jsonl", [without_id(0, "strict-match")], ASKED),
        ("gsm8k_main.jsonl", [prediction("So 18.\n#### 18", index=7, metadata={"reasoning": "x"})], "gsm8k/7"),
        ("gsm8k.jsonl", [{"index": 7, "raw_input": {"question": " How\nmany?"}, "choices": OLDER["choices"]}], ASKED),
    ],
)
def test_rows_of_arithmetic_are_of_the_problem_that_they_ask_else_of_the_one_at_their_place(
    name: str, rows: list[dict[str, Any]], recorded_id: str
) -> None:
    (sample,) = read(*rows, name=f"out/{name}")
    assert (sample.recorded_id, sample.index, sample.completion.form) == (recorded_id, None, Form.CHAT)
    assert sample.completion.text in ("So 18.\n#### 18", "a")


@pytest.mark.parametrize("name", ["samples_gsm8k_platinum_cot_2026-01-02T03-04-05.jsonl", "samples_x.jsonl"])
def test_other_rows_without_an_id_are_not_guessed_at(name: str) -> None:
    with pytest.raises(DatasetError, match="'doc' does not say which task it is of"):
        read(without_id(7, "strict"), name=name)


def test_ifevals_own_rows_are_of_the_problem_that_they_ask() -> None:
    (sample,) = read({"prompt": "How\nmany?", "response": "18"})
    assert (sample.recorded_id, sample.completion.text, sample.completion.form) == (ASKED, "18", Form.CHAT)
    for row in ({"prompt": "How many?", "response": None}, {"prompt": " ", "response": "18"}):
        with pytest.raises(DatasetError, match="line 1: 'prompt' and 'response' are not both texts"):
            read(row)


def test_rows_of_ifeval_in_other_harnesses_are_known_by_their_key() -> None:
    row = lm_eval(None, [["So, 18."]], ["So, 18."], "none")
    about = {"key": 1000, "prompt": "How many?", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    (sample,) = read({**row, "doc_id": 0, "doc": about}, name="samples_ifeval_2026-01-02T03-04-05.678.jsonl")
    assert (sample.recorded_id, sample.completion.text, sample.completion.form) == ("ifeval/1000", "So, 18.", Form.CHAT)
    with pytest.raises(DatasetError, match="'doc' does not say which task it is of"):
        read({**row, "doc": {**about, "key": "1000"}})
