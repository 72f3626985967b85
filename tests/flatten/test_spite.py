"""A short run over real sockets, and what is read off the venue's record."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.flatten import spite, witness
from tests.scene import NOON


def row(at_s: float, kind: str, **details: Any) -> witness.Row:
    at = (NOON + timedelta(seconds=at_s)).isoformat()
    return {"at": at, "kind": kind, "contract_id": "MNQ", **details}


def test_who_opens_again_and_again_is_closed_each_time(tmp_path: Path) -> None:
    found = asyncio.run(spite.play(tmp_path, times=5, every_s=0.5))
    assert (found.flattened, found.entries) == (5, 5), str(found)
    assert (found.closes, found.turned_away) == (5, 0), str(found)
    assert found.busiest <= 200


def test_what_stays_open_is_open_for_ever() -> None:
    record = [
        row(0, "fill", net_after=1),
        row(1, "fill", net_after=0),
        row(1, "flat"),
        row(2, "fill", net_after=-1),
        row(3, "fill", net_after=-2),
    ]
    first, second = witness.spans(record)
    assert (first.seconds, second.seconds) == (1, float("inf"))
    found = spite.seen(record, times=2)
    assert (found.flattened, found.holds) == (1, False)


def test_the_busiest_minute_is_found_wherever_it_begins() -> None:
    asked = [row(at, "request", path="/api/Position/searchOpen") for at in (0, 30, 61, 89, 89.5)]
    hub = row(62, "request", method="SubscribeTrades")
    assert witness.busiest([*asked, hub]) == 4
    refused = row(91, "request", path="/api/Position/closeContract", status=429)
    assert witness.turned_away([*asked, refused]) == 1
