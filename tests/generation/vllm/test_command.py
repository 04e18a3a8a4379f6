import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.generation.backends.vllm.command import command
from pytest_codeeval.generation.backends.vllm.model import ModelFiles
from pytest_codeeval.generation.backends.vllm.preset import PRESETS
from pytest_codeeval.generation.backends.vllm.settings import VllmSettings
from pytest_codeeval.generation.modelspec import ModelSpec


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text('{"max_position_embeddings": 4096}')
    (folder / "tokenizer_config.json").write_text("{}")
    return folder


@pytest.fixture
def vllm(tmp_path):
    program = tmp_path / "vllm"
    program.write_text("#!/opt/some/python3.11\n")
    program.chmod(0o755)
    return str(program)


def test_a_preset_says_how_much_vllm_takes(vllm):
    lines = {name: command("org/name", vllm, preset, "").line(8000) for name, preset in PRESETS.items()}
    for name, memory, sequences in (("performance", "0.90", 128), ("balanced", "0.85", 64), ("memory", "0.70", 32)):
        assert f"--gpu-memory-utilization={memory}" in lines[name]
        assert f"--max-num-seqs={sequences}" in lines[name]
        assert "--max-model-len=32768" in lines[name]
        assert ("--enable-prefix-caching" in lines[name]) == (name != "memory")
    assert [preset.batch for preset in PRESETS.values()] == [16, 8, 4]
    assert lines["memory"][:3] == [vllm, "serve", "org/name"]


def test_the_context_is_never_above_the_models_own(vllm, model):
    served = command(str(model), vllm, PRESETS["balanced"], "")
    assert "--max-model-len=4096" in served.line(8000)
    assert not any("max-model-len" in flag for flag in served.line(8000, short=True))


@pytest.mark.parametrize("flag", ["--max-model-len=512", "--max_model_len 512"])
def test_a_flag_of_the_user_comes_after_the_presets_and_replaces_its_context(vllm, model, flag):
    line = command(str(model), vllm, PRESETS["balanced"], f"--max-num-seqs=3 {flag}").line(8000)
    assert line.index("--max-num-seqs=3") > line.index("--max-num-seqs=64")
    assert "--max-model-len=4096" not in line


def test_the_python_of_a_script_is_found_in_its_first_line(vllm):
    assert command("m", vllm, PRESETS["balanced"], "").python == "/opt/some/python3.11"


def test_a_parser_of_calls_is_two_flags_of_a_server_that_is_started(vllm):
    args = (("vllm", vllm), ("vllm_args", "--dtype half"), ("tool_call_parser", "hermes"))
    spec = ModelSpec("m", "vllm", "org/name", args=args)
    started = VllmSettings.of(spec).command
    assert started.flags == ("--dtype", "half", "--enable-auto-tool-choice", "--tool-call-parser=hermes")
    with pytest.raises(UsageError, match="tool_call_parser is for a server that the run starts"):
        VllmSettings.of(replace(spec, args=(("url", "http://127.0.0.1:1"), ("tool_call_parser", "hermes"))))


@pytest.mark.parametrize(
    ("args", "gives"),
    [
        ({}, False),
        ({"vllm_args": "--dtype half"}, False),
        ({"tool_call_parser": "hermes"}, True),
        ({"vllm_args": "--enable-auto-tool-choice --tool_call_parser hermes"}, True),
        ({"url": "http://127.0.0.1:1"}, True),
    ],
)
def test_tools_are_given_to_a_server_that_reads_calls(args, gives):
    spec = ModelSpec("m", "vllm", "org/name", args=tuple(args.items()))
    assert spec.kind.gives_tools(spec) is gives


def test_a_python_runs_the_server_as_a_module():
    served = command("m", sys.executable, PRESETS["balanced"], "")
    assert served.line(1)[:4] == [sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model=m"]
    assert served.python == sys.executable


@pytest.mark.parametrize("flags", ["--port 80", "--api-key=secret", "--api_key secret", "--hf-token x"])
def test_some_flags_are_not_the_users_to_give(vllm, flags):
    with pytest.raises(UsageError, match="set by the run itself"):
        command("m", vllm, PRESETS["balanced"], flags)


def test_flags_that_are_no_shell_words_are_refused(vllm):
    with pytest.raises(UsageError, match="No closing quotation"):
        command("m", vllm, PRESETS["balanced"], "--dtype 'half")


def test_without_vllm_the_message_says_the_three_ways_to_have_one(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(UsageError, match=r"pip install vllm.*vllm=/path/to/vllm.*--vllm-url URL"):
        command("m", "", PRESETS["balanced"], "")
    with pytest.raises(UsageError, match="there is no such program"):
        command("m", str(tmp_path / "nothing"), PRESETS["balanced"], "")


def test_a_chat_template_is_in_the_configuration_or_a_file_of_its_own(model):
    assert ModelFiles.of(str(model)).chat_template is False
    (model / "chat_template.jinja").write_text("{{ messages }}")
    assert ModelFiles.of(str(model)).chat_template is True
    (model / "chat_template.jinja").unlink()
    (model / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ messages }}"}))
    assert ModelFiles.of(str(model)).chat_template is True


def test_a_model_that_was_downloaded_is_found_in_the_cache_of_the_hub(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert ModelFiles.of("org/name") == ModelFiles(None)
    assert ModelFiles.of("org/name").chat_template is None
    snapshot = tmp_path / "models--org--name" / "snapshots" / "4711"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text('{"text_config": {"max_position_embeddings": 8192}}')
    assert ModelFiles.of("org/name").context == 8192
    assert ModelFiles.of("org/name").about() == {"context": 8192, "revision": "4711"}
    (snapshot / "README.md").write_text("---\ntags:\n- x\nlicense: 'apache-2.0'\n---\nlicense: none\n")
    (snapshot / "a.safetensors").write_bytes(b"12345")
    (snapshot / "b.safetensors").write_bytes(b"678")
    (snapshot / "other.bin").write_bytes(b"9")
    assert ModelFiles.of("org/name").about() == {
        "weights_bytes": 8, "context": 8192, "licence": "apache-2.0", "revision": "4711",
    }  # fmt: skip
    (snapshot / "README.md").write_text("No head.\nlicense: mit\n")
    assert "licence" not in ModelFiles.of("org/name").about()


@pytest.mark.parametrize("config", ["", "[]", "{}", '{"max_position_embeddings": "many"}', '{"text_config": 3}'])
def test_a_configuration_that_says_nothing_leaves_the_context_open(tmp_path: Path, config):
    (tmp_path / "config.json").write_text(config)
    assert ModelFiles.of(str(tmp_path)).context is None


@pytest.mark.parametrize("mode", ["auto", "score"])
def test_where_prompts_are_scored_fewer_tokens_are_worked_on_at_once(vllm, mode):
    spec = ModelSpec("m", "vllm", "org/m", args=(("vllm", vllm),), mode=mode)
    bound = "--max-num-batched-tokens=2048"
    assert (bound in VllmSettings.of(spec).command.line(8000)) == (mode == "score")
    # The last one counts, and that is the user's.
    other = replace(command("org/m", vllm, PRESETS["balanced"], "--max-num-batched-tokens=512"), scores=True)
    line = other.line(8000)
    assert line.index(bound) < line.index("--max-num-batched-tokens=512")
