"""Case: one problem put to one model, the parameter of one item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pytest_codeeval.core.calltext import tools_in_words
from pytest_codeeval.core.completion import Completion, CompletionRequest, Form, SamplingParams
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.prompt import Prompt
from pytest_codeeval.core.scorer import Scorer
from pytest_codeeval.core.suite import Suite
from pytest_codeeval.core.text import counted
from pytest_codeeval.generation.modelspec import ModelSpec
from pytest_codeeval.plugin.loadedsuite import LoadedSuite
from pytest_codeeval.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_codeeval.plugin.recordedtasks import RecordedTasks

_NOT_KNOWN = "[The answers are recorded: what the model was asked is not known. The problem says:]"

NATIVE, IN_PROMPT = "native", "prompt"
"""How a model is told of its tools: as its provider takes them, or in words; the values of --tools."""

Recorded = Mapping[str, Mapping[str, int]]
"""For each model label whose backend knows its tasks beforehand: how many samples of each there are."""


@dataclass(frozen=True, slots=True)
class Case:
    """One problem put to one model: what scores it, and the requests of all its samples (of the first turn).

    `tools` says how the model is told of its tools, NATIVE or IN_PROMPT; empty if there are none, or if the answers are
    recorded, as it is not known then.
    """

    spec: ModelSpec
    suite: Suite
    suite_name: str
    problem: Problem
    requests: tuple[CompletionRequest, ...]
    scorer: Scorer
    tools: str = ""

    @property
    def id(self) -> str:
        """The item's id: model and task."""
        return f"{self.spec.label}-{self.problem.task_id}"

    def asked(self, completions: Sequence[Completion]) -> str:
        """Return what the model was asked, as far as that is known, for who reads what it answered."""
        request = self.requests[0]
        if not self.spec.kind.prompted:
            return f"{_NOT_KNOWN}\n\n{self.problem.prompt}"
        if request.continuations:
            return request.prompt
        if request.prompt and all(completion.form is Form.CONTINUATION for completion in completions):
            return request.prompt
        head, *others = request.messages
        if not (others or request.later or request.tools):
            return str(head["content"])
        said = [f"[{message['role']}]\n{message['content']}" for message in request.messages]
        said += [f"[user, turn {n}]\n{text}" for n, (text, _) in enumerate(request.later, 2)]
        return "\n\n".join([*said, *(["\n".join(["[tools]", *request.tools])] if request.tools else [])])


def make_cases(loaded: LoadedSuite, settings: Settings, recorded: Recorded) -> tuple[list[Case], list[str]]:
    """Return the cases of a suite for all models, and why a model has none.

    Problems that a recording does not hold are left out, as are those without a reference answer for who gives these.
    """
    cases: list[Case] = []
    missing: list[str] = []
    problems = loaded.problems[: settings.limit]
    for spec in settings.models:
        own = settings.of(spec)
        counts = recorded.get(spec.label)
        tasks = None if counts is None else recorded_tasks(loaded, counts)
        if spec.kind.canonical and problems and not any(map(_references(loaded), problems)):
            missing.append(f"{loaded.name} comes without canonical solutions, which are what {spec.label} answers with")
            continue
        found = [case for problem in problems if (case := _case(loaded, problem, spec, own, tasks)) is not None]
        if spec.kind.canonical and len(found) < len(problems):
            without = {problem.task_id for problem in problems} - {case.problem.task_id for case in found}
            missing.append(f"{spec.label} knows no right answer to {counted(len(without), 'problem')} of {loaded.name}")
        if tasks is not None and problems and not found:
            missing.append(tasks.lacking(spec.label))
        cases.extend(found)
    return cases, missing


def recorded_tasks(loaded: LoadedSuite, counts: Mapping[str, int]) -> RecordedTasks:
    """Return what a recording has of a suite."""
    from pytest_codeeval.plugin.recordedtasks import RecordedTasks  # few runs replay one

    return RecordedTasks(loaded, counts)


def _case(
    loaded: LoadedSuite, problem: Problem, spec: ModelSpec, settings: Settings, tasks: RecordedTasks | None
) -> Case | None:
    samples, scripts = settings.samples or 1, [""]
    if tasks is not None:
        scripts = [tasks.id_of(problem)]
        if not scripts[0]:
            return None
        samples = tasks.samples_of(scripts[0], settings.samples, fewer=settings.fewer_samples)
    elif spec.kind.canonical:
        scripts = list(_references(loaded)(problem))
        if not scripts and loaded.suite.scorer is not None:
            return None
    prompt = loaded.prompt(problem)
    first = _request(loaded, problem, prompt, spec, settings, scripts or [""])
    requests = tuple(replace(first, sample_index=index) for index in range(samples))
    tools = (NATIVE if first.tools else IN_PROMPT) if prompt.tools and spec.kind.prompted else ""
    return Case(spec, loaded.suite, loaded.name, problem, requests, loaded.scorer(problem), tools)


