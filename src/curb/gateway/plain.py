"""The gateway's records in the shape that they have as a rule, read at once.

A breach waits for its record. What is not quite as expected is no error here: the model of
the same record in `curb.gateway.bodies` judges it then.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from curb.domain.text import MAX_CELLS
from curb.gateway.sanity import COUNT, INT64, sane, utc

_Whole = Annotated[int, Meta(ge=1 - INT64, le=INT64 - 1)]
_Count = Annotated[int, Meta(gt=-COUNT, lt=COUNT)]
_Some = Annotated[int, Meta(gt=0, lt=COUNT)]
_Name = Annotated[str, Meta(min_length=1, max_length=MAX_CELLS)]


class Plain(Struct, rename="camel"):
    """A record whose every field is as expected or absent; a time is a text until it is made."""

    amounts: ClassVar[tuple[str, ...]] = ()
    moments: ClassVar[tuple[str, ...]] = ()

    contract_id: _Name

    def __post_init__(self) -> None:
        """Make the texts times. Raises ValueError for what only the model can judge."""
        if not (self.contract_id.isascii() and self.contract_id.isprintable()):
            raise ValueError("expected a usual identifier")
        for name in self.amounts:
            amount = getattr(self, name)
            if amount is not None:
                sane(amount)
        for name in self.moments:
            text = getattr(self, name)
            if text is not None:
                setattr(self, name, _moment(text))


class PlainPosition(Plain):
    """Of GatewayUserPosition and Position/searchOpen."""

    amounts = ("average_price",)
    moments = ("creation_timestamp",)

    account_id: _Whole
    size: _Count
    type: _Whole | None = None
    id: _Whole | None = None
    average_price: Decimal | None = None
    creation_timestamp: str | None = None


class PlainOrder(Plain):
    """Of GatewayUserOrder and the order searches."""

    amounts = ("limit_price", "stop_price", "trail_price", "filled_price")
    moments = ("creation_timestamp", "update_timestamp")

    id: _Whole
    account_id: _Whole
    side: _Whole
    size: _Count
    type: _Whole | None = None
    status: _Whole | None = None
    fill_volume: _Count | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    filled_price: Decimal | None = None
    creation_timestamp: str | None = None
    update_timestamp: str | None = None
    custom_tag: str | None = None
    parent_order_id: _Whole | None = None


class PlainTrade(Plain):
    """Of GatewayUserTrade and Trade/search."""

    amounts = ("price", "profit_and_loss", "fees", "commissions")
    moments = ("creation_timestamp",)

    id: _Whole
    account_id: _Whole
    order_id: _Whole
    side: _Whole
    size: _Some
    price: Decimal
    creation_timestamp: str
    profit_and_loss: Decimal | None = None
    fees: Decimal | None = None
    commissions: Decimal | None = None
    voided: bool | None = None


def _moment(text: str) -> datetime:
    # The library takes a bare date, an hour or a week for a time, too.
    if text[4:17:3] != "--T::":
        raise ValueError("expected a time as the gateway writes it")
    return utc(datetime.fromisoformat(text))
