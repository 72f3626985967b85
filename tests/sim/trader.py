"""A trader without restraint and the market that he trades in, drawn from a day's chance."""

from functools import partial

from curb.domain.book import OrderType, Side
from curb.domain.events import FlattenAsked, SelfLockAsked
from tests.scene import ACCOUNT, contract_id
from tests.sim.day import Day
from tests.sim.venue import terms

_CIDS = [contract_id(name) for name in ("ES", "MES", "MNQ")]


class Trader:
    """Acts until he is told to rest; the market goes on, but stands still then."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._rng = day.rng
        self._rests = False
        day.later(500, self._acts, outlives=True)
        day.later(100, self._moves, outlives=True)

    def rest(self) -> None:
        """Do nothing more."""
        self._rests = True

    def _acts(self) -> None:
        if self._rests:
            return
        deed = self._rng.choices(
            (self._trades, self._places, self._cancels, self._rushes, self._voids, self._asks),
            (40, 25, 15, 10, 4, 6),
        )[0]
        self._day.disturb()
        # A deed may end the process, so the next one is planned before.
        pause_ms = self._rng.choice((50, 300, 1_000, 4_000, 25_000))
        self._day.later(pause_ms, self._acts, outlives=True)
        if self._rng.random() < self._day.faults.link_drops:
            self._day.later(self._rng.randrange(500), self._day.drop_link)
        if self._rng.random() < self._day.faults.outage:
            self._day.later(self._rng.randrange(500), self._day.drop_all)
        deed()

    def _trades(self) -> None:
        size = self._rng.choice((-3, -2, -1, 1, 2, 3))
        self._day.venue.trade(self._rng.choice(_CIDS), size)

    def _places(self) -> None:
        cid, venue = self._rng.choice(_CIDS), self._day.venue
        kind = self._rng.choice((OrderType.STOP, OrderType.LIMIT))
        side = self._rng.choice((Side.BUY, Side.SELL))
        # Away from the market: a stop beyond it, a limit on the near side.
        away = self._rng.randrange(1, 40) * (1 if kind is OrderType.STOP else -1)
        price = venue.prices[cid] + side.value * away * terms(cid).tick_size
        venue.place(cid, side, kind, self._rng.randrange(1, 4), price)

    def _cancels(self) -> None:
        if ids := sorted(self._day.venue.orders):
            self._day.venue.cancel(self._rng.choice(ids))

    def _rushes(self) -> None:
        """Let the market run, far and at once."""
        self._move(self._rng.choice(_CIDS), self._rng.randrange(-80, 81))

    def _voids(self) -> None:
        fills = self._day.venue.fills
        if ids := sorted(i for i, fill in fills.items() if not fill.is_voided):
            self._day.venue.void(self._rng.choice(ids[-3:]))

    def _asks(self) -> None:
        if self._day.is_dead:
            return
        symbol = self._rng.choice((None, "ES"))
        seconds = self._rng.choice((20, 300, None))
        asked = self._rng.choice(
            (FlattenAsked(ACCOUNT.id, symbol), SelfLockAsked(ACCOUNT.id, seconds, symbol))
        )
        # In the order of things: the venue's words so far come first.
        self._day.later(0, partial(self._day.tell, asked))

    def _moves(self) -> None:
        ticks = 0 if self._rests else self._rng.randrange(-4, 5)
        self._move(self._rng.choice(_CIDS), ticks)
        self._day.later(self._rng.randrange(100, 900), self._moves, outlives=True)

    def _move(self, cid: str, ticks: int) -> None:
        venue = self._day.venue
        venue.move(cid, venue.prices[cid] + ticks * terms(cid).tick_size)
