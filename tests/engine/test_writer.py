"""The writer over a disk that fails when told to."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from curb.domain.actions import Record, SaveAudit, SaveDay
from curb.domain.errors import StoreError
from curb.domain.events import Restored
from curb.engine.writer import Writer
from tests.scene import NOON
from tests.store.samples import ROW


class Disk:
    """A store that keeps what it was given, unless it is full."""

    def __init__(self) -> None:
        self.kept: list[list[Record]] = []
        self.failures = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self) -> Restored:
        return Restored()

    async def save(self, records: Sequence[Record]) -> None:
        await self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise StoreError("state.db: the disk is full")
        self.kept.append(list(records))

    async def close(self) -> None:
        pass


def record(number: int) -> SaveDay:
    return SaveDay(number, date(2026, 11, 18), Decimal(0), NOON)


def test_what_waits_goes_out_in_order_as_one_transaction() -> None:
    async def scene() -> list[list[Record]]:
        disk = Disk()
        writer = Writer(disk)
        disk.gate.clear()
        running = asyncio.create_task(writer.run())
        for number in range(4):
            writer.put([record(number)])
            await asyncio.sleep(0)
        disk.gate.set()
        assert await writer.durable(10)
        writer.finish()
        await running
        return disk.kept

    kept = asyncio.run(scene())
    assert [r for batch in kept for r in batch] == [record(n) for n in range(4)]
    assert len(kept) < 4


def test_a_slow_disk_is_not_waited_for_longer_than_told() -> None:
    async def scene() -> bool:
        disk = Disk()
        disk.gate.clear()
        writer = Writer(disk)
        running = asyncio.create_task(writer.run())
        writer.put([record(1)])
        is_durable = await writer.durable(0.01)
        disk.gate.set()
        writer.finish()
        await running
        return is_durable

    assert asyncio.run(scene()) is False


def test_a_failing_disk_is_told_and_tried_again() -> None:
    async def scene() -> tuple[str, str, list[list[Record]]]:
        disk = Disk()
        disk.failures = 1
        writer = Writer(disk)
        running = asyncio.create_task(writer.run())
        writer.put([record(1)])
        async with asyncio.timeout(10):
            while writer.word == "ok":
                await asyncio.sleep(0)
        during = writer.word
        assert await writer.durable(10)
        writer.finish()
        await running
        return during, writer.word, disk.kept

    during, after, kept = asyncio.run(scene())
    assert "full" in during
    assert after == "ok"
    assert kept == [[record(1)]]


def test_finishing_gives_a_dead_disk_up() -> None:
    async def scene() -> None:
        disk = Disk()
        disk.failures = 1_000
        writer = Writer(disk)
        writer.put([record(1)])
        writer.finish()
        async with asyncio.timeout(10):
            await writer.run()

    asyncio.run(scene())


def test_writes_are_timed() -> None:
    async def scene() -> tuple[int | None, ...]:
        moments = iter((1.0, 1.007, 2.0, 2.011))
        writer = Writer(Disk(), lambda: next(moments))
        running = asyncio.create_task(writer.run())
        for number in (1, 2):
            writer.put([record(number)])
            assert await writer.durable(10)
        writer.finish()
        await running
        return writer.writes_ms.percentiles(3.0, 1, 99)

    assert asyncio.run(scene()) == (7, 11)


def audit(number: int) -> SaveAudit:
    return SaveAudit(replace(ROW, id=number))


@pytest.mark.parametrize("failures", [0, 2])
def test_a_row_is_told_once_and_only_after_the_disk_had_it(failures: int) -> None:
    async def scene() -> None:
        disk = Disk()
        disk.failures = failures
        disk.gate.clear()
        writer = Writer(disk)
        told: list[int] = []
        writer.listen(lambda row: told.append(row.id))
        running = asyncio.create_task(writer.run())
        writer.put([audit(1), record(1), audit(2)])
        for _ in range(10):
            await asyncio.sleep(0)
        assert told == []
        disk.gate.set()
        if failures:
            # What the disk refuses is told all the same: its reader has nothing else.
            while not told:
                await asyncio.sleep(0)
            assert disk.kept == []
        writer.finish()
        await running
        assert told == [1, 2]

    asyncio.run(scene())


class Drawer:
    """A spare place in memory."""

    def __init__(self) -> None:
        self.word = ""
        self.kept: list[Record] = []
        self.cleared = 0

    async def keep(self, records: Sequence[Record]) -> None:
        self.word = "in the drawer"
        self.kept += records

    async def clear(self) -> None:
        self.cleared += 1


def test_what_the_disk_refuses_is_in_the_spare_place_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curb.engine.writer._RETRY_S", 0.001)

    async def scene() -> None:
        disk, spare = Disk(), Drawer()
        disk.failures = 1_000_000
        writer = Writer(disk, spare=spare)
        running = asyncio.create_task(writer.run())
        for number in (1, 2, 3):
            writer.put([record(number)])
            async with asyncio.timeout(10):
                while len(spare.kept) < number:
                    await asyncio.sleep(0.002)
        assert writer.word == "state.db: the disk is full; kept in the drawer"
        assert spare.kept == [record(1), record(2), record(3)]
        assert spare.cleared == 0
        disk.failures = 0
        assert await writer.durable(10)
        writer.finish()
        await running
        assert writer.word == "ok"
        assert spare.cleared > 0
        assert disk.kept[0] == spare.kept

    asyncio.run(scene())
