"""A hub for ever: connect, subscribe, listen, and begin again when it ends."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from pydantic import SecretStr

from curb.domain.errors import AuthLost, CurbError
from curb.gateway.backoff import Backoff
from curb.gateway.counters import Counters
from curb.gateway.line import TIMING, Call, Ear, Line, Timing, open_line
from curb.gateway.links import LinkTeller
from curb.gateway.session import Session

_log = logging.getLogger("curb.gateway")

# A connection that lived this long was a healthy one.
_HEALTHY_S = 30.0


class Hub:
    """One hub. The link is up once every subscription is confirmed."""

    def __init__(
        self,
        url: str,
        session: Session,
        link: LinkTeller,
        ear: Ear,
        counters: Counters,
        *,
        backoff: Backoff | None = None,
        timing: Timing = TIMING,
    ) -> None:
        self._url = url
        self._session = session
        self._link = link
        self._ear = ear
        self._counters = counters
        self._backoff = backoff or Backoff()
        self._timing = timing
        # Insertion order is the order of subscribing; bounded by what the account holds.
        self._wanted: dict[Call, None] = {}
        self._changed = asyncio.Event()
        self._reopen = asyncio.Event()
        self._why = ""  # it is to be connected anew
        self._confirmed: set[Call] = set()
        self._line: Line | None = None

    def want(self, call: Call) -> None:
        """Subscribe now if connected, and after every reconnect."""
        if call not in self._wanted:
            self._wanted[call] = None
            self._changed.set()

    def subscribe_again(self) -> None:
        """Call for every subscription once more, on the line that stands."""
        self._confirmed.clear()
        self._changed.set()

    def reopen(self, why: str) -> None:
        """Connect anew: there is another token, or the line is of no use."""
        self._why = why
        self._reopen.set()

    def age_s(self) -> float | None:
        """Return how long ago the hub last said anything, a ping too; None while not connected."""
        line = self._line
        return None if line is None else asyncio.get_running_loop().time() - line.heard_at

    async def run(self) -> None:
        """Keep the hub connected until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            token = None
            try:
                token = await self._session.token()
                self._reopen.clear()
                await self._live(token)
                self._backoff.reset()
                self._link.down(self._why)
            except CurbError as e:
                self._link.down(str(e))
                if isinstance(e, AuthLost) and token is not None:
                    await self._renew(token)
            except Exception as e:  # noqa: BLE001 - whatever it was, the next attempt may do
                # A fault of ours must not end the listening; what was missed is read again.
                _log.exception("internal error in a hub")
                self._link.down(f"internal error {type(e).__name__}: please report it")
            self._counters.reconnects += 1
            if loop.time() - began >= _HEALTHY_S:
                self._backoff.reset()
            await self._pause(self._backoff.next())

    async def _pause(self, seconds: float) -> None:
        """Wait before the next attempt; another token is a reason to try it at once."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._reopen.wait()

    async def _live(self, token: SecretStr) -> None:
        """Connect and stay; returns when asked to reopen, raises when the line is lost."""
        async with open_line(self._url, token, self._ear, self._counters, self._timing) as line:
            self._line = line
            try:
                await _first_end(
                    line.read(), line.keep(), self._subscribe(line), self._until_reopened()
                )
            finally:
                self._line = None

    async def _until_reopened(self) -> None:
        await self._reopen.wait()

    async def _subscribe(self, line: Line) -> None:
        await line.greet()
        self._confirmed = set()
        while True:
            self._changed.clear()
            missing = [call for call in self._wanted if call not in self._confirmed]
            await line.call(missing)
            if not self._changed.is_set():
                self._confirmed.update(missing)
            self._link.up("connected")
            if not self._changed.is_set():
                await self._changed.wait()

    async def _renew(self, stale: SecretStr) -> None:
        with suppress(CurbError):  # REST tells why; the next attempt follows the back-off
            await self._session.renew(stale)


async def _first_end(*works: Coroutine[Any, Any, None]) -> None:
    """Run all until one ends, end the others, and end as that one did."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        error = task.exception() if task in done else None
        if error is not None:
            raise error
