from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from curb.domain.actions import (
    EndGrace,
    EndHigh,
    EndLock,
    Record,
    SaveAudit,
    SaveCapability,
    SaveConfig,
    SaveContract,
    SaveDay,
    SaveFill,
    SaveGrace,
    SaveHigh,
    SaveLock,
    SaveOrder,
    SavePosition,
    SaveStopChange,
)
from curb.domain.audit import Act
from curb.domain.book import OrderStatus, OrderType, Side
from curb.domain.events import Restored
from curb.domain.kept import KeptConfig
from curb.store import reading, writing

from .samples import (
    AT,
    CAPABILITY,
    CONTRACT,
    COOLDOWN,
    DAY,
    EVERY_KIND,
    FILL,
    GRACE,
    HIGH,
    KEPT,
    LOCK,
    ORDER,
    POSITION,
    RESET,
    ROW,
    STOP_CHANGE,
    audit,
    inline,
    restored,
)

OPENING = replace(FILL, id=1, side=Side.BUY, pnl=None, price=Decimal("-37.63"))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (SaveLock(LOCK), Restored(locks=(LOCK,), last_seen_at=AT)),
        (SaveLock(COOLDOWN), Restored(locks=(COOLDOWN,), last_seen_at=AT)),
        (SaveGrace(GRACE), Restored(graces=(GRACE,), last_seen_at=AT)),
        (SaveHigh(HIGH), Restored(highs=(HIGH,))),
        (
            SaveHigh(replace(HIGH, side=1, position_id=None)),
            Restored(highs=(replace(HIGH, side=1, position_id=None),)),
        ),
        (SaveStopChange(STOP_CHANGE), Restored(stop_changes=(STOP_CHANGE,))),
        (SaveFill(FILL, DAY), Restored(fills=(FILL,), last_seen_at=AT)),
        (SaveFill(OPENING, DAY), Restored(fills=(OPENING,), last_seen_at=AT)),
        (
            SaveFill(replace(FILL, is_voided=True), DAY),
            Restored(fills=(replace(FILL, is_voided=True),), last_seen_at=AT),
        ),
        (SaveContract(CONTRACT, AT), Restored(contracts=(CONTRACT,))),
        *(
            (SavePosition(position, AT), Restored(positions=(position,), last_seen_at=AT))
            for position in (
                POSITION,
                replace(POSITION, size=3),
                replace(POSITION, size=2, is_side_known=False),
                replace(POSITION, average_price=None, opened_at=None, id=None),
            )
        ),
        *(
            (SaveOrder(order, AT), Restored(orders=(order,)))
            for order in (
                ORDER,
                *(replace(ORDER, type=kind) for kind in OrderType),
                *(replace(ORDER, status=s) for s in OrderStatus if not s.is_final),
                replace(ORDER, side=Side.SELL, limit_price=Decimal("-1.5"), stop_price=None),
                replace(ORDER, created_at=None, tag=None, parent_id=None, filled_price=None),
                replace(ORDER, type=OrderType.TRAILING_STOP, trailing_amount=Decimal("2.50")),
            )
        ),
        (
            SaveDay(1, DAY, Decimal("-512.5"), AT),
            Restored(days=((1, DAY, Decimal("-512.5")),)),
        ),
        (RESET, Restored(resets=((1, DAY),), watched=(1,))),
        (SaveConfig(KEPT), Restored(configs=(KEPT,))),
        (SaveCapability(CAPABILITY), Restored(capabilities=(CAPABILITY,))),
        (
            SaveConfig(KeptConfig("paper", "[rules]\n")),
            Restored(configs=(KeptConfig("paper", "[rules]\n"),)),
        ),
        (
            SaveAudit(ROW),
            Restored(unfinished=(ROW,), next_audit_id=2, last_seen_at=ROW.at),
        ),
    ],
)
def test_a_record_comes_back_exactly(record: Record, expected: Restored) -> None:
    assert restored(record) == expected


def test_an_empty_database_restores_nothing() -> None:
    assert restored() == Restored()


