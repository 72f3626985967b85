import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

from curb.cli.enforced import Enforced
from curb.domain.audit import Act, AuditRow
from tests.scene import NOON

TOMORROW = NOON + timedelta(days=1)


def row(number: int, action: Act = Act.FLATTEN, *, at: datetime = NOON) -> AuditRow:
    return AuditRow(number, at, 7, "PRAC-7", "RULE-003", action, "for a test")


def day_of(at: datetime) -> date:
    return at.date()


@pytest.mark.parametrize(
    ("actions", "count"),
    [
        ((), 0),
        ((Act.FLATTEN, Act.REDUCE_POSITION, Act.LOCK, Act.COOLDOWN, Act.MOVE_STOP), 5),
        ((Act.WARN, Act.UNLOCK, Act.NOT_EVALUATED), 0),
    ],
)
def test_only_deeds_are_counted(actions: tuple[Act, ...], count: int) -> None:
    enforced = Enforced(day_of)
    for number, action in enumerate(actions):
        enforced.hear(row(number, action))
    assert enforced.count(7, "RULE-003", NOON) == count
    assert enforced.count(7, "RULE-004", NOON) == enforced.count(8, "RULE-003", NOON) == 0


def test_a_row_that_comes_again_with_its_outcome_counts_once() -> None:
    enforced = Enforced(day_of)
    enforced.hear(row(1))
    enforced.hear(row(1))
    assert enforced.count(7, "RULE-003", NOON) == 1


def test_a_new_day_begins_with_none() -> None:
    enforced = Enforced(day_of)
    enforced.hear(row(1))
    assert enforced.count(7, "RULE-003", TOMORROW) == 0
    enforced.hear(row(2, at=TOMORROW))
    enforced.hear(row(3))
    assert enforced.count(7, "RULE-003", TOMORROW) == 1


@pytest.mark.parametrize(("old", "new", "pages"), [(0, 5, 1), (1_500, 700, 1), (100, 2_500, 3)])
def test_a_start_counts_the_day_from_the_disk(old: int, new: int, pages: int) -> None:
    rows = [row(n, at=NOON - timedelta(days=1)) for n in range(old)]
    rows += [row(n) for n in range(old, old + new)]
    asked: list[int | None] = []

    async def read(before: int | None, limit: int) -> Sequence[AuditRow]:
        asked.append(before)
        return [each for each in rows if before is None or each.id < before][-limit:]

    enforced = Enforced(day_of)
    asyncio.run(enforced.load(read, NOON))
    assert enforced.count(7, "RULE-003", NOON) == new
    assert len(asked) == pages
