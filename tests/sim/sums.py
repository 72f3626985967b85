"""What a day's fills come to, reckoned again in other ways (N2, N4)."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from curb.domain.book import Fill
from curb.paper import ledger
from curb.paper.contracts import Contract
from tests.scene import NOON
from tests.sim.holding import hold, state_of

if TYPE_CHECKING:
    from tests.sim.day import Day

_NEAR = Fraction(1, 1_000)  # what averages of many fills lose, which the venue tells rounded


def n2_makes_the_same_by_fifo_and_by_average(day: Day) -> None:
    """Realized and open together are the same, whichever lots a close is taken from."""
    if day.broker.fired["contract.mutate"] or day.broker.fired["trade.null_pnl"]:
        return  # the venue's own figures are of two kinds then
    state = state_of(day)
    fills, today = state.trades.valid(), state.day(day.now)
    if not fills or any(state.day(fill.at) != today for fill in fills):
        return
    by_lots = Fraction(0)
    for cid in {fill.contract_id for fill in fills}:
        mark = state.market.quotes.mark(cid)
        if mark is None or cid not in day.broker.contracts:
            return
        mine = [fill for fill in fills if fill.contract_id == cid]
        by_lots += _fifo(mine, mark, day.broker.contracts[cid])
    opened, is_whole = state.open_pnl()
    if opened is None or not is_whole:
        return
    day.judge.count("N2")
    by_average = Fraction(state.pnl.realized(today, "gross")) + Fraction(opened)
    hold("N2", abs(by_lots - by_average) < _NEAR, float(by_lots), "and", float(by_average))


def _fifo(fills: list[Fill], mark: Decimal, contract: Contract) -> Fraction:
    """Return what the fills of a contract made and what is open makes, oldest lots first."""
    lots: deque[tuple[int, Decimal]] = deque()
    points = Fraction(0)
    for fill in fills:
        left = fill.signed
        while left and lots and lots[0][0] * left < 0:
            size, price = lots.popleft()
            closed = min(abs(left), abs(size))
            sign = 1 if size > 0 else -1
            points += Fraction(fill.price - price) * closed * sign
            left += closed * sign
            if abs(size) > closed:
                lots.appendleft((size - closed * sign, price))
        if left:
            lots.append((left, fill.price))
    points += sum(Fraction(mark - price) * size for size, price in lots)
    return points * Fraction(contract.tick_value) / Fraction(contract.tick_size)


def n4_makes_the_same_in_parts(day: Day) -> None:
    """A fill in parts at one price makes what it makes whole, and costs as much."""
    for cid, contract in day.broker.contracts.items():
        mine = [t for t in day.broker.trades() if t.contract_id == cid and not t.is_voided]
        if not mine:
            continue
        day.judge.count("N4")
        steps = [(t.size if t.side == 0 else -t.size, t.price) for t in mine]
        ones = [(1 if n > 0 else -1, price) for n, price in steps for _ in range(abs(n))]
        hold("N4", _made(contract, steps) == _made(contract, ones), cid, steps)


def _made(
    contract: Contract, steps: list[tuple[int, Decimal]]
) -> tuple[int, Fraction, Decimal, Decimal]:
    held: ledger.Position | None = None
    pnl, fees = Decimal(0), Decimal(0)
    for signed, price in steps:
        done = ledger.apply(contract, held, signed, price, at=NOON, new_id=1)
        held = done.position
        pnl += sum((half.pnl or Decimal(0) for half in done.halves), Decimal(0))
        fees += sum((half.fees for half in done.halves), Decimal(0))
    net, cost = (held.net, held.cost) if held else (0, Fraction(0))
    return net, cost, round(pnl, 4), fees