def test_what_has_ended_does_not_come_back() -> None:
    found = restored(SaveLock(LOCK), EndLock(LOCK), SaveGrace(GRACE), EndGrace(GRACE))
    assert found.locks == ()
    assert found.graces == ()
    later = replace(STOP_CHANGE, at=AT + timedelta(seconds=1))
    changes = restored(SaveStopChange(STOP_CHANGE), SaveStopChange(later)).stop_changes
    assert changes == (later,)
    higher = replace(HIGH, ticks=25)
    assert restored(SaveHigh(HIGH), SaveHigh(higher)).highs == (higher,)
    assert restored(SaveHigh(HIGH), EndHigh(higher)).highs == ()


def test_a_lock_that_ended_can_be_set_again() -> None:
    again = replace(LOCK, since=AT + timedelta(hours=8), until=None)
    assert restored(SaveLock(LOCK), EndLock(LOCK), SaveLock(again)).locks == (again,)


def test_a_fill_told_twice_counts_once_and_may_become_void() -> None:
    voided = replace(FILL, is_voided=True)
    found = restored(SaveFill(FILL, DAY), SaveFill(FILL, DAY), SaveFill(voided, DAY))
    assert found.fills == (voided,)


def test_the_newest_day_of_each_account_comes_back() -> None:
    sunday, monday = date(2026, 11, 22), date(2026, 11, 23)
    found = restored(
        SaveDay(2, DAY, Decimal(7), AT),
        SaveDay(1, monday, Decimal("0.25"), AT),
        SaveDay(1, DAY, Decimal(-1), AT),
        SaveDay(1, sunday, Decimal(-2), AT),
    )
    assert found.days == ((1, monday, Decimal("0.25")), (2, DAY, Decimal(7)))


def test_a_price_keeps_its_digits() -> None:
    (fill,) = restored(SaveFill(replace(FILL, price=Decimal("21330.50")), DAY)).fills
    assert str(fill.price) == "21330.50"


def test_the_fills_of_the_last_three_days_that_traded_come_back_in_their_order() -> None:
    # Monday after a weekend: Friday and Thursday belong to it, Wednesday does not.
    days = [date(2026, 11, day) for day in (18, 19, 20, 23)]
    fills = [
        replace(FILL, id=number, at=datetime(2026, 11, day.day, 15, tzinfo=UTC))
        for number, day in enumerate(days)
    ]
    records = [SaveFill(fill, day) for fill, day in zip(fills, days, strict=True)]
    assert restored(*reversed(records)).fills == tuple(fills[1:])


def test_an_order_of_rows_depends_on_nothing_but_the_rows() -> None:
    records: list[Record] = []
    for account in (3, 1, 2):
        records += [
            SaveLock(replace(LOCK, account_id=account)),
            SaveGrace(replace(GRACE, account_id=account)),
            SaveFill(replace(FILL, account_id=account), DAY),
            SaveContract(replace(CONTRACT, id=f"C{account}"), AT),
            SavePosition(replace(POSITION, account_id=account), AT),
            SaveOrder(replace(ORDER, account_id=account), AT),
            SaveDay(account, DAY, Decimal(account), AT),
            replace(RESET, account_id=account),
            audit(account, success=None),
        ]
    found = restored(*records)
    assert found == restored(*reversed(records))
    assert [lock.account_id for lock in found.locks] == [1, 2, 3]
    assert [grace.account_id for grace in found.graces] == [1, 2, 3]
    assert [fill.account_id for fill in found.fills] == [1, 2, 3]
    assert [contract.id for contract in found.contracts] == ["C1", "C2", "C3"]
    assert [position.account_id for position in found.positions] == [1, 2, 3]
    assert [order.account_id for order in found.orders] == [1, 2, 3]
    assert [account for account, _, _ in found.days] == [1, 2, 3]
    assert [account for account, _ in found.resets] == [1, 2, 3]
    assert [row.id for row in found.unfinished] == [1, 2, 3]


