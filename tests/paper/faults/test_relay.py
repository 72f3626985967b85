import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from curb.paper.faults.relay import slices
from curb.paper.service import PaperOptions, running
from curb.wire import names
from tests.paper.client import DEADLINE_S, watching
from tests.paper.faults.show import Show, Stage, played, until

_PING = b"GET " + names.STATUS_PING.encode() + b" HTTP/1.1\r\nHost: x\r\n%b\r\n"
KEEPS = _PING % b""
CLOSES = _PING % b"Connection: close\r\n"

Pipe = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def opened(stage: Stage) -> AsyncIterator[Pipe]:
    reader, writer = await asyncio.open_connection("127.0.0.1", stage.paper.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def answer(pipe: Pipe, request: bytes = KEEPS) -> bytes:
    """Ask, and return the answer; ConnectionError or IncompleteReadError where none comes."""
    reader, writer = pipe
    writer.write(request)
    async with asyncio.timeout(DEADLINE_S):
        return await reader.readuntil(b'"pong"')


async def answers(pipe: Pipe, count: int) -> None:
    for _ in range(count):
        await answer(pipe)


async def asks_late(stage: Stage, least_s: float) -> None:
    """See the answer, whole, and not before so many seconds."""
    loop = asyncio.get_running_loop()
    stage.lay()
    async with opened(stage) as pipe:
        began = loop.time()
        assert (await answer(pipe)).startswith(b"HTTP/1.1 200")
        assert loop.time() - began >= least_s


def pings(stage: Stage) -> int:
    return sum(row.get("path") == names.STATUS_PING for row in stage.paper.record)


async def sees_no_connection(stage: Stage) -> None:
    stage.lay()
    async with opened(stage) as pipe:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await answer(pipe)
    stage.paper.lay()
    async with opened(stage) as pipe:
        assert await answer(pipe)


async def sees_it_later(stage: Stage) -> None:
    await asks_late(stage, 2 * (stage.has("seconds") - stage.has("jitter")))


async def sees_it_drip(stage: Stage) -> None:
    await asks_late(stage, len(KEEPS) / stage.has("rate"))


async def sees_pieces(stage: Stage) -> None:
    await asks_late(stage, 0.0)


async def sees_a_hole(stage: Stage) -> None:
    """What the hole swallows waits: the request before its effect, or the answer after it."""
    async with opened(stage) as pipe:
        await answer(pipe)
        stage.lay()
        asking = asyncio.create_task(answer(pipe))
        if stage.show.has["way"] == "out":
            await until(lambda: pings(stage) == 2)
        await until(lambda: bool(stage.paper.fired.get("net.blackhole")))
        assert not asking.done()
        assert pings(stage) == (2 if stage.show.has["way"] == "out" else 1)
        stage.paper.lay()
        assert await asking


async def sees_a_reset(stage: Stage) -> None:
    stage.lay()
    async with opened(stage) as pipe:
        assert await answer(pipe)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await answers(pipe, 100)


async def sees_a_slow_close(stage: Stage) -> None:
    loop = asyncio.get_running_loop()
    stage.lay()
    async with opened(stage) as pipe:
        assert await answer(pipe, CLOSES)
        began = loop.time()
        async with asyncio.timeout(DEADLINE_S):
            assert await pipe[0].read() == b""
        assert loop.time() - began >= stage.has("seconds") / 2


async def sees_one_way_closed(stage: Stage) -> None:
    async with opened(stage) as pipe:
        await answer(pipe)
        stage.lay()
        with pytest.raises(asyncio.IncompleteReadError):
            await answer(pipe)
        pipe[1].write(KEEPS)
        await until(lambda: pings(stage) == 3)


async def sees_one_side_silent(stage: Stage) -> None:
    is_rest = stage.show.has["side"] == "rest"
    async with watching(stage.paper, stage.token) as user, opened(stage) as pipe:
        await answer(pipe)
        stage.lay()
        asking = asyncio.create_task(answer(pipe))
        stage.paper.place("MNQ", "buy", 1)
        hearing = asyncio.create_task(user.until(lambda each: bool(each.get("target"))))
        first, second = (hearing, asking) if is_rest else (asking, hearing)
        assert await first
        assert not second.done()
        stage.paper.lay()
        assert await second


SHOWS = [
    Show("net.refuse", sees_no_connection),
    Show("net.latency", sees_it_later, {"seconds": 0.2, "jitter": 0.05}),
    *(
        Show("net.blackhole", sees_a_hole, {"way": way, "seconds": 600.0})
        for way in ("in", "out", "both")
    ),
    Show("net.reset", sees_a_reset, {"after": 400}),
    Show("net.slow_close", sees_a_slow_close, {"seconds": 0.4}),
    Show("net.bandwidth", sees_it_drip, {"rate": 500}),
    Show("net.slice", sees_pieces, {"size": 3}),
    Show("net.half_close", sees_one_way_closed),
    *(
        Show("net.partition", sees_one_side_silent, {"side": side, "seconds": 600.0})
        for side in ("rest", "hubs")
    ),
]


@pytest.mark.parametrize("show", SHOWS, ids=str)
def test_a_client_sees_it(show: Show) -> None:
    played(show)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(3, [b"abc", b"de"]), (9, [b"abcde"]), (0, [b"a", b"b", b"c", b"d", b"e"])],
)
def test_a_slice_is_as_small_as_asked(size: int, expected: list[bytes]) -> None:
    """A client cannot tell: the network may put the pieces together again."""
    assert slices(b"abcde", size) == expected


def test_without_a_plan_the_relay_carries_all_as_it_is() -> None:
    async def scenario() -> tuple[list[str], dict[str, int]]:
        async with (
            running(PaperOptions(prices="manual", relay=True)) as paper,
            httpx.AsyncClient(base_url=paper.url, trust_env=False) as http,
        ):
            found = [(await http.get(names.STATUS_PING)).text for _ in range(3)]
            return found, paper.fired

    assert asyncio.run(scenario()) == (['"pong"'] * 3, {})
