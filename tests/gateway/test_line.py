import asyncio
import json
from typing import Any

import pytest
from pydantic import SecretStr

from curb.domain.errors import AuthLost, CurbError, LinkLost
from curb.gateway.counters import Counters
from curb.gateway.line import Call, Ear, Timing, open_line
from tests.gateway.hub_server import (
    END,
    HELLO,
    HubServer,
    Peer,
    Script,
    completion,
    event,
    hub_server,
)
from tests.gateway.rest_server import raw, rest_server

TOKEN = SecretStr("CANARY.TOKEN.x")


class Listener:
    """What a line told, and its counters."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []
        self.gaps = 0
        self.counters = Counters()

    def ear(self) -> Ear:
        return Ear(lambda target, arguments: self.heard.append((target, arguments)), self._missed)

    def _missed(self) -> None:
        self.gaps += 1


async def talk(hub: HubServer, listener: Listener) -> None:
    """Shake hands and read until the line ends."""
    async with open_line(hub.url, TOKEN, listener.ear(), listener.counters) as line:
        reading = asyncio.create_task(line.read())
        greeting = asyncio.create_task(line.greet())
        try:
            await asyncio.wait((reading, greeting), return_when=asyncio.FIRST_EXCEPTION)
            if reading.done():
                reading.result()
            greeting.result()
        finally:
            reading.cancel()
            greeting.cancel()
            await asyncio.gather(reading, greeting, return_exceptions=True)


def ended_by(*scripts: Script) -> tuple[CurbError, Listener, HubServer]:
    """Return how a line to such a hub ended."""
    listener = Listener()

    async def scene() -> tuple[CurbError, HubServer]:
        async with hub_server(*scripts) as hub:
            with pytest.raises(CurbError) as raised:
                await talk(hub, listener)
            return raised.value, hub

    error, hub = asyncio.run(scene())
    return error, listener, hub


def test_the_token_goes_in_the_address_and_in_the_header() -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.socket.close()

    error, _, hub = ended_by(script)
    assert isinstance(error, LinkLost)
    assert hub.peers[0].path == "/hubs/user?access_token=CANARY.TOKEN.x"
    assert hub.peers[0].authorization == "Bearer CANARY.TOKEN.x"
    assert hub.peers[0].heard == [{"protocol": "json", "version": 1}]
    assert "CANARY" not in str(error)


@pytest.mark.parametrize(
    "frames",
    [
        [HELLO, event("A", 1), event("B", 2)],
        [HELLO + event("A", 1) + event("B", 2)],
        [HELLO[:1], HELLO[1:] + event("A", 1)[:9], event("A", 1)[9:] + event("B", 2)],
        [HELLO, '{"type":6}' + END + event("A", 1), '{"type":99}' + END + event("B", 2)],
        [HELLO, END + event("A", 1) + "garbage" + END + "[1]" + END, event("B", 2)],
    ],
    ids=["one each", "all in one", "split", "with others between", "with garbage between"],
)
def test_records_are_heard_however_they_are_framed(frames: list[str]) -> None:
    async def script(peer: Peer) -> None:
        await peer.take()
        for frame in frames:
            await peer.say(frame)
        await peer.socket.close()

    _, listener, _ = ended_by(script)
    assert listener.heard == [("A", [1]), ("B", [2])]
    assert (
        (listener.gaps > 0) == (listener.counters.malformed > 0) == ("garbage" in "".join(frames))
    )


@pytest.mark.parametrize(
    ("record", "error", "words"),
    [
        ({"type": 7}, AuthLost, "no reason given"),
        ({"type": 7, "allowReconnect": True, "error": "busy"}, LinkLost, "busy"),
        ({"type": 7, "allowReconnect": False, "error": "go\x1b"}, AuthLost, "go·"),
        ({"type": 1, "target": "GatewayLogout", "arguments": []}, AuthLost, "logged us out"),
        ({"type": 1, "target": "gatewaylogout"}, AuthLost, "logged us out"),
    ],
)
def test_the_gateways_goodbye_ends_the_line(
    record: dict[str, Any], error: type[CurbError], words: str
) -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.say(json.dumps(record) + END)
        await peer.stay()

    found, _, _ = ended_by(script)
    assert type(found) is error
    assert words in str(found)


def test_a_refused_handshake_says_why() -> None:
    async def script(peer: Peer) -> None:
        await peer.take()
        await peer.say(json.dumps({"error": "version 1 please"}) + END)
        await peer.stay()

    error, _, _ = ended_by(script)
    assert "version 1 please" in str(error)


def test_a_close_of_the_socket_is_told_with_its_code() -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.socket.close(1011, "restarting")

    error, _, _ = ended_by(script)
    assert "1011: restarting" in str(error)


def test_an_oversized_frame_ends_the_line() -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.say("x" * (5 << 20))
        await peer.stay()

    error, _, _ = ended_by(script)
    assert isinstance(error, LinkLost)


def test_silence_is_a_dead_line() -> None:
    error = _kept(asyncio.run(_keep(Timing(dead_s=0.05))))
    assert "sign of life" in str(error)


def test_pings_go_out() -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        for _ in range(5):
            assert await peer.take() == {"type": 6}
        await peer.socket.close(4000, "five pings")

    error = _kept(asyncio.run(_keep(Timing(ping_s=0.01), script)))
    assert "five pings" in str(error)


async def _quiet(peer: Peer) -> None:
    await peer.greet()
    await peer.stay()


async def _keep(timing: Timing, script: Script = _quiet) -> list[BaseException | None]:
    listener = Listener()
    async with (
        hub_server(script) as hub,
        open_line(hub.url, TOKEN, listener.ear(), listener.counters, timing) as line,
    ):
        tasks = [asyncio.create_task(work) for work in (line.read(), line.keep())]
        await line.greet()
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
    return list(found)


def _kept(found: list[BaseException | None]) -> BaseException:
    return next(error for error in found if isinstance(error, LinkLost))


def test_calls_are_answered_by_their_own_completion() -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        first, second = await peer.take(), await peer.take()
        await peer.say('{"type":3,"invocationId":"nobody","result":null}' + END)
        await peer.say(completion(second) + completion(first, "no such account"))
        await peer.stay()

    async def scene() -> None:
        listener = Listener()
        async with (
            hub_server(script) as hub,
            open_line(hub.url, TOKEN, listener.ear(), listener.counters) as line,
        ):
            reading = asyncio.create_task(line.read())
            await line.greet()
            answers = await asyncio.gather(
                line.call([Call("One", (1,))]),
                line.call([Call("Two", ("x",))]),
                return_exceptions=True,
            )
            assert isinstance(answers[0], LinkLost)
            assert str(answers[0]) == "the hub refused One: no such account"
            assert answers[1] is None
            calls = hub.peers[0].heard[1:]
            assert [(c["target"], c["arguments"]) for c in calls] == [("One", [1]), ("Two", ["x"])]
            assert line._calls == {}
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    asyncio.run(scene())


def test_a_call_that_is_not_answered_is_a_lost_link() -> None:
    async def scene() -> None:
        listener = Listener()
        hasty = Timing(answer_s=0.05)
        async with (
            hub_server(_quiet) as hub,
            open_line(hub.url, TOKEN, listener.ear(), listener.counters, hasty) as line,
        ):
            reading = asyncio.create_task(line.read())
            with pytest.raises(LinkLost, match="an answer to Subscribe"):
                await line.call([Call("Subscribe")])
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (raw(401), AuthLost),
        (raw(403), AuthLost),
        (raw(404), LinkLost),
        (raw(503), LinkLost),
        (raw(302, b"", "Location: http://127.0.0.1:1/elsewhere"), LinkLost),
        (b"no http\r\n\r\n", LinkLost),
    ],
    ids=["401", "403", "404", "503", "redirect", "no http"],
)
def test_a_door_that_stays_shut_is_told_apart(answer: bytes, error: type[CurbError]) -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            path = f"/hubs/user?access_token={TOKEN.get_secret_value()}"
            rest.on(path, answer)
            with pytest.raises(CurbError) as raised:
                async with open_line(rest.url + "/hubs/user", TOKEN, Listener().ear(), Counters()):
                    pass
            assert type(raised.value) is error
            assert "CANARY" not in str(raised.value)

    asyncio.run(scene())


def test_an_unreachable_hub_is_named() -> None:
    async def scene() -> None:
        async with rest_server() as rest:
            url = rest.url
        with pytest.raises(LinkLost, match=url.removeprefix("http://")):
            async with open_line(url + "/hubs/user", TOKEN, Listener().ear(), Counters()):
                pass

    asyncio.run(scene())


def test_what_comes_in_parts_keeps_its_place() -> None:
    def parts(target: str) -> list[str]:
        text = event(target)
        return [text[:9], text[9:20], text[20:]]

    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.say(event("A"))
        await peer.socket.ping()
        await peer.say(event("B"))
        await peer.socket.send(parts("C"))
        await peer.say(event("D"))
        await peer.socket.send(parts("E"))
        await peer.socket.close()

    _, listener, _ = ended_by(script)
    assert listener.heard == [(target, []) for target in "ABCDE"]


def test_a_fault_of_a_listener_ends_the_line_and_is_told_once() -> None:
    class Deaf(Listener):
        def ear(self) -> Ear:
            return Ear(self._fail, self._missed)

        def _fail(self, target: str, arguments: Any) -> None:
            self.heard.append((target, arguments))
            raise ZeroDivisionError

    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.say(event("A") + event("B"))
        await peer.say(event("C"))
        await peer.stay()

    async def scene() -> Listener:
        listener = Deaf()
        async with hub_server(script) as hub:
            with pytest.raises(ZeroDivisionError):
                await talk(hub, listener)
        return listener

    assert [target for target, _ in asyncio.run(scene()).heard] == ["A"]
