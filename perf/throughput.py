"""Completions a second through the whole service, on one core, from a loopback server that takes 200 ms an answer.

python perf/throughput.py            all rows
python perf/throughput.py ROW…       only these: bare-aiohttp openai openai-n litellm bare-litellm
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.servers.process import FaultyServer

CORE = 0
LATENCY = 0.2
PROMPT = "Complete the following Python function.\n\n" + "def f(x):\n    '''Doc string of a usual length.'''\n" * 8
ANSWER = "Here it is:\n\n```python\ndef f(x):\n    return x\n```\n" + "An explanation of some lines.\n" * 12
ANSWERS = [{"prompt": PROMPT, "response": ANSWER}]
KEPT: list[Any] = []  # what would complain, on its way out, that nobody hung up
# Name: requests, in flight, of them samples of one problem.
ROWS: dict[str, tuple[int, int, int]] = {
    "bare-aiohttp": (6000, 256, 1),
    "openai": (6000, 256, 1),
    "openai-n": (6000, 256, 10),
    "bare-litellm": (3000, 64, 1),
    "litellm": (3000, 64, 1),
}


def bare_aiohttp(url: str, count: int, at_once: int, samples: int) -> Callable[[], None]:
    async def main() -> None:
        import aiohttp

        body = json.dumps(
            {"model": "m", "messages": [{"role": "user", "content": PROMPT}], "max_tokens": 1024}
        ).encode()
        numbers = iter(range(count))
        headers = {"Content-Type": "application/json"}
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=headers) as session:

            async def worker() -> None:
                for _ in numbers:
                    async with session.post(f"{url}/chat/completions", data=body) as response:
                        json.loads(await response.read())

            await asyncio.gather(*(worker() for _ in range(at_once)))

    return lambda: asyncio.run(main())


def bare_litellm(url: str, count: int, at_once: int, samples: int) -> Callable[[], None]:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    litellm.suppress_debug_info = True

    async def ask(numbers: Any) -> None:
        for _ in numbers:
            await litellm.acompletion(
                model="openai/m",
                messages=[{"role": "user", "content": PROMPT}],
                api_base=url,
                api_key="none",
                max_tokens=1024,
                temperature=0.8,
                timeout=600,
                num_retries=0,
                max_retries=0,
            )

    async def main(total: int) -> None:
        numbers = iter(range(total))
        await asyncio.gather(*(ask(numbers) for _ in range(at_once)))

    asyncio.run(main(1))
    return lambda: asyncio.run(main(count))


def service(model: str, url: str, count: int, at_once: int, samples: int) -> Callable[[], None]:
    from dataclasses import replace

    from pytest_codeeval.core.completion import CompletionRequest, SamplingParams
    from pytest_codeeval.generation.calls import CallLog
    from pytest_codeeval.generation.dispatcher import ModelDispatcher
    from pytest_codeeval.generation.modelnames import resolve
    from pytest_codeeval.generation.modelspec import make_backend
    from pytest_codeeval.generation.service import CompletionService
    from pytest_codeeval.generation.store import CompletionStore

    spec = resolve(model, endpoint=url)
    folder = Path(tempfile.mkdtemp(dir=os.environ.get("CODEEVAL_PERF_FOLDER")))
    identity = spec.identity
    dispatcher = ModelDispatcher(
        make_backend(spec, 600.0), CompletionStore(folder), CallLog({identity: folder}), concurrency=at_once
    )
    run = CompletionService({identity: dispatcher}, lambda _: None)
    params = SamplingParams(temperature=0.8)

    def problem(number: int, samples: int) -> list[CompletionRequest]:
        message = {"role": "user", "content": f"{PROMPT}{number}"}
        first = CompletionRequest(spec.backend, spec.model, (message,), params, 0, url, "s", f"T/{number}")
        return [replace(first, sample_index=index) for index in range(samples)]

    def everything() -> None:
        found = run.complete([request for number in range(count // samples) for request in problem(number, samples)])
        assert len(found) == count and all(answer.text for answer in found)

    run.complete(problem(-1, 1))  # the import of the SDK
    return everything


def measure(name: str, url: str) -> dict[str, float]:
    count, at_once, samples = ROWS[name]
    if name.startswith("bare"):
        work = (bare_aiohttp if name == "bare-aiohttp" else bare_litellm)(url, count, at_once, samples)
    else:
        model = "litellm:openai/m" if name == "litellm" else "openai:m"
        work = service(model, url, count, at_once, samples)
    KEPT.append(work)
    start, used = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    return {"answers/s": count / seconds, "CPU ms an answer": cpu / count * 1000, "seconds": seconds}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--measure", metavar="URL", help=argparse.SUPPRESS)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    if options.measure:
        os.sched_setaffinity(0, {CORE})
        print(json.dumps(measure(options.rows[0], options.measure)), flush=True)
        os._exit(0)
    others = os.sched_getaffinity(0) - {CORE}
    print("| client | in flight | answers/s | CPU ms an answer | runs |\n|---|---|---|---|---|")
    every: dict[str, list[dict[str, float]]] = {name: [] for name in options.rows or ROWS}
    # In turns, so that what else the machine does falls on all of them.
    for _ in range(options.repeat):
        for name, found in every.items():
            with (
                tempfile.TemporaryDirectory() as folder,
                FaultyServer(Path(folder), ANSWERS, latency=LATENCY) as server,
            ):
                if others:
                    os.sched_setaffinity(server.pid, others)
                command = [sys.executable, __file__, name, "--measure", server.base_url]
                found.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
    for name, found in every.items():
        best = sorted(found, key=lambda run: run["answers/s"])[len(found) // 2]
        spread = ", ".join(f"{run['answers/s']:.0f}" for run in found)
        print(
            f"| {name} | {ROWS[name][1]} | {best['answers/s']:.0f} | {best['CPU ms an answer']:.2f} | {spread} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
