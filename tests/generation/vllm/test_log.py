import pytest

from pytest_codeeval.generation.backends.vllm.log import ServerLog

STAMP = "(EngineCore pid=12) INFO 11-21 11:28:14 [v1/core.py:99] "


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "vllm.log"
    path.write_text("ValueError: of an earlier start\n")
    log = ServerLog(path)
    log.mark()
    return log


def add(log, *lines):
    with log.path.open("a") as file:
        file.write("".join(f"{line}\n" for line in lines))


def test_progress_is_the_last_line_that_says_something(log):
    assert log.progress() == ""
    add(log, f"{STAMP}Loading weights took 3 s", STAMP, f"{STAMP}  ▄▄ █ █")
    assert log.progress() == "Loading weights took 3 s"


def test_the_reason_is_the_root_cause_and_not_what_every_failed_start_says(log):
    add(
        log,
        "Traceback (most recent call last):",
        f"{STAMP.replace('INFO', 'ERROR')}torch.OutOfMemoryError: CUDA out of memory.",
        "RuntimeError: Engine core initialization failed. See root cause above.",
        "and a last word",
    )
    assert log.reason() == "torch.OutOfMemoryError: CUDA out of memory."


def test_what_pydantic_says_is_on_the_next_line(log):
    add(
        log,
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig",
        "  Value error, too long",
    )
    assert log.reason().endswith("for ModelConfig: Value error, too long")


def test_a_word_of_the_parser_is_a_reason(log):
    add(log, "usage: vllm serve", "vllm serve: error: unrecognized arguments: --eagre")
    assert log.reason() == "vllm serve: error: unrecognized arguments: --eagre"


def test_without_a_log_there_is_nothing_to_say(tmp_path):
    log = ServerLog(tmp_path / "none")
    log.mark()
    assert (log.progress(), log.reason(), log.last(3)) == ("", "", [])
