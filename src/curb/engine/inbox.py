"""What waits to be decided: user events in order and first, quotes merged by contract."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from curb.domain.events import Event, QuoteSeen


class Inbox:
    """The engine's one queue. Putting never waits; user events are never dropped.

    Its length is bounded by what a venue can say of an account; quotes take one place a
    contract however many come.
    """

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._quotes: dict[str, QuoteSeen] = {}
        self._ready = asyncio.Event()
        self._serve: Callable[[Event], None] | None = None
        self._is_awaited = False
        self.most = 0  # that ever waited
        self.quotes = 0  # that ever came

    def __len__(self) -> int:
        return len(self._events) + len(self._quotes)

    def serve(self, server: Callable[[Event], None]) -> None:
        """Hand what comes while somebody waits to `server` at once: waking up takes time."""
        self._serve = server

    def put(self, event: Event) -> None:
        """Take an event in."""
        if isinstance(event, QuoteSeen):
            known = self._quotes.get(event.contract_id)
            self._quotes[event.contract_id] = _merged(known, event) if known else event
            self.quotes += 1
        else:
            self._events.append(event)
        self.most = max(self.most, len(self))
        self._ready.set()
        if self._is_awaited and self._serve is not None:
            self._is_awaited = False  # what else comes in this turn of the loop waits for its own
            waiting = self.take()
            if waiting is not None:
                self._serve(waiting)

    def take(self) -> Event | None:
        """Return the next event to decide, None where nothing waits."""
        if self._events:
            return self._events.popleft()
        for contract_id in self._quotes:
            return self._quotes.pop(contract_id)
        self._ready.clear()
        return None

    async def wait(self, timeout_s: float) -> None:
        """Return when something waits, or after `timeout_s`."""
        if timeout_s <= 0:
            return
        self._is_awaited = not self._ready.is_set()
        try:
            async with asyncio.timeout(timeout_s):
                await self._ready.wait()
        except TimeoutError:
            return
        finally:
            self._is_awaited = False


def _merged(known: QuoteSeen, newer: QuoteSeen) -> QuoteSeen:
    return replace(
        newer,
        last=newer.last if newer.last is not None else known.last,
        bid=newer.bid if newer.bid is not None else known.bid,
        ask=newer.ask if newer.ask is not None else known.ask,
    )
