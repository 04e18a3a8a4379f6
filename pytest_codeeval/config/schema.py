"""The schema of a config file: each key with its type, range and meaning; imported only if pydantic is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pytest_codeeval.config.choices import ARENA_MODES, PASS_IF, SELF_TEST, STAGES, TOOLS
from pytest_codeeval.core.errors import nearest
from pytest_codeeval.core.match import Orders
from pytest_codeeval.core.text import printable
from pytest_codeeval.execution.sandbox.choice import CHOICES
from pytest_codeeval.generation.backends.vllm.preset import PRESETS
from pytest_codeeval.generation.modelnames import MODES

_LONGEST = 100
OWN = "none"
"""What leaves a setting of sampling to the model."""


def _no_bool(value: Any) -> Any:
    """Refuse what YAML makes of yes, no, on and off, which would else be a number."""
    if isinstance(value, bool):
        raise ValueError(f"is {str(value).lower()}, and has to be a number")
    return value


def _own(value: Any) -> Any:
    return None if value == OWN else value


def _off(value: Any) -> Any:
    return "off" if value is False else value  # which is how YAML reads it


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _separated(value: Any) -> Any:
    return [name.strip() for name in value.split(",")] if isinstance(value, str) else value


def _thresholds(value: Any) -> Any:
    return [f"{name}={least}" for name, least in value.items()] if isinstance(value, dict) else _listed(value)


def _shown(value: str) -> str:
    """Refuse a name that a terminal would not show as it is, or not on one line."""
    if printable(value, limit=_LONGEST) != value or not value.strip() or set(value) & {"\n", "\t", ","}:
        raise ValueError(f"has to be on one line, of letters that can be seen, of {_LONGEST} at most and no comma")
    return value


def _named(key: str) -> BeforeValidator:
    """Take a text for a map that has nothing but this key."""
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


def _one_of(known: Sequence[str]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"is {value!r}, and has to be one of {', '.join(known)}{nearest(value, known)}")
        return value

    return AfterValidator(check)


_STRICT = BeforeValidator(_no_bool)
Whole = Annotated[int, _STRICT, Field(ge=1)]
FromZero = Annotated[int, _STRICT, Field(ge=0)]
Seconds = Annotated[float, _STRICT, Field(ge=0.001, le=86400)]
Dollars = Annotated[float, _STRICT, Field(ge=0, le=1e9)]
Texts = Annotated[list[str], BeforeValidator(_listed)]
Stage = Annotated[str, _one_of(STAGES)]
Wholes = Annotated[list[Whole], BeforeValidator(_listed)]
Temperature = Annotated[float, _STRICT, Field(ge=0, le=2)]
Share = Annotated[float, _STRICT, Field(ge=0, le=1)]
Inputs = Annotated[int, _STRICT, Field(ge=1, le=10_000)]


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, protected_namespaces=())


class Asking(_Keys):
    """How models are asked: at the top of the file for all of them, in an entry of `models` for one."""

    temperature: Annotated[Temperature | None, BeforeValidator(_own)] = Field(
        None, description="how much chance is in an answer, 0 to 2; `none`: the model's own"
    )
    top_p: Annotated[Share | None, BeforeValidator(_own)] = Field(
        None, description="nucleus sampling, 0 to 1; `none`: the model's own"
    )
    max_tokens: Annotated[Whole | None, BeforeValidator(_own)] = Field(
        None, description="tokens an answer; `none`: no bound"
    )
    seed: FromZero | None = Field(None, description="seed of sample 0")
    stop: Texts | None = Field(None, description="a text, or several, at which an answer ends")
    system: str | None = Field(None, description="system prompt")
    mode: Annotated[str, _one_of(MODES)] | None = Field(None, description=f"one of {', '.join(MODES)}")
    tools: Annotated[str, _one_of(TOOLS)] | None = Field(None, description=f"one of {', '.join(TOOLS)}")
    concurrency: Whole | None = Field(None, description="requests in flight at most, a model")
    rpm: Whole | None = Field(None, description="requests a minute at most, a model")
    tpm: Whole | None = Field(None, description="tokens a minute at most, a model")
    request_timeout: Seconds | None = Field(None, description="seconds that an answer may take")
    retries: FromZero | None = Field(None, description="how often a request is repeated that may yet succeed")


class Price(_Keys):
    """What a model costs."""

    input: Dollars = Field(description="dollars a million tokens of the prompt")
    output: Dollars = Field(description="dollars a million tokens of the answer")


class Asked(_Keys):
    """A model and where it is, whether it answers or judges."""

    model: str = Field(description="as with `--model` or `--judge`: `BACKEND:NAME`, or a plain name", min_length=1)
    api_key_env: str | None = Field(None, description="name of the variable of the environment that holds the key")
    model_args: dict[str, Any] | None = Field(None, description="settings of the backend, as `--model-args`")


class Judge(Asked):
    """One entry of `judges`."""

    base_url: str | None = Field(None, description="URL of the server that has it")


class Model(Asked, Asking):
    """One entry of `models`."""

    base_url: Texts | None = Field(None, description="URL of the server that has it, or a list of several that have it")
    name: Annotated[str, AfterValidator(_shown)] | None = Field(
        None, description="what it is called in results and reports"
    )
    preset: Annotated[str, _one_of(list(PRESETS))] | None = Field(
        None, description=f"for vLLM, one of {', '.join(PRESETS)}"
    )
    vllm_args: str | None = Field(None, description="flags of `vllm serve`")
    vllm_url: str | None = Field(None, description="a vLLM server that runs already")
    price: Price | None = Field(None, description="`input` and `output`, dollars a million tokens")


class SuiteEntry(_Keys):
    """One entry of `suites`."""

    suite: str = Field(description="its name", min_length=1)
    file: str | None = Field(None, description="the suite file, for a suite that does not come with the package")
    split: str | None = Field(None, description="a part of it")
    limit: Whole | None = Field(None, description="only the first problems, so many")
    samples: Whole | None = Field(None, description="samples a problem")
    protocol: str | None = Field(None, description="by the rules of this harness")
    shots: FromZero | None = Field(None, description="solved examples before each question, with `mode: score`")


class ArenaPart(_Keys):
    """How models are set side by side, in the suite `arena`."""

    mode: Annotated[str, _one_of(ARENA_MODES)] | None = Field(None, description=f"one of {', '.join(ARENA_MODES)}")
    orders: Annotated[str, _one_of([*Orders])] | None = Field(
        None, description=f"in which order judges are shown two answers: one of {', '.join(Orders)}"
    )
    seed: FromZero | None = Field(None, description="what orders are drawn by")
    baseline: str | None = Field(None, description="the model that all others are set against", min_length=1)
    battles: Whole | None = Field(None, description="for `codeeval arena`: so many at most, those that tell most")
    until_ci: Annotated[float, _STRICT, Field(ge=1, le=1000)] | None = Field(
        None, description="for `codeeval arena`: points to each side that intervals may have in the end"
    )


class Job(Asking):
    """The file as a whole."""

    models: list[Annotated[Model, _named("model")]] | None = Field(None, description="the models that are evaluated")
    suites: list[Annotated[SuiteEntry, _named("suite")]] | None = Field(None, description="what they are evaluated on")
    judges: list[Annotated[Judge, _named("model")]] | None = Field(None, description="models that rate answers")
    arena: ArenaPart | None = Field(None, description="how models are set side by side, in the suite `arena`")
    data: str | None = Field(None, description="folder with the datasets")
    dataset: str | None = Field(None, description="a file of problems, or OWNER/NAME, for the suite `dataset`")
    lang: str | None = Field(None, description="language of `dataset`")
    results: str | None = Field(None, description="results folder")
    stages: Annotated[list[Stage], BeforeValidator(_separated)] | None = Field(
        None, description=f"of {', '.join(STAGES)} only these, as `--stage`; all if left out"
    )
    limit: Whole | None = Field(None, description="only the first problems of each suite, so many")
    samples: Whole | None = Field(None, description="samples a problem")
    fewer_samples: bool | None = Field(None, description="score what a recording has, if that is fewer")
    protocol: str | None = Field(None, description="run all suites by the rules of this harness")
    shots: FromZero | None = Field(None, description="solved examples before each question, with `mode: score`")
    shard: str | None = Field(None, description="`I/N`: part I of N of the problems")
    shuffle_choices: FromZero | None = Field(None, description="show choices in another order, by this number")
    max_cost: Dollars | None = Field(None, description="dollars; ask no more if this would be passed")
    fresh: bool | None = Field(None, description="ask again what was answered before")
    pass_at: Wholes | None = Field(None, description="report pass@k for these k")
    pass_if: Annotated[str, _one_of(PASS_IF)] | None = Field(None, description=f"one of {', '.join(PASS_IF)}")
    fail_under: Annotated[list[str], BeforeValidator(_thresholds)] | None = Field(
        None, description="thresholds: a map such as `humaneval:pass@1: 0.6`, or a list of `SUITE:METRIC=VALUE`"
    )
    thinking_marks: Texts | None = Field(None, description="further marks of thinking, each as `OPEN,CLOSE`")
    sandbox: Annotated[str, _one_of(CHOICES)] | None = Field(None, description=f"one of {', '.join(CHOICES)}")
    allow_packages: Texts | None = Field(None, description="packages that solutions may import")
    self_test: Annotated[str, BeforeValidator(_off), _one_of(SELF_TEST)] | None = Field(
        None, description=f"one of {', '.join(SELF_TEST)}"
    )
    calibrate: bool | None = Field(None, description="measure canonical solutions again")
    fuzz: Inputs | None = Field(None, description="try programs that passed on so many other inputs")
    fuzz_decides: bool | None = Field(None, description="have a program fail that `fuzz` has told from the solution")
    workers: Annotated[str, BeforeValidator(str), Field(pattern=r"^(auto|logical|\d{1,4})$")] | None = Field(
        None, description="processes that run items, as `-n`: a number or `auto`"
    )
    report: str | None = Field(None, description="write a page of the results there, as `--report`")
    html: str | None = Field(None, description="write the page of pytest-html there, as `--html`")
    charts: str | None = Field(None, description="draw charts of the results into this folder, as `--charts`")
    presets: Annotated[list[Annotated[str, _one_of(list(PRESETS))]], BeforeValidator(_listed)] | None = Field(
        None, description="those with which `codeeval sweep` has vLLM serve each model; all if left out"
    )
