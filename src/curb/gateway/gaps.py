"""Asks for everything to be read again when the user hub said something unreadable."""

import asyncio

from curb.gateway.links import LinkTeller

# Each telling costs a read of everything; the hub's garbage must not use up the budget.
EVERY_S = 5.0


class Gaps:
    """Tells of a gap at once, and of all that follow within five seconds once more after it."""

    def __init__(self, link: LinkTeller, every_s: float = EVERY_S) -> None:
        self._link = link
        self._every_s = every_s
        self._told_at = float("-inf")
        self._due: asyncio.TimerHandle | None = None

    def missed(self) -> None:
        """Note that a message was lost. Call it inside the event loop."""
        if self._due is not None:
            return
        loop = asyncio.get_running_loop()
        wait = self._told_at + self._every_s - loop.time()
        if wait > 0:
            self._due = loop.call_later(wait, self._tell)
        else:
            self._tell()

    def close(self) -> None:
        """Tell nothing more."""
        if self._due is not None:
            self._due.cancel()

    def _tell(self) -> None:
        self._due = None
        if self._link.gap("a message could not be read: reading everything again"):
            self._told_at = asyncio.get_running_loop().time()
