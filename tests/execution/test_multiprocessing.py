"""Solutions that use several processes, in each tier."""

import pytest

from pytest_codeeval.core.errors import UsageError
from pytest_codeeval.core.problem import Problem
from pytest_codeeval.execution.languages.python import PythonRunner
from pytest_codeeval.execution.sandbox.choice import SandboxChoice
from pytest_codeeval.execution.sandbox.probe import probe

POOL = """
import multiprocessing
def square(x): return x * x
def f(xs):
    with multiprocessing.Pool(2) as pool: return pool.map(square, xs)
"""
EXECUTOR = """
from concurrent.futures import ProcessPoolExecutor
def square(x): return x * x
def f(xs):
    with ProcessPoolExecutor(2) as pool: return list(pool.map(square, xs))
"""
QUEUE = """
import multiprocessing
def work(queue, lock, value, x):
    with lock: value.value += x
    queue.put((x, x * x))
def f(xs):
    queue, lock, value = multiprocessing.Queue(), multiprocessing.Lock(), multiprocessing.Value('i', 0)
    processes = [multiprocessing.Process(target=work, args=(queue, lock, value, x)) for x in xs]
    for process in processes: process.start()
    found = sorted(queue.get() for _ in xs)
    for process in processes: process.join()
    assert value.value == sum(xs)
    return [square for _, square in found]
"""
LOCKS = """
import multiprocessing
def work(event, condition, semaphore):
    event.wait(5)
    with semaphore: pass
    with condition: condition.notify_all()
def f(xs):
    event, condition = multiprocessing.Event(), multiprocessing.Condition()
    semaphore = multiprocessing.BoundedSemaphore(2)
    lock, again = multiprocessing.Lock(), multiprocessing.RLock()
    with again:
        with again: pass
    assert semaphore.get_value() == 2
    process = multiprocessing.Process(target=work, args=(event, condition, semaphore))
    with condition:
        process.start()
        event.set()
        assert condition.wait(5)
    process.join()
    lock.acquire()
    assert not lock.acquire(False) and not lock.acquire(timeout=0.01)
    lock.release()
    try:
        lock.release()
        assert False
    except ValueError:
        pass
    return [x * x for x in xs]
"""
PROBLEM = Problem("T/1", "", "assert f([1, 2, 3]) == [1, 4, 9]", "f")


@pytest.mark.parametrize("tier", ["namespaces", "landlock"])
def test_processes_work_together(tier: str) -> None:
    try:
        probe(SandboxChoice(tier))
    except UsageError as error:
        pytest.skip(str(error))
    runner = PythonRunner(SandboxChoice(tier))
    verdicts = [runner.check(PROBLEM, code, 3.0) for code in (POOL, EXECUTOR, QUEUE, LOCKS)]
    runner.close()
    assert all(verdict.passed for verdict in verdicts), verdicts
