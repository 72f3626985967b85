"""Holds what Curb printed against what the paper gateway recorded by itself."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

CLOSING = {"close_position", "reduce_position", "flatten"}
_PATHS = {
    "closeContract": "/api/Position/closeContract",
    "partialCloseContract": "/api/Position/partialCloseContract",
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Proof:
    """One close as the paper gateway saw it, in its own times; a partial one ends not flat."""

    rule: str
    breach: datetime | None
    request: datetime
    fill: datetime
    flat: datetime | None


def read(path: Path) -> list[Row]:
    """Return the rows of a JSON-lines file; a last line that is still being written is left."""
    rows = []
    for line in path.read_text().splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def proofs(audit: list[Row], record: list[Row]) -> list[Proof]:
    """Return a proof for every printed close; raises AssertionError where one is missing."""
    found = []
    for row in audit:
        if row["action"] in CLOSING and row["success"]:
            notes = row["details"]["requests"]
            sent = (n for n in notes if n["request"] in _PATHS and n["outcome"] == "done")
            found += [_proof(row, note, record) for note in sent]
    return found


def _proof(row: Row, note: Row, record: list[Row]) -> Proof:
    sent_at = _time(note["sent_at"])
    contract = note["contract"]
    path = _PATHS[note["request"]]
    requests = [r for r in record if r.get("path") == path and r["body"]["contractId"] == contract]
    request = min(requests, key=lambda r: abs(_time(r["at"]) - sent_at))
    after = [r for r in record if _time(r["at"]) >= _time(request["at"])]
    fill = next(
        r
        for r in after
        if r["kind"] == "fill" and r["contract_id"] == contract and r["source"] == "close"
    )
    is_whole = note["request"] == "closeContract"
    flats = [r for r in after if r["kind"] == "flat" and r["contract_id"] == contract]
    assert flats or not is_whole, f"no flat after {note}"
    return Proof(
        rule=row["rule"],
        breach=_breach(row, record),
        request=_time(request["at"]),
        fill=_time(fill["at"]),
        flat=_time(flats[0]["at"]) if is_whole else None,
    )


def _breach(row: Row, record: list[Row]) -> datetime | None:
    """Return when the event that the row names was sent; None where time or a read breached."""
    name = row["details"].get("event", "")
    events = [r for r in record if r["kind"] == "event"]
    before = [r for r in events if _time(r["at"]) <= _time(row["at"]) + _SLACK]
    for event in reversed(before):
        if _names(event, name):
            return _time(event["at"])
    return None


def _names(event: Row, name: str) -> bool:
    kind, _, rest = name.partition(" ")
    targets = {
        "trade": "GatewayUserTrade",
        "order": "GatewayUserOrder",
        "position": "GatewayUserPosition",
        "quote": "GatewayQuote",
    }
    if event.get("target") != targets.get(kind):
        return False
    if kind == "quote":
        return bool(event["arguments"][0] == rest.split()[0])
    data = event["arguments"][0]["data"]
    if kind != "position":
        return str(data["id"]) == rest
    number, _, size = rest.partition(" size ")
    return str(data["id"]) == number and data["size"] == abs(int(size))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


# The two clocks are one machine's, but the engine's follows the venue by HTTP dates.
_SLACK = datetime.resolution * 2_000_000
