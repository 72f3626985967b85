"""A calm trader: one contract, a stop at once, a few trades an hour, done after a bad day."""

import random
from collections.abc import Sequence
from decimal import Decimal

from curb.paper.desk import Enter, Intent, Protect, View, Withdraw

_SYMBOLS = ("MES", "MNQ")

# Two early trades so that there is something to see, then at most eight an hour.
_SECOND_AFTER_S = 40.0
_PAUSE_S = 450.0

# He goes home below this; one more stop still keeps him away from a usual daily limit.
_ENOUGH = Decimal(-200)

_STOP_TICKS = {"MES": 40, "MNQ": 80, "ES": 12, "NQ": 30}
_STOP_TICKS_ELSEWHERE = 12


class Calm:
    """Always protected, never hurried."""

    def __init__(self, seed: int, symbol: str | None = None) -> None:
        self._chance = random.Random(f"{seed} calm")  # noqa: S311 - a game of chance, no secret
        self._symbols = (symbol,) if symbol else _SYMBOLS
        self.first_s = self._chance.uniform(1.5, 3.0)
        self._entries = 0
        self._next_entry_s = 0.0
        self._leave_at_s = 0.0

    def act(self, view: View, at_s: float) -> tuple[Sequence[Intent], float]:
        """Return what he does now, and after how many seconds he looks again."""
        pause_s = self._chance.uniform(2.0, 4.0)
        for symbol in self._symbols:
            net = view.nets.get(symbol, 0)
            if net and (at_s >= self._leave_at_s or not view.has_stop(symbol)):
                return [Enter(symbol, -net, "the plan's time is up"), Withdraw(symbol)], pause_s
            if not net and view.has_orders(symbol):
                return [Withdraw(symbol)], pause_s
        if view.nets or at_s < self._next_entry_s or view.result < _ENOUGH:
            return [], pause_s
        return self._enter(at_s), pause_s

    def _enter(self, at_s: float) -> list[Intent]:
        symbol = self._chance.choice(self._symbols)
        size = self._chance.choice((1, -1))
        self._entries += 1
        self._next_entry_s = at_s + (_SECOND_AFTER_S if self._entries == 1 else _PAUSE_S)
        self._leave_at_s = at_s + self._chance.uniform(25.0, 240.0)
        ticks = _STOP_TICKS.get(symbol, _STOP_TICKS_ELSEWHERE)
        return [Enter(symbol, size, "as planned"), Protect(symbol, -size, ticks)]
