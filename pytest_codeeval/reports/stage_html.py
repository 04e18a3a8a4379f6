"""How a sample went through the stages of its language, as HTML."""

from collections.abc import Iterable, Iterator

from pytest_codeeval.core.result import Result
from pytest_codeeval.core.score import Score
from pytest_codeeval.core.verdict import Cause, StageResult
from pytest_codeeval.reports.markup import one_line, page_bytes
from pytest_codeeval.reports.stages import BUILD, StageTally, stages_of

_NAME = 80


def has_stages(score: Score) -> bool:
    """Whether the sample went through more than its tests, or was to."""
    return bool(stages_of({stage.name for stage in score.stages}))


def reason(score: Score) -> tuple[str, str]:
    """Return the detail as a sentence, and as a block of lines where these say more than their first.

    Lines are those of a compiler, or of a program that one has made: other languages have sentences.
    """
    block = score.detail.strip("\n")
    built = score.cause == Cause.BUILD_ERROR or any(stage.name == BUILD for stage in score.stages)
    return (block.partition("\n")[0], block) if built and "\n" in block else (score.detail, "")


def failed_stages(result: Result) -> str:
    """Return as HTML which stages failed of an item whose tests held; nothing where some sample passed them all."""
    passed = [sample.score for sample in result.samples if sample.score.passed]
    failed = [[stage.name for stage in score.stages if not stage.passed] for score in passed]
    return ", ".join(one_line(name, 40) for name in failed[0]) if failed and all(failed) else ""


def stage_counts(result: Result) -> str:
    """Return how many samples of an item got through each stage, as one line of HTML; empty where there is but one."""
    if len(result.samples) == 1:
        return ""  # its own lines say so
    names, tally = StageTally.of(result)
    columns = tally.columns(names) if names else {}
    return " · ".join(f"{one_line(name, 40)} {count}/{tally.samples}" for name, count in columns.items())


def took(stage: StageResult) -> str:
    """Return the time and memory that a stage took, in words."""
    memory = f", {stage.max_rss / 2**20:.0f} MiB" if stage.max_rss else ""
    return f"{stage.cpu_seconds:.2f} s CPU, {stage.wall_seconds:.2f} s wall{memory}"


def stage_lines(score: Score, room: float) -> tuple[str, int]:
    """Return a line of HTML for each stage, reached or not, and how many counts there was no room for.

    Of what a stage counted, the most frequent go in, as long as they take less than `room` bytes of the page.
    """
    stages = {stage.name: stage for stage in score.stages}
    lines, left_out = [], 0
    for name in stages_of(stages):
        stage = stages.get(name)
        if stage is None:
            lines.append(f"{one_line(name, 40)} <b class=ce-bad>not reached</b>")
            continue
        tone, ended = ("good", "passed") if stage.passed else ("bad", "failed")
        counts = sorted(stage.counts.items(), key=lambda item: (-item[1], item[0]))
        words = [f"<bdi>{one_line(found, _NAME)}</bdi> × {one_line(str(count), 20)}" for found, count in counts]
        fitting = list(_within(words, room))
        room -= sum(map(page_bytes, fitting))
        left_out += len(words) - len(fitting)
        begin = f"{one_line(name, 40)} <b class=ce-{tone}>{ended}</b> ({took(stage)})"
        lines.append(": ".join([begin, ", ".join(fitting)]) if fitting else begin)
    return "<br>".join(lines), left_out


def _within(words: Iterable[str], room: float) -> Iterator[str]:
    for word in words:
        room -= page_bytes(word)
        if room < 0:
            return
        yield word
