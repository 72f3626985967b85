import asyncio
import socket
import struct
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
import uvloop
from pydantic import SecretStr

from curb.domain.errors import LinkLost
from curb.domain.events import Event, Link, LinkChanged
from curb.gateway import session as sessions
from curb.gateway.backoff import Backoff
from curb.gateway.counters import Counters
from curb.gateway.hub import Hub
from curb.gateway.line import Call, Ear, Timing, open_line
from curb.gateway.links import LinkTeller
from curb.gateway.session import Session
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
from tests.gateway.rig import Rig, rig, token
from tests.gateway.waiting import until

ONE = Call("SubscribeAccounts")
TWO = Call("SubscribeOrders", (12,))


@dataclass(slots=True)
class Scene:
    rig: Rig
    server: HubServer
    hub: Hub
    told: list[Event] = field(default_factory=list)
    heard: list[tuple[str, Any]] = field(default_factory=list)

    def links(self) -> list[tuple[bool, int]]:
        return [(e.is_up, e.generation) for e in self.told if isinstance(e, LinkChanged)]

    def words(self) -> list[str]:
        return [e.words for e in self.told if isinstance(e, LinkChanged)]


@asynccontextmanager
async def scene(*scripts: Script, timing: Timing | None = None) -> AsyncIterator[Scene]:
    """Run a hub that wants two subscriptions against the scripts."""
    told: list[Event] = []
    heard: list[tuple[str, Any]] = []
    async with rig() as made, hub_server(*scripts) as server:
        await made.session.login()
        made.session._logged_in_at -= 2 * sessions._FRESH_S
        hub = Hub(
            server.url,
            made.session,
            LinkTeller(Link.USER_HUB, told.append),
            Ear(lambda target, arguments: heard.append((target, arguments)), lambda: None),
            made.counters,
            backoff=Backoff((0.0,)),
            timing=timing or Timing(),
        )
        hub.want(ONE)
        hub.want(TWO)
        running = asyncio.create_task(hub.run())
        try:
            yield Scene(made, server, hub, told, heard)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def steady(peer: Peer) -> None:
    await peer.greet()
    while True:
        message = await peer.take()
        if "invocationId" in message:
            await peer.say(completion(message))


async def fleeting(peer: Peer) -> None:
    await peer.greet()
    await peer.confirm(2)
    await peer.socket.close(1012, "restart")


def calls(peer: Peer) -> list[tuple[str, list[Any]]]:
    return [(m["target"], m["arguments"]) for m in peer.heard if m.get("type") == 1]


def test_the_link_is_up_only_when_every_subscription_is_confirmed() -> None:
    gate = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.confirm(1)
        held = await peer.take()
        await peer.say(event("GatewayUserAccount", {"id": 1}))
        await gate.wait()
        await peer.say(completion(held))
        await peer.stay()

    async def play() -> None:
        async with scene(script) as made:
            await until(lambda: made.heard)
            assert made.links() == []
            gate.set()
            await until(made.links)
            assert made.links() == [(True, 1)]
            expected = [("SubscribeAccounts", []), ("SubscribeOrders", [12])]
            assert calls(made.server.peers[0]) == expected

    asyncio.run(play())


def test_every_reconnect_subscribes_again_and_is_a_new_generation() -> None:
    async def play() -> None:
        async with scene(fleeting, fleeting, steady) as made:
            await until(lambda: len(made.links()) == 5)
            assert made.links() == [(True, 1), (False, 1), (True, 2), (False, 2), (True, 3)]
            assert "1012: restart" in made.words()[1]
            assert {tuple(str(calls(peer))) for peer in made.server.peers} == {
                tuple(str(calls(made.server.peers[0])))
            }
            assert made.rig.counters.reconnects == 2

    asyncio.run(play())


def test_what_is_wanted_while_connected_is_subscribed_at_once_and_once() -> None:
    async def play() -> None:
        async with scene(steady) as made:
            await until(made.links)
            made.hub.want(Call("SubscribeContractQuotes", ("ES",)))
            made.hub.want(Call("SubscribeContractQuotes", ("ES",)))
            made.hub.want(Call("SubscribeContractQuotes", ("NQ",)))
            await until(lambda: len(calls(made.server.peers[0])) == 4)
            assert calls(made.server.peers[0])[2:] == [
                ("SubscribeContractQuotes", ["ES"]),
                ("SubscribeContractQuotes", ["NQ"]),
            ]
            assert made.links() == [(True, 1)]

    asyncio.run(play())


def test_a_refused_or_unanswered_subscription_builds_the_connection_anew() -> None:
    async def refusing(peer: Peer) -> None:
        await peer.greet()
        await peer.say(completion(await peer.take(), "try later"))
        await peer.stay()

    async def silent(peer: Peer) -> None:
        await peer.greet()
        await peer.stay()

    async def play() -> None:
        async with scene(refusing, silent, steady, timing=Timing(answer_s=1.0)) as made:
            await until(lambda: (True, 1) in made.links())
            assert made.links() == [(False, 0), (True, 1)]
            assert "try later" in made.words()[0]
            assert len(made.server.peers) == 3

    asyncio.run(play())


def test_a_handshake_that_never_comes_builds_the_connection_anew() -> None:
    async def play() -> None:
        async with scene(Peer.stay, steady, timing=Timing(answer_s=1.0)) as made:
            await until(lambda: (True, 1) in made.links())
            assert "handshake" in made.words()[0]

    asyncio.run(play())


