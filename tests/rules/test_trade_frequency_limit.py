"""RULE-006, acceptance rows 6.x."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.events import FillSeen, Restored
from curb.domain.locks import LockKind
from curb.domain.money import ZERO
from curb.rules.trade_frequency_limit import TradeFrequencyLimit, within
from curb.state.trades import Counted
from tests.scene import NOON, Scene, contract_id, lock


def rule(**changes: object) -> TradeFrequencyLimit:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "per_minute": {"limit": 3, "cooldown_s": 60},
        "per_hour": {"limit": 10, "cooldown_s": 1800},
        "per_session": {"limit": 50, "cooldown_s": 3600},
        "unit": "order",
        "close_positions": False,
    }
    return TradeFrequencyLimit.model_validate(keys | changes)


def round_turns(scene: Scene, seconds: tuple[float, ...]) -> None:
    """Open and close one contract at each of the seconds; the opening is the trade."""
    for second in seconds:
        scene.at(second).trade("MNQ", 1)
        scene.at(second + 0.1).trade("MNQ", -1, pnl="0")


def ends_at(scene: Scene) -> float | None:
    """The second at which the cooldown ends."""
    held = scene.watch.state.lockouts.get("RULE-006")
    return (held.until - NOON).total_seconds() if held and held.until else None


@pytest.mark.parametrize(
    ("seconds", "until"),
    [
        pytest.param((0, 10, 20, 30), 90, id="6.1 the fourth"),
        pytest.param((0, 10, 20, 70), None, id="6.2 spread out"),
        pytest.param((0, 20, 40, 60), None, id="6.3 the far edge is out"),
        pytest.param((0, 20, 40, 59.999), 119.999, id="just inside"),
        pytest.param(tuple(range(0, 2820, 280)), 2800 + 1800, id="6.4 eleven in 47 minutes"),
    ],
)
def test_when_a_cooldown_starts(seconds: tuple[float, ...], until: float | None) -> None:
    scene = Scene(rule())
    round_turns(scene, seconds)
    assert ends_at(scene) == until


def test_the_session_limit_breaks_again_after_its_cooldown() -> None:
    """6.5 the 51st, and the 52nd after its cooldown."""
    hour = {"limit": 1000, "cooldown_s": 1}
    scene = Scene(rule(per_hour=hour))
    round_turns(scene, tuple(float(30 * n) for n in range(51)))
    assert ends_at(scene) == 1500 + 3600
    scene.at(6000).tick()
    assert ends_at(scene) is None
    round_turns(scene, (6001.0,))
    assert ends_at(scene) == 6001 + 3600


def test_two_windows_at_once_are_two_rows_and_the_longest_cooldown() -> None:
    """6.6 minute 4 and hour 11."""
    scene = Scene(rule())
    round_turns(scene, (0, 300, 600, 900, 1200, 1500, 1800, 2000, 2020, 2030))
    deeds = scene.at(2039).trade("MNQ", 1)
    rows = deeds.of("RULE-006")
    numbers = [(r.details["window"], r.details["value"], r.details["limit"]) for r in rows]
    assert numbers == [("minute", 4, 3), ("hour", 11, 10)]
    assert ends_at(scene) == 2039 + 1800


def test_a_void_trade_is_not_counted() -> None:
    """6.7 the third void before the fourth."""
    scene = Scene(rule())
    round_turns(scene, (0, 10))
    scene.at(20).trade("MNQ", 1, fill_id=700)
    scene.at(21).fill("MNQ", 1, fill_id=700, voided=True)
    scene.position("MNQ", 0)
    round_turns(scene, (30,))
    assert ends_at(scene) is None


def test_partial_fills_of_one_order_are_one_trade() -> None:
    """6.8 one order, four fills."""
    scene = Scene(rule())
    for second in range(4):
        scene.at(second).trade("MNQ", 1, order_id=55)
    assert ends_at(scene) is None


def test_a_restart_forgets_no_trade() -> None:
    """6.9 three, a restart, the fourth within 60 s."""
    before = Scene(rule())
    round_turns(before, (0, 10, 20))
    scene = Scene(
        rule(), start=NOON + timedelta(seconds=25), restored=Restored(fills=tuple(before.fills))
    )
    scene.last_id = 100
    scene.at(5).trade("MNQ", 1)
    assert ends_at(scene) == 90


def test_the_session_counts_thirty_of_five_hours() -> None:
    """6.10 thirty over five hours."""
    scene = Scene(rule(), start=NOON - timedelta(hours=1))
    round_turns(scene, tuple(600.0 * n for n in range(30)))
    state = scene.watch.state
    counted = state.trades.counted("order", state.positions)
    assert len(within(state, counted, scene.now, None)) == 30


def test_a_cooldown_leaves_a_daily_lock_alone() -> None:
    """6.11 a cooldown under a daily lock."""
    daily = lock("RULE-003", 4 * 3600)
    scene = Scene(rule(), restored=Restored(locks=(daily,)))
    for second in (0, 1, 2, 3):
        scene.at(second).trade("MNQ", 1)
    assert scene.watch.state.lockouts.get("RULE-003") == daily
    assert ends_at(scene) == 63


@pytest.mark.parametrize(
    ("unit", "trades", "is_cooling"),
    [
        pytest.param("order", (1, -1, 1, -1, 1, -1), False, id="exits are no trades"),
        pytest.param("order", (1, -2, 2, -2), True, id="a reversal is one"),
        pytest.param("fill", (1, -1, 1, -1), True, id="every fill"),
        pytest.param("round_turn", (1, -1, 1, -1, 1, -1), False, id="three round turns"),
        pytest.param("round_turn", (1, -1, 1, -1, 1, -1, 1, -1), True, id="four round turns"),
    ],
)
def test_what_counts_as_a_trade(unit: str, trades: tuple[int, ...], is_cooling: bool) -> None:
    scene = Scene(rule(unit=unit))
    held = 0
    for second, size in enumerate(trades):
        pnl = "0" if held * size < 0 else None
        scene.at(second).trade("MNQ", size, pnl=pnl)
        held += size
    assert (ends_at(scene) is not None) is is_cooling


class TestUnderTheCooldown:
    def scene(self) -> Scene:
        scene = Scene(rule())
        round_turns(scene, (0, 1, 2))
        scene.at(3).trade("MNQ", 2)  # the fourth trade
        return scene

    def test_the_breaching_position_stays(self) -> None:
        scene = self.scene()
        assert scene.at(4).tick().closes == []
        held = scene.watch.state.lockouts.get("RULE-006")
        assert held is not None
        assert held.kind is LockKind.COOLDOWN
        assert held.ceilings == ((contract_id("MNQ"), 2),)

    def test_the_breaching_fill_is_under_the_ceiling_though_its_position_comes_later(self) -> None:
        scene = Scene(rule())
        round_turns(scene, (0, 1, 2))
        scene.at(3).fill("MNQ", 2)
        assert scene.position("MNQ", 2).closes == []

    def test_what_is_added_is_closed(self) -> None:
        scene = self.scene()
        assert scene.at(5).trade("MNQ", 1).closes == [(contract_id("MNQ"), 1)]

    def test_another_contract_is_closed_whole(self) -> None:
        scene = self.scene()
        deeds = scene.at(5).trade("ES", 1, "5800")
        assert deeds.closes == [(contract_id("ES"), None)]
        assert deeds.of("RULE-006")[0].action is Act.CLOSE_POSITION

    def test_going_through_zero_is_closed_whole(self) -> None:
        scene = self.scene()
        assert scene.at(5).trade("MNQ", -3).closes == [(contract_id("MNQ"), None)]

    def test_the_ceiling_falls_and_never_rises(self) -> None:
        scene = self.scene()
        assert scene.at(5).trade("MNQ", -1, pnl="0").closes == []
        assert scene.at(6).trade("MNQ", 1).closes == [(contract_id("MNQ"), 1)]

    def test_stops_stay_and_orders_that_could_add_are_cancelled(self) -> None:
        scene = self.scene()
        stop = scene.at(4).order("MNQ", Side.SELL, OrderType.STOP, 2, price="20900", order_id=61)
        target = scene.order("MNQ", Side.SELL, OrderType.LIMIT, 2, price="21100", order_id=62)
        entry = scene.order("MNQ", Side.BUY, OrderType.LIMIT, 1, price="20950", order_id=63)
        other = scene.order("ES", Side.SELL, OrderType.LIMIT, 1, price="5900", order_id=64)
        assert [deeds.cancels for deeds in (stop, target, entry, other)] == [[], [], [63], [64]]

    def test_it_ends_by_itself_with_a_row(self) -> None:
        scene = self.scene()
        (row,) = scene.at(63).tick().of("RULE-006")
        assert row.action is Act.UNLOCK
        assert scene.at(64).trade("MNQ", 1).closes == []


def test_close_positions_makes_it_a_lockout() -> None:
    scene = Scene(rule(close_positions=True))
    round_turns(scene, (0, 1, 2))
    deeds = scene.at(3).trade("MNQ", 2)
    assert deeds.closes == [(contract_id("MNQ"), None)]
    assert [k.kind for k in scene.watch.state.lockouts] == [LockKind.LOCKOUT]


def test_an_exit_whose_entry_was_lost_is_no_trade() -> None:
    scene = Scene(rule())
    for second in (0, 10, 20):
        scene.at(second).fill("MNQ", 1)
    scene.at(30).fill("MES", -1, pnl="0")
    assert ends_at(scene) is None


@pytest.mark.parametrize(
    ("told_at", "until"),
    [
        pytest.param(89, 90, id="while the cooldown would last"),
        pytest.param(90, None, id="once it would be over"),
    ],
)
def test_a_fill_told_late_locks_for_what_is_left(told_at: float, until: float | None) -> None:
    scene = Scene(rule())
    round_turns(scene, (0, 10, 20))
    deeds = scene.at(told_at).fill("MNQ", 1, at=NOON + timedelta(seconds=30))
    assert ends_at(scene) == until
    assert bool(deeds.of("RULE-006")) is bool(until)


def test_an_exit_breaks_nothing_again() -> None:
    scene = Scene(rule(mode="warn"))
    for second in range(4):
        scene.at(second).trade("MNQ", 1)
    exit_ = FillSeen(replace(scene.fills[-1], id=700, order_id=701, pnl=ZERO))
    scene.at(4).trade("MNQ", -1, pnl="0", fill_id=700, order_id=701)
    assert rule().check(scene.watch.state, exit_, scene.now) == ()
    assert rule().check(scene.watch.state, FillSeen(scene.fills[-2]), scene.now)


def test_the_session_is_the_trading_day_up_to_the_moment() -> None:
    scene = Scene()
    account = scene.watch.state
    moments = [NOON + timedelta(hours=hours) for hours in (-24, -20, -18, 0, 1)]
    counted = tuple(Counted(at, number) for number, at in enumerate(moments))
    found = within(account, counted, NOON, None)
    assert [trade.fill_id for trade in found] == [2, 3]


@pytest.mark.parametrize(
    ("seconds", "now", "value", "limit", "used"),
    [
        pytest.param((), 0, "0", "3", "0", id="none"),
        pytest.param((0,), 1, "1/minute", "3", "0.3333", id="the minute"),
        pytest.param((0, 100, 200), 300, "3/hour", "10", "0.3", id="the hour"),
        pytest.param((0, 100, 200, 300), 9000, "4/session", "50", "0.08", id="the session"),
    ],
)
def test_headroom_is_the_window_nearest_its_limit(
    seconds: tuple[float, ...], now: float, value: str, limit: str, used: str
) -> None:
    scene = Scene(rule())
    round_turns(scene, seconds)
    room = rule().headroom(scene.watch.state, scene.at(now).now)
    assert (room.value, room.limit) == (value, limit)
    assert room.used is not None
    assert round(room.used, 4) == Decimal(used)