@pytest.mark.parametrize(
    ("action", "success", "is_unfinished"),
    [
        (Act.FLATTEN, None, True),
        (Act.REDUCE_POSITION, None, True),
        (Act.COOLDOWN, None, True),
        (Act.LOCK, None, True),
        (Act.FLATTEN, True, False),
        (Act.FLATTEN, False, False),
        (Act.WARN, None, False),
        (Act.NOT_EVALUATED, None, False),
        (Act.CONFIG_PENDING, None, False),
    ],
)
def test_an_enforcement_without_an_outcome_is_unfinished(
    action: Act, *, success: bool | None, is_unfinished: bool
) -> None:
    found = restored(SaveAudit(replace(ROW, action=action, success=success)))
    assert bool(found.unfinished) == is_unfinished


def test_the_next_audit_id_follows_the_greatest() -> None:
    assert restored(audit(41), audit(7)).next_audit_id == 42


@pytest.mark.parametrize("act", Act)
def test_every_action_of_the_audit_comes_back(act: Act) -> None:
    connection = inline([SaveAudit(replace(ROW, action=act, account_id=None, account=None))])
    (row,) = connection.execute(reading.AUDIT_PAGE, (2, 1)).fetchall()
    connection.close()
    assert reading.audit_row(row) == replace(ROW, action=act, account_id=None, account=None)


@pytest.mark.parametrize("newest", range(5))
def test_time_goes_on_from_the_newest_that_any_row_knows(newest: int) -> None:
    late = AT.replace(microsecond=0) + timedelta(hours=1)
    ats = [late if number == newest else AT for number in range(5)]
    found = restored(
        SaveLock(replace(LOCK, since=ats[0])),
        SaveGrace(replace(GRACE, started_at=ats[1])),
        SaveFill(replace(FILL, at=ats[2]), DAY),
        SavePosition(POSITION, ats[3]),
        SaveAudit(replace(ROW, at=ats[4])),
    )
    assert found.last_seen_at == late


@pytest.mark.parametrize(
    ("kept_s", "told_s", "newest_s"),
    [(0, 30, 30), (0, 86_400, 60), (100, 30, 100), (100, 86_400, 160), (None, 86_400, 86_400)],
)
def test_a_row_that_nothing_seals_turns_the_clock_a_minute_at_most(
    kept_s: int | None, told_s: int, newest_s: int
) -> None:
    start = AT.replace(microsecond=0)
    late = start + timedelta(seconds=told_s)
    for record in (
        SaveAudit(replace(ROW, at=late)),
        SavePosition(POSITION, late),
        SaveFill(replace(FILL, at=late), DAY),
    ):
        connection = inline([record])
        if kept_s is not None:
            connection.execute(*writing.seen(start + timedelta(seconds=kept_s)))
        rows = [connection.execute(sql).fetchall() for sql in reading.LOAD]
        connection.close()
        found = reading.restored(rows)
        assert found.last_seen_at == start + timedelta(seconds=newest_s)


def test_all_kinds_together_come_back_together() -> None:
    found = restored(*EVERY_KIND)
    assert found == Restored(
        locks=(LOCK,),
        graces=(GRACE,),
        highs=(HIGH,),
        stop_changes=(STOP_CHANGE,),
        fills=(FILL,),
        contracts=(CONTRACT,),
        unfinished=(ROW,),
        resets=((1, DAY),),
        configs=(KEPT,),
        capabilities=(CAPABILITY,),
        next_audit_id=2,
        last_seen_at=AT,
        positions=(POSITION,),
        orders=(ORDER,),
        days=((1, DAY, Decimal("-512.5")),),
        watched=(1,),
    )


@pytest.mark.parametrize("sql", [*reading.LOAD, reading.AUDIT_PAGE, reading.AUDIT_COUNT])
def test_a_query_walks_no_table_without_an_index(sql: str) -> None:
    connection = inline(())
    # The one exception holds a row an account, and is read whole in the order of its key.
    allowed = ("SCAN reset_schedule", "SCAN (subquery")
    plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?")).fetchall()
    connection.close()
    walks = [step for *_, step in plan if step.startswith("SCAN")]
    assert all("INDEX" in step or step.startswith(allowed) for step in walks), walks


def test_fills_are_found_and_ordered_by_their_index() -> None:
    connection = inline(())
    plan = [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {reading.FILLS}")]
    connection.close()
    assert any(step.startswith("SEARCH") and "idx_trade_history_day" in step for step in plan)
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan
