"""A trader on tilt: over-trades, forgets stops, doubles up after a loss, comes right back."""

import random
from collections.abc import Sequence

from curb.paper.desk import Aim, Enter, Intent, Protect, View, Withdraw

_SYMBOLS = ("ES", "NQ", "MES", "MNQ")

# What even he would not dare.
_SIZE_MAX = 9

# How long he stares at a first position without a stop, hoping.
_HOPE_S = 13.0

# How often he takes the target away again.
_FICKLE = 0.3

# How often, when flat, he bets again at the next look.
_RESTLESS = 0.85


class Tilt:
    """His first half minute is always the same story; then he is ruled by his losses."""

    def __init__(self, seed: int, symbol: str | None = None) -> None:
        self._chance = random.Random(f"{seed} tilt")  # noqa: S311 - a game of chance, no secret
        self._symbols = (symbol,) if symbol else _SYMBOLS
        self.first_s = self._chance.uniform(1.0, 2.5)
        self._side = self._chance.choice((1, -1))
        self._story = 0
        self._hoped_until_s = 0.0

    def act(self, view: View, at_s: float) -> tuple[Sequence[Intent], float]:
        """Return what he does now, and after how many seconds he looks again."""
        pause_s = self._chance.uniform(1.2, 3.8)
        if self._story == 0:
            self._story = 1
            self._hoped_until_s = at_s + _HOPE_S
            return [Enter(self._symbols[-1], self._side, "a small one to begin with")], pause_s
        if at_s < self._hoped_until_s:
            return self._hope(view), pause_s
        if self._story <= len(_STORY):
            return [self._next_chapter()], min(pause_s, 3.0)
        return self._rage(view), pause_s

    def _next_chapter(self) -> Enter:
        index, size, why = _STORY[self._story - 1]
        self._story += 1
        return Enter(self._symbols[index % len(self._symbols)], size * self._side, why)

    def _hope(self, view: View) -> list[Intent]:
        """Return a dreamed-of target for the naked position, now and then another one."""
        symbol = self._symbols[-1]
        net = view.nets.get(symbol, 0)
        if not net:
            return []
        if view.has_orders(symbol):
            return [Withdraw(symbol)] if self._chance.random() < _FICKLE else []
        return [Aim(symbol, -net, self._chance.randint(60, 120))]

    def _rage(self, view: View) -> list[Intent]:
        """Return what his temper says: mostly a new bet, rarely a stop."""
        if not view.nets:
            return [self._again(view)] if self._chance.random() < _RESTLESS else []
        symbol = self._chance.choice(sorted(view.nets))
        net = view.nets[symbol]
        moods: dict[str, int] = {"double": 7, "out": 5, "stop": 2, "again": 3, "stare": 3}
        mood = self._chance.choices(list(moods), list(moods.values()))[0]
        if mood == "double" and abs(net) <= _SIZE_MAX:
            return [Enter(symbol, net, "it has to come back")]
        if mood == "out":
            return [Withdraw(symbol), Enter(symbol, -net, "out, disgusted")]
        if mood == "stop" and not view.has_stop(symbol):
            return [Protect(symbol, -net, self._chance.randint(10, 40))]
        return [self._again(view)] if mood == "again" else []

    def _again(self, view: View) -> Enter:
        """Return the next bet: the deeper the hole, the larger."""
        hole = -int(view.result)
        size = 1 + self._chance.randint(0, 2) + max(0, hole) // 100
        why = "make it back" if hole > 0 else "this one is clear"
        signed = min(size, _SIZE_MAX) * self._chance.choice((1, -1))
        return Enter(self._chance.choice(self._symbols), signed, why)


# Which of his symbols, how much, and what he tells himself. An entry above the limit of a
# symbol, one above that of an account, and one too many within a minute.
_STORY = (
    (0, 4, "this is the move"),
    (2, 7, "make it back in one"),
    (3, 3, "and again"),
    (0, 2, "cannot stop now"),
)
