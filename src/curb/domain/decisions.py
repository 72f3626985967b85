"""What a rule may answer: values, never deeds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from curb.domain.audit import Act
from curb.domain.book import Side
from curb.domain.locks import Grace, Lock


@dataclass(frozen=True, slots=True)
class Target:
    """How much of a contract's position may remain: `keep` is signed, 0 closes it."""

    contract_id: str
    keep: int = 0


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit is broken. `reason` is a sentence with both numbers in it.

    `everything` closes all positions and cancels all orders; else `targets` says what is
    closed. `lock` is set in any case. `numbers` go to the audit as they are.
    """

    rule: str
    act: Act
    reason: str
    symbol: str | None = None
    targets: tuple[Target, ...] = ()
    everything: bool = False
    lock: Lock | None = None
    numbers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartGrace:
    """A grace period begins for a contract."""

    rule: str
    contract_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class StopGrace:
    """A grace period that runs is over, or has lost its cause."""

    grace: Grace


@dataclass(frozen=True, slots=True)
class Reread:
    """Before deciding, the rule wants to see positions and orders as REST has them."""

    rule: str


@dataclass(frozen=True, slots=True)
class Warn:
    """Something the trader has to know, told once while it stays so; nothing is done."""

    rule: str
    reason: str
    symbol: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """The condition that held a lock of the rule is over. `symbol` None: the account's."""

    rule: str
    symbol: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class StopMove:
    """A protective stop has to stand elsewhere, or for another size.

    `order_id` is the stop to change, None places one; `size` is what it has to close then,
    0 takes it away, None leaves it. `reason` is a sentence with both numbers in it.
    """

    rule: str
    contract_id: str
    side: Side
    size: int | None
    price: Decimal
    order_id: int | None
    reason: str
    symbol: str | None = None
    numbers: dict[str, Any] = field(default_factory=dict)


# What says that a limit is broken, or something beside it is.
BROKEN = (Breach, StopMove, Warn)

Decision = Breach | StopMove | StartGrace | StopGrace | Reread | Warn

Figure = Decimal | int | str


def measured(
    what: str, value: Figure, sign: str, limit: Figure, keys: Mapping[str, Any], **inputs: Any
) -> dict[str, Any]:
    """Return the numbers of a decision: both sides of the comparison and who set them.

    "contracts open", 6, ">", 5 reads as it was reckoned. `keys` are those of the rule that
    decided, as its table has them, with their values; `inputs` what else the rule looked at.
    """
    figures = _plain({"what": what, "value": value, "sign": sign, "limit": limit})
    return figures | {"keys": _plain(keys)} | inputs


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, Decimal) else v for name, v in values.items()}
