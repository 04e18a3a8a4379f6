import asyncio

from pytest_codeeval.generation.backends.vllm.turn import Turn


def test_one_holds_it_at_a_time_and_is_told_when_another_waits():
    async def play():
        told, order = [], []
        turn = Turn.of_this_loop()
        assert Turn.of_this_loop() is turn
        await turn.take(lambda: told.append("first"))
        assert not turn.wanted

        async def another():
            await turn.take(lambda: told.append("second"))
            order.append("second has it")
            turn.give()

        waiting = asyncio.create_task(another())
        await asyncio.sleep(0)
        assert turn.wanted
        assert told == ["first"]
        order.append("first gives it")
        turn.give()
        await waiting
        return order

    assert asyncio.run(play()) == ["first gives it", "second has it"]


def test_who_gives_up_waiting_is_not_waited_for():
    async def play():
        turn = Turn.of_this_loop()
        await turn.take(lambda: None)
        waiting = asyncio.create_task(turn.take(lambda: None))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return turn.wanted

    assert asyncio.run(play()) is False
