"""What serving a model took: the figures of the server that a run started, as far as they were measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pytest_codeeval.results.tracker.cell import Cell
from pytest_codeeval.results.tracker.model import server_of
from pytest_codeeval.results.tracker.section import Table, Text

NOT_MEASURED = "not measured"
_MOST = 1e15
_NOTE = (
    "Of the newest run that started a server, of the time in which there was something to do: what that run had, and "
    "no benchmark of the server. GPU memory is all that is used of the card, most of which the server reserves when it "
    "starts; busy is the share of the time in which anything ran on it."
)


def serving(cells: Sequence[Cell]) -> list[Table | Text]:
    """Return the figures of one model's cells, a row for each that has been run; nothing for a model nobody served."""
    served = [cell for cell in cells if cell.preset and cell.runs]
    if not served:
        return []
    rows = [[cell.preset, *(show(_server(cell)) for _, show in _COLUMNS)] for cell in served]
    return [Text("How it was served:"), Table(["preset", *(head for head, _ in _COLUMNS)], rows), Text(_NOTE)]


def _server(cell: Cell) -> Mapping[str, Any]:
    return next((found for run in cell.own if (found := server_of(run))), {})


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < _MOST else None  # no NaN either


def _one(name: str, form: str, scale: float = 1.0) -> Callable[[Mapping[str, Any]], str]:
    """Return what shows one figure; a list of them as the largest."""

    def show(server: Mapping[str, Any]) -> str:
        found = server.get(name)
        known = [one for one in map(_number, found if isinstance(found, list) else [found]) if one is not None]
        return form.format(max(known) * scale) if known else NOT_MEASURED

    return show


def _in_flight(server: Mapping[str, Any]) -> str:
    mean, peak = (_number(server.get(name)) for name in ("mean_running", "peak_running"))
    if peak is None:
        return NOT_MEASURED
    return f"{mean:.1f}, at most {peak:.0f}" if mean is not None else f"at most {peak:.0f}"


def _of_gpus(name: str, show: Callable[[float], str]) -> Callable[[Mapping[str, Any]], str]:
    def shown(server: Mapping[str, Any]) -> str:
        gpus = server.get("gpus")
        listed = [gpu for gpu in gpus if isinstance(gpu, dict)] if isinstance(gpus, list) else []
        found = [(gpu.get("index"), _number(gpu.get(name))) for gpu in listed]
        known = [(index, value) for index, value in found if value is not None]
        if len(known) == 1:
            return show(known[0][1])
        return ", ".join(f"{index}: {show(value)}" for index, value in known) or NOT_MEASURED

    return shown


_COLUMNS: Sequence[tuple[str, Callable[[Mapping[str, Any]], str]]] = (
    ("tokens/s", _one("generation_tokens_per_second", "{:,.1f}")),
    ("requests in flight", _in_flight),
    ("to the first token", _one("mean_first_token_seconds", "{:,.0f} ms", 1000)),
    ("to a further token", _one("mean_next_token_seconds", "{:,.1f} ms", 1000)),
    ("in the queue", _one("mean_queue_seconds", "{:,.0f} ms", 1000)),
    ("GPU memory", _of_gpus("peak_memory_used_mib", lambda mib: f"{mib / 1024:.1f} GiB")),
    ("GPU busy", _of_gpus("mean_utilisation", lambda share: f"{share:.0%}")),
    ("KV cache at most", _one("peak_cache_usage", "{:.1%}")),
    ("from prefix cache", _one("prefix_cache_hit_rate", "{:.1%}")),
    ("start", _one("start_seconds", "{:.0f} s")),
)
