"""CPU seconds of HumanEval's canonical solutions by the number of workers, as asked for and as started.

    python perf/worker_count.py --data DATA [--repeat 1] > perf/worker_count.md

Linux only. The first run of all brings bytecode and the self-test into their caches, and is in no figure.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from process_roles import parts_of
from process_tree import Observed, Used, run

ROOT = Path(__file__).resolve().parents[1]
WAYS = {
    "-n 2": ["-n", "2"],
    "-n 16": ["-n", "16"],
    "--dist load --tx 16*popen": ["--dist", "load", "--tx", "16*popen"],
}


def measured(data: str, cache: str, arguments: list[str]) -> tuple[Used, Observed]:
    """Run once, and return what it used and what was seen of it."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "CODEEVAL_CACHE": f"{cache}/codeeval",
            "PYTHONPYCACHEPREFIX": f"{cache}/bytecode",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-m", "pytest", str(ROOT / "suites/test_humaneval.py"), "--model=reference"]
        command += ["--data", data, "-q", "-p", "no:cacheprovider", "--results", folder, *arguments]
        seen = Observed(0)
        with (Path(folder) / "said").open("w+") as said:
            used = run(command, watch=seen, env=environment, cwd=folder, stdout=said, stderr=said)
            said.seek(0)
            if "164 passed" not in (text := said.read()):
                raise SystemExit(text)
    return used, seen


def main() -> None:
    """Print a row a way, the median of its runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default=os.environ.get("CODEEVAL_DATA", ""))
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    data = str(Path(options.data).resolve())
    found: dict[str, list[tuple[Used, Observed]]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as cache:
        measured(data, cache, ["-n", "2"])
        for _ in range(options.repeat):
            for name, arguments in WAYS.items():
                found[name].append(measured(data, cache, arguments))
    print("| asked for | CPU s | wall s | controller | workers | sandbox servers | slots, solutions and tests |")
    print("|---|---|---|---|---|---|---|")
    for name, runs in found.items():
        used, seen = sorted(runs, key=lambda one: one[0].cpu)[len(runs) // 2]
        parts = parts_of(seen)
        controller, workers, servers = (
            parts.pop(part) for part in ("controller", "workers", "servers, mostly their start")
        )
        rest = sum(parts.values())
        figures = (used.cpu, used.wall, controller, workers, servers, rest)
        print(f"| `{name}` | {' | '.join(f'{figure:.1f}' for figure in figures)} |", flush=True)


if __name__ == "__main__":
    main()
