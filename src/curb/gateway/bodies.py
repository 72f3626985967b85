"""The gateway's records as pydantic models, for REST and hubs alike.

What identifies a record is required; everything else may be absent, null or unreadable, and
is None then. Prices and money come as the `Decimal` that `curb.wire.exact` read.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

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

from curb.domain.text import MAX_CELLS, safe_text
from curb.gateway.counters import Counters

# Beyond any price or balance; larger exponents would cost arithmetic its sanity.
_MOST = Decimal(10) ** 12
_LEAST_DIGIT = -18

# .NET writes a time that was never set as the year 1.
_YEARS = range(2000, 2200)


def _whole(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("expected a number, found a truth value")  # noqa: TRY004 - pydantic's way
    # Before it becomes an int: 1e999999 would have a million digits.
    return _sane(value) if isinstance(value, Decimal) else value


def _sane(value: Decimal) -> Decimal:
    if not -_MOST < value < _MOST or (value and value.adjusted() < _LEAST_DIGIT):
        raise ValueError("expected a number of reasonable size")
    return value


def _printable(text: str) -> str:
    if safe_text(text) != text:
        raise ValueError("expected a short, printable identifier")
    return text


def _utc(at: datetime) -> datetime:
    if at.year not in _YEARS:
        raise ValueError("expected a time that was set")
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


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

_INT64 = 1 << 63

_COUNT = 1_000_000

# Of each pair the first is what the gateway sends as a rule, read without a call of Python:
# a breach waits for it. What it does not take, the second judges.
_PLAIN_FIRST = Field(union_mode="left_to_right")

Whole = Annotated[
    Annotated[int, Field(strict=True, gt=-_INT64, lt=_INT64)]
    | Annotated[int, BeforeValidator(_whole), Field(gt=-_INT64, lt=_INT64)],
    _PLAIN_FIRST,
]
Count = Annotated[
    Annotated[int, Field(strict=True, gt=-_COUNT, lt=_COUNT)]
    | Annotated[int, BeforeValidator(_whole), Field(gt=-_COUNT, lt=_COUNT)],
    _PLAIN_FIRST,
]
Amount = Annotated[Decimal, AfterValidator(_sane)]
Moment = Annotated[datetime, AfterValidator(_utc)]
Name = Annotated[
    Annotated[str, Field(strict=True, max_length=MAX_CELLS, pattern="^[ -~]+$")]
    | Annotated[str, Field(min_length=1), AfterValidator(_printable)],
    _PLAIN_FIRST,
]
Soft = Annotated[T | Annotated[T | None, WrapValidator(_soft)], _PLAIN_FIRST]


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


def read_row(model: type[R], record: Any, counters: Counters) -> R | None:
    """Return the record as `model`, None where it lacks what it needs: counted, not raised."""
    try:
        return model.model_validate(record, context=counters)
    except ValidationError:
        counters.drop(model.__name__)
        return None
