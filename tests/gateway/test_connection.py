import asyncio
import socket

import pytest

from curb.domain.errors import LinkLost, OutcomeUnknown
from curb.gateway import connection
from curb.gateway.connection import Connection, Origin, Unheard, dial, origin_of
from tests.gateway.rest_server import DROP, HANG, RestServer, ok, raw, rest_server
from tests.gateway.waiting import until

HEAD = b"POST /a HTTP/1.1\r\nhost: h\r\ncontent-length: "


async def ask(line: Connection, path: bytes = b"/a") -> connection.Reply:
    return await line.exchange(HEAD.replace(b"/a", path) + b"2\r\n\r\n", b"{}")


def test_answers_come_one_after_the_other_on_one_connection() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            rest.on("/a", ok({"n": 1}), raw(404, b"", "Date: x"), ok({"n": 3}))
            line = await dial(origin_of(rest.url))
            first, second, third = [await ask(line) for _ in range(3)]
            assert (first.status, second.status, third.status) == (200, 404, 200)
            assert b'"n": 3' in third.body
            assert second.header("date") == "x"
            assert second.header("retry-after") is None
            assert rest.connections == 1
            assert line.is_usable
            line.abort()
            await line.closed()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            b"abcde",
        ),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nuntil the end", b"until the end"),
        (b"HTTP/1.0 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok", b"ok"),
    ],
    ids=["chunked", "interim answer", "ended by closing", "http 1.0"],
)
def test_every_framing_of_http_is_read(answer: bytes, body: bytes) -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            rest.on("/a", answer)
            line = await dial(origin_of(rest.url))
            assert (await ask(line)).body == body
            line.abort()
            await line.closed()

    asyncio.run(scene())


async def _broken(rest: RestServer, error: type[OutcomeUnknown]) -> None:
    line = await dial(origin_of(rest.url))
    with pytest.raises(OutcomeUnknown) as raised:
        async with asyncio.timeout(10):
            await ask(line)
    assert type(raised.value) is error
    assert not line.is_usable
    await line.closed()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (DROP, Unheard),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 99\r\n\r\ncut", OutcomeUnknown),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-", OutcomeUnknown),
        (b"no http at all\r\n\r\n", OutcomeUnknown),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000, OutcomeUnknown),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n" + b"z" * 9_000_000, OutcomeUnknown),
    ],
    ids=["dropped", "cut body", "cut head", "no http", "endless head", "endless body"],
)
def test_a_broken_answer_leaves_the_outcome_unknown(
    answer: bytes | str, error: type[OutcomeUnknown]
) -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            await _broken(rest.on("/a", answer), error)

    asyncio.run(scene())


def test_bytes_that_nobody_asked_for_never_answer_the_next_request() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            rest.on("/a", ok({}))
            line = await dial(origin_of(rest.url))
            await ask(line)
            rest.writers[0].write(raw(408))
            await until(lambda: not line.is_usable)
            with pytest.raises(Unheard):
                await ask(line)
            await line.closed()
            assert len(rest.asked) == 1

    asyncio.run(scene())


def test_two_answers_to_one_request_end_the_connection() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            rest.on("/a", ok({"n": 1}) + ok({"n": 2}))
            line = await dial(origin_of(rest.url))
            assert b'"n": 1' in (await ask(line)).body
            assert not line.is_usable
            await line.closed()

    asyncio.run(scene())


def test_a_cancelled_exchange_loses_the_connection() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            rest.on("/a", HANG)
            line = await dial(origin_of(rest.url))
            task = asyncio.create_task(ask(line))
            await until(lambda: rest.asked)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert task.cancelled()
            assert not line.is_usable
            await line.closed()

    asyncio.run(scene())


def test_an_unreachable_host_is_a_lost_link_with_its_name() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(LinkLost) as lost:
            asyncio.run(_dial(Origin("127.0.0.1", port)))
        assert f"127.0.0.1:{port}" in str(lost.value)
        assert "refused" in str(lost.value).lower()


async def _dial(origin: Origin) -> None:
    line = await dial(origin)
    line.abort()


@pytest.mark.parametrize(
    ("url", "host", "port", "is_tls"),
    [
        ("https://a.example", "a.example", 443, True),
        ("wss://a.example/hubs/user", "a.example", 443, True),
        ("http://127.0.0.1:81", "127.0.0.1", 81, False),
        ("ws://[::1]", "::1", 80, False),
    ],
)
def test_an_address_gives_host_and_port(url: str, host: str, port: int, is_tls: bool) -> None:
    origin = origin_of(url)
    assert (origin.host, origin.port, origin.tls is not None) == (host, port, is_tls)
