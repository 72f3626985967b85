"""What the venue's own record tells: how long positions were open, how many requests came."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Row = dict[str, Any]

_MINUTE_S = 60.0
_TOO_MANY = 429


@dataclass(frozen=True)
class Span:
    """A contract that was not flat, from its first fill to the flat after it."""

    contract: str
    since: datetime
    until: datetime | None  # None: it still is not

    @property
    def seconds(self) -> float:
        """How long it was open; for ever where it is."""
        return (self.until - self.since).total_seconds() if self.until else float("inf")


def spans(record: Iterable[Row]) -> list[Span]:
    """Return when each contract was open, in the order in which they were closed."""
    since: dict[str, datetime] = {}
    found = []
    for row in record:
        if row["kind"] == "fill" and row["net_after"]:
            since.setdefault(row["contract_id"], at(row))
        elif row["kind"] == "flat" and row["contract_id"] in since:
            opened = since.pop(row["contract_id"])
            found.append(Span(row["contract_id"], opened, at(row)))
    return [*found, *(Span(contract, opened, None) for contract, opened in since.items())]


def busiest(record: Iterable[Row]) -> int:
    """Return the most requests that came within any 60 seconds."""
    window: deque[datetime] = deque()
    most = 0
    # A request is written down when it is answered, and stands at its arrival.
    for moment in sorted(at(row) for row in requests(record)):
        window.append(moment)
        while (window[-1] - window[0]).total_seconds() >= _MINUTE_S:
            window.popleft()
        most = max(most, len(window))
    return most


def turned_away(record: Iterable[Row]) -> int:
    """Return how many requests were too many for the gateway."""
    return sum(row.get("status") == _TOO_MANY for row in requests(record))


def requests(record: Iterable[Row], end: str = "") -> list[Row]:
    """Return the REST requests whose path ends so."""
    asked = [row for row in record if row["kind"] == "request" and "path" in row]
    return [row for row in asked if row["path"].startswith("/api/") and row["path"].endswith(end)]


def at(row: Row) -> datetime:
    """Return a row's venue time."""
    return datetime.fromisoformat(row["at"])


def share(values: list[float], part: float) -> float:
    """Return the value below which so large a part of them lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)] if ordered else 0.0
