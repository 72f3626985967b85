"""The orders that the positions can stand in."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from curb.domain.snapshot import PositionView

Key = Callable[[PositionView], Decimal | None]

BY_NAME = ""


def in_order(positions: Sequence[PositionView], sort: str) -> tuple[PositionView, ...]:
    """Return positions by a column, what needs a look first; what is unknown comes last."""
    key = _KEYS.get(sort)
    if key is None:
        return tuple(positions)
    known = [(value, position) for position in positions if (value := key(position)) is not None]
    ranked = [position for _, position in sorted(known, key=lambda pair: pair[0])]
    return (*ranked, *(position for position in positions if key(position) is None))


def following(sort: str) -> str:
    """Return the order after `sort`; after the last one the first again."""
    names = (BY_NAME, *_KEYS)
    return names[(names.index(sort) + 1) % len(names)] if sort in names else BY_NAME


def _risk(position: PositionView) -> Decimal | None:
    # What no stop ends may lose any amount.
    is_bare = position.stop_word in ("none", "part", "passed")
    return Decimal("-Infinity") if is_bare else position.at_risk


def _opened(position: PositionView) -> Decimal | None:
    return None if position.opened_at is None else Decimal(int(position.opened_at.timestamp()))


def _nearness(position: PositionView) -> Decimal | None:
    """Return how far the mark is from the next price at which a rule fires, as a share of it."""
    if not position.mark:
        return None
    mark = position.mark
    return min((abs(fire.price - mark) / abs(mark) for fire in position.fires), default=None)


# By the titles of the columns: the worst, the biggest, the nearest, the oldest first.
_KEYS: dict[str, Key] = {
    "uP&L": lambda position: position.unrealized,
    "Qty/Max": lambda position: Decimal(-abs(position.size)),
    "To stop": _risk,
    "Fires at": _nearness,
    "Age": _opened,
}
