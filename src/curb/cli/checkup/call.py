"""Calls on the gateway as an engine would: logs in, waits for both hubs, reads the accounts."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from curb.cli.checkup import venue
from curb.cli.checkup.finding import Finding
from curb.cli.checkup.machine import Clock, clock_findings
from curb.cli.choice import chosen
from curb.domain.actions import ReadAccount
from curb.domain.book import Account
from curb.domain.errors import CurbError
from curb.domain.events import AccountRead, Event, Link, LinkChanged
from curb.gateway.client import GatewayClient
from curb.gateway.credentials import Credentials
from curb.gateway.endpoints import Endpoints

_HUBS_S = 15.0
_READS = 5
_HUBS = ((Link.USER_HUB, "user hub"), (Link.MARKET_HUB, "market hub"))

Tell = Callable[[Finding], None]


async def call(
    where: Endpoints, credentials: Credentials, names: Sequence[str], clock: Clock, tell: Tell
) -> tuple[Account, ...]:
    """Tell each finding as it is made; return the accounts that would be watched.

    Changes nothing at the gateway. None are returned where it does not let us in.
    """
    ear = _Ear()
    client = GatewayClient(
        where, credentials, emit=ear.hear, hear_time=ear.hear_time, now=_machine_time
    )
    try:
        try:
            accounts = chosen(await client.open(), names)
        except CurbError as e:
            tell(venue.refused_finding(e))
            return ()
        for finding in venue.account_findings(accounts):
            tell(finding)
        if ear.off_s is not None:
            for finding in clock_findings(Clock(clock.zone, clock.is_synced, ear.off_s))[1:]:
                tell(finding)
        for link, name in _HUBS:
            tell(venue.hub_finding(name, await ear.until_up(link)))
        tell(venue.latency_finding(await _spans_ms(client, accounts[0])))
    finally:
        await client.close()
    return accounts


class _Ear:
    """What the client tells while we call."""

    def __init__(self) -> None:
        self.off_s: float | None = None
        self._words: dict[Link, str] = {}
        self._up = {link: asyncio.Event() for link in Link}

    def hear(self, event: Event) -> None:
        """Keep what becomes of the links."""
        if isinstance(event, LinkChanged):
            self._words[event.link] = event.words
            if event.is_up:
                self._up[event.link].set()

    def hear_time(self, venue_time: datetime) -> None:
        """Keep how far the machine's clock is ahead of the gateway's."""
        self.off_s = (_machine_time() - venue_time).total_seconds()

    async def until_up(self, link: Link) -> str | None:
        """Wait until a link came up: None, or why it did not."""
        try:
            async with asyncio.timeout(_HUBS_S):
                await self._up[link].wait()
        except TimeoutError:
            return self._words.get(link) or f"no answer within {_HUBS_S:.0f} s"
        return None


async def _spans_ms(client: GatewayClient, account: Account) -> list[int]:
    spans = []
    for number in range(1, _READS + 1):
        began = time.monotonic()
        if isinstance(await client.perform(ReadAccount(number, account.id)), AccountRead):
            spans.append(round((time.monotonic() - began) * 1000))
    return spans


def _machine_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - its distance from the venue's is what is looked for
