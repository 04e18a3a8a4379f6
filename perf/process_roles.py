"""Which process of a run is what: controller, workers, their servers, slots, solutions and tests."""

from process_tree import Observed, Seen


def workers_of(observed: Observed) -> list[int]:
    """Return the pytest workers below a controller."""
    return [pid for pid, seen in observed.processes.items() if seen.parent == observed.root and not _is_server(seen)]


def _is_server(seen: Seen) -> bool:
    return "execution.server import" in seen.command


def parts_of(observed: Observed) -> dict[str, float]:
    """Return CPU seconds by what a process is for."""
    processes = observed.processes
    parts = {"controller": processes[observed.root].own, "workers": 0.0, "servers, mostly their start": 0.0}
    for worker in workers_of(observed):
        parts["workers"] += processes[worker].own
        for server in (pid for pid, seen in processes.items() if seen.parent == worker and _is_server(seen)):
            parts["servers, mostly their start"] += processes[server].own
            # What starts a slot may be seen too, and has done nothing. Solutions take more than their tests.
            slots = [seen for seen in processes.values() if seen.parent == server and seen.reaped]
            slots.sort(key=lambda seen: seen.reaped, reverse=True)
            for what, slot in zip(("solutions", "tests"), slots, strict=False):
                for name, seconds in ((f"slots of {what}: fork, reap, clean up", slot.own), (what, slot.reaped)):
                    parts[name] = parts.get(name, 0.0) + seconds
    return parts
