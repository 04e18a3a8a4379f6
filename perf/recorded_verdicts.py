"""Compares this project's verdicts with those that came with recorded samples, row by row.

    python perf/recorded_verdicts.py DATA_FOLDER [-n WORKERS] > perf/recorded_verdicts.md

Each recording is run as a user would (`pytest suites --model=replay:FILE`); every row on which the verdicts differ is
listed with both reasons and the explanation that `recorded_verdicts.json` has for it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# by the recording's first folder: what holds for all of it ("about"), then an explanation for each task
EXPLAINED: dict[str, dict[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
SHOWN = 200  # characters of a detail

# recording, suite file, further options
RECORDINGS = (
    ("codet_humaneval_10.jsonl.gz", "humaneval", ()),
    ("human_eval/gpt-3.5-turbo-instruct_x10_results.jsonl.gz", "humaneval", ()),
    ("human_eval/gpt-4_reflexion_simple.jsonl.gz", "humaneval", ()),
    ("evalplus/llama3-8b-instruct/humaneval/samples_eval_results.json.gz", "humaneval", ()),
    ("evalplus/qwen2.5-coder-1.5b-base/humaneval/generated_eval_results.json.gz", "humaneval", ()),
    ("evalplus/qwen2.5-coder-1.5b-base/mbpp/generated_eval_results.json.gz", "mbpp", ("--split=mbpp:sanitized",)),
    ("mbpp/gpt-3.5-turbo-0613.jsonl.gz", "mbpp", ("--split=mbpp:test",)),
)


def main() -> None:
    """Run all recordings and print the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("-n", default="2", help="xdist workers")
    options = parser.parse_args()
    print("# Verdicts against those that came with the recordings\n")
    print("| recording | samples | recorded passes | our passes | agree | differ |\n|---|---|---|---|---|---|")
    differences = []
    for name, suite, more in RECORDINGS:
        path = options.data / "recorded" / name
        recorded = dict(_recorded(path))
        ours = dict(_ours(options.data, path, suite, more, options.n))
        common = recorded.keys() & ours.keys()
        differ = sorted((key for key in common if recorded[key] != (ours[key]["passed"])), key=_order)
        passed = sum(recorded[key] for key in common)
        our_passed = sum(ours[key]["passed"] for key in common)
        print(f"| {name} | {len(common)} | {passed} | {our_passed} | {len(common) - len(differ)} | {len(differ)} |")
        differences += [(name, key, recorded[key], ours[key]) for key in differ]
    print("\n## Every difference\n")
    for folder, explained in EXPLAINED.items():
        print(f"`{folder}`: {explained['about']}\n")
    for name, (task_id, index), passed, row in differences:
        verdict = "pass" if passed else "fail"
        reason = f"{row['cause']}: {row['detail']}" if row["detail"] else row["cause"]
        explanation = EXPLAINED.get(name.split("/")[0], {}).get(task_id, "not explained")
        print(f"* `{name}` {task_id}, sample {index}: recorded as {verdict}, here {_code(reason)}. {explanation}")


def _code(text: str) -> str:
    """Return a text, cut, as a code span of Markdown, whatever backticks it has."""
    text = " ".join(text.split())
    text = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    runs = re.findall("`+", text)
    fence = "`" * (max(map(len, runs), default=0) + 1)
    space = " " if runs else ""
    return f"{fence}{space}{text}{space}{fence}"


def _order(key: tuple[str, int]) -> tuple[int, int]:
    return int(key[0].rpartition("/")[2]), key[1]


def _recorded(path: Path) -> Iterator[tuple[tuple[str, int], bool]]:
    """Yield ((task id, sample index), recorded verdict)."""
    raw = gzip.decompress(path.read_bytes())
    seen: dict[str, int] = {}
    if path.name.endswith(".json.gz"):
        rows = [row for rows in json.loads(raw)["eval"].values() for row in rows]
    else:
        rows = [json.loads(line) for line in raw.splitlines()]
    for row in rows:
        task_id = str(row["task_id"]).replace("MBPP/", "Mbpp/")
        index = row.get("sample_index", seen.get(task_id, 0))
        seen[task_id] = index + 1
        verdict = row["base_status"] == "pass" if "base_status" in row else row.get("passed", row.get("is_solved"))
        yield (task_id, index), bool(verdict)


def _ours(
    data: Path, path: Path, suite: str, more: tuple[str, ...], workers: str
) -> Iterator[tuple[tuple[str, int], Any]]:
    with tempfile.TemporaryDirectory() as results:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", workers]
        command += [
            f"suites/test_{suite}.py",
            f"--model=replay:{path}",
            f"--data={data}",
            f"--results={results}",
            *more,
        ]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
        for line in next(Path(results).glob("*/samples.jsonl")).open():
            row = json.loads(line)
            yield (row["task_id"], row["sample_index"]), row


if __name__ == "__main__":
    main()
