"""Breach after breach over real sockets: how soon the first close is asked for, and all is flat.

The spread of requests over the minute is the gateway's: more than some thirty breaches a minute
would only wait for it.
"""

import asyncio
from pathlib import Path

from tests.cli import proof
from tests.cli.test_wire import only
from tests.flatten import witness
from tests.flatten.figure import Figure
from tests.flatten.spite import recorded

_EVERY_S = 2.0


async def play(tmp: Path, times: int) -> list[Figure]:
    """Break RULE-001 so often, and hold each close against the event that broke it."""
    async with recorded(tmp, **only("max_contracts", limit=1)) as found:
        found.move("MNQ", "21000")
        engine = await found.engine()
        for number in range(times):
            found.paper.place("MNQ", "buy", 2)
            await engine.row("RULE-001", "flatten", times=number + 1)
            await asyncio.sleep(_EVERY_S)
        await engine.stop()
        found.paper.floor.record.flush()
        rows = [row for row in engine.rows if row["rule"] == "RULE-001"]
    return figures(rows, proof.read(tmp / "record.jsonl"), times)


def figures(rows: list[witness.Row], record: list[witness.Row], times: int) -> list[Figure]:
    """Return the times from the event that broke the rule, in the venue's own clock."""
    proofs = proof.proofs(rows, record)
    asked = [(p.request - p.breach).total_seconds() * 1000 for p in proofs if p.breach]
    flat = [(p.flat - p.breach).total_seconds() for p in proofs if p.breach and p.flat]
    p50, p99 = witness.share(asked, 0.5), witness.share(asked, 0.99)
    most = max(flat, default=0.0)
    return [
        Figure(
            f"row 1: {len(asked)} breaches over real sockets: first close after p50 {p50:.1f} ms, "
            f"p99 {p99:.1f} ms, max {max(asked, default=0):.1f} ms",
            p50 <= 20 and p99 <= 150 and len(asked) == times,
        ),
        Figure(
            f"row 2: flat p50 {witness.share(flat, 0.5) * 1000:.0f} ms, "
            f"p99 {witness.share(flat, 0.99) * 1000:.0f} ms, max {most * 1000:.0f} ms; "
            f"at most {witness.busiest(record)} requests in 60 s",
            witness.share(flat, 0.99) <= 1 and most <= 2,
        ),
    ]
