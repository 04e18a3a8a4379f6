"""Every option: declared here, read here, and made into one frozen Settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_codeeval.core.places import cache_folder, data_folder
from pytest_codeeval.plugin.arena import add_arena_options
from pytest_codeeval.plugin.fileoptions import FILE, add_file_options
from pytest_codeeval.plugin.fuzzoptions import add_fuzz_options
from pytest_codeeval.plugin.judgeoptions import add_judge_options
from pytest_codeeval.plugin.names import NAMES, Names
from pytest_codeeval.plugin.outputoptions import add_output_options
from pytest_codeeval.plugin.serveroptions import add_server_options
from pytest_codeeval.plugin.stageoptions import add_stage_options

if TYPE_CHECKING:
    from pytest_codeeval.plugin.settings import Settings

_GROUP = (
    "code evaluation of language models (pytest-codeeval); --codeeval-NAME may be written --NAME where no other plugin "
    "and no conftest has an option of that name"
)


def add_options(parser: pytest.Parser) -> Names:
    """Declare the options; plain strings where reading them has something to say about bad values."""
    names = Names(parser, "codeeval", _GROUP)
    add = names.add
    add(
        "--model",
        action="append",
        dest="codeeval_models",
        default=[],
        metavar="MODEL",
        help="evaluate this model: reference, demo, replay:FILE, openai:NAME, dashscope:NAME, vllm:ORG/NAME, hf:PATH, "
        "litellm:PROVIDER/NAME, or a plain name such as qwen-turbo; may be given several times",
    )
    add_server_options(add)
    add(
        "--mode",
        dest="codeeval_mode",
        default="auto",
        metavar="auto|chat|completion|score",
        help="ask by chat, let the model continue the prompt as it stands, or have it score given choices by their "
        "log-likelihood (default auto: chat or completion, by what the model is made for, where that can be told)",
    )
    add("--protocol", dest="codeeval_protocol", metavar="NAME", help="by the rules of a harness: lm-eval, bigcode, …")
    add("--shots", dest="codeeval_shots", metavar="N", help="solved examples before each question, with --mode=score")
    add(
        "--data",
        dest="codeeval_data",
        metavar="DIR",
        help="folder with the datasets (or CODEEVAL_DATA; see `codeeval data fetch`)",
    )
    add("--dataset", dest="codeeval_dataset", metavar="FILE|DIR|HUB/NAME", help="problems for suites/test_dataset.py")
    add("--lang", dest="codeeval_language", metavar="LANGUAGE", help="language of --dataset (default python)")
    add(
        "--split",
        action="append",
        dest="codeeval_splits",
        default=[],
        metavar="[SUITE:]SPLIT",
        help="run this part of a suite, such as mbpp:test or mbpp:sanitized; may be given several times",
    )
    add("--limit", dest="codeeval_limit", metavar="N", help="only the first N problems of each suite")
    add(
        "--shard",
        dest="codeeval_shard",
        metavar="I/N",
        help="only part I of N of the problems, for several machines; `codeeval merge` puts the parts together",
    )
    add("--samples", dest="codeeval_samples", metavar="N", help="samples a problem (default 1; all, for a replay)")
    add(
        "--fewer-samples",
        action="store_true",
        dest="codeeval_fewer_samples",
        help="score what a recording has of a task, if that is fewer than --samples",
    )
    add(
        "--temperature",
        dest="codeeval_temperature",
        metavar="T",
        help="how much chance is in an answer (default 0, or what the suite asks for; none: the model's own)",
    )
    add("--top-p", dest="codeeval_top_p", metavar="P", help="nucleus sampling (default: the model's own)")
    add(
        "--max-tokens",
        dest="codeeval_max_tokens",
        metavar="N",
        help="tokens an answer (default 1024, or what the suite asks for; none: no bound)",
    )
    add(
        "--stop",
        action="append",
        dest="codeeval_stop",
        default=[],
        metavar="TEXT",
        help="end an answer at this text, and not at those of the suite; may be given several times",
    )
    add(
        "--system",
        dest="codeeval_system",
        metavar="TEXT",
        help="put this system prompt at the head of each chat, instead of a suite's own",
    )
    add(
        "--tools",
        dest="codeeval_tools",
        default="auto",
        metavar="auto|native|prompt",
        help="give tools to the model as such, or have them stand in its prompt (default auto: as it can be done)",
    )
    add(
        "--shuffle-choices",
        dest="codeeval_shuffle_choices",
        metavar="SEED",
        help="show the choices of multiple choice in another order, which follows from this number",
    )
    add_file_options(add)
    add_judge_options(add)
    add_arena_options(add)
    add("--seed", dest="codeeval_seed", metavar="N", help="seed of sample 0; sample i is asked with seed N+i")
    add("--concurrency", dest="codeeval_concurrency", metavar="N", help="requests in flight at most, a model")
    add("--rpm", dest="codeeval_rpm", metavar="N", help="requests a minute at most, a model")
    add("--tpm", dest="codeeval_tpm", metavar="N", help="tokens a minute at most, a model")
    add("--max-cost", dest="codeeval_max_cost", metavar="DOLLARS", help="ask no more where this would be passed")
    add("--request-timeout", dest="codeeval_request_timeout", default="600", metavar="SECONDS", help="default 600")
    add("--retries", dest="codeeval_retries", default="5", metavar="N", help="of a request that may yet succeed (5)")
    add("--fresh", action="store_true", dest="codeeval_fresh", help="ask again what was answered before")
    add(
        "--pass-at",
        action="append",
        dest="codeeval_pass_at",
        default=[],
        metavar="K[,K…]",
        help="report pass@K (default: of 1, 10 and 100 those up to the number of samples)",
    )
    add(
        "--pass-if",
        dest="codeeval_pass_if",
        default="any",
        metavar="any|all|majority",
        help="which of its samples have to pass for an item to pass (default any)",
    )
    add(
        "--fail-under",
        action="append",
        dest="codeeval_fail_under",
        default=[],
        metavar="SUITE:METRIC=VALUE",
        help="let the exit code follow this threshold, such as humaneval:pass@1=0.6, not single items; may be given "
        "several times",
    )
    add(
        "--thinking-marks",
        action="append",
        dest="codeeval_thinking_marks",
        default=[],
        metavar="OPEN,CLOSE",
        help="what begins and ends a model's thinking, beside the marks that are known, as in '<plan>,</plan>'; may be "
        "given several times",
    )
    add(
        "--sandbox",
        dest="codeeval_sandbox",
        default="auto",
        metavar="auto|strict|namespaces|landlock|plain",
        help="how solutions are kept apart from this machine (default auto: namespaces, else landlock)",
    )
    add(
        "--allow-packages",
        action="append",
        dest="codeeval_allow_packages",
        default=[],
        metavar="NAME[,NAME…]",
        help="installed packages that solutions may import beside the standard library; may be given several times",
    )
    add(
        "--self-test",
        dest="codeeval_self_test",
        default="quick",
        metavar="off|quick|full",
        help="whether canonical solutions pass and wrong ones fail: of a few problems, once a dataset and machine "
        "(quick, the default), or of all that are run, before they are scored (full)",
    )
    add(
        "--calibrate",
        action="store_true",
        dest="codeeval_calibrate",
        help="measure the canonical solutions of the suites again, and raise CPU limits where this machine is slow",
    )
    add_fuzz_options(add)
    add_stage_options(add)
    add_output_options(add)
    return names


def read_settings(config: pytest.Config, outside: tuple[str, ...]) -> Settings:
    """Return the options of this run as Settings; `outside` are the backend prefixes that other plugins make.

    Raises UsageError for values that cannot be.
    """
    given = vars(config.option).items()
    options = {name.removeprefix("codeeval_"): value for name, value in given if name.startswith("codeeval_")}
    elsewhere = os.environ.get("CODEEVAL_DATA")
    by_ini = config.stash[NAMES].is_from_ini("data")
    options["data"] = (elsewhere if by_ini else None) or options["data"] or elsewhere or _fetched()
    options["cache"] = cache_folder()
    if (file := config.stash.get(FILE, None)) is not None:
        from pytest_codeeval.plugin.filesettings import settings_of

        return settings_of(file, options, config.stash[NAMES].commanded, outside)
    from pytest_codeeval.plugin.values import settings_from

    return settings_from(options, outside)


def _fetched() -> str | None:
    """Return the folder that `codeeval data fetch` brings datasets into by default, None where it is not there."""
    folder = data_folder()
    return folder if folder and Path(folder).is_dir() else None
