"""RULE-007, acceptance rows 7.x."""

from datetime import timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.events import Restored
from curb.domain.locks import LockKind
from curb.domain.money import ZERO
from curb.rules.cooldown_after_loss import CooldownAfterLoss
from curb.rules.trade_frequency_limit import TradeFrequencyLimit
from tests.scene import NOON, Scene, contract_id, lock


def rule(*tiers: tuple[int, int], **changes: object) -> CooldownAfterLoss:
    ladder = tiers or ((100, 300), (200, 900), (300, 1800))
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "tiers": tuple({"loss": Decimal(loss), "cooldown_s": length} for loss, length in ladder),
    }
    return CooldownAfterLoss.model_validate(keys | changes)


def ends_at(scene: Scene) -> float | None:
    """The second at which the cooldown ends."""
    held = scene.watch.state.lockouts.get("RULE-007")
    return (held.until - NOON).total_seconds() if held and held.until else None


@pytest.mark.parametrize(
    ("pnl", "length"),
    [
        pytest.param("-75", None, id="7.1 a small one"),
        pytest.param("-99.99", None, id="7.1 a cent short"),
        pytest.param("-100.00", 300, id="7.1 at the limit"),
        pytest.param("-150", 300, id="7.2 in the first tier"),
        pytest.param("-199.99", 300, id="7.2 a cent short of the second"),
        pytest.param("-200.00", 900, id="at the second"),
        pytest.param("-250", 900, id="7.2 in the second"),
        pytest.param("-300.00", 1800, id="at the third"),
        pytest.param("-350", 1800, id="7.2 in the third"),
        pytest.param("200", None, id="7.3 a profit"),
        pytest.param("0.00", None, id="7.3 nothing"),
        pytest.param(None, None, id="7.3 null"),
    ],
)
def test_the_largest_tier_reached_counts(pnl: str | None, length: float | None) -> None:
    scene = Scene(rule())
    deeds = scene.at(7).fill("MNQ", -1, pnl=pnl)
    assert ends_at(scene) == (None if length is None else 7 + length)
    assert [row.action for row in deeds.of("RULE-007")] == ([Act.COOLDOWN] if length else [])


def test_a_loss_that_is_void_is_none() -> None:
    """7.3 a void fill."""
    scene = Scene(rule())
    scene.at(0).fill("MNQ", -1, pnl="-350", fill_id=9, voided=True)
    assert ends_at(scene) is None
    scene.at(1).fill("MNQ", -1, pnl="-60", fill_id=10, order_id=5)
    scene.at(2).fill("MNQ", -1, pnl="-60", fill_id=10, order_id=5, voided=True)
    scene.at(3).fill("MNQ", -1, pnl="-60", fill_id=11, order_id=5)
    assert ends_at(scene) is None


def test_a_void_leaves_a_cooldown_that_stands() -> None:
    scene = Scene(rule())
    scene.at(0).fill("MNQ", -1, pnl="-350", fill_id=9)
    scene.at(1).fill("MNQ", -1, pnl="-350", fill_id=9, voided=True)
    assert ends_at(scene) == 1800


def test_the_fills_of_one_exit_order_add_up() -> None:
    """7.4 -60 and -60 of one order."""
    scene = Scene(rule())
    assert scene.at(0).fill("MNQ", -1, pnl="-60", order_id=5).of("RULE-007") == []
    (row,) = scene.at(2).fill("MNQ", -1, pnl="-60", order_id=5).of("RULE-007")
    assert ends_at(scene) == 2 + 300
    assert (row.details["value"], row.details["limit"], row.symbol) == ("120", "100", "MNQ")


def test_the_losses_of_two_orders_do_not() -> None:
    scene = Scene(rule())
    scene.at(0).fill("MNQ", -1, pnl="-60", order_id=5)
    scene.at(0).fill("MNQ", -1, pnl="-60", order_id=6)
    assert ends_at(scene) is None


def test_an_order_counts_once_per_larger_tier() -> None:
    scene = Scene(rule())
    lengths = []
    for pnl in ("-120", "-30", "-60", "100", "-100", "-200"):
        rows = scene.at(0).fill("MNQ", -1, pnl=pnl, order_id=5).of("RULE-007")
        lengths.append(
            [n for row in rows for key, n in row.details["keys"].items() if key.endswith("_s")]
        )
    # -120, -150, -210, -110, -210 again, -410
    assert lengths == [[300], [], [900], [], [], [1800]]


def test_a_smaller_loss_leaves_the_longer_cooldown() -> None:
    """7.5 600 s left of 900, then -120."""
    scene = Scene(rule())
    scene.at(0).fill("MNQ", -1, pnl="-250")
    scene.at(300).fill("MNQ", -1, pnl="-120")
    assert ends_at(scene) == 900


def test_a_larger_loss_makes_it_longer() -> None:
    """7.6 300 s running, then -350."""
    scene = Scene(rule())
    scene.at(0).fill("MNQ", -1, pnl="-120")
    scene.at(10).fill("MNQ", -1, pnl="-350")
    assert ends_at(scene) == 10 + 1800


def test_a_restart_leaves_what_was_left() -> None:
    """7.7 a restart with 300 s left."""
    before = Scene(rule())
    before.at(0).fill("MNQ", -1, pnl="-250")
    held = tuple(before.watch.state.lockouts)
    scene = Scene(
        rule(),
        start=NOON + timedelta(seconds=600),
        restored=Restored(locks=held, fills=tuple(before.fills)),
        positions=(),
    )
    scene.fills = before.fills
    scene.begin()
    assert ends_at(scene) == 900


