"""complete: asks a model all questions of a benchmark, keeps what comes, and writes the rows with their answers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import wait
from contextlib import closing

from pytest_codeeval.cli.complete.asked import Asked
from pytest_codeeval.cli.complete.partfolder import PartFolder
from pytest_codeeval.cli.complete.progress import Progress
from pytest_codeeval.cli.complete.questions import Question, questions_of, unnamed
from pytest_codeeval.core.errors import CodeEvalError, StorageError
from pytest_codeeval.core.text import counted, printable
from pytest_codeeval.generation.backend import ModelBackend
from pytest_codeeval.generation.budget import Budget
from pytest_codeeval.generation.calls import CallLog
from pytest_codeeval.generation.dispatcher import ModelDispatcher
from pytest_codeeval.generation.modelspec import make_backend
from pytest_codeeval.generation.ratelimit import RateLimiter
from pytest_codeeval.generation.retry import RetryPolicy
from pytest_codeeval.generation.service import CompletionService
from pytest_codeeval.generation.store import CompletionStore
from pytest_codeeval.generation.traffic import Traffic
from pytest_codeeval.generation.trouble import Trouble

_LOOK = 0.2  # seconds
_NAMED = 10  # rows that are named of those without an answer for one reason


def complete(asked: Asked) -> int:
    """Do the whole job; return the exit code: 1 where rows are left without an answer.

    Raises UsageError where it cannot begin, KeyboardInterrupt where it was stopped, which is said.
    """
    questions, sha256 = questions_of(asked)
    backend = make_backend(asked.spec, asked.request_timeout)
    _warn(unnamed(questions), len(questions))
    with (
        closing(PartFolder(asked.output, {**asked.decisive(), "the rows (sha256)": sha256})) as part,
        closing(CompletionStore(part.path)) as store,
    ):
        if part.warning:
            print(printable(f"{part.warning}."), file=sys.stderr)
        job = Job(asked, questions, part, store)
        try:
            return job.run(backend)
        except KeyboardInterrupt:
            kept = counted(job.kept, "answer")
            print(printable(f"\n{kept} kept in {part.path}: the same command goes on."), file=sys.stderr)
            raise
        except StorageError as error:
            print(printable(f"{error}. What is kept in {part.path} stays: the same command goes on."), file=sys.stderr)
            return 1


class Job:
    """The questions of one model on their way to an output."""

    def __init__(self, asked: Asked, questions: Sequence[Question], part: PartFolder, store: CompletionStore) -> None:
        self._asked = asked
        self._questions = questions
        self._part = part
        self._store = store
        self._keys = [question.request.key for question in questions]
        self._failed: dict[int, CodeEvalError] = {}
        self._done = 0

    @property
    def kept(self) -> int:
        """How many rows have their answer."""
        return self._store.count(self._keys)

    def run(self, backend: ModelBackend) -> int:
        """Ask what has not been answered, write what has been, and say what is missing."""
        before = self.kept
        if before:
            print(f"{before:,} of {counted(len(self._keys), 'row')} are answered already", file=sys.stderr)
        with Progress(len(self._keys), before) as progress:
            backend.attach(self._part.path, progress.tell)
            with closing(self._service(backend, progress)) as service:
                self._ask(service, progress)
            traffic = service.traffic
        if full := next((error for error in self._failed.values() if isinstance(error, StorageError)), None):
            raise full
        return self._finish(traffic)

    def _finish(self, traffic: Traffic) -> int:
        """Write the rows that have their answers, and say what there is; return the exit code."""
        kept = self.kept
        missing = len(self._keys) - kept
        said = [f"{traffic.tokens:,} tokens"]
        said += [f"cost ${traffic.cost:.4f}"] if traffic.cost is not None else []
        if kept:
            self._part.write(self._lines(), whole=not missing)
            print(printable(f"{self._asked.output}: {', '.join([counted(kept, 'row'), *said])}"))
        if missing:
            self._tell_of_missing(missing)
        return 1 if missing else 0

    def _service(self, backend: ModelBackend, progress: Progress) -> CompletionService:
        asked, spec = self._asked, self._asked.spec
        identity = spec.identity
        dispatcher = ModelDispatcher(
            backend,
            self._store,
            CallLog({identity: self._part.path}),
            concurrency=asked.at_once,
            policy=RetryPolicy(attempts=asked.retries + 1),
            rates=RateLimiter(asked.rpm, None),
            budget=None if asked.max_cost is None else Budget(asked.max_cost),
            deadline=asked.request_timeout,
            trouble=Trouble(spec.label, progress.tell),
        )
        return CompletionService({identity: dispatcher}, lambda _: None)

    def _ask(self, service: CompletionService, progress: Progress) -> None:
        asking = service.submit(self._all(service))
        while not wait([asking], _LOOK).done:
            progress.show(self._done, service.traffic)
        asking.result()

    async def _all(self, service: CompletionService) -> None:
        await asyncio.gather(*(self._one(service, place) for place in range(len(self._questions))))

    async def _one(self, service: CompletionService, place: int) -> None:
        # What is said stays on disk: all of it in memory could be gigabytes.
        try:
            await service.completed([self._questions[place].request])
        except CodeEvalError as error:
            self._failed[place] = error
        else:
            self._done += 1

    def _lines(self) -> Iterator[str]:
        for question in self._questions:
            completion = self._store.get(question.request)
            if completion is not None:
                yield question.answered(completion)

    def _tell_of_missing(self, missing: int) -> None:
        rows: dict[str, list[str]] = {}
        for place, error in sorted(self._failed.items()):
            question = self._questions[place]
            rows.setdefault(str(error), []).append(f"{question.row.where} (task {question.problem.task_id})")
        for why, places in rows.items():
            more = f" and {counted(len(places) - _NAMED, 'more row')}" if len(places) > _NAMED else ""
            print(printable(f"{', '.join(places[:_NAMED])}{more}: {why}"), file=sys.stderr)
        said = f"{counted(missing, 'row')} without an answer: the same command goes on, and asks only for them"
        print(said, file=sys.stderr)


def _warn(unknown: Sequence[str], total: int) -> None:
    if unknown:
        print(
            printable(
                f"{len(unknown):,} of {counted(total, 'prompt')} do not name the function that their tests call, such "
                f"as task {unknown[0]}: no answer can be right but by chance. A run of pytest shows the tests."
            ),
            file=sys.stderr,
        )
