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
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from evalplus_runs import GIANT, Harnesses, pairs

RECORDINGS = (
    ("llama3-8b-instruct/humaneval/samples_eval_results.json.gz", "humaneval"),
    ("qwen2.5-coder-1.5b-base/humaneval/generated_eval_results.json.gz", "humaneval"),
    ("qwen2.5-coder-1.5b-base/mbpp/generated_eval_results.json.gz", "mbpp"),
)
EXPLAINED: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
SHOWN = 160


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
    table, differences = [], []
    for name, kind in RECORDINGS:
        known = {problem["task_id"] for problem in both.problems(kind)}
        recorded = json.loads(gzip.decompress((both.data / "recorded" / "evalplus" / name).read_bytes()))["eval"]
        recorded = {task: rows for task, rows in recorded.items() if task in known}
        samples = [{"task_id": task, "solution": row["solution"]} for task, rows in recorded.items() for row in rows]
        both.warm(kind)
        theirs = kept(both, name, kind, samples)
        _, ours = both.ours(kind, samples, None, *more)
        counts = {"recorded": [0, 0], "evalplus": [0, 0]}
        for who, said in (("recorded", recorded), ("evalplus", theirs)):
            for task, number, one, row in pairs(said, ours):
                base, plus = verdicts(one)
                counts[who][0] += base == row["base_passed"]
                counts[who][1] += plus == row["passed"]
                if (base, plus) != (row["base_passed"], row["passed"]):
                    differences.append((name, who, task, number, base, plus, row))
        total = sum(map(len, ours.values()))
        figures = " | ".join(f"{base} | {plus}" for base, plus in counts.values())
        table.append(f"| {name.rpartition('/')[0]} | {total} | {figures} |")
        print(table[-1], file=sys.stderr)
    print("# Verdicts on HumanEval+ and MBPP+ against EvalPlus'\n")
    print(f"{EXPLAINED['']['about']} Both harnesses read the same file, without the inputs of {GIANT} whose outputs")
    print("take EvalPlus eight gigabytes. How many verdicts agree, by base inputs and by both:\n")
    print("| recording | samples | recorded: base | plus | EvalPlus today: base | plus |\n|---|---|---|---|---|---|")
    print("\n".join(table))
    print("\n## Every difference\n")
    for name, who, task, number, base, plus, row in differences:
        print(f"* `{name.rpartition('/')[0]}` {task}, sample {number}, {who}: {said_of(base, plus)} there,")
        print(f"  {said_of(row['base_passed'], row['passed'])} here ({shown(row)}). {explanation(who, task)}")


def kept(both: Harnesses, name: str, kind: str, samples: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return EvalPlus' results on a recording, from the folder if they are there."""
    path = both.folder / f"{name.replace('/', '-').removesuffix('.gz')}"
    if not path.exists():
        path.write_text(json.dumps(both.theirs(kind, samples)[1]), "utf-8")
    found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text("utf-8"))
    return found


def verdicts(row: dict[str, Any]) -> tuple[bool, bool]:
    """Return what EvalPlus says of a sample, by base inputs and by both."""
    base = row["base_status"] == "pass"
    return base, base and row["plus_status"] == "pass"


def said_of(base: bool, plus: bool) -> str:
    """Say a verdict in words."""
    return "passes" if plus else "passes base alone" if base else "fails"


def shown(row: dict[str, Any]) -> str:
    """Return cause and detail of our verdict, cut, as a code span."""
    text = " ".join(f"{row['cause']} {row['detail'] or ''}".replace("`", "'").split())
    return f"`{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}`"


def explanation(who: str, task: str) -> str:
    """Return why verdicts on a task differ."""
    return EXPLAINED.get(who, {}).get(task) or EXPLAINED[""].get(task) or "Not explained."


if __name__ == "__main__":
    main()
