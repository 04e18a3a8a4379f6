"""EvalScope's arena file: what becomes of its keys, and what is refused by name and line."""

import json

import pytest

from pytest_codeeval.config.document import read_document
from pytest_codeeval.config.evalscope import is_evalscope, translated
from pytest_codeeval.config.jobfile import read_job
from pytest_codeeval.core.errors import UsageError

FILE = """\
question_file: data/question.jsonl
answers_gen:
    small:
        model_id_or_path: org/small
        precision: torch.float16
        enable: true
        generation_config: {do_sample: true, max_new_tokens: 256, top_p: 0.75, temperature: 0.3}
        output_file: data/answer_small.jsonl
    served:
        model_id_or_path: openai:served
        generation_config: {do_sample: false, temperature: 0.9}
        output_file: data/answer_served.jsonl
    old:
        model_id_or_path: org/old
        enable: false
        output_file: data/answer_old.jsonl
    gone:
        model_id_or_path: org/gone
        enable: false
        output_file: data/answer_gone.jsonl
reviews_gen:
    enable: true
    reviewer:
        ref: evalscope.evaluator.reviewer.auto_reviewer:AutoReviewerGpt4
        args:
            max_tokens: 1024
            temperature: 0.2
            mode: pairwise
            position_bias_mitigation: randomize_order
            random_seed: 123
            fn_completion_parser: lmsys_parser
    prompt_file: data/prompt_templates.jsonl
    target_answers: NULL
    review_file: data/review.jsonl
rating_gen:
    enable: true
    metrics: ['elo']
    report_file: data/reports/elo.csv
"""


@pytest.fixture
def read(tmp_path):
    """Write such a file in a folder below that of its data, and read it."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "question.jsonl").write_text('{"question_id": 1, "text": "Why?", "category": "generic"}\n')
    for name in ("old", "base"):
        (data / f"answer_{name}.jsonl").write_text('{"question_id": 1, "model_id": "m", "answer": "So."}\n')
    file = tmp_path / "config" / "cfg.yaml"
    file.parent.mkdir()

    def read(*changes, without=()):
        text = FILE
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)
        document = read_document(file)
        assert is_evalscope(document)
        return translated(document, without)

    return read


def test_each_key_is_taken_for_one_of_ours(read, tmp_path):
    found = read()
    old = f"replay:{tmp_path / 'data/answer_old.jsonl'}"
    assert found.values["models"] == [
        {
            "name": "small",
            "model": "hf:org/small",
            "model_args": {"dtype": "float16"},
            "max_tokens": 256,
            "top_p": 0.75,
            "temperature": 0.3,
        },
        {"name": "served", "model": "openai:served", "temperature": 0},
        {"name": "old", "model": old},
    ]
    assert found.values["arena"] == {"mode": "pairwise", "orders": "random", "seed": 123}
    assert found.values["judges"] == ["gpt-4"]
    assert found.report == tmp_path / "data/reports/elo.csv"
    assert any("gone is left out" in note for note in found.notes)
    path = tmp_path / "ours.yaml"
    path.write_text(json.dumps(found.values))
    options = read_job(path).options()
    assert options["arena_orders"] == "random"
    assert options["dataset"].endswith("question.jsonl")


def test_a_baseline_is_named_or_has_answers(read, tmp_path):
    mode, end = ("mode: pairwise", "mode: pairwise_baseline"), "metrics: ['elo']"
    assert (
        read(mode, (end, "metrics: ['pairwise']\n    baseline_model: served")).values["arena"]["baseline"] == "served"
    )
    file = ("target_answers: NULL", "baseline_file: data/answer_base.jsonl")
    found = read(mode, file)
    assert found.values["arena"]["baseline"] == "base"
    assert found.values["models"][-1] == {"name": "base", "model": f"replay:{tmp_path / 'data/answer_base.jsonl'}"}
    with pytest.raises(UsageError, match="needs reviews_gen.baseline_file or rating_gen.baseline_model"):
        read(mode)


def test_targets_and_what_is_not_enabled_choose(read):
    found = read(("target_answers: NULL", "target_answers: [data/answer_served.jsonl, data/answer_base.jsonl]"))
    assert [model["name"] for model in found.values["models"]] == ["served", "base"]
    found = read(("    enable: true\n    reviewer", "    enable: false\n    reviewer"))
    assert (found.values["stages"], "judges" in found.values) == (["generate"], False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("org/small\n", "org/small\n        revision: v1\n", "5: answers_gen.small.revision has no counterpart here"),
        ("top_p: 0.75", "top_k: 20", "generation_config.top_k has no counterpart here; take it out, or leave it out"),
        ("openai:served\n", "openai:served\n        precision: torch.float16\n", "is the server's to choose"),
        ("auto_reviewer:AutoReviewerGpt4", "mine:Reviewer", r"24: reviews_gen.reviewer.ref names a class of its own"),
        ("lmsys_parser", "ranking_parser", "is 'ranking_parser', and verdicts are read in one way here"),
        ("mode: pairwise", "mode: pairs", "is 'pairs', and has to be one of pairwise, pairwise_baseline, single"),
        ("prompt_file: data", "reference_file: data", "give each question a `reference` of its own"),
        ("metrics: ['elo']", "metrics: ['glicko']", "names 'glicko'"),
        (
            "question_file: data",
            "question_file: nowhere",
            "1: question_file is 'nowhere/question.jsonl', and there is no",
        ),
        ("precision:", "precison:", r"there is no key 'precison' in answers_gen.small \(did you mean 'precision'"),
        ("        model_id_or_path: org/small\n", "", "answers_gen.small has no model_id_or_path"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name_and_line(read, old, new, said):
    with pytest.raises(UsageError, match=said):
        read((old, new))


def test_a_user_may_pass_over_keys(read):
    more = ("org/small\n", "org/small\n        revision: v1\n        template_type: plain\n")
    with pytest.raises(UsageError, match="--without=revision,template_type"):
        read(more)
    assert "revision" not in json.dumps(read(more, without=("revision", "template_type")).values)
