"""The orders with which Curb takes a position down where closing it is turned down."""

from datetime import datetime

from curb.domain.book import Order

_TAG = "curb-close-"


def new_tag(now: datetime, request_id: int) -> str:
    """Return the name of a new order; an account never sees the same one twice."""
    return f"{_TAG}{now:%Y%m%dT%H%M%S%f}-{request_id}"


def is_offset(order: Order) -> bool:
    """Tell whether Curb placed the order against a position: its name says so."""
    return order.tag is not None and order.tag.startswith(_TAG)
