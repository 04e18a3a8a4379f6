"""Comparisons: presets of one model, which should not change its scores, and models with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from pytest_codeeval.generation.backends.vllm.preset import DEFAULT
from pytest_codeeval.results.agreement import model_differences, sampling_differences, version_differences
from pytest_codeeval.results.comparison import Finding, Row, compare
from pytest_codeeval.results.comparison.wording import p_of
from pytest_codeeval.results.results import Results
from pytest_codeeval.results.run import Run
from pytest_codeeval.results.tracker.answers import Answers, differing
from pytest_codeeval.results.tracker.cell import Cell, main_cells
from pytest_codeeval.results.tracker.section import Items, Section, Table, Text

Pair = tuple[Cell, Cell]
_SHOWN = (Finding.BETTER, Finding.WORSE)
_HOTTEST = 1000
_LONGEST = 60
_ALL_WITH_ALL = 6  # models; of more each is compared with the first, as pairs grow by the square
_METHOD = (
    "Of the second from the first, in points, over the problems that both evaluated, with 95 % intervals. p is "
    "adjusted by Holm, comparisons of this kind: {}. “Could have seen” is the smallest true difference that four of "
    "five such comparisons would find."
)
_HEADS = [
    "suite",
    "first",
    "second",
    "problems",
    "first has",
    "second has",
    "difference (95 %)",
    "p",
    "could have seen",
]


def pairs_of_presets(cells: Sequence[Cell]) -> list[Pair]:
    """Return the cells of one model that are set side by side, the usual preset first."""
    ran = sorted((cell for cell in cells if cell.preset and cell.runs), key=lambda cell: cell.preset != DEFAULT)
    return [(a, b) for a, b in combinations(ran, 2) if a.model == b.model]


def pairs_of_models(cells: Sequence[Cell]) -> list[Pair]:
    """Return the cells of two models each that are set side by side."""
    main = main_cells(cells)
    return list(combinations(main, 2)) if len(main) <= _ALL_WITH_ALL else [(main[0], other) for other in main[1:]]


def comparisons(cells: Sequence[Cell], answers: Mapping[str, Answers]) -> list[Section]:
    """Return the sections; `answers` are by the name of the run."""
    presets = sorted(pairs_of_presets(cells), key=lambda pair: pair[0].model)
    return [
        Section("Comparisons"),
        Section("Between presets", [*_presets(presets), *_answers(presets, answers)], level=3),
        Section("Between models", _models(pairs_of_models(cells)), level=3),
    ]


def _presets(pairs: Sequence[Pair]) -> list[Text | Items | Table]:
    rows, blocks = _compared(pairs)
    shown = [(pair, row) for pair, row in rows if row.verdict in _SHOWN]
    faults = [row for (a, b), row in shown if not _unlike(a.runs[row.suite], b.runs[row.suite])]
    if not pairs:
        return [Text("No model was tested with two presets.")]
    if not rows:
        return [Text("Nothing could be compared."), *blocks]
    said = Text("Presets change how a model is served, and should not change its scores: no difference was shown.")
    if faults:
        named = ", ".join(dict.fromkeys(row.suite for row in faults))
        said = Text(f"FAULT: presets should not change scores, and a difference is shown on {named}.", warning=True)
    elif shown:
        named = ", ".join(dict.fromkeys(row.suite for _, row in shown))
        said = Text(f"A difference is shown on {named}, of runs in which more than the preset differs.", warning=True)
    return [said, *blocks]


def _models(pairs: Sequence[Pair]) -> list[Text | Items | Table]:
    _, blocks = _compared(pairs)
    if not pairs:
        return [Text("No two models were tested.")]
    return blocks or [Text("Nothing could be compared.")]


def _compared(pairs: Sequence[Pair]) -> tuple[list[tuple[Pair, Row]], list[Text | Items | Table]]:
    """Return the rows of pairs of cells, and how they are shown."""
    of: dict[tuple[str, str, str], Pair] = {}
    runs: dict[str, Run] = {}
    for a, b in pairs:
        for suite in a.runs:
            if suite in b.runs:
                first, second = a.runs[suite], b.runs[suite]
                of[first.name, second.name, suite] = a, b
                runs |= {first.name: first, second.name: second}
    if not of:
        return [], []
    named = dict.fromkeys((first, second) for first, second, _ in of)
    found = compare(Results(tuple(runs.values())), pairs=list(named), strict=False)
    # A run may have a suite of which another one counts.
    rows = [(pair, row) for row in found.rows if (pair := of.get((row.a, row.b, row.suite)))]
    blocks: list[Text | Items | Table] = []
    if rows:
        table = Table([*_HEADS, "the second is"], [_cells(pair, row) for pair, row in rows])
        blocks = [table, Text(_METHOD.format(len(found.rows)))]
    unlike = [
        f"More than that differs in {a.title} and {b.title}, {row.suite}: {why}."
        for (a, b), row in rows
        if (why := _unlike(a.runs[row.suite], b.runs[row.suite]))
    ]
    refused = [f"Not compared: {said.rpartition('; ')[0]}." for said in found.refused]
    return rows, [*blocks, *(Items(lines) for lines in (unlike, refused) if lines)]


def _unlike(first: Run, second: Run) -> str:
    """Say in which settings and versions two runs differ beside the model and the preset, "" if in none."""
    runs = first, second
    found = [*sampling_differences(runs), *version_differences(runs)]
    if first.settings.get("model") == second.settings.get("model"):
        found += model_differences(runs)  # such as flags of the server, with other weights than were named
    return "; ".join(f"{one.name}: {' and '.join(value[:_LONGEST] for value in one.values)}" for one in found)


def _cells(pair: Pair, row: Row) -> list[str]:
    points = [one / row.unit for one in (row.difference.value, row.difference.low, row.difference.high)]
    return [
        row.suite,
        pair[0].title,
        pair[1].title,
        f"{row.n:,}",
        row.metric.written(row.value_a),
        row.metric.written(row.value_b),
        "{:+.1f} ({:+.1f} to {:+.1f})".format(*points),
        p_of(row.p_adjusted),
        "–" if row.seen is None else f"{row.seen / row.unit:.1f}",
        str(row.verdict),
    ]


def _answers(pairs: Sequence[Pair], answers: Mapping[str, Answers]) -> list[Text | Items | Table]:
    """Say how many answers differ between presets, as arithmetic in other batches may change them."""
    rows = []
    for a, b in pairs:
        for suite in sorted(a.runs.keys() & b.runs.keys()):
            first, second = a.runs[suite], b.runs[suite]
            common, unlike = differing(answers[first.name], answers[second.name], suite)
            if common:
                chance = " and ".join(dict.fromkeys(map(_chance, (first, second))))
                rows.append([suite, a.title, b.title, f"{common:,}", f"{unlike:,}", f"{unlike / common:.1%}", chance])
    if not rows:
        return []
    said = "Answers that are not the same word for word. At temperature 0 the cause is arithmetic in other batches."
    return [Text(said), Table(["suite", "first", "second", "answers", "differ", "share", "temperature"], rows)]


def _chance(run: Run) -> str:
    found = run.settings.get("temperature")
    if found is None:
        options = run.about.get("options")
        params = options.get("params") if isinstance(options, dict) else None
        found = params.get("temperature") if isinstance(params, dict) else None
    if isinstance(found, int | float) and 0 <= found < _HOTTEST:
        return f"{found:g}"
    return "the model's own" if run.about else "not known"
