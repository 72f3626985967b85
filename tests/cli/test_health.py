"""The engine's own figures, with a clock and sources that tell what the test wants."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from curb.cli.health import Health, Sources
from curb.domain.events import QuoteSeen, TimePassed
from curb.domain.samples import Samples
from curb.domain.snapshot import Snapshot
from curb.domain.vigil import ABSENT, Gap
from curb.engine.inbox import Inbox
from tests.engine.test_lapses import calm

START = datetime.fromisoformat("2026-11-18T17:59:00Z")


@dataclass
class Engine:
    """What a health is asked of; `moment` is the monotonic clock."""

    state_dir: Path
    inbox: Inbox = field(default_factory=Inbox)
    moment: float = 0.0
    ups: tuple[int, int] = (1, 1)
    snapshot: Snapshot = field(default_factory=calm)
    latencies: Samples = field(default_factory=lambda: Samples(900, 100))
    failures: Samples = field(default_factory=lambda: Samples(3600, 100))
    writes: Samples = field(default_factory=lambda: Samples(600, 100))
    day_start: datetime = START

    def health(self) -> Health:
        sources = Sources(
            inbox=self.inbox,
            calls_left=lambda: 187,
            latencies_ms=self.latencies,
            failures=self.failures,
            writes_ms=self.writes,
            screens=lambda: 2,
            reconnects=lambda: self.ups,
            snapshot=lambda: self.snapshot,
            day_start=lambda _: self.day_start,
            noted=lambda view, at: replace(view, upkeep_at=at),
            state_dir=self.state_dir,
        )
        return Health(sources, lambda: self.moment)

    def go(self, seconds: float) -> None:
        self.moment += seconds
        at = self.snapshot.at + timedelta(seconds=seconds)
        self.snapshot = replace(self.snapshot, at=at)


def test_before_the_first_look_nothing_is_known(tmp_path: Path) -> None:
    known = Engine(tmp_path).health().view()
    assert (known.lag_p99_us, known.queue, known.protected, known.measured_at) == (None,) * 4


def test_a_look_tells_what_was_measured(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    health = engine.health()
    for latency in (40, 41, 180):
        engine.latencies.add(latency, 0)
    engine.failures.add(1, 0)
    engine.writes.add(3, 0)
    for number in range(11):
        for _ in range(5):
            engine.inbox.put(QuoteSeen("MNQ", START, Decimal(1)))
        health.beat(0.0002 if number else 0.011)
        engine.go(0.1)
    health.look()
    known = health.view()
    assert (known.rest_p50_ms, known.rest_p99_ms, known.rest_errors) == (41, 180, 1)
    assert (known.lag_p50_us, known.lag_max_us) == (200, 11_000)
    assert (known.calls_left, known.screens, known.write_p99_ms) == (187, 2, 3)
    assert (known.queue, known.queue_most, known.quotes_per_s) == (1, 1, Decimal(50))
    assert known.measured_at == known.upkeep_at == engine.snapshot.at


def test_a_queue_that_is_never_empty_is_growing(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    health = engine.health()
    engine.inbox.put(TimePassed())
    found = []
    for _ in range(8):
        health.beat(0)
        health.look()
        found.append(health.view().is_queue_growing)
        engine.go(1)
    assert found == [False] * 5 + [True] * 3
    engine.inbox.take()
    health.beat(0)
    health.look()
    assert not health.view().is_queue_growing


def test_reconnects_are_of_the_day_and_the_first_time_up_is_none(tmp_path: Path) -> None:
    engine = Engine(tmp_path, ups=(0, 0))
    health = engine.health()
    found = []
    for ups in ((1, 1), (3, 1)):
        health.look()
        engine.ups = ups
    health.look()
    found.append((health.view().user_reconnects, health.view().market_reconnects))
    engine.day_start += timedelta(days=1)
    health.look()
    found.append((health.view().user_reconnects, health.view().market_reconnects))
    assert found == [(2, 0), (0, 0)]


def test_protected_time_outlives_the_engine(tmp_path: Path) -> None:
    async def scene() -> None:
        engine = Engine(tmp_path)
        health = engine.health()
        health.look()
        engine.go(4)
        health.look()
        await health.weigh()
        known = health.view()
        assert (known.protected, known.unguarded) == (Decimal(4) / 64, "")
        engine.go(20)
        again = engine.health()
        running = asyncio.create_task(again.run())
        async with asyncio.timeout(10):
            while again.view().rss_bytes is None:
                await asyncio.sleep(0.01)
        running.cancel()
        began, end = engine.snapshot.at - timedelta(seconds=20), engine.snapshot.at
        assert again.view().gaps[-1] == Gap(began, end, ABSENT)
        assert again.view().protected == Decimal(4) / 84

    asyncio.run(scene())


def test_files_and_memory_are_weighed(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"x" * 4096)
    engine = Engine(tmp_path)
    health = engine.health()
    health.look()
    asyncio.run(health.weigh())
    known = health.view()
    assert (known.database_bytes, known.wal_bytes) == (4096, None)
    assert known.rss_bytes is not None
    assert known.rss_bytes > 1_000_000


def test_a_damaged_vigil_counts_as_unprotected(tmp_path: Path) -> None:
    (tmp_path / "vigil.json").write_text("{]")
    engine = Engine(tmp_path)

    async def scene() -> None:
        health = engine.health()
        running = asyncio.create_task(health.run())
        async with asyncio.timeout(10):
            while health.view().measured_at is None:
                await asyncio.sleep(0.01)
        running.cancel()
        assert health.view().gaps == (Gap(START, engine.snapshot.at, ABSENT),)

    asyncio.run(scene())
