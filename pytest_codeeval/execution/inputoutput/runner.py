"""InputOutputRunner: whole programs against inputs and outputs, in any language that there are tools for."""

from __future__ import annotations

from pytest_codeeval.core.errors import UsageError, nearest
from pytest_codeeval.core.inputoutput import InputOutput, input_output_of
from pytest_codeeval.core.language import canonical, title
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.core.verdict import Cause, StageResult, Verdict
from pytest_codeeval.execution.inputoutput.checking import Checking
from pytest_codeeval.execution.inputoutput.comparing import difference
from pytest_codeeval.execution.inputoutput.ran import Programs, Ran
from pytest_codeeval.execution.inputoutput.wholeprograms import WholePrograms
from pytest_codeeval.execution.languages.once import Once
from pytest_codeeval.execution.languages.proof import Proof
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.toolchains.whole import toolbox_of, whole, whole_languages

_TRIAL_SECONDS = 30.0


class InputOutputRunner:
    """Runs a solution on one input after the other, up to the first output that is wrong.

    Each input is run by itself, and may take the whole CPU time. What is expected never enters a sandbox with a
    solution in it: it is compared here, as text, or by the problem's checker in a sandbox of its own.
    """

    def __init__(self, language: str, choice: SandboxChoice) -> None:
        """Nothing is started before the first solution."""
        self.language = canonical(language)
        self._choice = choice
        self._programs: Programs | None = None
        self._checkers: dict[str, WholePrograms] = {}
        self._problem: Problem | None = None
        self._checking: Checking | None = None
        self._once = Once()
        self._proof = Proof(title(self.language), self._trial)

    def check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        """Run `code` on the problem's inputs, each of which may take `cpu_seconds`; see Runner.

        One text is run once for a problem. Raises BrokenTests where the checker is at fault.
        """

        def check() -> Verdict:
            return self._proof.weighed(self._check(problem, code, cpu_seconds))

        return self._once.verdict(problem, code, cpu_seconds, check)

    def taken(self, problem: Problem) -> list[str]:
        """Return the wrong outputs that a problem's checker takes; see Checking."""
        tests = input_output_of(problem)
        return self._checker(problem, tests).taken(tests.cases)

    def close(self) -> None:
        """End what is kept running; a later check starts it anew."""
        for programs in filter(None, (self._programs, *self._checkers.values())):
            programs.close()
        self._programs, self._checkers, self._problem = None, {}, None

    def _trial(self) -> Verdict:
        tests = InputOutput((("", "1"),))
        problem = Problem("trial", "", tests.test, language=self.language, extra=tests.extra)
        return self._check(problem, whole(self.language).trial.solution, _TRIAL_SECONDS)

    def _check(self, problem: Problem, code: str, cpu_seconds: float) -> Verdict:
        tests = input_output_of(problem)
        programs = self._own()
        made = programs.made(code)
        before = (made.stage,) if made.stage else ()
        if made.fault:
            return Verdict(*made.fault, before, weak=not programs.is_strong)
        cause, detail, slowest = Cause.PASSED, "", Ran()
        inputs = [given for given, _ in tests.cases]
        for number, ran in enumerate(programs.runs(made, inputs, cpu_seconds)):
            slowest = max(slowest, ran, key=lambda one: one.cpu_seconds)
            cause, detail = self._judged(problem, tests, number, ran)
            if cause is not Cause.PASSED:
                place = f"case {number + 1} of {len(inputs)}"
                detail = f"{place}: {detail}" if len(inputs) > 1 else detail
                break
        weak = not programs.is_strong
        stage = StageResult(
            "test",
            cause is Cause.PASSED,
            round(slowest.cpu_seconds, 4),
            round(slowest.wall_seconds, 4),
            slowest.max_rss,
        )
        said = "weak: without isolation" if weak and cause is Cause.PASSED else detail
        return Verdict(cause, said, (*before, stage), weak)

    def _judged(self, problem: Problem, tests: InputOutput, number: int, ran: Ran) -> tuple[Cause, str]:
        if ran.cause is not Cause.PASSED:
            return ran.cause, ran.detail
        given, wanted = tests.cases[number]
        if tests.checker is None:
            said = difference(ran.output, wanted, tests)
        else:
            said = self._checker(problem, tests).objection(given, wanted, ran.output)
        return (Cause.WRONG_ANSWER, said) if said else (Cause.PASSED, "")

    def _checker(self, problem: Problem, tests: InputOutput) -> Checking:
        """Return the checker of a problem, which is kept for as long as the same one is asked for."""
        if self._checking is None or self._problem is not problem:
            if tests.checker is None:
                raise ValueError(f"{problem.task_id} has no checker")
            name = canonical(tests.checker.language)
            if name not in self._checkers:
                self._checkers[name] = whole_programs(name, self._choice)
            self._problem, self._checking = problem, Checking(problem.task_id, tests.checker, self._checkers[name])
        return self._checking

    def _own(self) -> Programs:
        if self._programs is None:
            if self.language == "python":
                from pytest_codeeval.execution.inputoutput.pythonscripts import PythonScripts

                self._programs = PythonScripts(self._choice)
            else:
                self._programs = whole_programs(self.language, self._choice)
        return self._programs


def whole_programs(name: str, choice: SandboxChoice) -> WholePrograms:
    """Return what builds and runs whole programs in a language.

    Raises UsageError for one that cannot be run here.
    """
    if name not in whole_languages():
        known = sorted(whole_languages())
        raise UsageError(
            f"programs in {name!r} cannot be run on inputs by this version{nearest(name, known)}; it has: "
            f"{', '.join(known)}."
        )
    toolbox = toolbox_of(whole(name), _sysroot() if name == "rust" else "")
    toolbox.demand()
    return WholePrograms(whole(name), toolbox, choice)


def _sysroot() -> str:
    """Return where the toolchain of Rust is, which `rustc` on the PATH may only lead to."""
    from pytest_codeeval.execution.languages.rust import toolchain

    found = toolchain()
    return str(found.sysroot) if found else ""
