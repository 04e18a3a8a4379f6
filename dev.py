"""Sets up a virtual environment of this checkout's own (`.venv`), then does one of a few jobs in it.

python3 dev.py demo         run the starter benchmarks with scripted answers, and write report.html
python3 dev.py test [ARGS]  run the tests (further arguments go to pytest)
python3 dev.py check        format, lint, types, import contracts, then the tests
python3 dev.py coverage     the tests, and which lines they reach; it takes half as long again
python3 dev.py docs         write the tables of docs/reference/files.md anew from the columns that the code has
python3 dev.py guests       whether the plugins that pytest's users have most get on with this one, in `.venv-guests`

Needs Python 3.11 or newer and nothing else: the system's packages are neither used nor changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = "Scripts" if os.name == "nt" else "bin"
SUITES = ["suites/test_starter.py", "suites/test_starter_general.py"]
DEMO = [*SUITES, "--model=demo", "-n2", "--html=report.html", "--self-contained-html"]
# One more than there are processors: some tests wait for a server.
WORKERS = (os.cpu_count() or 2) + 1
# A test that hangs ends with the stacks of all threads, and its worker with it; whole runs are given up after 240 s.
# Here and not in pyproject.toml: an item of a suite that is evaluated from the checkout may wait longer for its model.
HANGING = ["-ofaulthandler_timeout=300", "-ofaulthandler_exit_on_timeout=true"]
# A test with a list of cases that has none would else be skipped.
CASES = "-oempty_parameter_set_mark=fail_at_collect"
TEST = ["-ra", "-Werror", *HANGING, CASES, f"-n{WORKERS}", "--dist=worksteal"]
COVERAGE = ["--cov", "--cov-report=term:skip-covered"]
# Plugins by the dozen, none of which is to load by itself.
GUESTS = ROOT / ".venv-guests"
GUEST_LIST = ROOT / "tests" / "guests.txt"
GUEST = ["-ra", *HANGING, "-p", "xdist", "-p", "pytester", f"-n{WORKERS}", "tests/acceptance/test_plugins.py"]
CHECKS = (
    ["ruff", "format", "--check", "."],
    ["ruff", "check", "."],
    ["mypy"],
    ["lint-imports"],
)


def main() -> int:
    """Do the job that the first argument names; return its exit code."""
    job, *arguments = sys.argv[1:] or ["help"]
    if sys.version_info < (3, 11):
        print(f"Python 3.11 or newer is needed, and this is {sys.version.split()[0]}: run this with a newer one.")
        return 4
    if job == "demo":
        set_up("parquet")
        code = run("pytest", *DEMO, *arguments)
        if code in (0, 1):
            print(what_next())
        # Some of the scripted answers are wrong on purpose: failed items are what the demo shows.
        return 0 if code == 1 else code
    if job == "test":
        set_up("dev")
        return run("pytest", *TEST, *arguments)
    if job == "coverage":
        set_up("dev")
        return run("pytest", *TEST, *COVERAGE, *arguments)
    if job == "check":
        set_up("dev")
        return max(run_all(CHECKS), run("pytest", *TEST, *arguments))
    if job == "docs":
        set_up("dev")
        return run("python", "docs/tables.py")
    if job == "guests":
        set_up("openai", GUESTS, GUEST_LIST)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        return run("pytest", *GUEST, *arguments, venv=GUESTS)
    print(__doc__)
    return 0 if job == "help" else 4


def what_next() -> str:
    """Say what the demo has left, and the commands that come next."""
    enter = "" if Path.cwd() == ROOT else f"cd {shlex.quote(str(ROOT))} && "
    return f"""
Some answers of the demo are wrong on purpose. To go on:
  open {ROOT / "report.html"} in a browser: every problem with prompt, answer and verdict
  {enter}source {VENV.relative_to(ROOT) / BIN / "activate"}
  codeeval doctor                                     # what this machine can check, and what to install
  pytest suites/test_starter.py --model=reference     # the canonical solutions, which all pass
  docs/how-to/api-models.md and docs/how-to/openai-server.md say how to ask a real model"""


def set_up(extra: str, venv: Path = VENV, *lists: Path) -> None:
    """Make an environment and install this project with an extra, and what lists name, where that is yet to be done."""
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in (ROOT / "pyproject.toml", *lists))).hexdigest()
    done = venv / f".installed-{extra}"
    if done.exists() and done.read_text() == wanted:
        return
    python = venv / BIN / "python"
    if not python.exists():
        make_venv(venv)
    print(f"installing pytest-codeeval[{extra}] into {venv} …", flush=True)
    pip = [str(python), "-m", "pip"] if has_pip(python) else [sys.executable, "-m", "pip", "--python", str(python)]
    # Its byte code by all processors at once, where pip has but one at it.
    command = [*pip, "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--editable"]
    subprocess.run(
        [*command, f"{ROOT}[{extra}]", *(option for path in lists for option in ("-r", str(path)))], check=True
    )
    subprocess.run([str(python), "-m", "compileall", "-qq", "-j0", str(venv / "lib")], check=False)
    done.write_text(wanted)


def make_venv(venv: Path) -> None:
    """Make an environment, with a pip of its own if the system's Python can give it one; else the system's fills it."""
    if importlib.util.find_spec("ensurepip") is not None:
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    elif importlib.util.find_spec("pip") is not None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    else:
        sys.exit(
            "This Python has neither ensurepip nor pip: install one (Debian: apt install python3-venv), then retry."
        )


def has_pip(python: Path) -> bool:
    """Whether the environment of `python` has a pip of its own."""
    return subprocess.run([str(python), "-c", "import pip"], check=False, stderr=subprocess.DEVNULL).returncode == 0


def run_all(commands: Sequence[Sequence[str]]) -> int:
    """Run tools at once, and show what each says when it has ended; return the largest exit code."""
    tools = [[str(VENV / BIN / tool), *arguments] for tool, *arguments in commands]
    running = [subprocess.Popen(tool, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for tool in tools]
    for one in running:
        sys.stdout.buffer.write(one.communicate()[0])
        sys.stdout.flush()
    return max(one.returncode for one in running)


def run(tool: str, *arguments: str, venv: Path = VENV) -> int:
    """Run a tool of an environment in the checkout; return its exit code."""
    # Tests start pytest hundreds of times, a third of whose start is else the compiling of the same modules.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run([str(venv / BIN / tool), *arguments], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
