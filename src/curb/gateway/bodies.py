"""The gateway's records as pydantic models, for REST and hubs alike.

What identifies a record is required; everything else may be absent, null or unreadable, and
is None then. Prices and money come as the `Decimal` that `curb.wire.exact` read.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar, cast

import msgspec
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

from curb.domain.text import safe_text
from curb.gateway.counters import Counters
from curb.gateway.plain import Plain, PlainOrder, PlainPosition, PlainTrade
from curb.gateway.sanity import COUNT, INT64, sane, utc


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("expected a number, found a truth value")  # noqa: TRY004 - pydantic's way
    # Before it becomes an int: 1e999999 would have a million digits.
    return sane(value) if isinstance(value, Decimal) else value


def _printable(text: str) -> str:
    if safe_text(text) != text:
        raise ValueError("expected a short, printable identifier")
    return text


def _soft(value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    if value is None:
        return None
    try:
        return handler(value)
    except ValidationError:
        if isinstance(info.context, Counters):
            info.context.malform(f"field {info.field_name}")
        return None


T = TypeVar("T")

Whole = Annotated[int, BeforeValidator(_whole), Field(gt=-INT64, lt=INT64)]
Count = Annotated[int, BeforeValidator(_whole), Field(gt=-COUNT, lt=COUNT)]
Amount = Annotated[Decimal, AfterValidator(sane)]
Moment = Annotated[datetime, AfterValidator(utc)]
Name = Annotated[str, Field(min_length=1), AfterValidator(_printable)]
Soft = Annotated[T | None, WrapValidator(_soft)]


class Row(BaseModel):
    """A record of the gateway."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


class AccountRow(Row):
    """Of Account/search and GatewayUserAccount."""

    id: Whole
    name: Soft[str] = None
    balance: Soft[Amount] = None
    can_trade: Soft[bool] = None
    simulated: Soft[bool] = None


class ContractRow(Row):
    """Of the contract searches."""

    id: Name
    name: str
    tick_size: Annotated[Amount, Field(gt=0)]
    tick_value: Annotated[Amount, Field(gt=0)]
    description: Soft[str] = None
    symbol_id: Soft[str] = None


class PositionRow(Row):
    """Of Position/searchOpen and GatewayUserPosition. `size` has no sign."""

    account_id: Whole
    contract_id: Name
    size: Count
    type: Soft[Whole] = None
    id: Soft[Whole] = None
    average_price: Soft[Amount] = None
    creation_timestamp: Soft[Moment] = None


class OrderRow(Row):
    """Of the order searches and GatewayUserOrder."""

    id: Whole
    account_id: Whole
    contract_id: Name
    side: Whole
    size: Count
    type: Soft[Whole] = None
    status: Soft[Whole] = None
    fill_volume: Soft[Count] = None
    limit_price: Soft[Amount] = None
    stop_price: Soft[Amount] = None
    trail_price: Soft[Amount] = None
    filled_price: Soft[Amount] = None
    creation_timestamp: Soft[Moment] = None
    update_timestamp: Soft[Moment] = None
    custom_tag: Soft[str] = None
    parent_order_id: Soft[Whole] = None


class TradeRow(Row):
    """Of Trade/search and GatewayUserTrade. A fill without a time belongs to no day."""

    id: Whole
    account_id: Whole
    contract_id: Name
    order_id: Whole
    side: Whole
    size: Annotated[Count, Field(gt=0)]
    price: Amount
    creation_timestamp: Moment
    profit_and_loss: Soft[Amount] = None
    fees: Soft[Amount] = None
    commissions: Soft[Amount] = None
    voided: Soft[bool] = None


R = TypeVar("R", bound=Row)

_PLAIN: dict[type[Row], type[Plain]] = {
    PositionRow: PlainPosition,
    OrderRow: PlainOrder,
    TradeRow: PlainTrade,
}


def read_row(model: type[R], record: Any, counters: Counters) -> R | None:
    """Return the record as `model`, None where it lacks what it needs: counted, not raised.

    A record in its usual shape is read at once: what comes back has the model's fields, but is
    no instance of it.
    """
    plain = _PLAIN.get(model)
    if plain is not None:
        try:
            return cast(R, msgspec.convert(record, plain))
        except ValueError:
            pass  # half a surrogate pair is no ValidationError
    try:
        return model.model_validate(record, context=counters)
    except ValidationError:
        counters.drop(model.__name__)
        return None
