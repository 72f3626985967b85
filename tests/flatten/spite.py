"""A trader who opens again and again while locked out: the real engine, the paper gateway."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from curb.paper.service import PaperOptions, running
from tests.cli import proof
from tests.cli.live import Desk, Engine
from tests.cli.test_commands import curb
from tests.flatten import witness

_AFTER_S = 3.0


@dataclass(frozen=True)
class Spite:
    """What came of it, as the venue saw it."""

    entries: int
    flattened: int
    longest_s: float
    p50_s: float
    p99_s: float
    closes: int
    busiest: int  # requests in any 60 seconds
    turned_away: int  # answered 429

    @property
    def holds(self) -> bool:
        """Whether the goal is met: all flat, none open longer than two seconds."""
        is_flat = self.flattened == self.entries and self.longest_s <= 2
        return is_flat and self.busiest <= 200 and not self.turned_away

    def __str__(self) -> str:
        return (
            f"{self.flattened}/{self.entries} flattened, open p50 {self.p50_s * 1000:.0f} ms, "
            f"p99 {self.p99_s * 1000:.0f} ms, max {self.longest_s * 1000:.0f} ms; "
            f"{self.closes} closes, at most {self.busiest} requests in 60 s, "
            f"{self.turned_away} answered 429"
        )


@asynccontextmanager
async def recorded(tmp: Path, **changes: object) -> AsyncIterator[Desk]:
    """Open a desk whose gateway keeps its whole record in `record.jsonl`."""
    options = PaperOptions(prices="manual", trader="none", record=tmp / "record.jsonl")
    async with running(options) as paper:
        found = Desk(paper, tmp)
        found.write(**changes)
        with found.live():
            yield found


async def play(tmp: Path, times: int, every_s: float) -> Spite:
    """Lock the account, and open a contract `times` times, one each `every_s`."""
    async with recorded(tmp) as found:
        found.move("MNQ", "21000")
        engine = await found.engine()
        code, _, errors = await curb(found, "lock", "23h")
        assert code == 0, errors
        await engine.row("SELF-LOCK", "lock")
        await _spite(found, engine, times, every_s)
        await engine.stop()
        found.paper.floor.record.flush()
    return seen(proof.read(tmp / "record.jsonl"), times)


async def _spite(found: Desk, engine: Engine, times: int, every_s: float) -> None:
    began = monotonic()
    for number, side in zip(range(times), itertools.cycle(("buy", "sell")), strict=False):
        await asyncio.sleep(max(began + number * every_s - monotonic(), 0))
        assert engine.process.returncode is None, await engine.errors()
        found.paper.place("MNQ", "buy" if side == "buy" else "sell", 1)
    await asyncio.sleep(_AFTER_S)


def seen(record: list[witness.Row], times: int) -> Spite:
    """Return the figures of a record; an entry that found another one open counts as not flat."""
    spans = witness.spans(record)
    open_s = [span.seconds for span in spans]
    return Spite(
        entries=times,
        flattened=sum(span.until is not None for span in spans),
        longest_s=max(open_s, default=0.0),
        p50_s=witness.share(open_s, 0.5),
        p99_s=witness.share(open_s, 0.99),
        closes=len(witness.requests(record, "/closeContract")),
        busiest=witness.busiest(record),
        turned_away=witness.turned_away(record),
    )
