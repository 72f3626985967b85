"""RULE-012, acceptance rows 12.x."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from curb.domain.actions import SaveHigh, SaveStopChange
from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.calm import OfMark, Share
from curb.domain.events import OrderSeen, Restored
from curb.domain.headroom import FiresAt
from curb.domain.money import ZERO
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from curb.rules.trade_management import TradeManagement
from tests.scene import NOON, contract_id
from tests.stops import StopScene

MNQ, ES = contract_id("MNQ"), contract_id("ES")
STOP, SELL, BUY = OrderType.STOP, Side.SELL, Side.BUY
OWN = "curb-stop-1"

# What a mark leads to: nothing, or size (a sale negative) and price of a new stop.
Wanted = tuple[int, str] | None


def rule(**changes: object) -> TradeManagement:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "breakeven_ticks": 10,
        "offset_ticks": 0,
        "trail_after_ticks": 20,
        "trail_ticks": 10,
        "respect_manual_stops": True,
        "initial_stop_ticks": 0,
    }
    return TradeManagement.model_validate(keys | changes)


def opened(
    name: str = "MNQ", size: int = 1, average: str = "21000", **changes: object
) -> StopScene:
    scene = StopScene(rule(**changes))
    scene.at(0).trade(name, size, average)
    return scene


@pytest.mark.parametrize(
    ("name", "size", "average", "changes", "mark", "wanted"),
    [
        pytest.param("MNQ", 2, "21000", {}, "21002.00", None, id="12.1 two ticks short"),
        pytest.param("MNQ", 2, "21000", {}, "21002.25", None, id="12.1 a tick short"),
        pytest.param("MNQ", 2, "21000", {}, "21002.50", (-2, "21000.00"), id="12.1 breakeven"),
        pytest.param("MNQ", 1, "21000", {"offset_ticks": 2}, "21002.50", (-1, "21000.50"), id="12.2 offset"),
        pytest.param("MNQ", -1, "21000", {"offset_ticks": 2}, "20997.50", (1, "20999.50"), id="12.2 a short"),
        pytest.param("MNQ", -1, "21000", {"offset_ticks": 2}, "20997.75", None, id="12.2 a short, a tick short"),
        pytest.param("ES", 1, "5800", {}, "5805", (-1, "5802.50"), id="12.3 trailing"),
        pytest.param("ES", 1, "5800", {}, "5804.75", (-1, "5800.00"), id="12.3 a tick short of trailing"),
        pytest.param("ES", -1, "5800", {}, "5795", (1, "5797.50"), id="12.4 trailing, a short"),
        pytest.param("ES", -1, "5800", {}, "5795.25", (1, "5800.00"), id="12.4 a tick short, a short"),
        pytest.param("MNQ", 2, "21000.125", {}, "21002.75", (-2, "21000.25"), id="12.10 long"),
        pytest.param("MNQ", -2, "21000.125", {}, "20997.50", (2, "21000.00"), id="12.10 short"),
        pytest.param("MNQ", 2, "21000.125", {}, "21002.50", None, id="12.10 half a tick short"),
        pytest.param("MNQ", 1, "21000", {"offset_ticks": 12}, "21002.50", (-1, "21002.25"), id="an offset beyond the trigger"),
        pytest.param("MNQ", 1, "21000", {"trail_after_ticks": 4, "breakeven_ticks": 50}, "21001", (-1, "20998.50"), id="trailing before breakeven"),
        pytest.param("RTY", 1, "2400", {}, "2401", (-1, "2400.00"), id="a tick of 0.1"),
        pytest.param("BTC", -1, "90000", {}, "89900", (1, "89950.00"), id="a tick of 5"),
    ],
)  # fmt: skip
def test_a_trigger_places_a_stop(
    name: str,
    size: int,
    average: str,
    changes: dict[str, object],
    mark: str,
    wanted: Wanted,
) -> None:
    deeds = opened(name, size, average, **changes).at(2).quote(name, mark)
    assert deeds.stops == ([(None, *wanted)] if wanted else [])


@pytest.mark.parametrize(
    ("size", "mark", "wanted"),
    [
        pytest.param(1, None, (-1, "20990.00"), id="long"),
        pytest.param(-2, None, (2, "21010.00"), id="short"),
        pytest.param(1, "20995", (-1, "20990.00"), id="with a mark"),
        pytest.param(1, "20985", (-1, "20984.75"), id="passed: a tick behind the mark"),
        pytest.param(-1, "21015", (1, "21015.25"), id="passed, a short"),
        pytest.param(1, "20990", (-1, "20989.75"), id="at the mark"),
    ],
)
def test_an_initial_stop_is_placed_at_once(size: int, mark: str | None, wanted: Wanted) -> None:
    scene = StopScene(rule(initial_stop_ticks=40))
    if mark is not None:
        scene.quote("MNQ", mark)
    assert wanted is not None
    assert scene.at(0).trade("MNQ", size, "21000").stops == [(None, *wanted)]


@pytest.mark.parametrize(("tag", "respect"), [("curb-stop-1", True), (None, False)])
def test_a_stop_that_rests_is_not_tightened_before_a_mark_is_seen(
    tag: str | None, respect: bool
) -> None:
    """After a restart the market may be where the tighter stop would fill at once."""
    scene = StopScene(rule(initial_stop_ticks=40, respect_manual_stops=respect), positions=())
    scene.positions = opened("MNQ", 1, "21000").positions
    scene.order("MNQ", SELL, STOP, 1, price="20984.75", order_id=5, tag=tag, silent=True)
    assert scene.begin().stops == []
    assert scene.at(2).quote("MNQ", "20985").stops == []
    assert scene.at(4).quote("MNQ", "20990").stops[-1:] == [(5, *_WHOLE[tag], "20989.75")]


_WHOLE = {"curb-stop-1": (1,), None: (None,)}


@pytest.mark.parametrize(
    ("size", "bid", "ask", "wanted"),
    [(1, "20985.00", "20985.25", "20984.75"), (-1, "21015.00", "21015.25", "21015.50")],
)
def test_between_two_ticks_a_stop_rests_behind_both_sides_of_the_quote(
    size: int, bid: str, ask: str, wanted: str
) -> None:
    """After a start no trade was seen yet, and the middle of the quote is the mark."""
    scene = StopScene(rule(initial_stop_ticks=40))
    scene.quote("MNQ", bid=bid, ask=ask)
    assert scene.trade("MNQ", size, "21000").stops == [(None, -size, wanted)]


class Trail:
    """A position whose stop the venue keeps; each mark comes two seconds after the last."""

    def __init__(self, scene: StopScene) -> None:
        self.scene = scene
        self.second = 1.0

    def to(self, name: str, *marks: str) -> list[str]:
        """Return where the stop stands after each mark, "" where there is none."""
        found = []
        for mark in marks:
            self.second += 2
            self.scene.hub(self.scene.at(self.second).quote(name, mark))
            prices = [o.stop_price for o in self.scene.orders.values()]
            found.append(f"{prices[0]:.2f}" if prices and prices[0] is not None else "")
        return found


@pytest.mark.parametrize(
    ("name", "size", "average", "marks", "stops"),
    [
        pytest.param(
            "ES",
            1,
            "5800",
            ("5805", "5810", "5808"),
            ["5802.50", "5807.50", "5807.50"],
            id="12.3 on",
        ),
        pytest.param(
            "ES",
            -1,
            "5800",
            ("5795", "5790", "5792"),
            ["5797.50", "5792.50", "5792.50"],
            id="12.4 on",
        ),
        pytest.param(
            "MNQ",
            1,
            "21000",
            ("21002.50", "21005.00"),
            ["21000.00", "21002.50"],
            id="12.5 trailing replaces breakeven",
        ),
        pytest.param(
            "MNQ", 1, "21000", ("21005", "21010"), ["21002.50", "21007.50"], id="12.6 long"
        ),
        pytest.param(
            "MNQ", -1, "21000", ("20995", "20990"), ["20997.50", "20992.50"], id="12.6 short"
        ),
        pytest.param(
            "MNQ",
            1,
            "21000",
            ("21002.50", "21004.75", "21001", "21002.50"),
            ["21000.00", "21000.00", "21000.00", "21000.00"],
            id="between the triggers it stays",
        ),
    ],
)
def test_the_stop_follows_the_best_price_and_never_goes_back(
    name: str, size: int, average: str, marks: tuple[str, ...], stops: list[str]
) -> None:
    assert Trail(opened(name, size, average)).to(name, *marks) == stops


@pytest.mark.parametrize(
    ("kept", "wanted"),
    [("21003", []), ("21002.50", []), ("21002.25", [(90, 1, "21002.50")])],
    ids=["12.7 tighter", "12.7 the same", "looser"],
)
def test_a_stop_is_never_loosened(kept: str, wanted: list[object]) -> None:
    scene = opened()
    scene.order("MNQ", SELL, STOP, 1, price=kept, order_id=90, tag=OWN)
    assert scene.at(5).quote("MNQ", "21005").stops == wanted


def test_of_several_changes_in_a_second_the_newest_wins_when_it_is_over() -> None:
    """12.8 quotes at 0.0, 0.3 and 0.6 s."""
    scene = opened()
    told = []
    for at, mark in ((0, "21005"), (0.3, "21006"), (0.6, "21010"), (0.9, "21009")):
        deeds = scene.at(10 + at).quote("MNQ", mark)
        told.append(deeds.stops)
        scene.hub(deeds)
    assert told == [[(None, -1, "21002.50")], [], [], []]
    assert scene.tick().stops == []
    assert scene.core.deadline(scene.now) == NOON + timedelta(seconds=11)
    assert [size for _, size, _ in scene.at(10.99).tick().stops] == []
    (order_id,) = scene.orders
    assert scene.at(11).tick().stops == [(order_id, 1, "21007.50")]


@pytest.mark.parametrize(("added", "size"), [(1, 3), (-1, 1)], ids=["12.9 up", "12.9 down"])
def test_the_stop_has_the_size_of_the_position(added: int, size: int) -> None:
    scene = opened(size=2)
    scene.hub(scene.at(2).quote("MNQ", "21002.50"))
    (order_id,) = scene.orders
    deeds = scene.at(5).trade("MNQ", added)
    assert deeds.stops == [(order_id, size, "21000.00")]
    scene.hub(deeds)
    assert scene.orders[order_id].size == size


class TestManualStops:
    def scene(self, price: str, size: int = 1, **changes: Any) -> StopScene:
        scene = opened(size=2, **changes)
        scene.order("MNQ", SELL, STOP, size, price=price, order_id=80)
        return scene

    def test_one_that_covers_is_left_alone_and_none_is_placed_beside_it(self) -> None:
        """12.11 respected."""
        scene = self.scene("20990", 2)
        assert scene.at(5).quote("MNQ", "21003").stops == []
        assert scene.at(7).quote("MNQ", "21030").stops == []

    def test_not_respected_it_is_moved_tighter(self) -> None:
        """12.11 not respected."""
        scene = self.scene("20990", 2, respect_manual_stops=False)
        deeds = scene.at(5).quote("MNQ", "21002.50")
        assert deeds.stops == [(80, None, "21000.00")]
        (row,) = deeds.of("RULE-012")
        assert row.action is Act.MOVE_STOP
        assert row.reason == ("MNQZ6: 10 ticks in profit, breakeven at 10: stop 20990 -> 21000.00")

    def test_not_respected_it_is_not_moved_back(self) -> None:
        scene = self.scene("21001", 2, respect_manual_stops=False)
        assert scene.at(5).quote("MNQ", "21002.50").stops == []

    def test_the_rest_of_the_position_gets_a_stop_of_its_own(self) -> None:
        scene = self.scene("20990", 1)
        assert scene.at(5).quote("MNQ", "21002.50").stops == [(None, -1, "21000.00")]

    def test_a_trailing_stop_of_the_venue_is_not_moved(self) -> None:
        scene = opened(respect_manual_stops=False)
        scene.order("MNQ", SELL, OrderType.TRAILING_STOP, 1, price="20990", order_id=80)
        assert scene.at(5).quote("MNQ", "21002.50").stops == []

    def test_a_profit_target_is_no_stop(self) -> None:
        scene = opened()
        scene.order("MNQ", SELL, OrderType.LIMIT, 1, price="21050", order_id=80)
        assert scene.at(5).quote("MNQ", "21002.50").stops == [(None, -1, "21000.00")]

    def test_several_are_moved_one_after_the_other(self) -> None:
        scene = self.scene("20990", respect_manual_stops=False)
        scene.order("MNQ", SELL, STOP, 1, price="20980", order_id=81)
        first = scene.at(5).quote("MNQ", "21002.50")
        assert first.stops == [(80, None, "21000.00")]
        assert scene.hub(first).stops == [(81, None, "21000.00")]


def test_a_scale_in_does_not_count_a_profit_that_the_average_never_had() -> None:
    scene = opened()
    scene.hub(scene.at(2).quote("MNQ", "21004"))
    scene.hub(scene.at(4).trade("MNQ", 1, "21002"))  # the average of both, best 8 ticks away
    assert {o.stop_price for o in scene.orders.values()} == {Decimal(21000)}
    assert scene.at(6).quote("MNQ", "21004.25").stops == []
    assert [s[2] for s in scene.at(8).quote("MNQ", "21004.50").stops] == ["21002.00"]


def test_it_only_tells_with_warn() -> None:
    scene = opened(mode="warn")
    deeds = scene.at(2).quote("MNQ", "21002.50")
    assert deeds.stops == []
    (row,) = deeds.of("RULE-012")
    assert row.action is Act.WARN
    assert row.reason == "MNQZ6: 10 ticks in profit, breakeven at 10: sell stop 1 @ 21000.00"
    assert scene.at(4).quote("MNQ", "21003").of("RULE-012") == []


@pytest.mark.parametrize("restored_after_s", [0.4, 60], ids=["within the second", "a minute later"])
def test_a_restart_remembers_the_best_price_and_the_last_change(restored_after_s: float) -> None:
    before = opened()
    deeds = before.at(10).quote("MNQ", "21010")
    before.hub(deeds)
    scene = StopScene(
        rule(),
        start=NOON + timedelta(seconds=10 + restored_after_s),
        restored=Restored(
            highs=tuple(a.high for a in deeds.actions if isinstance(a, SaveHigh)),
            stop_changes=tuple(a.change for a in deeds.actions if isinstance(a, SaveStopChange)),
        ),
        positions=(),
    )
    scene.positions = before.positions
    (order,) = before.orders.values()
    scene.order("MNQ", SELL, STOP, 1, price="21005", order_id=order.id, tag=order.tag, silent=True)
    wanted = [(order.id, 1, "21007.50")]
    assert scene.begin().stops == []
    assert scene.quote("MNQ", "21009").stops == ([] if restored_after_s < 1 else wanted)
    if restored_after_s < 1:
        assert scene.at(0.59).tick().stops == []
        assert scene.at(0.6).tick().stops == wanted


def test_what_is_not_known_moves_nothing() -> None:
    scene = StopScene(rule(initial_stop_ticks=40), contracts=())
    assert scene.at(0).trade("MNQ", 1).stops == []
    assert scene.at(1).quote("MNQ", "21010").stops == []
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.used, room.blind) == ("?", None, f"{MNQ} has no tick data")


class TestHeadroom:
    @pytest.mark.parametrize(
        ("size", "marks", "value", "price"),
        [
            (1, ("21001",), "MNQZ6 breakeven at 21002.50", "21002.50"),
            (1, ("21002.50",), "MNQZ6 trailing from 21005.00", "21005.00"),
            (1, ("21007", "21006"), "MNQZ6 trailing, on at 21007.25", "21007.25"),
            (-1, ("20999",), "MNQZ6 breakeven at 20997.50", "20997.50"),
            (-1, ("20993", "20994"), "MNQZ6 trailing, on at 20992.75", "20992.75"),
        ],
    )
    def test_it_is_the_next_trigger(
        self, size: int, marks: tuple[str, ...], value: str, price: str
    ) -> None:
        scene = opened(size=size)
        for mark in marks:
            scene.quote("MNQ", mark)
        room = rule().headroom(scene.watch.state, scene.now)
        assert (room.value, room.limit, room.used) == (value, "10, 20 ticks", ZERO)
        found = rule().fires(scene.watch.state, scene.now)
        assert found == (FiresAt(MNQ, Decimal(price)),)

    def test_every_position_has_its_price_and_the_nearest_is_told(self) -> None:
        scene = opened()
        scene.trade("ES", -1, "5800")
        scene.quote("MNQ", "21000.25")
        scene.quote("ES", "5798")
        room = rule().headroom(scene.watch.state, scene.now)
        assert room.value == "ESZ6 breakeven at 5797.50"
        assert set(rule().fires(scene.watch.state, scene.now)) == {
            FiresAt(MNQ, Decimal("21002.50")),
            FiresAt(ES, Decimal("5797.50")),
        }

    def test_with_nothing_open_it_says_so(self) -> None:
        state = StopScene(rule()).watch.state
        room = rule().headroom(state, NOON)
        assert (room.value, room.used) == ("none open", ZERO)
        assert rule().fires(state, NOON) == ()

    def test_near_a_trigger_is_no_warning(self) -> None:
        scene = opened()
        assert scene.quote("MNQ", "21002.25").rows == []


def test_an_own_stop_counts_as_cover() -> None:  # RULE-008
    grace = NoStopLossGrace(enabled=True, mode="enforce", grace_s=30)
    scene = StopScene(grace, rule(initial_stop_ticks=40))
    scene.hub(scene.at(0).trade("MNQ", 2))
    assert grace.headroom(scene.watch.state, scene.now).value == "covered"
    assert scene.at(31).tick().closes == []
    bare = StopScene(grace, rule())
    bare.at(0).trade("MNQ", 2)
    bare.settle(bare.at(31).tick())
    assert bare.positions == {}


@pytest.mark.parametrize(
    ("size", "stop", "held"),
    [
        (1, "21001", ("-Infinity", "21001.25")),  # the next rests a tick below the mark
        (1, "21001.10", ("-Infinity", "21001.25")),  # no tick is tighter than this before
        (-1, "20999", ("20998.75", "Infinity")),
        (-1, "20998.90", ("20998.75", "Infinity")),
    ],
)
def test_a_stop_that_the_mark_holds_back_is_calm_until_it_comes_free(
    size: int, stop: str, held: tuple[str, str]
) -> None:
    managed = rule(respect_manual_stops=False)
    scene = StopScene(managed)
    scene.quote("MNQ", "21000")
    scene.position("MNQ", size, "21000")
    scene.quote("MNQ", str(21000 + 5 * size))  # twenty ticks in profit
    scene.quote("MNQ", str(21000 + size))
    side = Side.SELL if size > 0 else Side.BUY
    scene.order("MNQ", side, OrderType.STOP, price=stop, silent=True)
    scene.watch.state.orders.apply(OrderSeen(scene.orders[scene.last_id]), scene.now)
    assert managed.calm(scene.watch.state, Share(), scene.now) == (
        OfMark(contract_id("MNQ"), Decimal(held[0]), Decimal(held[1])),
    )


def test_without_a_level_every_mark_is_calm() -> None:
    scene = StopScene(rule())
    scene.quote("MNQ", "21000")
    scene.position("MNQ", 1, "21000")
    assert rule().calm(scene.watch.state, Share(), scene.now) == ()