def test_three_losses_in_a_row() -> None:
    """7.8 -120, -95 after 6 min, -250 after 7 min."""
    scene = Scene(rule())
    ends = []
    for second, pnl in ((0, "-120"), (360, "-95"), (420, "-250")):
        scene.at(second).tick()
        scene.fill("MNQ", -1, pnl=pnl)
        ends.append(ends_at(scene))
    assert ends == [300, None, 22 * 60]


@pytest.mark.parametrize(("basis", "length"), [("net", 300), ("gross", None)])
def test_costs_belong_to_the_loss_in_the_net_basis(basis: str, length: int | None) -> None:
    scene = Scene(rule(), basis=basis)
    scene.at(0).fill("MNQ", -1, pnl="-99.20", fees="0.80")
    assert ends_at(scene) == length


def test_the_costs_of_an_opening_order_are_no_loss() -> None:
    scene = Scene(rule((1, 300)))
    scene.at(0).fill("MNQ", 1, fees="2.80")
    assert ends_at(scene) is None


def test_it_runs_from_the_venues_time_and_not_at_all_where_it_is_over() -> None:
    scene = Scene(rule())
    scene.at(200).fill("MNQ", -1, pnl="-120", at=NOON)
    assert ends_at(scene) == 300
    late = Scene(rule())
    assert late.at(300).fill("MNQ", -1, pnl="-120", at=NOON).of("RULE-007") == []
    assert ends_at(late) is None


def test_fills_of_one_order_that_a_read_tells_together_are_one_breach() -> None:
    scene = Scene(rule())
    told = Scene()
    for second in range(3):
        told.at(second).fill("MNQ", -1, pnl="-60", order_id=5)
    scene.fills = told.fills
    scene.at(9)
    scene.watch._reading.want(scene.now, NOON)
    deeds = scene.answer_read(scene.tick().actions)
    assert [row.details["value"] for row in deeds.of("RULE-007")] == ["120"]
    assert ends_at(scene) == 301


def test_curbs_own_closes_count() -> None:
    scene = Scene(rule())
    scene.at(0).trade("MNQ", 2)
    scene.watch.closing.want(contract_id("MNQ"), 0, scene.now)
    assert scene.tick().closes == [(contract_id("MNQ"), None)]
    scene.at(1).trade("MNQ", -2, pnl="-300")
    assert ends_at(scene) == 1801


class TestUnderTheCooldown:
    def scene(self) -> Scene:
        scene = Scene(rule())
        scene.at(0).trade("MNQ", 3)
        scene.at(1).trade("MNQ", -1, pnl="-120")
        return scene

    def test_what_is_left_may_be_managed(self) -> None:
        scene = self.scene()
        held = scene.watch.state.lockouts.get("RULE-007")
        assert held is not None
        assert held.kind is LockKind.COOLDOWN
        assert held.ceilings == ((contract_id("MNQ"), 2),)
        stop = scene.at(2).order("MNQ", Side.SELL, OrderType.STOP, 2, price="20900")
        assert (stop.cancels, scene.tick().closes) == ([], [])

    def test_what_is_added_is_closed(self) -> None:
        assert self.scene().at(5).trade("MNQ", 1).closes == [(contract_id("MNQ"), 1)]

    def test_it_ends_by_itself_with_a_row(self) -> None:
        scene = self.scene()
        (row,) = scene.at(301).tick().of("RULE-007")
        assert row.action is Act.UNLOCK
        assert scene.at(302).trade("MNQ", 1).closes == []


def test_a_day_lock_stays_beside_it() -> None:
    daily = lock("RULE-003", 4 * 3600)
    scene = Scene(rule(), restored=Restored(locks=(daily,)))
    scene.at(0).fill("MNQ", -1, pnl="-120")
    assert scene.watch.state.lockouts.get("RULE-003") == daily
    assert ends_at(scene) == 300


def test_it_and_the_frequency_cooldown_are_two_locks() -> None:
    window = {"limit": 1, "cooldown_s": 60}
    often = TradeFrequencyLimit.model_validate(
        {
            "enabled": True,
            "mode": "enforce",
            "per_minute": window,
            "per_hour": window,
            "per_session": window,
            "unit": "fill",
            "close_positions": False,
        }
    )
    scene = Scene(often, rule())
    scene.at(0).trade("MNQ", 1)
    scene.at(1).trade("MNQ", -1, pnl="-120")
    assert {held.rule for held in scene.watch.state.lockouts} == {"RULE-006", "RULE-007"}


@pytest.mark.parametrize("tiers", [(), ((100, 300), (100, 900))], ids=["none", "one twice"])
def test_tiers_are_some_and_each_loss_once(tiers: tuple[tuple[int, int], ...]) -> None:
    ladder = [{"loss": Decimal(loss), "cooldown_s": length} for loss, length in tiers]
    with pytest.raises(ValidationError) as caught:
        rule(tiers=tuple(ladder))
    assert caught.value.errors()[0]["msg"] == "at least one tier, each loss once"


def test_headroom_is_what_a_close_would_lose() -> None:
    scene = Scene(rule())
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.used) == ("none open", ZERO)
    scene.trade("MNQ", 2)
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.used, room.blind) == ("?", None, "")
    scene.quote("MNQ", "20995")
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.limit, room.used) == ("-20.00", "-100.00", Decimal("0.2"))
