"""The report of a tests program, as it came over file descriptor 3: hostile input."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_codeeval.core.text import printable

_LONGEST_LINE = 20_000


@dataclass(frozen=True, slots=True)
class Report:
    """What a tests program has said of itself.

    A report that is not `complete` says nothing: the program ended before its tests had. `ran` counts tests without
    decoys, `failed` names the first that failed, with its `message` (hostile text, already printable). `tampered` says
    that a test which has to fail did not, or that somebody else wrote to the descriptor. `own` says that an assertion
    compared a value of one of the solution's types, `fooled` that such a value was equal to a wrong one.

    `reached` counts the tests that came to their last line, of those that are marked there. `calls` counts the calls
    that a solution in another process has answered, and `stopped` is a word for why the tests could not go on with it:
    it `died`, or answered `junk`, or something too `long`. `many` says that there were more calls than are quick.
    """

    complete: bool
    ran: int = 0
    failures: int = 0
    failed: str = ""
    message: str = ""
    tampered: bool = False
    own: bool = False
    fooled: bool = False
    calls: int = 0
    reached: int = 0
    stopped: str = ""
    many: bool = False

    @property
    def passed(self) -> bool:
        """Whether all tests ran and held, and there was one."""
        return self.complete and not self.tampered and self.ran > 0 and self.failures == 0


def read_report(data: bytes, nonce: str, decoys: frozenset[str]) -> Report:
    """Read the lines of a tests program whose run was given `nonce`, and whose crate has `decoys` that have to fail."""
    announced, ended, foreign = -1, False, False
    marks: set[str] = set()
    counts, stopped = {"calls": 0, "reached": 0}, ""
    outcomes: dict[str, str | None] = {}
    for line in data.split(b"\n"):
        words = line[:_LONGEST_LINE].decode("utf-8", "replace").split(" ")
        if words[0] != nonce or len(words) < 2 or ended:
            foreign = foreign or line != b""
            continue
        match words[1:]:
            case ["start", count] if announced < 0 and count.isascii() and count.isdigit():
                announced = int(count)
            case ["ok", name] if name not in outcomes:
                outcomes[name] = None
            case ["failed", name, *digits] if name not in outcomes and len(digits) < 2:
                outcomes[name] = _text("".join(digits))
            case ["own" | "fooled" | "many" as mark]:
                marks.add(mark)
            case ["calls" | "reached" as what, count] if count.isascii() and count.isdigit():
                counts[what] = int(count[:18])
            case ["stopped", ("died" | "junk" | "long") as why]:
                stopped = why
            case ["end"]:
                ended = True
            case _:
                foreign = True
    complete = ended and data.endswith(b"\n") and announced == len(outcomes)
    failed = {name: message for name, message in outcomes.items() if message is not None}
    real = [name for name in failed if name not in decoys]
    return Report(
        complete,
        ran=sum(name not in decoys for name in outcomes),
        failures=len(real),
        failed=printable(real[0], limit=200) if real else "",
        message=failed[real[0]] if real else "",
        tampered=foreign or (complete and not decoys <= failed.keys()),
        own="own" in marks,
        fooled="fooled" in marks,
        calls=counts["calls"],
        reached=counts["reached"],
        stopped=stopped,
        many="many" in marks,
    )


def _text(digits: str) -> str:
    try:
        return printable(bytes.fromhex(digits).decode("utf-8", "replace"))
    except ValueError:
        return ""
