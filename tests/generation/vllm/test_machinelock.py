import asyncio

from pytest_codeeval.generation.backends.vllm.machinelock import MachineLock


def test_one_holds_it_at_a_time_and_is_told_when_another_waits():
    async def play():
        told, order = [], []
        lock = MachineLock.of_this_loop()
        assert MachineLock.of_this_loop() is lock
        await lock.acquire(lambda: told.append("first"))
        assert not lock.wanted

        async def another():
            await lock.acquire(lambda: told.append("second"))
            order.append("second has it")
            lock.release()

        waiting = asyncio.create_task(another())
        await asyncio.sleep(0)
        assert lock.wanted
        assert told == ["first"]
        order.append("first gives it")
        lock.release()
        await waiting
        return order

    assert asyncio.run(play()) == ["first gives it", "second has it"]


def test_who_gives_up_waiting_is_not_waited_for():
    async def play():
        lock = MachineLock.of_this_loop()
        await lock.acquire(lambda: None)
        waiting = asyncio.create_task(lock.acquire(lambda: None))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return lock.wanted

    assert asyncio.run(play()) is False
