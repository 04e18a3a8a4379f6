"""Kubernetes: a run in shards as an indexed Job."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from shlex import quote

from pytest_codeeval.cli.jobs.shardedrun import ShardedRun
from pytest_codeeval.cli.jobs.shell import merging
from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.text import counted

_FILE = "job.yaml"
_AT_ONCE = 100
_TRIES = 2
_NO_NAME = 65534

_JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
spec:
  completionMode: Indexed
  completions: {shards}
  parallelism: {at_once}
  backoffLimitPerIndex: {tries}  # a shard that a lost node took with it goes on; the others do not wait for it
  podFailurePolicy:
    rules:
      - action: Ignore  # a pod that had to make room is no failure
        onPodConditions:
          - type: DisruptionTarget
      - action: FailIndex  # an option, or data that is not there: again it would be the same
        onExitCodes:
          containerName: codeeval
          operator: In
          values: [4]
  template:
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false  # programs of models run here
      enableServiceLinks: false
      securityContext:
        runAsUser: {user}
        runAsGroup: {group}
        # For the sandbox `namespaces`, which needs user namespaces: the profile of most engines forbids them. With
        # RuntimeDefault it is `landlock`, which --sandbox=strict refuses.
        seccompProfile:
          type: Unconfined
      containers:
        - name: codeeval
          image: {image}
          # Kubernetes reads $$ as $, and $(NAME) as a variable of its own.
          command: ["sh", "-c", {script}]
          workingDir: {folder}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop: ["ALL"]
          resources:
            requests:
              cpu: "{cpus}"
              memory: {memory}Gi
          volumeMounts:
            - name: shared
              mountPath: {mount}
      volumes:
        - name: shared
          persistentVolumeClaim:
            claimName: {claim}
"""


class Kubernetes:
    """The Job as a file, and how it is submitted."""

    needs = "kubectl"

    def __init__(self, run: ShardedRun) -> None:
        """Raises UsageError where image or storage are not named, or what is needed is not on that storage."""
        self._run = run
        self._claim, _, mount = run.claim.partition(":")
        if not run.image or not self._claim or not mount.startswith("/"):
            raise UsageError(
                "--on=k8s needs --image=IMAGE, which has pytest-codeeval, and --claim=NAME:/PATH, the volume claim "
                "that pods mount at the path at which this machine has it."
            )
        self._mount = Path(mount)
        for path in (Path.cwd(), run.parts):
            if not path.is_relative_to(self._mount):
                raise UsageError(
                    f"{str(path)!r} is not below {mount}, where pods have the claim {self._claim}; work and have the "
                    "results there."
                )
        digest = hashlib.sha256(os.fsencode(run.parts)).hexdigest()
        self._name = f"codeeval-{digest[:10]}"

    def files(self) -> dict[str, str]:
        """Return the Job."""
        run = self._run
        script = "\n".join(
            [
                "part=$((JOB_COMPLETION_INDEX + 1))",
                f"codeeval run {run.checking_by('part')}",
                "code=$?",
                # 1 says that there are programs which fail: that is what was to be found out.
                '[ "$code" -le 1 ] && exit 0',
                'exit "$code"',
            ]
        ).replace("$", "$$")
        # A text in JSON is one in YAML, whatever is in it.
        texts = {"image": run.image, "script": script, "folder": str(Path.cwd()), "mount": str(self._mount)}
        return {
            _FILE: _JOB.format(
                name=self._name,
                shards=run.shards,
                at_once=min(run.shards, _AT_ONCE),
                tries=_TRIES,
                # Files are to be those of who has asked; root in a pod is nobody's wish.
                user=os.getuid() or _NO_NAME,
                group=os.getgid() or _NO_NAME,
                cpus=run.cpus,
                memory=max(2, run.cpus),
                claim=json.dumps(self._claim),
                **{name: json.dumps(text) for name, text in texts.items()},
            )
        }

    def submit(self, folder: Path) -> str:
        """Hand the Job to the cluster; return what there is to do when it has ended.

        Raises UsageError where it is not taken.
        """
        program = shutil.which("kubectl")
        if program is None:
            raise UsageError("--submit needs kubectl on the PATH; leave it out to have the job file printed.")
        done = subprocess.run(
            [program, "apply", "-f", str(folder / _FILE)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise UsageError(f"kubectl does not take the job: {' '.join(done.stderr.split())[:500]}")
        return f"{counted(self._run.shards, 'pod')} are job {self._name}; when it has ended: {self._merge()}"

    def steps(self, folder: Path) -> list[str]:
        """Return the commands that submit it, and put the shards together."""
        return [
            f"kubectl apply -f {quote(str(folder / _FILE))}",
            f"kubectl wait --for=condition=complete --timeout=-1s job/{self._name}",
            self._merge(),
        ]

    def _merge(self) -> str:
        return f"bash -c {quote(chr(10).join(merging(self._run)))}"
