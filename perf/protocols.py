"""Compares `--protocol` with the harnesses themselves: the prompts of all problems, and the programs made of answers.

    python perf/protocols.py DATA_FOLDER --python PYTHON --clone HARNESS=FOLDER … [--verdicts N] > perf/protocols.md

`PYTHON` is the interpreter of an environment that has what the harnesses import, `FOLDER` a clone of one (openai,
evalplus, bigcode, lm-eval, evalscope). Each recorded answer goes through each way of each protocol, whatever it was
recorded for. `--verdicts N` has up to N of the programs a protocol, suite and way run on both sides.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import json
import subprocess
import sys
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pytest_codeeval.benchmarks import HUMANEVAL, MBPP  # noqa: E402
from pytest_codeeval.benchmarks.evalplus_protocol import AFTER_DOCSTRING, AFTER_FUNCTION, evalplus  # noqa: E402
from pytest_codeeval.core.problem import DataRequest, Problem  # noqa: E402
from pytest_codeeval.core.protocol import Protocol  # noqa: E402
from pytest_codeeval.core.suite import Suite  # noqa: E402
from pytest_codeeval.execution.languages.python import PythonRunner  # noqa: E402
from pytest_codeeval.execution.sandbox.choice import SandboxChoice  # noqa: E402

SUITES: dict[str, Suite] = {"humaneval": HUMANEVAL, "mbpp": MBPP}
FILES = {
    "humaneval": "humaneval/HumanEval.jsonl.gz",
    "mbpp": "mbpp/mbpp.jsonl",
    "humaneval-plus": "humanevalplus/HumanEvalPlus.jsonl.gz",
    "mbpp-plus": "mbppplus/MbppPlus.jsonl.gz",
}
PROTOCOLS = {
    **{name: suite.protocols for name, suite in SUITES.items()},
    "humaneval-plus": {"evalplus": evalplus(AFTER_FUNCTION, 60.0)},
    "mbpp-plus": {"evalplus": evalplus(AFTER_DOCSTRING, 60.0)},
}
RECORDINGS = (
    ("chat_multipl_e/qwen2-7b-instruct/generations_python.jsonl.gz", "generation"),
    ("human_eval/gpt-3.5-turbo-instruct_x10_results.jsonl.gz", "completion"),
    ("human_eval/gpt-4_reflexion_simple.jsonl.gz", "solution"),
    ("codet_humaneval_10.jsonl.gz", "completion"),
    ("evalplus/llama3-8b-instruct/humaneval/samples.jsonl.gz", "solution"),
    ("evalplus/qwen2.5-coder-1.5b-base/humaneval/generated.jsonl.gz", "completion"),
    ("evalplus/qwen2.5-coder-1.5b-base/mbpp/generated.jsonl.gz", "completion"),
    ("mbpp/gpt-3.5-turbo-0613.jsonl.gz", "solution"),
)
FENCED = ("evalplus/llama3", "mbpp/gpt-3.5")  # whole programs, which are tried as chat answers and as begun ones, too
SHOWN = 8
Answer = tuple[str, str, str]
"""Recording, task id and text."""


@dataclass
class Counts:
    """What came of one protocol, suite and way; `unlike` are the programs that differ, theirs and ours."""

    prompts: int = 0
    other_prompts: list[str] = field(default_factory=list)
    same: int = 0
    alike: int = 0
    unlike: list[tuple[Answer, str, str]] = field(default_factory=list)
    run: list[tuple[Problem, str, str]] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    other_verdicts: list[str] = field(default_factory=list)


def main() -> int:
    """Compare all harnesses that a clone was named of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--python", required=True)
    parser.add_argument("--clone", action="append", required=True, metavar="HARNESS=FOLDER")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth recorded answer")
    parser.add_argument("--verdicts", type=int, default=0, metavar="N")
    given = parser.parse_args()
    warnings.simplefilter("ignore", SyntaxWarning)
    clones: dict[str, str] = dict(text.split("=", 1) for text in given.clone)
    rows = {suite: dict(_rows(given.data / name)) for suite, name in FILES.items()}
    for row in (row for found in rows.values() for row in found.values()):
        for tests in ("base_input", "plus_input", "contract", "assertion"):
            row.pop(tests, None)
    known = list(_answers(given.data))[:: given.every]
    answers = {name: [one for one in known if one[1] in rows[name]] for name in FILES}
    print("# Protocols against the harnesses themselves\n")
    found: dict[tuple[str, str, str], Counts] = {}
    for harness, clone in clones.items():
        theirs = _theirs(given.python, harness, clone, {"rows": rows, "answers": _jobs(answers)})
        for name, protocols in PROTOCOLS.items():
            if harness in protocols:
                problems = _problems(name, protocols[harness], rows[name], given.data)
                found |= _compared(name, protocols[harness], problems, theirs, answers[name])
    if given.verdicts and "bigcode" in clones:
        _run(found, given, clones["bigcode"])
    _print(found)
    return int(any(one.other_prompts for one in found.values()))


