"""RULE-005, acceptance rows 5.x."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from curb.domain.actions import SaveHigh
from curb.domain.audit import Act
from curb.domain.events import Restored
from curb.domain.money import ZERO
from curb.rules.max_unrealized_profit import MaxUnrealizedProfit
from tests.rules.proof import prices
from tests.scene import NOON, Deeds, Scene, contract_id, lock

MNQ, ES = contract_id("MNQ"), contract_id("ES")


def rule(**changes: object) -> MaxUnrealizedProfit:
    keys: dict[str, object] = {
        "enabled": True,
        "mode": "enforce",
        "target": Decimal(1000),
        "exit": "target",
        "arm_ticks": 20,
        "scope": "position",
        "lock": False,
    }
    return MaxUnrealizedProfit.model_validate(keys | changes)


@pytest.mark.parametrize(
    ("target", "name", "size", "average", "mark", "is_closed"),
    [
        pytest.param(1000, "MNQ", 2, "21000", "21249.75", False, id="5.1 a dollar short"),
        pytest.param(1000, "MNQ", 2, "21000", "21250.00", True, id="5.1 at the target"),
        pytest.param(1000, "MNQ", 2, "21000", "21250.25", True, id="5.1 a dollar beyond"),
        pytest.param(1000, "MNQ", -2, "21000", "20750.25", False, id="a short, a dollar short"),
        pytest.param(1000, "MNQ", -2, "21000", "20750.00", True, id="5.2 a short"),
        pytest.param(1000, "ES", 1, "5800", "5820.00", True, id="5.3 at the target"),
        pytest.param(1000, "ES", 1, "5800", "5819.75", False, id="5.3 a tick short"),
        pytest.param(2000, "ES", 10, "5800", "5803.75", False, id="5.4 a tick short"),
        pytest.param(2000, "ES", 10, "5800", "5804.00", True, id="5.4 at the target"),
        pytest.param(1000, "ES", 1, "5800", "5780.00", False, id="a loss of as much"),
    ],
)
def test_a_position_is_closed_at_its_target(
    target: int, name: str, size: int, average: str, mark: str, is_closed: bool
) -> None:
    scene = Scene(rule(target=Decimal(target)))
    scene.at(0).trade(name, size, average)
    deeds = scene.quote(name, mark)
    assert deeds.closes == ([(contract_id(name), None)] if is_closed else [])
    assert deeds.acts == [Act.CLOSE_POSITION] * is_closed
    assert list(scene.watch.state.lockouts) == []


def test_by_position_only_the_one_at_its_target_is_closed() -> None:
    """5.5 +400 and +2400."""
    scene = Scene(rule())
    scene.at(0).trade("MNQ", 1, "21000")
    scene.trade("ES", 1, "5800")
    first = scene.quote("MNQ", "21200")
    deeds = Deeds((*first.actions, *scene.quote("ES", "5848").actions))
    assert deeds.closes == [(ES, None)]
    row = scene.settle(deeds).of("RULE-005")[-1]
    assert (row.symbol, row.success) == ("ES", True)
    assert row.reason == "ESZ6: open P&L 2400.00, target 1000.00"
    numbers = [row.details[key] for key in ("what", "value", "sign", "limit")]
    assert numbers == ["open P&L", "2400", ">=", "1000"]
    assert row.details["keys"]["target"] == "1000"
    assert set(scene.positions) == {MNQ}


class TestByAccount:
    def scene(self, es: str, **changes: object) -> tuple[Scene, Deeds]:
        scene = Scene(rule(scope="account", **changes))
        scene.at(0).trade("MNQ", 2, "21000")
        scene.trade("ES", 1, "5800")
        scene.quote("ES", es)
        return scene, scene.quote("MNQ", "21400")

    def test_the_sum_closes_all(self) -> None:
        """5.6 +1600 and -600, by account."""
        scene, deeds = self.scene("5788")
        assert sorted(name for name, _ in deeds.closes) == [ES, MNQ]
        (row,) = deeds.of("RULE-005")
        assert row.action is Act.FLATTEN
        assert Decimal(row.details["value"]) == 1000
        assert list(scene.watch.state.lockouts) == []

    def test_a_tick_short_is_no_breach(self) -> None:
        assert self.scene("5787.75")[1].closes == []

    def test_without_a_lock_it_is_one_row_and_one_close_each(self) -> None:
        scene, deeds = self.scene("5788")
        more = scene.at(0.1).quote("MNQ", "21401")
        assert (more.closes, more.rows) == ([], [])
        settled = scene.settle(deeds)
        assert [row.success for row in settled.of("RULE-005")] == [None, True]
        assert scene.at(60).trade("MNQ", 1, "21401").closes == []

    def test_with_lock_it_is_locked_until_the_reset(self) -> None:
        scene, deeds = self.scene("5788", lock=True)
        assert len(deeds.of("RULE-005")) == 1
        held = scene.watch.state.lockouts.get("RULE-005")
        assert held is not None
        assert held.until == datetime(2026, 11, 18, 23, 0, tzinfo=UTC)
        assert scene.at(0.1).quote("MNQ", "21401").rows == []
        scene.settle(deeds)
        assert scene.at(60).trade("MNQ", 1, "21401").closes == [(MNQ, None)]

    def test_a_profit_that_is_not_known_whole_is_none(self) -> None:
        scene = Scene(rule(scope="account"))
        scene.at(0).trade("MNQ", 2, "21000")
        scene.trade("ES", 1, "5800")
        assert scene.quote("MNQ", "21400").closes == []
        room = rule(scope="account").headroom(scene.watch.state, scene.now)
        assert (room.value, room.used, room.blind) == ("?", None, "ESZ6 has no mark")

    def test_one_armed_position_back_at_nothing_closes_all(self) -> None:
        scene = Scene(rule(scope="account", exit="breakeven", lock=True))
        scene.at(0).trade("MNQ", 1, "21000")
        scene.trade("ES", 1, "5800")
        scene.quote("ES", "5804")
        scene.quote("MNQ", "21005")
        deeds = scene.quote("MNQ", "21000")
        assert sorted(deeds.closes) == [(ES, None), (MNQ, None)]
        assert scene.watch.state.lockouts.get("RULE-005")

    def test_a_lock_is_not_set_twice(self) -> None:
        kept = Restored(locks=(lock("RULE-005", 3600),))
        scene = Scene(rule(scope="account", lock=True), restored=kept)
        scene.at(0).trade("MNQ", 2, "21000")
        rows = scene.quote("MNQ", "21300").of("RULE-005")
        assert all(row.details.get("under_lock") for row in rows)


class TestBreakeven:
    def scene(self, *marks: str, size: int = 1, **changes: object) -> tuple[Scene, Deeds]:
        """Open at 21000 and quote; return what the last quote led to."""
        scene = Scene(rule(exit="breakeven", **changes))
        scene.at(0).trade("MNQ", size, "21000")
        deeds = Deeds(())
        for mark in marks:
            assert deeds.closes == []
            deeds = scene.quote("MNQ", mark)
        return scene, deeds

    @pytest.mark.parametrize(
        ("marks", "is_closed"),
        [
            pytest.param(("21000",), False, id="5.7 a fresh fill"),
            pytest.param(("21004.75", "21000"), False, id="5.7 a tick short of arming"),
            pytest.param(("21005", "21000.25"), False, id="5.7 a tick of profit is left"),
            pytest.param(("21005", "21000"), True, id="5.7 armed and back"),
            pytest.param(("21005", "20990"), True, id="5.7 armed and through"),
            pytest.param(("21300",), False, id="no target with it"),
        ],
    )
    def test_an_armed_position_is_closed_when_its_profit_is_gone(
        self, marks: tuple[str, ...], is_closed: bool
    ) -> None:
        scene, deeds = self.scene(*marks)
        assert deeds.closes == ([(MNQ, None)] if is_closed else [])
        assert list(scene.watch.state.lockouts) == []

    def test_a_short_is_armed_below(self) -> None:
        assert self.scene("20995", "21000", size=-1)[1].closes == [(MNQ, None)]

    def test_ticks_count_per_contract(self) -> None:
        assert self.scene("21004.75", "21000", size=4)[1].closes == []

    def test_its_row_says_how_far_it_was(self) -> None:
        (row,) = self.scene("21007", "21000")[1].of("RULE-005")
        assert row.reason == "MNQZ6: open P&L 0.00 after 28 ticks in profit, limit 0.00"
        assert (row.details["keys"]["exit"], row.details["keys"]["arm_ticks"]) == ("breakeven", 20)
        assert "target" not in row.details

    def test_a_new_position_is_not_armed(self) -> None:
        scene, _ = self.scene("21010")
        scene.at(1).trade("MNQ", -1, pnl="20")
        scene.at(2).trade("MNQ", 1, "21010")
        assert scene.quote("MNQ", "21009").closes == []

    def test_a_restart_leaves_it_armed(self) -> None:
        before = Scene(rule(exit="breakeven"))
        before.at(0).trade("MNQ", 1, "21000")
        armed = before.quote("MNQ", "21005")
        highs = tuple(a.high for a in armed.actions if isinstance(a, SaveHigh))
        scene = Scene(
            rule(exit="breakeven"),
            start=NOON + timedelta(seconds=60),
            restored=Restored(highs=highs),
            positions=(),
        )
        scene.positions = before.positions
        scene.begin()
        assert scene.quote("MNQ", "21000").closes == [(MNQ, None)]

    def test_headroom_is_the_armed_position_nearest_to_nothing(self) -> None:
        scene, _ = self.scene()
        armed = rule(exit="breakeven")
        room = armed.headroom(scene.watch.state, scene.now)
        assert (room.value, room.used, room.blind) == ("not armed", None, "MNQZ6 has no mark")
        scene.quote("MNQ", "21001")
        room = armed.headroom(scene.watch.state, scene.now)
        assert (room.value, room.limit, room.used) == ("not armed", "20 ticks", ZERO)
        scene.quote("MNQ", "21010")
        room = armed.headroom(scene.watch.state, scene.now)
        assert (room.value, room.used) == ("MNQZ6 armed, +40", ZERO)
        scene.quote("MNQ", "21002.50")
        room = armed.headroom(scene.watch.state, scene.now)
        assert (room.value, room.used) == ("MNQZ6 armed, +10", Decimal("0.75"))


@pytest.mark.parametrize(
    ("scope", "value", "used"),
    [("position", "500.00", Decimal("0.5")), ("account", "400.00", Decimal("0.4"))],
)
def test_headroom_is_the_best_or_the_sum(scope: str, value: str, used: Decimal) -> None:
    scene = Scene(rule(scope=scope))
    room = rule(scope=scope).headroom(scene.watch.state, scene.now)
    assert (room.value, room.limit, room.used) == ("none open", "1000.00", ZERO)
    scene.at(0).trade("MNQ", 1, "21000")
    scene.trade("MES", 1, "5800")
    scene.quote("MNQ", "21250")
    scene.quote("MES", "5780")
    room = rule(scope=scope).headroom(scene.watch.state, scene.now)
    assert (room.value, room.used, room.blind) == (value, used, "")


class TestThePriceAtWhichItFires:
    @pytest.mark.parametrize(
        ("scope", "named"),
        [
            ("position", {"MNQ": "21250.00", "ES": "5780.00"}),
            ("account", {"MNQ": "21243.75", "ES": "5780.75"}),
        ],
    )
    def test_at_the_target(self, scope: str, named: dict[str, str]) -> None:
        scene = Scene()
        scene.trade("MNQ", 2)
        scene.trade("ES", -1, "5800")
        scene.quote("MNQ", "21010")  # +40
        scene.quote("ES", "5799.50")  # +25
        assert prices(scene, rule(scope=scope)) == named

    def test_the_sum_names_none_while_a_position_has_no_mark(self) -> None:
        scene = Scene()
        scene.trade("MNQ", 2)
        scene.trade("ES", -1, "5800")
        scene.quote("MNQ", "21010")
        assert prices(scene, rule(scope="account")) == {}
        assert prices(scene, rule()) == {"MNQ": "21250.00"}

    @pytest.mark.parametrize(("size", "named"), [(2, "21000.00"), (-2, "21000.25")])
    @pytest.mark.parametrize("scope", ["position", "account"])
    def test_an_armed_position_back_at_nothing(self, scope: str, size: int, named: str) -> None:
        scene = Scene()
        scene.trade("MNQ", size, "21000.125")
        breakeven = rule(exit="breakeven", scope=scope)
        for ticks, found in ((19, {}), (21, {"MNQ": named}), (10, {"MNQ": named})):
            mark = Decimal("21000.125") + ticks * Decimal("0.25") * (1 if size > 0 else -1)
            scene.quote("MNQ", bid=str(mark), ask=str(mark))
            assert prices(scene, breakeven) == found

    def test_what_fires_already_names_none(self) -> None:
        scene = Scene()
        for name, average in (("MNQ", "21000"), ("ES", "5800")):
            scene.trade(name, 1, average)
        scene.quote("MNQ", "21005")
        scene.quote("ES", "5805")
        scene.quote("MNQ", "21000")
        assert prices(scene, rule(exit="breakeven")) == {"ES": "5800.00"}
        assert prices(scene, rule(exit="breakeven", scope="account")) == {}

    def test_a_lock_leaves_none(self) -> None:
        scene = Scene(restored=Restored(locks=(lock("RULE-005", 3600),)))
        scene.trade("MNQ", 2)
        scene.quote("MNQ", "21010")
        assert prices(scene, rule(scope="account")) == {}
