"""What a user hub garbles is read again over REST: the client tells of a gap."""

import asyncio

import pytest
from pydantic import SecretStr

from curb.domain.events import Event, Link, LinkChanged, PositionSeen
from curb.gateway.client import GatewayClient
from curb.gateway.credentials import Credentials
from curb.gateway.endpoints import endpoints
from curb.gateway.gaps import Gaps
from curb.gateway.links import LinkTeller
from curb.wire import names
from tests.gateway.hub_server import END, Peer, completion, event, hub_server
from tests.gateway.rest_server import ok, rest_server
from tests.gateway.rig import START, token
from tests.gateway.test_decode import ACCOUNT, POSITION
from tests.gateway.waiting import until


def _told(events: list[Event]) -> list[LinkChanged]:
    return [e for e in events if isinstance(e, LinkChanged) and e.link is Link.USER_HUB]


GOOD = {**POSITION, "averagePrice": 6064}


@pytest.mark.parametrize(
    ("garbage", "gaps"),
    [
        ("{not json" + END, 1),
        ("[1]" + END, 1),
        (event("GatewayUserPosition", {**GOOD, "contractId": None}), 1),
        (event("GatewayUserTrade", 7), 1),
        (event("GatewayUserTrade", 7) * 50, 1),
        (event("GatewayUnheardOf", 7), 0),
        ('{"type":6}' + END, 0),
    ],
    ids=["no json", "no object", "no contract", "no record", "flood", "other target", "ping"],
)
def test_a_record_that_cannot_be_read_is_a_gap_and_the_hub_stays(garbage: str, gaps: int) -> None:
    is_up = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.greet()
        for _ in range(4):
            await peer.say(completion(await peer.take()))
        await is_up.wait()
        await peer.say(garbage)
        await peer.say(event("GatewayUserPosition", GOOD))
        await peer.stay()

    async def scene() -> None:
        events: list[Event] = []
        async with rest_server() as rest, hub_server(script) as hub:
            account = {**ACCOUNT, "balance": 50000}
            rest.on(names.LOGIN_KEY, ok({"token": token()}))
            rest.on(names.ACCOUNT_SEARCH, ok({"accounts": [account]}))
            client = GatewayClient(
                endpoints("custom", rest.url, hub.url, rest.url + "/hubs/market"),
                Credentials("trader", SecretStr("CANARY_KEY")),
                emit=events.append,
                hear_time=lambda _at: None,
                now=lambda: START,
            )
            await client.open()
            await until(lambda: _told(events))
            is_up.set()
            await until(lambda: any(isinstance(e, PositionSeen) for e in events))
            await client.close()
        told = _told(events)
        assert [e.is_up for e in told] == [True] * (1 + gaps)
        assert {e.generation for e in told} == {1}
        assert sum("could not be read" in e.words for e in told) == gaps
        assert (client.counters.malformed + client.counters.dropped > 0) == bool(gaps)

    asyncio.run(scene())


def test_gaps_in_a_row_are_told_at_once_and_once_more() -> None:
    async def scene() -> None:
        events: list[Event] = []
        link = LinkTeller(Link.USER_HUB, events.append)
        gaps = Gaps(link, every_s=0.3)
        gaps.missed()
        assert events == []
        link.up("connected")
        for _ in range(20):
            gaps.missed()
        assert len(events) == 2
        await until(lambda: len(events) == 3)
        gaps.close()

    asyncio.run(scene())
