"""How what is kept of the audit, and asked of it, grows with its rows."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from curb.domain.actions import SaveAudit
from curb.domain.query import AuditQuery
from curb.store.archive import AuditArchive
from curb.store.database import Database
from curb.tui.log import PAGE
from tests.bench.figures import Figure, grown, quantile
from tests.bench.past import Tell, audit_rows, fill, place

# How often longer each may take with the most rows than with the fewest.
_HELD = 3.0


@dataclass(frozen=True, slots=True)
class RowsPlan:
    """Of how many rows, and how many samples of each."""

    rows: Sequence[int] = (1_000, 10_000, 100_000)
    samples: int = 300


async def measure_rows(plan: RowsPlan, tell: Tell) -> list[Figure]:
    """Measure a save and the questions of a screen with each number of rows."""
    medians: dict[str, list[float]] = {}
    for rows in plan.rows:
        tell(f"scale: {rows:,} audit rows")
        with tempfile.TemporaryDirectory() as folder:
            for name, took in (await _of(Path(folder) / "curb.db", rows, plan.samples)).items():
                medians.setdefault(name, []).append(quantile(took, 0.5) * 1_000_000)
    return [
        figure
        for name, each in medians.items()
        for figure in grown(f"{name}, by audit rows", each, "constant", _HELD)
    ]


async def _of(path: Path, rows: int, samples: int) -> dict[str, list[float]]:
    """Return the seconds that each took."""
    now = datetime.now(UTC)  # noqa: TID251 - the rows are those of the last days
    database = await Database.open(path)
    await database.close()
    fill(path, rows, 10, now, lambda _: None)
    archive = AuditArchive(path)
    found = {"a row saved": await _saves(path, now, samples)}
    asked: dict[str, Callable[[int], object]] = {
        "a first page": lambda _: archive.older(AuditQuery(), None, PAGE),
        "an older page": lambda i: archive.older(AuditQuery(), place(i, rows), PAGE),
        "why a row stands there": lambda i: archive.row(place(i, rows) + 1),
    }
    for name, ask in asked.items():
        found[name] = [_timed(ask, number) for number in range(samples)]
    return found


async def _saves(path: Path, now: datetime, samples: int) -> list[float]:
    (row,) = audit_rows(1, now)
    database = await Database.open(path)
    took = []
    try:
        restored = await database.load()
        for number in range(samples):
            kept = SaveAudit(replace(row, id=restored.next_audit_id + number))
            began = time.perf_counter()
            await database.save([kept])
            took.append(time.perf_counter() - began)
    finally:
        await database.close()
    return took


def _timed(ask: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    ask(number)
    return time.perf_counter() - began
