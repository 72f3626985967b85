"""RULE-004, acceptance rows 4.x."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.domain.book import Position
from curb.domain.events import ContractSeen, PositionSeen, QuoteSeen, Restored
from curb.domain.money import ZERO
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from tests.rules.proof import prices
from tests.scene import ACCOUNT, NOON, Deeds, Scene, contract, contract_id, lock

MNQ, ES = contract_id("MNQ"), contract_id("ES")


def rule(**changes: object) -> DailyUnrealizedLoss:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "loss_limit": Decimal(300),
        "scope": "position",
    }
    return DailyUnrealizedLoss.model_validate(keys | changes)


@pytest.mark.parametrize(
    ("name", "size", "average", "mark", "is_closed"),
    [
        pytest.param("MNQ", 2, "21000", "20950", False, id="4.1 -200"),
        pytest.param("MNQ", 2, "21000", "20925.25", False, id="4.2 a dollar short"),
        pytest.param("MNQ", 2, "21000", "20925.00", True, id="4.2 at the limit"),
        pytest.param("MNQ", 2, "21000", "20924.75", True, id="4.2 a dollar beyond"),
        pytest.param("MNQ", -2, "21000", "21074.75", False, id="a short, a dollar short"),
        pytest.param("MNQ", -2, "21000", "21075.00", True, id="4.3 a short"),
        pytest.param("ES", 1, "5800", "5794.25", False, id="ES a tick short"),
        pytest.param("ES", 1, "5800", "5794.00", True, id="4.4 long"),
        pytest.param("ES", -1, "5800", "5806.00", True, id="4.4 short"),
        pytest.param("MNQ", 3, "21000", "20950.25", False, id="4.9 a tick short"),
        pytest.param("MNQ", 3, "21000", "20950", True, id="4.9 at the limit"),
        pytest.param("MNQ", 2, "21000", "21300", False, id="a profit of as much"),
    ],
)
def test_a_position_is_closed_at_its_limit(
    name: str, size: int, average: str, mark: str, is_closed: bool
) -> None:
    scene = Scene(rule())
    scene.at(0).trade(name, size, average)
    deeds = scene.quote(name, mark)
    assert deeds.closes == ([(contract_id(name), None)] if is_closed else [])
    assert deeds.acts == [Act.CLOSE_POSITION] * is_closed
    assert list(scene.watch.state.lockouts) == []


def two_losers(scope: str) -> tuple[Scene, Deeds]:
    scene = Scene(rule(scope=scope))
    scene.at(0).trade("MNQ", 1, "21000")
    scene.trade("ES", 1, "5800")
    first = scene.quote("MNQ", "20900")
    return scene, Deeds((*first.actions, *scene.quote("ES", "5792").actions))


def test_by_position_only_the_one_at_its_limit_is_closed() -> None:
    """4.5 -200 and -400, by position."""
    scene, deeds = two_losers("position")
    assert deeds.closes == [(ES, None)]
    (row,) = scene.settle(deeds).of("RULE-004")[-1:]
    assert (row.symbol, row.success) == ("ES", True)
    assert (row.details["value"], row.details["limit"]) == ("-400", "-300")
    assert row.reason == "ESZ6: open P&L -400.00, limit -300.00"
    assert list(scene.watch.state.lockouts) == []
    assert set(scene.positions) == {MNQ}


def test_by_account_everything_is_closed_and_locked_until_the_reset() -> None:
    """4.5 -200 and -400, by account."""
    scene, deeds = two_losers("account")
    assert sorted(name for name, _ in deeds.closes) == [ES, MNQ]
    (row,) = deeds.of("RULE-004")
    assert (row.action, row.symbol) == (Act.FLATTEN, None)
    assert (row.details["value"], row.details["limit"]) == ("-600", "-300")
    held = scene.watch.state.lockouts.get("RULE-004")
    assert held is not None
    assert held.until == datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
    settled = scene.settle(deeds)
    assert [r.success for r in settled.of("RULE-004")] == [None, True]
    assert scene.at(60).trade("MNQ", 1).closes == [(MNQ, None)]


@pytest.mark.parametrize(
    ("es", "is_locked"), [("5798.25", False), ("5798.00", True), ("5797.75", True)]
)
def test_by_account_the_sum_counts(es: str, is_locked: bool) -> None:
    scene = Scene(rule(scope="account"))
    scene.at(0).trade("MNQ", 1, "21000")
    scene.trade("ES", 1, "5800")
    assert scene.quote("MNQ", "20900").closes == []  # -200
    assert bool(scene.quote("ES", es).closes) is is_locked
    assert bool(scene.watch.state.lockouts.get("RULE-004")) is is_locked


def test_by_account_a_profit_offsets_a_loss() -> None:
    scene = Scene(rule(scope="account"))
    scene.at(0).trade("MNQ", 1, "21000")
    scene.trade("ES", 1, "5800")
    scene.quote("MNQ", "21200")
    assert scene.quote("ES", "5792").closes == []


def test_by_account_the_known_losses_may_breach_alone() -> None:
    scene = Scene(rule(scope="account"))
    scene.at(0).trade("ES", 1, "5800")
    scene.trade("MNQ", 2)
    assert sorted(scene.quote("ES", "5794").closes) == [(ES, None), (MNQ, None)]


@pytest.mark.parametrize("scope", ["position", "account"])
def test_without_a_quote_there_is_no_breach_and_a_warning(scope: str) -> None:
    """4.6 no quote yet."""
    scene = Scene(rule(scope=scope))
    assert scene.at(0).trade("MNQ", 2).closes == []
    room = rule(scope=scope).headroom(scene.watch.state, scene.now)
    assert (room.value, room.used, room.blind) == ("?", None, "MNQZ6 has no mark")


def test_a_last_price_of_0_leaves_the_mid() -> None:
    """4.7 last 0, mid 20925.00."""
    scene = Scene(rule())
    scene.at(0).trade("MNQ", 2)
    deeds = scene.quote("MNQ", "0", bid="20924.75", ask="20925.25")
    assert deeds.closes == [(MNQ, None)]
    assert Decimal(deeds.of("RULE-004")[0].details["value"]) == -300


@pytest.mark.parametrize(
    ("mark", "is_closed"),
    [
        pytest.param("20875.25", False, id="4.8 a dollar short"),
        pytest.param("20875.00", True, id="4.8 two entries"),
    ],
)
def test_the_average_of_two_entries_counts(mark: str, is_closed: bool) -> None:
    scene = Scene(rule())
    scene.at(0).trade("MNQ", 1, "21000")
    scene.at(1).position("MNQ", 2, "20950")  # the average, as the gateway tells it
    scene.fill("MNQ", 1, "20900")
    assert bool(scene.quote("MNQ", mark).closes) is is_closed


def test_the_loss_it_takes_may_break_the_day() -> None:
    """4.10 -250 realized, then a close at -300."""
    day = DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(500), basis="realized")
    scene = Scene(day, rule())
    scene.at(0).fill("MNQ", -1, pnl="-250")
    scene.at(1).trade("MNQ", 2)
    deeds = scene.quote("MNQ", "20925")
    assert deeds.closes == [(MNQ, None)]
    assert scene.watch.state.lockouts.get("RULE-003") is None
    scene.answer(deeds.actions)
    scene.at(2).position("MNQ", 0)
    scene.fill("MNQ", -2, "20925", pnl="-300")
    assert scene.watch.state.realized(scene.now) == -550
    assert scene.watch.state.lockouts.get("RULE-003")


def test_three_quotes_beyond_the_limit_are_one_close() -> None:
    """4.11 three quotes before the fill."""
    scene = Scene(rule())
    scene.at(0).trade("MNQ", 2)
    deeds = [
        scene.at(1 + n / 10).quote("MNQ", p) for n, p in enumerate(("20925", "20924", "20923"))
    ]
    assert [each.closes for each in deeds] == [[(MNQ, None)], [], []]
    assert [len(each.of("RULE-004")) for each in deeds] == [1, 0, 0]


def test_a_stale_mark_counts_for_a_position_that_grows() -> None:
    scene = Scene(rule())
    scene.at(0).trade("MNQ", 1)
    scene.quote("MNQ", "20875")
    grown = replace(scene.positions[MNQ], size=3)
    assert scene.at(60).tell(PositionSeen(grown)).closes == [(MNQ, None)]  # beyond


@pytest.mark.parametrize("is_fill_first", [True, False])
def test_a_mark_from_before_a_position_opened_is_no_loss_of_it(*, is_fill_first: bool) -> None:
    scene = Scene(rule())
    scene.at(0).quote("MNQ", "20800")
    scene.at(60)
    deeds = scene.fill("MNQ", 2, "21000") if is_fill_first else scene.position("MNQ", 2)
    late = QuoteSeen(MNQ, scene.now - timedelta(milliseconds=5), Decimal(20800))
    assert (deeds.closes, scene.tell(late).closes) == ([], [])
    assert scene.position("MNQ", 2).closes == []
    assert scene.at(60.5).quote("MNQ", "20850").closes == [(MNQ, None)]


def test_a_contract_described_late_is_judged_then() -> None:
    scene = Scene(rule(), contracts=("ES",))
    scene.at(0).trade("MNQ", 2)
    assert scene.quote("MNQ", "20900").closes == []
    room = rule().headroom(scene.watch.state, scene.now)
    assert room.blind == f"{MNQ} has no tick data"
    assert scene.tell(ContractSeen(contract("MNQ"))).closes == [(MNQ, None)]


@pytest.mark.parametrize(
    ("position", "why"),
    [
        (Position(ACCOUNT.id, MNQ, 2, None, NOON, 501), "MNQZ6 has no average price"),
        (
            Position(ACCOUNT.id, MNQ, 2, Decimal(21000), NOON, 501, is_side_known=False),
            "MNQZ6 has no side",
        ),
    ],
)
def test_a_position_without_a_value_is_said(position: Position, why: str) -> None:
    scene = Scene(rule())
    scene.tell(PositionSeen(position))
    assert scene.quote("MNQ", "20000").closes == []
    assert rule().headroom(scene.watch.state, scene.now).blind == why


@pytest.mark.parametrize(
    ("scope", "value", "used"),
    [("position", "-150.00", Decimal("0.5")), ("account", "-120.00", Decimal("0.4"))],
)
def test_headroom_is_the_worst_or_the_sum(scope: str, value: str, used: Decimal) -> None:
    scene = Scene(rule(scope=scope))
    room = rule(scope=scope).headroom(scene.watch.state, scene.now)
    assert (room.value, room.limit, room.used) == ("none open", "-300.00", ZERO)
    scene.at(0).trade("MNQ", 1)
    scene.trade("MES", 1, "5800")
    scene.quote("MNQ", "20925")
    scene.quote("MES", "5806")
    room = rule(scope=scope).headroom(scene.watch.state, scene.now)
    assert (room.value, room.used, room.blind) == (value, used, "")


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ("position", {"MNQ": "20925.00", "ES": "5806.00"}),
        ("account", {"MNQ": "20918.75", "ES": "5805.25"}),
    ],
)
def test_the_price_at_which_it_fires(scope: str, named: dict[str, str]) -> None:
    scene = Scene()
    scene.trade("MNQ", 2)
    scene.trade("ES", -1, "5800")
    scene.quote("MNQ", "20990")  # -40
    scene.quote("ES", "5799.50")  # +25
    assert prices(scene, rule(scope=scope)) == named


def test_a_position_without_a_mark_leaves_the_prices_of_the_others() -> None:
    scene = Scene()
    scene.trade("MNQ", 2)
    scene.trade("ES", -1, "5800")
    scene.quote("MNQ", "20990")
    for scope in ("position", "account"):
        assert prices(scene, rule(scope=scope)) == {"MNQ": "20925.00"}


def test_a_lock_leaves_no_price() -> None:
    scene = Scene(restored=Restored(locks=(lock("RULE-004", 3600),)))
    scene.trade("MNQ", 2)
    scene.quote("MNQ", "20990")
    assert prices(scene, rule(scope="account")) == {}
    assert prices(scene, rule(scope="position")) == {"MNQ": "20925.00"}
