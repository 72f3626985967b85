"""Request bodies of the REST endpoints: required and optional fields, exact numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic.alias_generators import to_camel

from curb.wire import exact

# The venue's pages hold less than this whatever is asked for.
PAGE_MAX = 1_000

Price = Annotated[Decimal, Field(max_digits=20, decimal_places=12)]


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


Stamp = Annotated[datetime, AfterValidator(_aware)]

Shape = TypeVar("Shape", bound="Body")


class Body(BaseModel):
    """A request's body; names of fields ignore case, unknown ones are ignored."""

    model_config = ConfigDict(frozen=True, alias_generator=lambda name: name.replace("_", ""))


class Empty(Body):
    """Nothing is asked."""


class LoginKey(Body):
    """Who logs in."""

    user_name: str
    api_key: SecretStr


class LoginApp(Body):
    """Who logs in as a user of an application."""

    user_name: str
    password: SecretStr
    device_id: str
    app_id: str
    verify_key: SecretStr


class AccountSearch(Body):
    """Which accounts."""

    only_active_accounts: bool


class ContractSearch(Body):
    """Which contracts, by a part of name or description."""

    search_text: str | None = None
    live: bool


class ContractById(Body):
    """Which contract."""

    contract_id: str


class ContractAvailable(Body):
    """Which subscription's contracts."""

    live: bool


class RetrieveBars(Body):
    """Which bars of which contract."""

    contract_id: str
    live: bool
    start_time: Stamp
    end_time: Stamp
    unit: int
    unit_number: int
    limit: int
    include_partial_bar: bool


class OfAccount(Body):
    """A question about one account."""

    account_id: int


class Exit(Body):
    """A bracket of a new order: signed ticks from its fill, and the type of the exit."""

    ticks: int
    type: int


class OrderPlace(OfAccount):
    """A new order."""

    contract_id: str
    type: int
    side: int
    size: int
    limit_price: Price | None = None
    stop_price: Price | None = None
    trail_price: Price | None = None
    custom_tag: Annotated[str, Field(max_length=256)] | None = None
    stop_loss_bracket: Exit | None = None
    take_profit_bracket: Exit | None = None


class OrderById(OfAccount):
    """One order."""

    order_id: int


class OrderModify(OrderById):
    """What to change about an order; null leaves it."""

    size: int | None = None
    limit_price: Price | None = None
    stop_price: Price | None = None
    trail_price: Price | None = None


class Since(OfAccount):
    """A time window."""

    start_timestamp: Stamp
    end_timestamp: Stamp | None = None


class TradeSince(OfAccount):
    """A time window whose start may be left out."""

    start_timestamp: Stamp | None = None
    end_timestamp: Stamp | None = None


class OrderFilter(OfAccount):
    """Which orders."""

    statuses: tuple[int, ...] | None = None
    contract_id: str | None = None
    created_after: Stamp | None = None
    created_before: Stamp | None = None


class OrderQuery(Body):
    """Which orders, and which page of them; pages are counted from 0."""

    filter: OrderFilter
    page_size: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 100
    page_offset: Annotated[int, Field(ge=0)] = 0
    sort_by: Annotated[int, Field(ge=0, le=1)] = 0
    sort_direction: Annotated[int, Field(ge=0, le=1)] = 0
    include_total_count: bool = False


class OfContract(OfAccount):
    """A position, by its contract."""

    contract_id: str


class PartialClose(OfContract):
    """How much of a position."""

    size: int


def spelled(name: int | str) -> str:
    """Return a field's name as the venue spells it; a place in a list as it is."""
    return _SPELLED.get(str(name), str(name))


def lowered(value: Any) -> Any:
    """Return JSON with the names of its objects in lower case."""
    if isinstance(value, dict):
        return {name.lower(): lowered(inner) for name, inner in value.items()}
    return value


def parse(shape: type[Shape], raw: bytes) -> Shape:
    """Return the body; raises ValueError where it is no JSON or lacks what it needs."""
    return shape.model_validate(lowered(exact.loads(raw or b"{}")))


def _shapes(shape: type[Body]) -> Iterator[type[Body]]:
    yield shape
    for each in shape.__subclasses__():
        yield from _shapes(each)


_SPELLED = {
    name.replace("_", ""): to_camel(name) for shape in _shapes(Body) for name in shape.model_fields
}
