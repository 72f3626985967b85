import asyncio
from collections.abc import Callable

import pytest

from curb.domain.errors import LinkLost, OutcomeUnknown
from curb.gateway.connection import origin_of
from curb.gateway.pool import KEPT, Pool
from tests.gateway.rest_server import DROP, HANG, RestServer, ok, rest_server
from tests.gateway.waiting import DEADLINE_S, until

HEAD = b"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: 2\r\n\r\n"


async def ask(pool: Pool, *, is_repeatable: bool = True, timeout_s: float = DEADLINE_S) -> int:
    reply = await pool.exchange(HEAD, b"{}", timeout_s=timeout_s, is_repeatable=is_repeatable)
    return reply.status


async def _dead(rest: RestServer, on_repeat: Callable[[], None] = lambda: None) -> Pool:
    """Return a pool with one kept connection that ends when it is used."""
    rest.on("/a", ok({}), DROP, ok({}))
    pool = Pool(origin_of(rest.url), on_repeat=on_repeat)
    await ask(pool)
    return pool


def test_a_query_on_a_dead_kept_connection_is_sent_once_more() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            repeated: list[int] = []
            pool = await _dead(rest, lambda: repeated.append(len(rest.asked)))
            assert await ask(pool) == 200
            assert [asked.connection for asked in rest.asked] == [1, 1, 2]
            assert repeated == [2]  # told before it left once more
            await pool.close()

    asyncio.run(scene())


def test_what_changes_something_is_never_sent_twice() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            pool = await _dead(rest)
            with pytest.raises(OutcomeUnknown):
                await ask(pool, is_repeatable=False)
            assert len(rest.asked) == 2
            await pool.close()

    asyncio.run(scene())


def test_a_launch_leaves_at_once_and_only_on_a_warm_connection() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            pool = Pool(origin_of(rest.on("/a", ok({}), DROP).url))
            assert pool.launch(HEAD, b"{}") is None
            await pool.warm(2)
            launched = pool.launch(HEAD, b"{}")
            await until(lambda: len(rest.asked) == 1)
            assert launched is not None
            assert (await pool.landed(launched, DEADLINE_S)).status == 200
            launched = pool.launch(HEAD, b"{}")
            assert launched is not None
            with pytest.raises(OutcomeUnknown):  # dropped, and not sent again
                await pool.landed(launched, DEADLINE_S)
            assert len(rest.asked) == 2
            await pool.close()

    asyncio.run(scene())


def test_a_query_on_a_new_connection_is_not_repeated() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            pool = Pool(origin_of(rest.on("/a", DROP).url))
            with pytest.raises(OutcomeUnknown):
                await ask(pool)
            assert len(rest.asked) == 1
            await pool.close()

    asyncio.run(scene())


def test_a_connection_known_to_be_closed_is_not_used() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            pool = Pool(origin_of(rest.on("/a", ok({})).url))
            await pool.warm(2)
            await until(lambda: rest.connections == 2)
            rest.drop_all()
            await until(lambda: not any(c.is_usable for c in pool._idle))
            assert await ask(pool, is_repeatable=False) == 200
            assert rest.asked[0].connection == 3
            await pool.close()

    asyncio.run(scene())


def test_no_answer_in_time_leaves_the_outcome_unknown() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            pool = Pool(origin_of(rest.on("/a", HANG).url))
            with pytest.raises(OutcomeUnknown, match="no answer within"):
                await ask(pool, timeout_s=0.05)
            await pool.close()

    asyncio.run(scene())


def test_warm_connections_are_opened_before_they_are_needed() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            rest.on("/a", ok({}))
            pool = Pool(origin_of(rest.url))
            await pool.warm(2)
            await asyncio.gather(ask(pool), ask(pool))
            await ask(pool)
            assert {asked.connection for asked in rest.asked} == {1, 2}
            await pool.close()

    asyncio.run(scene())


def test_a_probe_uses_the_idle_and_drops_the_dead() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            rest.on("/a", ok({}), HANG, ok({}))
            head = b"GET /a HTTP/1.1\r\nhost: h\r\n\r\n"
            pool = Pool(origin_of(rest.url))
            await pool.warm(2)
            assert await pool.probe(head, idle_s=600, timeout_s=1) == 0
            assert await pool.probe(head, idle_s=0, timeout_s=0.05) == 2
            assert await pool.probe(head, idle_s=0, timeout_s=DEADLINE_S) == 1
            await pool.close()

    asyncio.run(scene())


def test_a_bounded_pool_makes_the_next_one_wait_and_an_unbounded_one_does_not() -> None:
    async def scene(most: int | None, expected: int) -> None:
        async with rest_server() as rest:
            pool = Pool(origin_of(rest.on("/a", HANG).url), most=most)
            tasks = [asyncio.create_task(ask(pool)) for _ in range(6)]
            await until(lambda: len(rest.asked) == expected)
            for _ in range(20):
                await asyncio.sleep(0)
            assert len(rest.asked) == expected
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await pool.close()

    asyncio.run(scene(4, 4))
    asyncio.run(scene(None, 6))


def test_only_so_many_connections_are_kept() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            pool = Pool(origin_of(rest.on("/a", ok({})).url))
            await asyncio.gather(*(ask(pool) for _ in range(2 * KEPT)))
            assert len(pool._idle) <= KEPT
            await pool.close()

    asyncio.run(scene())


def test_an_unreachable_host_is_told_and_warming_survives_it() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            url = rest.url
        pool = Pool(origin_of(url))
        await pool.warm(2)
        with pytest.raises(LinkLost):
            await ask(pool, is_repeatable=False)
        await pool.close()

    asyncio.run(scene())
