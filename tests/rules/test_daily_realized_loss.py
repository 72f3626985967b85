"""RULE-003, acceptance rows 3.x."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.events import Outcome, Restored
from curb.domain.locks import LockKind
from curb.engine.flatten import Phase
from curb.rules.daily_realized_loss import DailyRealizedLoss
from tests.rules.proof import prices
from tests.scene import NOON, Deeds, Scene, contract_id, lock


def rule(**changes: object) -> DailyRealizedLoss:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "loss_limit": Decimal(500),
        "basis": "total",
    }
    return DailyRealizedLoss.model_validate(keys | changes)


def closing(scene: Scene, *pnls: str, **details: object) -> bool:
    """Tell closing fills; return whether the account is locked after them."""
    for pnl in pnls:
        scene.fill("MNQ", 1)
        scene.fill("MNQ", -1, pnl=pnl, **details)  # type: ignore[arg-type]
    return scene.watch.state.lockouts.lockout(None) is not None


@pytest.mark.parametrize(
    ("pnls", "is_locked"),
    [
        pytest.param(("100", "-200", "-450"), True, id="3.1 three trades"),
        pytest.param(("100", "50", "-200"), False, id="3.2 three smaller ones"),
        pytest.param(("-450", "-75.50"), True, id="3.3 over two trades"),
        pytest.param(("-499.99",), False, id="3.4 a cent short"),
        pytest.param(("-500.00",), True, id="3.4 at the limit"),
    ],
)
def test_realized_losses_add_up(pnls: tuple[str, ...], is_locked: bool) -> None:
    assert closing(Scene(rule()), *pnls) is is_locked


def test_the_third_loss_flattens_cancels_and_locks() -> None:
    """3.1 +100, -200, -450 with a position and an order left."""
    scene = Scene(rule())
    assert not closing(scene, "100", "-200")
    scene.trade("ES", 1, "5800")
    scene.order("ES", Side.BUY, OrderType.LIMIT, 1, price="5790", order_id=81)
    deeds = scene.fill("MNQ", -1, pnl="-450")
    assert (deeds.closes, deeds.cancels) == ([(contract_id("ES"), None)], [81])
    (held,) = deeds.locks
    assert (held.kind, held.until) == (LockKind.LOCKOUT, datetime(2026, 11, 18, 23, tzinfo=UTC))
    assert deeds.of("RULE-003")[0].details["realized"] == "-550"


def test_an_opening_half_changes_the_net_total_by_its_fees_alone() -> None:
    """3.5 P&L null, fees 0.36."""
    scene = Scene(rule())
    scene.fill("MNQ", 1, pnl=None, fees="0.36")
    state = scene.watch.state
    assert state.realized(scene.now) == Decimal("-0.36")
    assert state.pnl.realized(state.day(scene.now), "gross") == 0


@pytest.mark.parametrize(
    ("start", "until"),
    [
        (datetime(2026, 11, 18, 20, 0, tzinfo=UTC), datetime(2026, 11, 18, 23, 0, tzinfo=UTC)),
        (datetime(2026, 11, 19, 0, 0, tzinfo=UTC), datetime(2026, 11, 19, 23, 0, tzinfo=UTC)),
    ],
    ids=["3.6 14:00 until 17:00 of the day", "3.6 18:00 until 17:00 of the next"],
)
def test_the_lock_ends_at_the_reset(start: datetime, until: datetime) -> None:
    scene = Scene(rule(), start=start)
    closing(scene, "-600")
    held = scene.watch.state.lockouts.get("RULE-003")
    assert held is not None
    assert held.until == until
    assert held.kind is LockKind.LOCKOUT


@pytest.mark.parametrize(
    ("basis", "mark", "is_locked"),
    [
        pytest.param("total", "20975.25", False, id="3.7 a dollar short"),
        pytest.param("total", "20975.00", True, id="3.7 -400 and -100.00 open"),
        pytest.param("realized", "20975.00", False, id="3.7 open losses left out"),
    ],
)
def test_open_losses_count_with_basis_total(basis: str, mark: str, is_locked: bool) -> None:
    scene = Scene(rule(basis=basis))
    closing(scene, "-400")
    scene.trade("MNQ", 2, "21000")
    deeds = scene.quote("MNQ", mark)
    assert bool(deeds.closes) is is_locked
    assert bool(scene.watch.state.lockouts.lockout(None)) is is_locked


@pytest.mark.parametrize("basis", ["total", "realized"])
@pytest.mark.parametrize(("pnl", "is_locked"), [("-499.99", False), ("-500", True)])
def test_realized_losses_breach_whatever_is_open(basis: str, pnl: str, is_locked: bool) -> None:
    scene = Scene(rule(basis=basis))
    scene.trade("ES", 1, "5800")
    scene.quote("ES", "5820")
    assert closing(scene, pnl) is is_locked


@pytest.mark.parametrize(
    ("basis", "is_locked"),
    [
        pytest.param("net", True, id="3.8 -498.00 and 2.80 of fees"),
        pytest.param("gross", False, id="3.8 gross"),
    ],
)
def test_fees_count_in_the_net_basis(basis: str, is_locked: bool) -> None:
    assert closing(Scene(rule(), basis=basis), "-498.00", fees="2.80") is is_locked


def test_the_same_trade_twice_counts_once() -> None:
    """3.9 -300 under one trade id, twice."""
    scene = Scene(rule())
    assert closing(scene, "-300", "-300", fill_id=44) is False
    assert scene.watch.state.realized(scene.now) == Decimal(-300)


def test_the_day_survives_a_restart_and_ends_at_the_reset() -> None:
    """3.10 -400 at 20:00, restart at 08:00."""
    evening = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # 20:00 in Chicago on the 17th
    scene = Scene(rule(), start=evening)
    closing(scene, "-400")
    morning = Scene(
        rule(),
        start=datetime(2026, 11, 18, 14, 0, tzinfo=UTC),
        restored=Restored(fills=tuple(scene.fills)),
    )
    state = morning.watch.state
    assert state.realized(morning.now) == Decimal(-400)
    reset = datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
    assert state.realized(reset) == 0


def test_a_void_restores_the_total_and_leaves_the_lock() -> None:
    """3.11 -600, then the same id void."""
    scene = Scene(rule())
    assert closing(scene, "-600", fill_id=9)
    before = scene.watch.state.lockouts.get("RULE-003")
    (row,) = scene.at(1).fill("MNQ", -1, pnl="-600", fill_id=9, voided=True).of("ENGINE")
    assert scene.watch.state.realized(scene.now) == 0
    assert scene.watch.state.lockouts.get("RULE-003") == before
    assert row.reason == "trade 9 of MNQZ6 was voided: -600.00 taken back, every lock stays"
    assert (row.symbol, row.details["locks"]) == ("MNQ", ["RULE-003"])
    assert scene.at(2).fill("MNQ", -1, pnl="-600", fill_id=9, voided=True).of("ENGINE") == []


def test_what_opens_under_the_lock_is_closed_at_once() -> None:
    """3.12 one MNQ bought while locked."""
    scene = Scene(rule())
    closing(scene, "-600")
    before = scene.watch.state.lockouts.get("RULE-003")
    deeds = scene.at(60).trade("MNQ", 1)
    assert deeds.closes == [(contract_id("MNQ"), None)]
    (row,) = deeds.of("RULE-003")
    assert row.details["under_lock"]
    assert row.details["attempt"] == 1
    assert scene.watch.state.lockouts.get("RULE-003") == before


def test_the_lock_stands_while_closing_fails_and_closing_goes_on() -> None:
    """3.13 the close is refused three times."""
    scene = Scene(rule())
    scene.trade("MNQ", 2)
    deeds = scene.quote("MNQ", "20000")
    sends = 0
    while not scene.watch.alert and scene.now < NOON + timedelta(minutes=1):
        sends += len(deeds.closes)
        refused = scene.answer(deeds.actions, Outcome.REFUSED)
        deeds = Deeds((*refused.actions, *scene.answer_pending().actions))
        if not deeds.actions:
            scene.now = max(scene.core.deadline(scene.now), scene.now)
            deeds = scene.tick()
    assert sends >= 3
    assert "NOT FLAT" in scene.watch.alert
    assert scene.watch.state.lockouts.get("RULE-003")
    assert [p.phase for p in scene.watch.closing] != [Phase.DONE]


def test_a_breach_is_one_row_with_the_flatten_and_its_lock() -> None:
    scene = Scene(rule())
    scene.trade("MNQ", 2)
    scene.trade("ES", 1, "5800")
    deeds = scene.fill("RTY", -1, pnl="-500")
    (row,) = deeds.of("RULE-003")
    assert row.action is Act.FLATTEN
    assert row.details["lock"]["until"] == "2026-11-18T23:00:00.000+00:00"
    assert {name for name, _ in deeds.closes} == {contract_id("MNQ"), contract_id("ES")}


def test_a_lock_is_not_set_twice() -> None:
    scene = Scene(rule(), restored=Restored(locks=(lock("RULE-003", 3600),)))
    assert scene.fill("MNQ", -1, pnl="-900").of("RULE-003") == []


def test_headroom_says_when_a_position_has_no_mark() -> None:
    scene = Scene(rule())
    scene.trade("MNQ", 1)
    assert rule().headroom(scene.watch.state, scene.now).blind == "MNQZ6 has no mark"
    assert rule(basis="realized").headroom(scene.watch.state, scene.now).blind == ""
    scene.quote("MNQ", "20990")
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.limit, room.blind) == ("-20.00", "-500.00", "")
    assert room.used == Decimal("0.04")


@pytest.mark.parametrize(
    ("realized", "named"),
    [
        pytest.param("0", {"MNQ": "20881.25", "ES": "5810.50"}, id="no loss yet"),
        pytest.param("-400", {"MNQ": "20981.25", "ES": "5802.50"}, id="little left"),
        pytest.param("300", {"MNQ": "20806.25", "ES": "5816.50"}, id="a profit to lose"),
        pytest.param("-499.99", {"MNQ": "21006.00", "ES": "5800.75"}, id="a cent left"),
        pytest.param("-500", {}, id="at the limit whatever the price"),
    ],
)
def test_the_price_at_which_it_fires(realized: str, named: dict[str, str]) -> None:
    scene = Scene()
    scene.fill("RTY", -1, pnl=realized)
    scene.position("MNQ", 2)
    scene.position("ES", -1, "5800")
    scene.quote("MNQ", "21006.25")  # +25
    scene.quote("ES", "5800.50")  # -25
    assert prices(scene, rule()) == named
    assert prices(scene, rule(basis="realized")) == {}


def test_a_lock_leaves_no_price() -> None:
    scene = Scene(restored=Restored(locks=(lock("RULE-003", 3600),)))
    scene.position("MNQ", 2)
    scene.quote("MNQ", "21012.50")
    assert prices(scene, rule()) == {}


def test_at_the_limit_no_open_profit_makes_a_price() -> None:
    scene = Scene()
    scene.fill("RTY", -1, pnl="-500")
    scene.position("MNQ", 2)
    scene.quote("MNQ", "21100")
    assert rule().fires(scene.watch.state, scene.now) == ()
