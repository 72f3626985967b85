"""What changed while nobody watched: told once an account, and the file put right."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from curb.domain.actions import Record, SaveDay, SaveOrder, SavePosition
from curb.domain.audit import ENGINE, Act, AuditRow
from curb.domain.book import Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import AccountRead, OrderSeen, PositionSeen, Restored
from tests.engine.test_restart import Kept
from tests.engine.test_watch import max_contracts
from tests.scene import ACCOUNT, NOON, Deeds, Scene, contract, contract_id

MNQ, ES = contract_id("MNQ"), contract_id("ES")
TODAY = NOON.date()
LONG = Position(ACCOUNT.id, MNQ, 2, Decimal(21000), NOON, 501)
STOP = Order(
    81, ACCOUNT.id, MNQ, Side.SELL, OrderType.STOP, OrderStatus.OPEN, 2, stop_price=Decimal(20900)
)
TRAIL = replace(STOP, type=OrderType.TRAILING_STOP)
LIMIT = replace(STOP, id=82, type=OrderType.LIMIT, stop_price=None, limit_price=Decimal(21100))
CHILD = replace(STOP, status=OrderStatus.SUSPENDED, stop_price=None)
LOSS = Fill(
    1, ACCOUNT.id, MNQ, 9, Side.SELL, 2, Decimal(21000), NOON, Decimal(-500), fees=Decimal("1.50")
)


def kept(*book: Position | Order, realized: str | None = None, **others: Any) -> Restored:
    """Return what a file tells that last knew of `book` and of today's result."""
    days = () if realized is None else ((ACCOUNT.id, TODAY, Decimal(realized)),)
    return Restored(
        positions=tuple(each for each in book if isinstance(each, Position)),
        orders=tuple(each for each in book if isinstance(each, Order)),
        contracts=(contract("MNQ"),),
        **{"days": days, "watched": (ACCOUNT.id,), **others},
    )


def started(restored: Restored, *venue: Position | Order | Fill) -> tuple[Scene, Deeds]:
    """Start with what the file told, and read what the venue has."""
    scene = Scene(restored=restored, positions=())
    scene.positions = {p.contract_id: p for p in venue if isinstance(p, Position)}
    scene.orders = {o.id: o for o in venue if isinstance(o, Order)}
    scene.fills = [fill for fill in venue if isinstance(fill, Fill)]
    return scene, scene.begin()


def gaps(deeds: Deeds) -> list[AuditRow]:
    return [row for row in deeds.of(ENGINE) if row.action is Act.GAP]


def reasons(deeds: Deeds) -> list[str]:
    return [row.reason.removeprefix("while nobody watched: ") for row in gaps(deeds)]


@pytest.mark.parametrize(
    ("file", "venue", "told"),
    [
        ((), (), []),
        ((LONG, STOP), (LONG, STOP), []),
        ((LONG,), (), ["MNQZ6 +2 -> flat"]),
        ((), (LONG,), ["MNQZ6 flat -> +2"]),
        ((LONG,), (replace(LONG, size=-3),), ["MNQZ6 +2 -> -3"]),
        ((LONG,), (replace(LONG, average_price=Decimal(1)),), []),
        ((LONG,), (replace(LONG, is_side_known=False),), ["MNQZ6 +2 -> 2 (side unknown)"]),
        (
            (LONG,),
            (replace(LONG, contract_id="CON.F.US.X.Z26", size=1),),
            ["MNQZ6 +2 -> flat, CON.F.US.X.Z26 flat -> +1"],
        ),
        ((LONG, STOP), (), ["MNQZ6 +2 -> flat, 1 order gone"]),
        ((STOP, LIMIT), (), ["2 orders gone"]),
        ((STOP,), (LIMIT,), ["1 order gone, 1 order new"]),
        ((STOP,), (replace(STOP, size=3),), ["1 order changed"]),
        ((STOP,), (replace(STOP, filled=1),), ["1 order changed"]),
        ((STOP,), (replace(STOP, stop_price=Decimal(20000)),), ["1 order changed"]),
        ((LIMIT,), (replace(LIMIT, limit_price=Decimal(22000)),), ["1 order changed"]),
        ((TRAIL,), (replace(TRAIL, stop_price=Decimal(20950)),), []),
        ((CHILD,), (STOP,), []),
    ],
)
def test_a_difference_is_told_in_one_row(
    file: tuple[Position | Order, ...], venue: tuple[Position | Order, ...], told: list[str]
) -> None:
    scene, deeds = started(kept(*file), *venue)
    assert reasons(deeds) == told
    assert gaps(scene.at(60).tick()) == []


@pytest.mark.parametrize(
    ("realized", "fills", "told"),
    [
        (None, (LOSS,), []),
        ("0", (), []),
        ("-501.50", (LOSS,), []),
        ("-500", (LOSS,), []),  # the day's figure was gross then
        ("-501.51", (LOSS,), []),
        ("-501.52", (LOSS,), ["realized P&L -501.52 -> -501.50"]),
        ("-100", (LOSS,), ["realized P&L -100.00 -> -501.50"]),
        ("250", (), ["realized P&L 250.00 -> 0.00"]),
    ],
)
def test_the_days_result_is_compared_to_the_cent(
    realized: str | None, fills: tuple[Fill, ...], told: list[str]
) -> None:
    _, deeds = started(kept(realized=realized), *fills)
    assert reasons(deeds) == told


def test_yesterdays_result_is_no_news() -> None:
    yesterday = TODAY - timedelta(days=1)
    _, deeds = started(kept(days=((ACCOUNT.id, yesterday, Decimal(-100)),)), LOSS)
    assert gaps(deeds) == []


