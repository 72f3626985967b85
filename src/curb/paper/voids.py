"""Taking a half-turn back: what it and those after it were worth without it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from curb.paper import ledger
from curb.paper.contracts import Contract
from curb.paper.ledger import Position
from curb.paper.trades import Trade
from curb.wire.codes import OrderSide


@dataclass(frozen=True, slots=True)
class Correction:
    """The half-turns that read otherwise now, the position, and what the balance gains."""

    trades: tuple[Trade, ...]
    position: Position | None
    gain: Decimal


def void(
    contract: Contract,
    kept: Iterable[Trade],
    gone: Trade,
    position: Position | None,
    new_id: int,
) -> Correction | None:
    """Return the account of one contract as if `gone` had never happened.

    A later half-turn that closed what `gone` opened did something else then; its result is
    restated. None where the position is older than the half-turns that are kept.
    """
    standing = [each for each in kept if each.contract_id == contract.id and not each.is_voided]
    if sum(_signed(each) for each in standing) != (position.net if position else 0):
        return None
    voided = replace(gone, is_voided=True)
    after: Position | None = None
    changed = [voided]
    for trade in standing:
        if trade.id == gone.id:
            continue
        done = ledger.apply(
            contract, after, _signed(trade), trade.price, at=trade.at, new_id=new_id
        )
        after = done.position
        pnl = next((half.pnl for half in done.halves if half.pnl is not None), None)
        if pnl != trade.pnl:
            changed.append(replace(trade, pnl=pnl))
    if after and position and (after.net > 0) == (position.net > 0):
        after = replace(after, id=position.id)
    before = {each.id: each for each in standing}
    gain = sum((_worth(each) - _worth(before[each.id]) for each in changed), Decimal(0))
    return Correction(tuple(changed), after, gain)


def _signed(trade: Trade) -> int:
    return trade.size if trade.side == OrderSide.BID else -trade.size


def _worth(trade: Trade) -> Decimal:
    return Decimal(0) if trade.is_voided else (trade.pnl or Decimal(0)) - trade.fees