def _rows(path: Path) -> Iterator[tuple[str, Any]]:
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["task_id"] if isinstance(row["task_id"], str) else f"Mbpp/{row['task_id']}", row


def _answers(data: Path) -> Iterator[Answer]:
    for name, text in RECORDINGS:
        for recorded_id, row in _rows(data / "recorded" / name):
            task_id = recorded_id.replace("Python/", "HumanEval/").replace("MBPP/", "Mbpp/")
            yield name, task_id, row[text]
            if name.startswith(FENCED):
                yield f"{name}, fenced", task_id, f"Here it is:\n\n```python\n{row[text]}\n```\n\nIt works.\n"
                yield f"{name}, begun", task_id, f"\n{row[text]}\n```\n\nIt works.\n"


def _problems(name: str, protocol: Protocol, rows: dict[str, Any], data: Path) -> dict[str, Problem]:
    if name in SUITES:
        dataset = SUITES[name].load(DataRequest(str(data)))
        dataset = protocol.select(dataset) if protocol.select else dataset
        return {problem.task_id: problem for problem in dataset.problems}
    return {task_id: Problem(task_id, row["prompt"], entry_point=row["entry_point"]) for task_id, row in rows.items()}


def _jobs(answers: dict[str, list[Answer]]) -> list[list[Any]]:
    return [
        [suite, way, number, task_id, text]
        for suite, found in answers.items()
        for way in ("chat", "completion")
        for number, (_, task_id, text) in enumerate(found)
    ]


def _theirs(python: str, harness: str, clone: str, job: Any) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        asked, result = Path(folder, "job.json"), Path(folder, "result.json")
        asked.write_text(json.dumps(job), "utf-8")
        script = str(Path(__file__).with_name("protocols_theirs.py"))
        command = [python, "-W", "ignore", script, harness, str(Path(clone).resolve()), str(asked), str(result)]
        subprocess.run(command, check=True, stdout=sys.stderr)
        return json.loads(result.read_text("utf-8"))


def _compared(
    suite: str, protocol: Protocol, problems: dict[str, Problem], theirs: Any, answers: Sequence[Answer]
) -> dict[tuple[str, str, str], Counts]:
    found: defaultdict[tuple[str, str, str], Counts] = defaultdict(Counts)
    asked: Counter[str] = Counter()
    for name, way, task_id, prompt in theirs["prompts"]:
        if name == suite and task_id in problems:
            counts = found[protocol.name, suite, way]
            asked[way] += 1
            same = prompt == _prompt(protocol, problems[task_id], way, prompt)
            counts.prompts += same
            counts.other_prompts += [] if same else [task_id]
    for way, number in asked.items():
        missing = len(problems) - number
        found[protocol.name, suite, way].other_prompts += ["not asked there"] * missing
    for name, way, number, program in theirs["programs"]:
        answer = answers[number] if name == suite else None
        if answer and answer[1] in problems:
            _add(found[protocol.name, suite, way], protocol, problems[answer[1]], way, answer, program)
    return dict(found)


