"""Protocol: how another harness puts the problems of a suite to a model, and makes programs of what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_codeeval.core.problem import Dataset, Problem
from pytest_codeeval.core.prompt import Prompt

Step = Callable[[str, Problem], str]
"""One step from an answer to the program in it."""

EXAMPLES = "examples"
"""The name in `Problem.extra` of the solved examples that stand before a question: the `fields` of each."""

_MOST_STOPS = 4  # OpenAI's servers take no more


@dataclass(frozen=True, slots=True)
class Way:
    """How a harness asks one kind of model, one that chats or one that continues text, and reads what it says.

    `task` is its own name for that. The texts are templates over the `fields` of a problem: `question` is the message
    of the user, or the text to be continued; `shot` is an example in front of it in the same text, `turns` are question
    and answer of one that has turns of its own; `prefill` is what the model's answer is made to begin with. An answer
    goes through `steps`, the last of which returns the program. It ends at the first of `stop`; those that are the
    marks of some tokenizers need not be sent. `right` is a right answer, as a model would give it.
    """

    task: str
    question: str
    right: str
    steps: tuple[Step, ...] = ()
    stop: tuple[str, ...] = ()
    shot: str = ""
    turns: tuple[str, str] = ("", "")
    prefill: str = ""

    def asked(self, problem: Problem) -> str:
        """Return the question with what stands before it in the same text."""
        shots = "".join(self.shot.format_map(example) for example in problem.extra.get(EXAMPLES, ()))
        return shots + self.question.format_map(fields(problem))

    def examples(self, problem: Problem) -> tuple[tuple[str, str], ...]:
        """Return question and answer of each example that has turns of its own."""
        question, answer = self.turns
        found = problem.extra.get(EXAMPLES, ()) if question else ()
        return tuple((question.format_map(one), answer.format_map(one)) for one in found)

    @property
    def sent(self) -> tuple[str, ...]:
        """The texts at which a server is to stop; an answer is cut at the others when it is here."""
        return tuple(text for text in self.stop if not text.startswith("<"))[:_MOST_STOPS]

    def program(self, problem: Problem, text: str) -> str:
        """Return the program that an answer comes to."""
        for step in self.steps:
            text = step(text, problem)
        return text


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a suite is run by, if its scores are to be laid beside those of another harness.

    `chat` and `completion` are how models of either kind are asked, None where the harness does not ask such.
    `select` makes its problems of the suite's, unless all are run: which, and what their tests are. `timeout` and
    `timeouts` stand for those of the suite, unless that is None. `max_tokens` is how long an answer may be (0: as long
    as usual). `note` is said with the scores.
    """

    name: str
    chat: Way | None = None
    completion: Way | None = None
    select: Callable[[Dataset], Dataset] | None = None
    timeout: float | None = 3.0
    timeouts: Mapping[str, float] = field(default_factory=dict)
    max_tokens: int = 0
    note: str = ""

    @property
    def about(self) -> str:
        """What it is called in the harness, with the note."""
        names = dict.fromkeys(way.task for way in (self.completion, self.chat) if way)
        return "; ".join(filter(None, (", in a chat ".join(names), self.note)))

    def prompt(self, problem: Problem) -> Prompt:
        """Return how a problem is put to a model; without a way to chat the message is the text to be continued."""
        chat, completion = self._usual, self.completion
        return Prompt(
            (chat.asked(problem),),
            examples=chat.examples(problem),
            prefill=chat.prefill.format_map(fields(problem)),
            text=completion.asked(problem) if completion else "",
            stop=completion.sent if completion else (),
            sampling={"max_tokens": self.max_tokens} if self.max_tokens else {},
        )

    def program(self, problem: Problem, text: str, *, chat: bool) -> str:
        """Return the program that an answer comes to, given whether it is one of a chat."""
        way = self.chat if chat else self.completion
        return (way or self._usual).program(problem, text)

    def right(self, problem: Problem) -> str:
        """Return a right answer, as a model that chats would give it, or else one that continues text."""
        return self._usual.right.format_map(fields(problem)) if problem.canonical_solution else ""

    @property
    def _usual(self) -> Way:
        way = self.chat or self.completion
        if way is None:
            raise ValueError(f"the protocol {self.name} asks neither models that chat nor others")
        return way


def fields(problem: Problem) -> dict[str, Any]:
    """Return what the templates of a protocol may name."""
    return {
        "setup": "",
        **problem.extra,
        "prompt": problem.prompt,
        "stripped": problem.prompt.strip(),
        "tests": "\n".join(problem.extra.get("shown_tests", ())),
        "canonical": problem.canonical_solution,
    }