def test_silence_is_noticed_and_mended() -> None:
    async def mute(peer: Peer) -> None:
        await peer.greet()
        await peer.confirm(2)
        await peer.stay()

    async def play() -> None:
        async with scene(mute, steady, timing=Timing(dead_s=0.5)) as made:
            await until(lambda: any("sign of life" in words for words in made.words()))
            await until(lambda: made.links()[-1][0])
            assert len(made.server.peers) > 1

    asyncio.run(play())


def test_a_logout_is_met_with_a_new_token() -> None:
    async def script(peer: Peer) -> None:
        await peer.greet()
        await peer.confirm(2)
        await peer.say(event("GatewayLogout"))
        await peer.stay()

    async def play() -> None:
        async with scene(script, steady) as made:
            await until(lambda: (True, 2) in made.links())
            assert made.rig.counters.logins == 2
            tokens = [peer.path.partition("access_token=")[2] for peer in made.server.peers]
            assert tokens == [token(0), token(1)]

    asyncio.run(play())


def test_another_token_opens_the_connection_anew() -> None:
    async def play() -> None:
        async with scene(steady) as made:
            await until(made.links)
            made.hub.reopen("another token")
            await until(lambda: (True, 2) in made.links())
            assert made.links() == [(True, 1), (False, 1), (True, 2)]

    asyncio.run(play())


def test_subscribing_again_calls_for_everything_on_the_same_line() -> None:
    async def play() -> None:
        async with scene(steady) as made:
            await until(made.links)
            (peer,) = made.server.peers
            once = calls(peer)
            made.hub.subscribe_again()
            await until(lambda: len(calls(peer)) == 2 * len(once))
            assert calls(peer) == [*once, *once]
            assert made.links() == [(True, 1)]

    asyncio.run(play())


def test_another_token_ends_the_wait_for_the_next_attempt() -> None:
    async def play() -> None:
        async with rig() as made, hub_server(fleeting) as server:
            await made.session.login()
            told: list[Event] = []
            link = LinkTeller(Link.USER_HUB, told.append)
            ear = Ear(lambda *_: None, lambda: None)
            wait = Backoff((3600.0,))
            hub = Hub(server.url, made.session, link, ear, made.counters, backoff=wait)
            hub.want(ONE)
            hub.want(TWO)
            running = asyncio.create_task(hub.run())
            for count in (1, 2):
                await until(partial(is_down, told, count))
                assert len(server.peers) == count
                hub.reopen("another token")
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(play())


def is_down(told: list[Event], times: int) -> bool:
    return sum(isinstance(each, LinkChanged) and not each.is_up for each in told) == times


def test_messages_that_come_with_the_handshake_are_heard() -> None:
    async def script(peer: Peer) -> None:
        await peer.take()
        await peer.say(HELLO + event("Early", 1) + '{"type":6}' + END)
        await peer.confirm(2)
        await peer.stay()

    async def play() -> None:
        async with scene(script) as made:
            await until(made.links)
            assert made.heard == [("Early", [1])]

    asyncio.run(play())


def test_a_fault_of_a_listener_does_not_end_the_hub() -> None:
    async def play() -> None:
        async with rig() as made, hub_server(_talking) as server:
            await made.session.login()
            told: list[Event] = []

            def hear(target: str, arguments: object) -> None:
                raise ZeroDivisionError(target, arguments)

            hub = Hub(
                server.url,
                made.session,
                LinkTeller(Link.USER_HUB, told.append),
                Ear(hear, lambda: None),
                made.counters,
                backoff=Backoff((0.0,)),
            )
            running = asyncio.create_task(hub.run())
            await until(lambda: len(server.peers) >= 3)
            down = next(e for e in told if isinstance(e, LinkChanged) and not e.is_up)
            assert "internal error ZeroDivisionError" in down.words
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(play())


class _Faulty(SecretStr):
    """A token that cannot be read: a fault of ours before anything is connected."""

    def get_secret_value(self) -> str:
        raise ZeroDivisionError


def test_a_fault_while_connecting_does_not_end_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    async def play() -> None:
        async with rig() as made, hub_server(_talking) as server:
            await made.session.login()
            told: list[Event] = []
            link = LinkTeller(Link.USER_HUB, told.append)
            ear = Ear(lambda *_: None, lambda: None)
            hub = Hub(server.url, made.session, link, ear, made.counters, backoff=Backoff((0.0,)))
            with monkeypatch.context() as faulty:
                faulty.setattr(Session, "secret", _Faulty("x"))
                running = asyncio.create_task(hub.run())
                await until(lambda: bool(told))
            assert "internal error ZeroDivisionError" in str(told[0])
            await until(lambda: bool(server.peers))
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(play())


def test_a_connection_that_is_reset_at_once_is_a_lost_link() -> None:
    """In every interleaving: with uvloop the end may come before the first word."""

    def reset(listener: socket.socket) -> None:
        while True:
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            taken.close()

    async def play() -> None:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/hubs/user"
        for _ in range(200):
            with pytest.raises(LinkLost, match="cannot reach"):
                async with open_line(url, SecretStr("x"), Ear(print, print), Counters()):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=reset, args=(listener,))
        thread.start()
        try:
            uvloop.run(play())
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


async def _talking(peer: Peer) -> None:
    await peer.greet()
    await peer.say(event("Boo"))
    await peer.stay()
