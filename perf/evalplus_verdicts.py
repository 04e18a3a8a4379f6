"""Compares this project's verdicts on HumanEval+ and MBPP+ with EvalPlus', as recorded and as it says today.

    python perf/evalplus_verdicts.py PYTHON [--data DATA] [--folder FOLDER] > perf/evalplus_verdicts.md

PYTHON is the interpreter of an environment with `evalplus` from PyPI. DATA (or CODEEVAL_DATA) has the problems and
`recorded/evalplus`. With a FOLDER what is found out once stays there. Every difference is listed with the explanation
that `evalplus_verdicts.json` has for it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import fill
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from evalplus_runs import GIANT, Harnesses, pairs

RECORDINGS = (
    ("llama3-8b-instruct/humaneval/samples_eval_results.json.gz", "humaneval"),
    ("qwen2.5-coder-1.5b-base/humaneval/generated_eval_results.json.gz", "humaneval"),
    ("qwen2.5-coder-1.5b-base/mbpp/generated_eval_results.json.gz", "mbpp"),
)
EXPLAINED: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
SHOWN, WIDTH = 160, 120
LEAST, LONG = 4, 60  # seconds of an input
Row = dict[str, Any]
Rows = dict[str, list[Row]]
Verdict = tuple[bool, bool]
"""Whether a sample passes by its base inputs, and by both."""


def main() -> None:
    """Run all recordings and print the tables as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", type=Path)
    parser.add_argument("--data", type=Path, default=os.environ.get("CODEEVAL_DATA"))
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--option", action="append", default=[], help="a further option of pytest's")
    options = parser.parse_args()
    if options.data is None:
        parser.error("give --data or set CODEEVAL_DATA")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(exist_ok=True)
        report(Harnesses(options.python, Path(options.data), folder, options.workers), options.option)


def report(both: Harnesses, more: list[str]) -> None:
    """Grade all recordings by both, then print."""
    found = []
    for name, kind in RECORDINGS:
        found.append(graded(both, name, kind, more))
        print(found[-1].row, file=sys.stderr)
    print("# Verdicts on HumanEval+ and MBPP+ against EvalPlus'\n")
    about = (
        f"{EXPLAINED['']['about']} Both harnesses read the same file, without the inputs of {GIANT} whose outputs take "
        f"EvalPlus eight gigabytes. EvalPlus gives an input {LEAST} s at least. How many verdicts agree, by the base "
        "inputs alone (`base`) and by both (`plus`), with those recorded and with those of EvalPlus today:"
    )
    print(fill(about, WIDTH), end="\n\n")
    print("| recording | samples | recorded: base | plus | EvalPlus today: base | plus |\n|---|---|---|---|---|---|")
    print("\n".join(one.row for one in found))
    print("\n## Every difference\n")
    print(*(line for one in found for line in one.differences), sep="\n")


@dataclass
class Graded:
    """What both say of a recording: a row of the table, and each difference."""

    row: str
    differences: list[str]


def graded(both: Harnesses, name: str, kind: str, more: list[str]) -> Graded:
    """Have both grade a recording."""
    known = {problem["task_id"] for problem in both.problems(kind)}
    recorded = json.loads(gzip.decompress((both.data / "recorded" / "evalplus" / name).read_bytes()))["eval"]
    recorded = {task: rows for task, rows in recorded.items() if task in known}
    samples = [{"task_id": task, "solution": row["solution"]} for task, rows in recorded.items() for row in rows]
    both.warm(kind)
    title, counts, lines = name.rpartition("/")[0], [], []
    file = f"{title.replace('/', '-')}.json"
    theirs = kept(both.folder / f"theirs-{file}", lambda: both.theirs(kind, samples, least_limit=LEAST)[1])
    ours = kept(both.folder / f"ours-{file}", lambda: both.ours(kind, samples, None, *more)[1])
    late = with_time(both, file, kind, recorded, list(pairs(theirs, ours)))
    for who, said in (("recorded", recorded), ("EvalPlus", theirs)):
        both_said = [(task, number, verdicts(one), row) for task, number, one, row in pairs(said, ours)]
        counts.append(sum(base == row["base_passed"] for _, _, (base, _), row in both_said))
        counts.append(sum(plus == row["passed"] for _, _, (_, plus), row in both_said))
        for task, number, verdict, row in both_said:
            if verdict != (row["base_passed"], row["passed"]):
                then = late.get((task, number)) if who == "EvalPlus" else None
                lines.append(difference(f"`{title}` {task}, sample {number}, {who}", who, task, verdict, row, then))
    return Graded(f"| {title} | {sum(map(len, ours.values()))} | {' | '.join(map(str, counts))} |", lines)


def difference(what: str, who: str, task: str, verdict: Verdict, row: Row, then: Verdict | None) -> str:
    """Say what both say of a sample, and why; `then` is EvalPlus' verdict with more time, if it was asked again."""
    said = [
        f"* {what}: {said_of(*verdict)} there, {said_of(row['base_passed'], row['passed'])} here ({shown(row)}).",
        f"Alone, and with {LONG} s for an input, it {said_of(*then)} there." if then else "",
        explanation(who, task),
    ]
    return fill(" ".join(filter(None, said)), WIDTH, subsequent_indent="  ")


def with_time(
    both: Harnesses, file: str, kind: str, recorded: Rows, said: list[tuple[str, int, Row, Row]]
) -> dict[tuple[str, int], Verdict]:
    """Return EvalPlus' verdicts on the samples that pass only here, if nothing runs beside them and time is plenty."""
    doubtful = [
        (task, number) for task, number, one, row in said if verdicts(one) < (row["base_passed"], row["passed"])
    ]
    if not doubtful:
        return {}
    # It takes no file in which a task is missing.
    lacking = [{"task_id": task, "solution": ""} for task in recorded if task not in {task for task, _ in doubtful}]
    asked = [{"task_id": task, "solution": recorded[task][number]["solution"]} for task, number in doubtful]
    alone = replace(both, workers=1)
    found = kept(both.folder / f"alone-{file}", lambda: alone.theirs(kind, [*asked, *lacking], least_limit=LONG)[1])
    taken = {task: iter(rows) for task, rows in found.items()}
    return {(task, number): verdicts(next(taken[task])) for task, number in doubtful}


def kept(path: Path, find: Callable[[], Rows]) -> Rows:
    """Return results from a file, which is made if it is not there."""
    if not path.exists():
        path.write_text(json.dumps(find()), "utf-8")
    found: Rows = json.loads(path.read_text("utf-8"))
    return found


def verdicts(row: Row) -> Verdict:
    """Return what EvalPlus says of a sample, by base inputs and by both."""
    base = row["base_status"] == "pass"
    return base, base and row["plus_status"] == "pass"


def said_of(base: bool, plus: bool) -> str:
    """Say a verdict in words."""
    return "passes" if plus else "passes base alone" if base else "fails"


def shown(row: Row) -> str:
    """Return cause and detail of our verdict, cut, as a code span."""
    text = " ".join(f"{row['cause']} {row['detail'] or ''}".replace("`", "'").split())
    return f"`{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}`"


def explanation(who: str, task: str) -> str:
    """Return why verdicts on a task differ."""
    return EXPLAINED.get(who, {}).get(task) or EXPLAINED[""].get(task) or "Not explained."


if __name__ == "__main__":
    main()