@pytest.mark.parametrize(
    "restored",
    [
        Restored(),
        kept(LONG, STOP, realized="5", watched=()),  # a recording of an older Curb
        kept(LONG, STOP, realized="5", watched=(ACCOUNT.id + 1,)),
    ],
)
def test_an_account_that_was_never_watched_has_no_news(restored: Restored) -> None:
    _, deeds = started(restored, LOSS, replace(LONG, size=7))
    assert gaps(deeds) == []


def test_what_the_file_knows_of_another_account_is_not_compared() -> None:
    other = ACCOUNT.id + 1
    days = ((other, TODAY, Decimal(-100)),)
    book = (replace(LONG, account_id=other), replace(STOP, account_id=other))
    _, deeds = started(kept(*book, days=days), LOSS)
    assert gaps(deeds) == []


def test_the_row_names_both_sides() -> None:
    _, deeds = started(kept(LONG, STOP, realized="-100"), LIMIT, LOSS)
    (row,) = gaps(deeds)
    assert row.account_id == ACCOUNT.id
    assert row.success is True
    assert row.details["positions"] == {MNQ: {"file": "+2", "venue": "flat"}}
    assert row.details["realized"] == {"file": "-100", "venue": "-501.50"}
    orders = row.details["orders"]
    assert orders.keys() == {"81", "82"}
    assert (orders["81"]["venue"], orders["82"]["file"]) == (None, None)
    assert orders["81"]["file"]["stop_price"] == "20900"
    assert orders["82"]["venue"]["limit_price"] == "21100"


def test_the_file_is_brought_to_the_venues_truth() -> None:
    _, deeds = started(kept(LONG, STOP, LIMIT, realized="-100"), LIMIT, LOSS)
    records = [a for a in deeds.actions if isinstance(a, SavePosition | SaveOrder | SaveDay)]
    expected: list[Record] = [
        SavePosition(replace(LONG, size=0), NOON),
        SaveOrder(replace(STOP, status=OrderStatus.CANCELLED), NOON),
        SaveDay(ACCOUNT.id, TODAY, Decimal("-501.50"), NOON),
    ]
    assert [record for record in expected if record not in records] == []
    assert SaveOrder(LIMIT, NOON) in records


def test_an_order_that_had_ended_leaves_the_file_without_a_word() -> None:
    done = replace(STOP, status=OrderStatus.FILLED)
    _, deeds = started(kept(done))
    assert gaps(deeds) == []
    ended = SaveOrder(replace(done, status=OrderStatus.CANCELLED), NOON)
    assert [a for a in deeds.actions if isinstance(a, SaveOrder)] == [ended]


def test_nothing_is_decided_by_what_the_file_held() -> None:
    scene = Scene(max_contracts(), restored=kept(replace(LONG, size=50)), positions=())
    deeds = scene.begin()
    assert deeds.closes == []
    assert deeds.of("RULE-001") == []
    assert list(scene.watch.state.positions) == []


def test_the_row_stands_before_what_the_rules_make_of_it() -> None:
    scene = Scene(max_contracts(), restored=kept(), positions=())
    scene.positions = {MNQ: replace(LONG, size=9)}
    rules = [row.rule for row in scene.begin().rows if row.action in (Act.GAP, Act.FLATTEN)]
    assert rules == [ENGINE, "RULE-001"]


class Begun(Scene):
    """A scene that has started and has not read yet."""

    def __init__(self, restored: Restored) -> None:
        super().__init__(restored=restored, positions=())
        self.core.start(self.now, {})
        self.now += timedelta(seconds=1)

    def read(self, **told: Any) -> Deeds:
        values = {"positions": (), "orders": (), "fills": ()} | told
        began_at = self.now - timedelta(seconds=1)
        return self.tell(AccountRead(1, ACCOUNT.id, began_at, 1, ACCOUNT, **values))


def test_a_read_without_orders_waits_for_a_whole_one() -> None:
    scene = Begun(kept(LONG, STOP, realized="-100"))
    assert reasons(scene.read(orders=None)) == []
    assert reasons(scene.read()) == ["MNQZ6 +2 -> flat, 1 order gone, realized P&L -100.00 -> 0.00"]


def test_a_read_without_fills_says_nothing_of_the_result() -> None:
    scene = Begun(kept(LONG, realized="-100"))
    assert reasons(scene.read(fills=None)) == ["MNQZ6 +2 -> flat"]
    assert reasons(scene.read()) == []


def test_what_a_hub_told_before_the_first_read_counts_as_the_venues() -> None:
    scene = Begun(kept(LONG, STOP))
    scene.tell(PositionSeen(replace(LONG, size=5)))
    scene.tell(OrderSeen(STOP))
    assert reasons(scene.read()) == ["MNQZ6 +2 -> +5"]


def rows_of(scene: Kept) -> list[str]:
    found = scene.connection.execute("SELECT reason FROM enforcement_log WHERE action = 'gap'")
    return [reason for (reason,) in found if reason.startswith("while nobody")]


def test_through_the_database_a_restart_tells_what_changed_and_once() -> None:
    scene = Kept()
    scene.at(0).trade("MNQ", 2)
    scene.at(1).order("MNQ", Side.SELL, OrderType.STOP, 2, price="20900", order_id=81)
    again = scene.restarted()
    assert rows_of(again) == []
    again.positions, again.orders = {ES: replace(LONG, contract_id=ES, size=-1)}, {}
    third = again.restarted()
    assert rows_of(third) == [
        "while nobody watched: ESZ6 flat -> -1, MNQZ6 +2 -> flat, 1 order gone"
    ]
    assert rows_of(third.restarted()) == rows_of(third)
    tables = third.connection.execute(
        "SELECT contract_id, type, size FROM positions UNION ALL SELECT id, state, size FROM orders"
    )
    assert tables.fetchall() == [(ES, "short", 1)]
