"""How long `codeeval report` takes, how much memory, how large its page is, and what it costs to open.

Run it from the checkout: `python perf/report_size.py [--browser]`. The results are made up: answers of prose and a
program from a small vocabulary, every other one wrong, with a prompt a problem.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = {
    "164 problems x 100 samples, 1 model": (1, 164, 100, 12),
    "500 problems x 10 samples, 10 models": (10, 500, 10, 12),
    "500 problems x 10 samples, 10 models, long answers": (10, 500, 10, 90),
}
NAMES = (
    "value",
    "result",
    "index",
    "total",
    "count",
    "left",
    "right",
    "items",
    "found",
    "best",
    "limit",
    "words",
    "key",
)
LINES = (
    "    for {a} in range(len({b})):",
    "        if {a} > {b} and {c} != {d}:",
    "    {a} = sorted({b}, key=lambda {c}: -{c})",
    "        {a}.append({b} + {n})",
    "    # Then the {a} of each {b} is put together with the {c}.",
    "    return {a} if {b} else {c}[{n}]",
    "        {a} = max({b}, {c} - {n})",
    "    while {a} < {n}:",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="open each page in Chromium, too")
    parser.add_argument("--only", default="", help="cases that have this in their name")
    given = parser.parse_args()
    print("| results | samples | report, s | CPU, s | memory, MB | page, MB | opening, CPU s |")
    print("|---|---|---|---|---|---|---|")
    for name, case in CASES.items():
        if given.only in name:
            with tempfile.TemporaryDirectory() as folder:
                row = measure(Path(folder), *case, browse=given.browser)
            print(f"| {name} | " + " | ".join(row) + " |", flush=True)


def measure(folder: Path, models: int, problems: int, samples: int, lines: int, *, browse: bool) -> list[str]:
    chance = random.Random(0)
    for model in range(models):
        write_run(folder / "results" / f"model-{model}", f"model-{model}", problems, samples, lines, chance)
    page = folder / "report.html"
    command = [sys.executable, "-c", "import sys; from pytest_codeeval.cli import main; sys.exit(main())"]
    start = time.monotonic()
    process = subprocess.Popen(
        [*command, "report", str(folder / "results"), "-o", str(page)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    assert status == 0
    figures = (wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, page.stat().st_size / 1e6)
    opened = f"{opening(page, folder):.1f}" if browse else "–"
    return [f"{models * problems * samples:,}", *(f"{figure:.1f}" for figure in figures), opened]


def opening(page: Path, folder: Path) -> float:
    """Return how long a page takes until its grid is drawn, in CPU seconds of the browser's thread that does so."""
    sys.path.insert(0, str(ROOT))
    from tests.results.browser import browser

    with browser(folder) as driven:
        driven.send("Performance.enable", timeDomain="threadTicks")
        driven.open(page)
        found = {one["name"]: one["value"] for one in driven.send("Performance.getMetrics")["metrics"]}
        return float(found["TaskDuration"])


def write_run(folder: Path, model: str, problems: int, samples: int, lines: int, chance: random.Random) -> None:
    folder.mkdir(parents=True)
    dataset = {"suite": "made-up", "sha256": "0" * 64, "language": "python", "problems": problems}
    about = {"datasets": {"made-up": {**dataset, "metrics": [{"name": "pass@k"}]}}, "finished": "now"}
    (folder / "run.json").write_text(json.dumps(about))
    with (folder / "samples.jsonl").open("w") as rows, (folder / "prompts.jsonl").open("w") as prompts:
        for task in range(problems):
            asked = {"suite": "made-up", "task_id": f"Made/{task}"}
            prompts.write(
                json.dumps({**asked, "prompt": f"Write a function, number {task}.\n{program(8, chance)}"}) + "\n"
            )
            for index in range(samples):
                rows.write(json.dumps({**asked, "model": model, "sample_index": index, **sample(lines, chance)}) + "\n")


def sample(lines: int, chance: random.Random) -> dict[str, object]:
    passed, code = chance.random() < 0.5, program(lines, chance)
    return {
        "completion": f"Here is one:\n\n```python\n{code}\n```\n\nIt looks at each {chance.choice(NAMES)}.",
        "solution": code,
        "passed": passed,
        "outcome": "passed" if passed else "wrong_answer",
        "cause": "passed" if passed else "wrong_answer",
        "detail": "" if passed else f"line 7: assert candidate([{chance.randrange(99)}]) == {chance.randrange(999)}",
        "extraction": "fenced",
        "form": "chat",
        "stages": [{"name": "test", "passed": passed, "cpu_seconds": chance.random() / 10, "wall_seconds": 0.1}],
        "value": float(passed),
        "measures": {},
        "prompt_tokens": 180,
        "completion_tokens": chance.randrange(90, 400),
        "cost": chance.random() / 100,
        "seconds": chance.random() * 9,
        "finish_reason": "stop",
    }


def program(lines: int, chance: random.Random) -> str:
    def line() -> str:
        names = {name: chance.choice(NAMES) for name in "abcd"}
        return chance.choice(LINES).format(n=chance.randrange(100), **names)

    return "\n".join([f"def candidate({chance.choice(NAMES)}):", *(line() for _ in range(lines))])


if __name__ == "__main__":
    main()
