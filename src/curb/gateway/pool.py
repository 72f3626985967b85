"""Connections to one host, some of them kept open and warm."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext

from curb.domain.errors import CurbError, OutcomeUnknown
from curb.gateway.connection import Connection, Origin, Reply, Unheard, dial

# Idle connections beyond this are closed after use.
KEPT = 4

_CLOSE_S = 1.0


class Pool:
    """Lends a connection to each exchange; `most` of None means that nobody ever waits.

    A pool without a bound is for closes and cancels: the request budget bounds them.
    `on_repeat` is called before a request leaves a second time.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        most: int | None = None,
        on_repeat: Callable[[], None] = lambda: None,
    ) -> None:
        self.origin = origin
        self._on_repeat = on_repeat
        self._idle: deque[Connection] = deque()
        self._room = asyncio.Semaphore(most) if most else None
        self._is_closed = False

    async def exchange(
        self, head: bytes, body: bytes, *, timeout_s: float, is_repeatable: bool
    ) -> Reply:
        """Send one request and return its answer.

        Raises LinkLost when nothing was sent, OutcomeUnknown when the answer did not come
        whole. With `is_repeatable` a kept connection that turns out dead is replaced once.
        """
        async with self._place():
            kept = self._take()
            if kept is not None:
                try:
                    return await self._once(kept, head, body, timeout_s)
                except Unheard:
                    if not is_repeatable:
                        raise
                    self._on_repeat()
            return await self._once(await dial(self.origin), head, body, timeout_s)

    def launch(self, head: bytes, body: bytes) -> Connection | None:
        """Let one request leave now, where a connection is open and warm, else None.

        What is returned has to be handed to `landed`.
        """
        kept = self._take()
        if kept is not None:
            kept.send(head, body)
        return kept

    async def landed(self, connection: Connection, timeout_s: float) -> Reply:
        """Return the answer to a launched request. Raises OutcomeUnknown."""
        return await self._within(connection, connection.reply(), timeout_s)

    async def warm(self, count: int) -> None:
        """Have at least `count` usable connections idle; out of reach, there are fewer."""
        self._prune()
        try:
            while len(self._idle) < count:
                self._put(await dial(self.origin))
        except CurbError:
            return

    async def probe(self, head: bytes, *, idle_s: float, timeout_s: float) -> int:
        """Exchange `head` on every connection that was idle so long; return how many."""
        now = asyncio.get_running_loop().time()
        stale = [c for c in self._idle if now - c.used_at >= idle_s]
        for connection in stale:
            if connection in self._idle:
                self._idle.remove(connection)
                try:
                    await self._once(connection, head, b"", timeout_s)
                except OutcomeUnknown:
                    continue  # dropped: the next warming replaces it
        return len(stale)

    async def close(self) -> None:
        """Close every idle connection; those in use end with their exchange."""
        self._is_closed = True
        idle = list(self._idle)
        self._idle.clear()
        await asyncio.gather(*(_gone(connection) for connection in idle))

    def _place(self) -> AbstractAsyncContextManager[object]:
        return self._room if self._room is not None else nullcontext()

    def _take(self) -> Connection | None:
        self._prune()
        # The longest idle first: so all of them stay warm.
        return self._idle.popleft() if self._idle else None

    def _prune(self) -> None:
        for connection in list(self._idle):
            if not connection.is_usable:
                self._idle.remove(connection)
                connection.abort()

    def _put(self, connection: Connection) -> None:
        if self._is_closed or not connection.is_usable or len(self._idle) >= KEPT:
            connection.abort()
        else:
            connection.used_at = asyncio.get_running_loop().time()
            self._idle.append(connection)

    async def _once(
        self, connection: Connection, head: bytes, body: bytes, timeout_s: float
    ) -> Reply:
        return await self._within(connection, connection.exchange(head, body), timeout_s)

    async def _within(
        self, connection: Connection, answer: Awaitable[Reply], timeout_s: float
    ) -> Reply:
        try:
            async with asyncio.timeout(timeout_s):
                reply = await answer
        except TimeoutError:
            raise OutcomeUnknown(f"{self.origin}: no answer within {timeout_s:g} s") from None
        finally:
            self._put(connection)
        return reply


async def _gone(connection: Connection) -> None:
    connection.abort()
    try:
        async with asyncio.timeout(_CLOSE_S):
            await connection.closed()
    except TimeoutError:
        return
