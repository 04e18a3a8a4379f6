"""Evaluate what language models answer, as an ordinary pytest run; what suites and plugins of others need is here."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_codeeval.benchmarks.instructions import complete_function as complete_function
    from pytest_codeeval.core.completion import Completion as Completion
    from pytest_codeeval.core.completion import CompletionRequest as CompletionRequest
    from pytest_codeeval.core.completion import Form as Form
    from pytest_codeeval.core.completion import SamplingParams as SamplingParams
    from pytest_codeeval.core.continuation import Continuation as Continuation
    from pytest_codeeval.core.errors import BackendError as BackendError
    from pytest_codeeval.core.errors import BrokenTests as BrokenTests
    from pytest_codeeval.core.errors import CodeEvalError as CodeEvalError
    from pytest_codeeval.core.errors import DataAbsent as DataAbsent
    from pytest_codeeval.core.errors import DatasetError as DatasetError
    from pytest_codeeval.core.errors import JudgeError as JudgeError
    from pytest_codeeval.core.errors import MissingExtra as MissingExtra
    from pytest_codeeval.core.errors import SandboxError as SandboxError
    from pytest_codeeval.core.errors import ScorerError as ScorerError
    from pytest_codeeval.core.errors import StorageError as StorageError
    from pytest_codeeval.core.errors import UsageError as UsageError
    from pytest_codeeval.core.estimate import Estimate as Estimate
    from pytest_codeeval.core.estimate import pass_at_k as pass_at_k
    from pytest_codeeval.core.metric import Mean as Mean
    from pytest_codeeval.core.metric import MeanOfParts as MeanOfParts
    from pytest_codeeval.core.metric import Metric as Metric
    from pytest_codeeval.core.metric import PassAt as PassAt
    from pytest_codeeval.core.metric import Scored as Scored
    from pytest_codeeval.core.metric import Share as Share
    from pytest_codeeval.core.problem import DataRequest as DataRequest
    from pytest_codeeval.core.problem import Dataset as Dataset
    from pytest_codeeval.core.problem import Problem as Problem
    from pytest_codeeval.core.prompt import Prompt as Prompt
    from pytest_codeeval.core.result import Result as Result
    from pytest_codeeval.core.result import Sample as Sample
    from pytest_codeeval.core.score import Score as Score
    from pytest_codeeval.core.scorer import Scorer as Scorer
    from pytest_codeeval.core.scorer import Tools as Tools
    from pytest_codeeval.core.suite import Suite as Suite
    from pytest_codeeval.core.toolbox import Toolbox as Toolbox
    from pytest_codeeval.core.toolbox import tool as tool
    from pytest_codeeval.core.toolcall import ToolCall as ToolCall
    from pytest_codeeval.core.verdict import Cause as Cause
    from pytest_codeeval.core.verdict import Outcome as Outcome
    from pytest_codeeval.core.verdict import StageResult as StageResult
    from pytest_codeeval.core.verdict import Verdict as Verdict
    from pytest_codeeval.execution.runner import Runner as Runner
    from pytest_codeeval.generation.backend import ModelBackend as ModelBackend
    from pytest_codeeval.scoring.calls.scorer import CallsScorer as CallsScorer
    from pytest_codeeval.scoring.choice import ChoiceScorer as ChoiceScorer
    from pytest_codeeval.scoring.code.extract import extract_code as extract_code
    from pytest_codeeval.scoring.judge import JudgeScorer as JudgeScorer
    from pytest_codeeval.scoring.judging.rating import VerdictForm as VerdictForm
    from pytest_codeeval.scoring.likelihood import LikelihoodScorer as LikelihoodScorer
    from pytest_codeeval.scoring.number import NumberScorer as NumberScorer
    from pytest_codeeval.scoring.text import TextScorer as TextScorer
    from pytest_codeeval.scoring.toolloop import ToolsLeft as ToolsLeft
    from pytest_codeeval.scoring.toolloop import tools_left as tools_left

__version__ = "0.1.0.dev0"

# The same once more for who runs it: each is loaded if it is asked for, as every run of pytest imports this module.
_HOMES = {
    "benchmarks.instructions": ("complete_function",),
    "core.completion": ("Completion", "CompletionRequest", "Form", "SamplingParams"),
    "core.continuation": ("Continuation",),
    "core.errors": (
        "BackendError",
        "BrokenTests",
        "CodeEvalError",
        "DataAbsent",
        "DatasetError",
        "JudgeError",
        "MissingExtra",
        "SandboxError",
        "ScorerError",
        "StorageError",
        "UsageError",
    ),
    "core.estimate": ("Estimate", "pass_at_k"),
    "core.metric": ("Mean", "MeanOfParts", "Metric", "PassAt", "Scored", "Share"),
    "core.problem": ("DataRequest", "Dataset", "Problem"),
    "core.prompt": ("Prompt",),
    "core.result": ("Result", "Sample"),
    "core.score": ("Score",),
    "core.scorer": ("Scorer", "Tools"),
    "core.suite": ("Suite",),
    "core.toolbox": ("Toolbox", "tool"),
    "core.toolcall": ("ToolCall",),
    "core.verdict": ("Cause", "Outcome", "StageResult", "Verdict"),
    "execution.runner": ("Runner",),
    "generation.backend": ("ModelBackend",),
    "scoring.calls.scorer": ("CallsScorer",),
    "scoring.choice": ("ChoiceScorer",),
    "scoring.code.extract": ("extract_code",),
    "scoring.judge": ("JudgeScorer",),
    "scoring.judging.rating": ("VerdictForm",),
    "scoring.likelihood": ("LikelihoodScorer",),
    "scoring.number": ("NumberScorer",),
    "scoring.text": ("TextScorer",),
    "scoring.toolloop": ("ToolsLeft", "tools_left"),
}
_MODULES = {name: f"{__name__}.{home}" for home, names in _HOMES.items() for name in names}
__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(_MODULES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
