"""What a read over REST was the first to show, although the user hub was up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from curb.domain.book import Fill, Order, Position

Kind = Literal["position", "order", "fill"]


@dataclass(frozen=True, slots=True)
class Untold:
    """A position, by its contract, an order or a fill, by its number."""

    kind: Kind
    key: str
    contract_id: str
    words: str  # what REST says of it: "+2", "gone", "3 left"


def untold(
    positions: tuple[Mapping[str, Position], Mapping[str, Position]],
    orders: tuple[Mapping[int, Order], Mapping[int, Order]],
    fills: Iterable[Fill],
) -> tuple[Untold, ...]:
    """Return what is of another size after a read than before it, and the fills it brought.

    A price that differs is no news: an average is rounded, and a trailing stop moves by itself.
    """
    return (*_positions(*positions), *_orders(*orders), *map(_fill, fills))


def _positions(before: Mapping[str, Position], after: Mapping[str, Position]) -> Iterator[Untold]:
    for contract_id in sorted(before.keys() | after.keys()):
        was, now = before.get(contract_id), after.get(contract_id)
        size = now.size if now else 0
        if size != (was.size if was else 0):
            yield Untold("position", contract_id, contract_id, f"{size:+d}" if size else "flat")


def _orders(before: Mapping[int, Order], after: Mapping[int, Order]) -> Iterator[Untold]:
    for number, was in before.items():
        now = after.get(number)
        if now is None:
            yield Untold("order", str(number), was.contract_id, f"order {number} gone")
        elif now.remaining != was.remaining:
            words = f"order {number} with {now.remaining} left"
            yield Untold("order", str(number), was.contract_id, words)
    for number, now in after.items():
        if number not in before:
            yield Untold("order", str(number), now.contract_id, f"order {number}")


def _fill(fill: Fill) -> Untold:
    return Untold("fill", str(fill.id), fill.contract_id, f"fill {fill.id}")