def _prompt(protocol: Protocol, problem: Problem, way: str, like: Any) -> Any:
    prompt = protocol.prompt(problem)
    if way == "completion":
        return prompt.text
    messages = [dict(message) for message in prompt.messages()]
    return messages if isinstance(like, list) else messages[0]["content"] if len(messages) == 1 else messages


def _add(counts: Counts, protocol: Protocol, problem: Problem, way: str, answer: Answer, theirs: str) -> None:
    ours = protocol.program(problem, answer[2], chat=way == "chat")
    rest = theirs[len(ours) :]
    if theirs == ours or (theirs.startswith(ours) and _tree(rest) == _tree(_tests(problem))):
        counts.same += 1
    elif _tree(theirs) in (_tree(ours), _tree(f"{ours}\n{_tests(problem)}")) and _tree(theirs):
        counts.alike += 1
    else:
        counts.unlike.append((answer, theirs, ours))
    if protocol.name != "evalplus":
        counts.run.append((problem, ours, theirs))


def _tests(problem: Problem) -> str:
    if "shown_tests" in problem.extra:
        return "\n".join(problem.extra["shown_tests"])
    return f"{problem.test}\ncheck({problem.entry_point})"


def _tree(code: str) -> str:
    """What a text says as Python; of one that is none, the text."""
    try:
        return ast.dump(ast.parse(code))
    except (SyntaxError, ValueError):
        return code


def _run(found: dict[tuple[str, str, str], Counts], given: argparse.Namespace, clone: str) -> None:
    runner = PythonRunner(SandboxChoice("auto", ()))
    for (name, suite, _), counts in found.items():
        limit = SUITES[suite].protocols[name].timeout
        taken = counts.run[:: max(1, len(counts.run) // given.verdicts)] if counts.run else []
        theirs = _theirs(given.python, "bigcode", clone, {"rows": {}, "run": [[one[2], limit] for one in taken]})
        for (problem, ours, _), result in zip(taken, theirs, strict=True):
            verdict = runner.check(problem, ours, limit)
            passed = result == "passed"
            counts.verdicts["same" if passed == verdict.passed else "other"] += 1
            if passed != verdict.passed:
                said = f"{problem.task_id}: theirs `{result}`, ours `{verdict.cause}: {verdict.detail}`"
                counts.other_verdicts.append(said.replace("\n", " ")[:300])
    runner.close()


def _print(found: dict[tuple[str, str, str], Counts]) -> None:
    print("| protocol | suite | way | prompts equal | programs | same text | same tree | other | verdicts equal |")
    print("|---|---|---|---|---|---|---|---|---|")
    for (name, suite, way), counts in found.items():
        programs = counts.same + counts.alike + len(counts.unlike)
        prompts = f"{counts.prompts} of {counts.prompts + len(counts.other_prompts)}"
        ran = counts.verdicts.total()
        verdicts = f"{counts.verdicts['same']} of {ran}" if ran else "–"
        figures = f"{programs} | {counts.same} | {counts.alike} | {len(counts.unlike)} | {verdicts}"
        print(f"| {name} | {suite} | {way} | {prompts} | {figures} |")
    for key, counts in found.items():
        for task_id in counts.other_prompts[:SHOWN]:
            print(f"\n* prompt {', '.join(key)}: {task_id}")
        for (recording, task_id, _), theirs, ours in counts.unlike:
            print(f"\n* program {', '.join(key)}: {recording} {task_id}", file=sys.stderr)
            print(f"--- theirs\n{theirs}\n--- ours\n{ours}", file=sys.stderr)
        for said in counts.other_verdicts:
            print(f"\n* verdict {', '.join(key)}: {said}")


if __name__ == "__main__":
    raise SystemExit(main())
