"""Generated prices: a seeded random walk whose volatility and pace come in waves."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from curb.paper.contracts import Contract
from curb.paper.orders import Touch
from curb.wire.codes import TradeLogType

# How long a lively or a quiet spell lasts, and how far it goes: about half to double.
_HEAT_KEPT = 0.995
_HEAT_SHOCK = 0.04

# Share of moments at which somebody trades; the rest only move the touch.
_TRADED = 0.45


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment of a market: `at_s` seconds after its start, a touch, and perhaps a trade."""

    at_s: float
    contract: Contract
    touch: Touch
    size: int = 0  # 0: nothing traded
    side: TradeLogType = TradeLogType.BUY


def generated(contract: Contract, seed: int) -> Iterator[Tick]:
    """Yield the contract's market for ever; the same seed gives the same market.

    The walk runs in fractions of a tick; every price that leaves it is a whole number of ticks.
    """
    chance = random.Random(f"{seed} prices {contract.symbol}")  # noqa: S311 - a game of chance, no secret
    usual = contract.minute_ticks / math.sqrt(60 * contract.rate)
    place = contract.ticks(contract.start) + 0.5
    touch = Touch(contract.start, contract.start + contract.tick_size, contract.start)
    heat = at_s = 0.0
    while True:
        heat = _HEAT_KEPT * heat + chance.gauss(0, _HEAT_SHOCK)
        at_s += chance.expovariate(contract.rate * math.exp(heat))
        place = max(place + chance.gauss(0, usual * math.exp(heat)), 2.0)
        bid = math.floor(place)
        size, side, last = 0, TradeLogType.BUY, touch.last
        if chance.random() < _TRADED:
            side = chance.choice((TradeLogType.BUY, TradeLogType.SELL))
            size = 1 + int(chance.expovariate(0.5))
            last = contract.price(bid + (side == TradeLogType.BUY))
        touch = Touch(contract.price(bid), contract.price(bid + 1), last)
        yield Tick(at_s, contract, touch, size, side)
