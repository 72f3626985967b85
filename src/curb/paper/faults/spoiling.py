"""What goes wrong in a row: fields that are not as they should be, quotes that no market has."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from curb.paper.clock import stamp
from curb.paper.contracts import Contract
from curb.paper.faults.faults import Chance, Faults

Row = dict[str, Any]

# Numbers that no enumeration has.
_ODD = 99
_ENUMS = ("type", "side", "status")
_JUMP = Decimal("1.2")


def row(faults: Faults, found: Row, *places: str) -> Row:
    """Return a row as a fault leaves it, itself where none does."""
    for knob, change in _CHANGES.items():
        chance = faults.chance(knob, *places)
        if chance:
            found = change(found, chance)
    return found


def trade(faults: Faults, found: Row, *places: str) -> Row:
    """Return a half-turn as a fault of the books leaves it."""
    if faults.chance("trade.null_pnl", *places):
        found = {key: value for key, value in found.items() if key != "profitAndLoss"}
    charged = faults.chance("trade.commissions", *places)
    if charged:
        found = found | {"commissions": Decimal(str(charged.number("dollars")))}
    return found


def quote(
    faults: Faults, contract: Contract, found: Row, at: datetime, others: list[str]
) -> tuple[str, Row] | None:
    """Return under which contract a quote goes out, and the quote, as a fault leaves them.

    `others` are the contracts that it could be taken for. None: it does not go out.
    """
    if faults.spell("md.freeze", contract.symbol):
        return None
    symbol, tick = contract.symbol, contract.tick_size
    told = contract.id
    last: Decimal = found.get("lastPrice") or found["bestBid"]
    odd = faults.chance("md.outlier", symbol)
    if odd:
        found = found | _nonsense(odd.word("what"), last)
    if faults.chance("md.crossed", symbol):
        found = found | {"bestBid": found["bestAsk"] + tick, "bestAsk": found["bestBid"]}
    if faults.chance("md.off_tick", symbol):
        found = found | {"lastPrice": last + tick / 3}
    stale = faults.chance("md.stale", symbol)
    if stale:
        then = stamp(at - timedelta(seconds=stale.number("seconds")), 3)
        found = found | {"lastUpdated": then, "timestamp": then}
    sparse = faults.chance("md.sparse", symbol)
    if sparse:
        side = sparse.draws.choice(("bestBid", "bestAsk"))
        found = {key: value for key, value in found.items() if key != side}
    wrong = faults.chance("md.wrong_contract", symbol)
    if wrong and others:
        told = wrong.draws.choice(others)
    return told, found


def _nonsense(what: str, last: Decimal) -> Row:
    if what == "zero":
        return {"lastPrice": 0, "bestBid": 0, "bestAsk": 0}
    if what == "negative":
        return {"lastPrice": -last}
    if what == "text":
        return {"lastPrice": "NaN"}
    return {"lastPrice": (last * _JUMP).quantize(last)}


def _unknown_enum(found: Row, _: Chance) -> Row:
    return {key: _ODD if key in _ENUMS else value for key, value in found.items()}


def _null_field(found: Row, chance: Chance) -> Row:
    return found | {chance.draws.choice(sorted(found)): None}


def _drop_field(found: Row, chance: Chance) -> Row:
    gone = chance.draws.choice(sorted(found))
    return {key: value for key, value in found.items() if key != gone}


def _extra_field(found: Row, _: Chance) -> Row:
    return found | {"newlyAdded": {"of": ["nothing", 1, None]}}


def _wrong_type(found: Row, chance: Chance) -> Row:
    numbers = sorted(key for key, value in found.items() if isinstance(value, int | Decimal))
    return found | {chance.draws.choice(numbers): "a lot"} if numbers else found


_CHANGES: dict[str, Callable[[Row, Chance], Row]] = {
    "schema.unknown_enum": _unknown_enum,
    "schema.null_field": _null_field,
    "schema.drop_field": _drop_field,
    "schema.extra_field": _extra_field,
    "schema.wrong_type": _wrong_type,
}
