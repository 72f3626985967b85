"""Drives the floor in real time: ticks when they are due, a trader when he looks."""

import asyncio
import time

from curb.paper.desk import Desk
from curb.paper.floor import Floor
from curb.paper.market import Market

# Quotes of one contract go out at most this often; a fill never waits for it.
_QUOTE_GAP_S = 0.01

# A market that stands still is quoted again after this.
_REFRESH_S = 1.0

# Ticks between two looks at the sockets; a fast replay must not starve them.
_BURST = 200


class Pump:
    """Plays the market and the trader, in the order of their time.

    The market starts when somebody comes to watch, so that the same seed shows the same
    market and a replay is not missed; the trader starts when the account is watched.
    """

    def __init__(self, floor: Floor, market: Market, desk: Desk | None, first_s: float) -> None:
        self._floor = floor
        self._market = market
        self._desk = desk
        self._first_s = first_s
        self._trader_at_s: float | None = None
        self._started = 0.0

    async def run(self) -> None:
        """Play until cancelled."""
        await self._floor.began.wait()
        self._started = time.monotonic()
        refresh_at_s = _REFRESH_S
        while True:
            now_s = time.monotonic() - self._started
            behind = self.play(now_s)
            if now_s >= refresh_at_s:
                refresh_at_s = now_s + _REFRESH_S
                self._floor.refresh()
            self._floor.quote()
            await asyncio.sleep(0 if behind else self._pause_s(now_s, refresh_at_s))

    def play(self, now_s: float) -> bool:
        """Do what is due after so many seconds, in order; return whether there is still more."""
        if self._desk and self._trader_at_s is None and self._floor.was_watched:
            self._trader_at_s = now_s + self._first_s
        for _ in range(_BURST):
            tick_at_s = self._market.next_at_s
            trader_at_s = self._trader_at_s
            if trader_at_s is not None and (tick_at_s is None or trader_at_s <= tick_at_s):
                if trader_at_s > now_s or self._desk is None:
                    return False
                self._trader_at_s = trader_at_s + self._desk.act(trader_at_s)
            elif tick_at_s is not None and tick_at_s <= now_s:
                self._tick()
            else:
                return False
        return True

    def _tick(self) -> None:
        tick = self._market.take()
        self._floor.move(tick.contract, tick.touch, tick.size, tick.side)
        while self._market.ended:
            over = self._market.ended.pop().contract
            self._floor.note(f"the replay of {over.symbol} ended; its last price stands")

    def _pause_s(self, now_s: float, refresh_at_s: float) -> float:
        due = (refresh_at_s, self._market.next_at_s, self._trader_at_s)
        return max(_QUOTE_GAP_S, min(at_s for at_s in due if at_s is not None) - now_s)
