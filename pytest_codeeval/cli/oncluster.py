"""`codeeval run --on=ray`: answers are asked for here, graded on a cluster, and shown here."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_codeeval.cli.complete.progress import Progress
from pytest_codeeval.cluster.conductor import Conductor
from pytest_codeeval.cluster.engine import Engine, EngineGone
from pytest_codeeval.cluster.fitting import fitting
from pytest_codeeval.cluster.keeper import Keeper
from pytest_codeeval.cluster.order import Order
from pytest_codeeval.cluster.planned import ClusterPlan
from pytest_codeeval.cluster.rayengine import RayEngine
from pytest_codeeval.cluster.words import ClusterWords
from pytest_codeeval.core.errors import StorageError, UsageError
from pytest_codeeval.core.secretname import has_key, is_secret_name
from pytest_codeeval.core.shard import Shard
from pytest_codeeval.core.text import counted, printable

if TYPE_CHECKING:
    from pytest_codeeval.config.jobfile import JobFile

_GRADABLE = (0, 1)  # 1: some answers could not be had; the others are graded all the same
_KEY_IN = re.compile(r"api[_-]key[_-]env[\"']?\s*[:=]\s*[\"']?(\w+)")
_OURS = "CODEEVAL_"


def run_on_cluster(
    words: Sequence[str],
    understood: Callable[[Sequence[str]], list[str]],
    connect: Callable[..., AbstractContextManager[Engine]] = RayEngine,
) -> int:
    """Do all three parts of a run: ask, grade, show; return the exit code of the last that there was.

    `understood` makes arguments of pytest of words as the command has them, and `connect` gives the engine, as
    RayEngine does. Raises UsageError for what cannot be done so, EngineGone where the cluster is gone.
    """
    job = ClusterJob(ClusterWords.read(words), understood, dict(os.environ))
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    sent = {"working_dir": job.asked.working_dir, "left_out": job.left_out, "unset": job.unset}
    with connect(job.asked.address, job.workers, **sent) as engine:
        tier, unfit = fitting(engine.look(job.sandbox))
        for node, why in unfit.items():
            print(f"codeeval: a node is not used: {why}", file=sys.stderr)
            engine.avoid(node)
        code = job.pytest(job.asked.generating(job.results))
        if code not in _GRADABLE:
            return code
        plan = ClusterPlan.of(job.results, began)
        if plan.judged:
            raise UsageError(
                "judges are asked while answers are graded, and no node of a cluster has a key; "
                "leave --on out for suites that judges rate."
            )
        failed = grade(job, plan, engine, tier)
    return job.pytest(job.asked.reporting(job.results)) or int(failed)


def grade(job: ClusterJob, plan: ClusterPlan, engine: Engine, tier: str) -> bool:
    """Grade all shards and say what that lacks; return whether it lacks something."""
    total = plan.count()
    with Keeper(job.results, plan) as keeper, Progress(total, 0, "problem") as progress:
        if "--force" in job.asked.others:
            keeper.forget()
        conductor = Conductor(plan, job.results, engine, keeper, progress, lambda shard: job.order(shard, tier))
        try:
            conductor.grade(job.asked.shards)
        except (EngineGone, StorageError, UsageError) as error:
            raise type(error)(f"{str(error).rstrip('.')}: {_kept(conductor, total)}") from None
        except KeyboardInterrupt:
            progress.tell(f"codeeval: {_kept(conductor, total)}")
            raise
    for task, why in conductor.lacking[:_SHOWN]:
        print(printable(f"codeeval: {task} has no verdict: {why}"), file=sys.stderr)
    more = len(conductor.lacking) - _SHOWN
    if more > 0:
        print(f"codeeval: and {counted(more, 'further problem')}", file=sys.stderr)
    print(f"codeeval: graded in {conductor.cpu_seconds:,.1f} CPU seconds of the nodes", file=sys.stderr)
    return bool(conductor.failed or conductor.lacking)


_SHOWN = 5


def _kept(conductor: Conductor, total: int) -> str:
    done = f"{conductor.done:,} of {counted(total, 'problem')}"
    return f"{done} graded and kept: the same command goes on, and grades only the others"


@dataclass(frozen=True)
class ClusterJob:
    """What the words of the command come to here; `environment` is that of this process, keys and all.

    `understood` makes arguments of pytest of words.
    """

    asked: ClusterWords
    understood: Callable[[Sequence[str]], list[str]]
    environment: Mapping[str, str]

    def __post_init__(self) -> None:
        """Raises UsageError for what could not be done."""
        if self.asked.on != "ray":
            raise UsageError(f"--on={self.asked.on}: there is ray, a cluster of Ray.")
        if any(map(has_key, self.asked.others)):
            raise UsageError(
                "what looks like a key stands on the command line, which goes to all nodes; put it into "
                "the environment of this machine."
            )
        if self._file and self._file.job.judges:
            raise UsageError("--on does not go with judges: no node of a cluster has a key; leave one of them out.")

    def pytest(self, arguments: Sequence[str]) -> int:
        """Run pytest here and return its exit code; Ctrl-C is its own to hear, and it is waited for."""
        command = [sys.executable, "-P", "-m", "pytest", *self.understood(arguments)]
        sys.stdout.flush()
        with subprocess.Popen(command, env=self.environment) as process:
            while True:
                with suppress(KeyboardInterrupt):
                    return process.wait()

    def order(self, shard: Shard, tier: str) -> Order:
        """Return the order for a shard."""
        shared = {} if self.asked.working_dir else self.environment
        return Order(
            str(shard),
            tuple(self.understood(self.asked.checking())),
            tier,
            self.workers,
            self._folder,
            tuple(self.unset),
            tuple(sorted((k, v) for k, v in shared.items() if k.startswith(_OURS) and not is_secret_name(k))),
            self._sources,
        )

    @cached_property
    def results(self) -> Path:
        """The results folder."""
        in_file = self._file.options().get("results") if self._file else None
        return Path(self.asked.results or in_file or "results")

    @cached_property
    def sandbox(self) -> str:
        """The tier that is asked for, or how it is chosen."""
        in_file = self._file.options().get("sandbox") if self._file else None
        return self.asked.sandbox or in_file or "auto"

    @cached_property
    def workers(self) -> int:
        """How many processes, and so CPUs, a shard has."""
        in_file = self._file.job.workers if self._file else None
        said = self.asked.workers or in_file or ""
        return max(1, int(said)) if said.isascii() and said.isdecimal() else 1

    @cached_property
    def left_out(self) -> list[str]:
        """What is not sent of the working directory: the results, with all answers."""
        root = Path(self.asked.working_dir or ".").resolve()
        results = self.results.resolve()
        return [f"/{results.relative_to(root)}"] if results.is_relative_to(root) and results != root else []

    @cached_property
    def _folder(self) -> str:
        if not self.asked.working_dir:
            return str(Path.cwd())
        root = Path(self.asked.working_dir).resolve()
        if not Path.cwd().is_relative_to(root):
            raise UsageError(f"--working-dir={self.asked.working_dir} has to hold the folder that this is run in.")
        return str(Path.cwd().relative_to(root))

    @cached_property
    def _file(self) -> JobFile | None:
        from pytest_codeeval.config.jobfile import read_job

        words = self.understood(self.asked.others)
        found = [word.partition("=")[2] for word in words if word.startswith(("--codeeval-config=", "--config="))]
        return read_job(Path(found[-1])) if found else None

    @cached_property
    def unset(self) -> list[str]:
        """Names of variables in which the command or its file says that keys are."""
        given = {name for word in self.asked.others for name in _KEY_IN.findall(word)}
        in_file = {model.api_key_env for model in (self._file.models if self._file else ()) if model.api_key_env}
        return sorted(given | in_file)

    @cached_property
    def _sources(self) -> str:
        """A hash of the suite files that are named, and of all Python beside them: what they say decides verdicts."""
        named = [Path(word.partition("::")[0]) for word in self.asked.others]
        named += map(Path, self._file.suite_files().values() if self._file else ())
        folders = {path if path.is_dir() else path.parent for path in named if path.is_dir() or path.suffix == ".py"}
        files = {path for path in named if path.is_file()} | {path for one in folders for path in one.glob("*.py")}
        return hashlib.sha256(b"\0".join(sorted(path.read_bytes() for path in files if path.is_file()))).hexdigest()
