import asyncio
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from curb.paper.clock import VenueClock
from curb.paper.server import HOST, PortError, Server, bind
from curb.paper.service import PaperOptions, running
from curb.wire import names, signalr
from tests.authority import Authority
from tests.paper.client import log_in


async def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def test_it_serves_on_loopback_tells_the_date_and_ends_when_asked() -> None:
    async def scenario() -> bytes:
        server = Server(Starlette(routes=[Route("/", hello)]), VenueClock())
        listener = bind(0)
        serving = asyncio.create_task(server.serve([listener]))
        await server.is_up.wait()
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        server.stop()
        await serving
        return answer

    answer = asyncio.run(scenario())
    assert answer.endswith(b"hello")
    assert b"\r\ndate: " in answer


def test_a_port_in_use_is_refused_in_words() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortError, match=f"port {port}: it is in use"):
            bind(port)


def test_a_socket_that_is_refused_is_no_error_to_tell(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> int:
        async with running(PaperOptions(prices="manual")) as paper:
            with pytest.raises(InvalidStatus) as caught:
                async with connect(f"ws://{HOST}:{paper.port}{names.USER_HUB}", proxy=None):
                    pass
        return caught.value.response.status_code

    assert asyncio.run(scenario()) == 401
    assert [each for each in caplog.records if each.name.startswith("uvicorn")] == []


@pytest.mark.parametrize("is_tls", [False, True])
def test_it_ends_in_order_while_a_client_says_good_bye(is_tls: bool, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    known = ssl.create_default_context(cafile=str(authority.path)) if is_tls else None
    certificate = authority.certificate("localhost") if is_tls else None

    async def scenario(turns: int) -> None:
        async def leave(client: ClientConnection) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            await client.close()

        async with running(PaperOptions(prices="manual", tls=certificate)) as paper:
            async with httpx.AsyncClient(
                base_url=paper.url, verify=known or True, trust_env=False
            ) as http:
                token = await log_in(http, paper)
            url = f"{paper.url.replace('http', 'ws')}{names.USER_HUB}?access_token={token}"
            client = await connect(url, ssl=known, proxy=None)
            await client.send(signalr.handshake_request())
            await client.recv()
            leaving = asyncio.create_task(leave(client))
        await leaving

    for turns in range(1, 7):  # at each step of the end
        asyncio.run(scenario(turns))