def _references(loaded: LoadedSuite) -> Callable[[Problem], tuple[str, ...]]:
    return lambda problem: loaded.scorer(problem).references(problem)


def _request(
    loaded: LoadedSuite, problem: Problem, prompt: Prompt, spec: ModelSpec, settings: Settings, scripts: Sequence[str]
) -> CompletionRequest:
    """Return the request of the first turn of sample 0; a turn without a script of its own has the last one."""
    prompt, in_words = _with_tools(prompt, spec, settings)
    mode = _mode(loaded, prompt, spec)
    if mode == "score":
        return _scoring_request(loaded, problem, spec, prompt, scripts[0])
    later = tuple((turn, scripts[min(n, len(scripts) - 1)]) for n, turn in enumerate(prompt.turns) if n > 0)
    text, stop = (prompt.text, prompt.stop) if mode != "chat" else ("", ())
    sampling = {name: value for name, value in prompt.sampling.items() if name not in settings.given}
    return CompletionRequest(
        backend=spec.backend,
        model=spec.model,
        messages=prompt.messages(settings.system, in_words),
        params=replace(settings.params, **sampling),
        endpoint=spec.endpoint,
        suite=loaded.name,
        task_id=problem.task_id,
        asker=spec.label,
        script=scripts[0],
        mode=mode,
        prompt=text,
        prompt_stop=stop,
        args=spec.request_args,
        later=later,
        tools=prompt.tools,
        tool_choice=prompt.tool_choice if prompt.tools else "",
        steps=tuple(scripts[1:]) if loaded.scorer(problem).toolbox(problem) and len(prompt.turns) == 1 else (),
    )


def _with_tools(prompt: Prompt, spec: ModelSpec, settings: Settings) -> tuple[Prompt, str]:
    """Return the prompt as a model is asked by it, and the tools in words for one that is not given them as such."""
    able = spec.kind.gives_tools(spec) if settings.tools == "auto" else settings.tools == "native"
    if not prompt.tools or (able and spec.mode != "completion"):
        return prompt, ""
    if prompt.without_tools is not None:
        return prompt.without_tools, ""
    return replace(prompt, tools=()), tools_in_words(prompt.tools)


def _scoring_request(
    loaded: LoadedSuite, problem: Problem, spec: ModelSpec, prompt: Prompt, script: str
) -> CompletionRequest:
    """Return the request that has continuations scored: no chat and no setting of sampling is a part of it."""
    return CompletionRequest(
        backend=spec.backend,
        model=spec.model,
        messages=(),
        params=SamplingParams(max_tokens=1),
        endpoint=spec.endpoint,
        suite=loaded.name,
        task_id=problem.task_id,
        asker=spec.label,
        script=script,
        mode="score",
        prompt=prompt.text,
        args=spec.request_args,
        continuations=prompt.continuations,
    )


def _mode(loaded: LoadedSuite, prompt: Prompt, spec: ModelSpec) -> str:
    """Return how a model is asked; one that tells by itself what it is made for chats where nothing else can be.

    Raises UsageError where the suite cannot be put to a model in the mode that was asked for.
    """
    if spec.mode == "score" and not prompt.continuations:
        raise UsageError(f"--mode=score: {loaded.name} has no choices that can be scored; use --mode=auto.")
    protocol = loaded.suite.protocol
    if protocol and not protocol.chat and not spec.scripted:
        if spec.mode != "chat":
            return "completion"
        raise UsageError(
            f"--protocol={protocol.name}: {loaded.suite.name} is put to models that continue text only; "
            "use --mode=completion."
        )
    if spec.mode != "score" and prompt.continuations:
        raise UsageError(f"--mode={spec.mode}: {loaded.name} has choices to be scored; use --mode=score.")
    if spec.mode not in ("chat", "score") and not prompt.text:
        if spec.mode == "completion":
            raise UsageError(
                f"--mode=completion: {loaded.name} can only be put to a model that chats; use --mode=chat."
            )
        return "chat"
    return spec.mode
