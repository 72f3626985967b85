"""What was open when a trading day ended."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from curb.domain.actions import SaveReset, SaveUnrealized
from curb.domain.book import Position
from curb.domain.events import PositionSeen, Restored
from tests.scene import ACCOUNT, NOON, Deeds, Scene, contract_id

RESET_S = 5 * 3600  # 17:00 in Chicago
TODAY = NOON.date()


def days(deeds: Deeds) -> list[SaveUnrealized]:
    return [action for action in deeds.actions if isinstance(action, SaveUnrealized)]


def figures(deeds: Deeds) -> list[tuple[str | None, int, str | None]]:
    return [
        (
            None if day.unrealized is None else f"{day.unrealized:.2f}",
            day.positions_count,
            None if day.exposure is None else f"{day.exposure:.2f}",
        )
        for day in days(deeds)
    ]


def test_a_flat_account_had_nothing_open() -> None:
    scene = Scene()
    assert days(scene.at(RESET_S - 1).tick()) == []
    (found,) = days(scene.at(RESET_S).tick())
    at = NOON + timedelta(seconds=RESET_S)
    assert found == SaveUnrealized(ACCOUNT.id, TODAY, Decimal(0), 0, Decimal(0), at)
    assert days(scene.at(RESET_S + 1).tick()) == []


@pytest.mark.parametrize(
    ("held", "quotes", "expected"),
    [
        # 10 points of 4 ticks at 0.50, twice; 21010 points at 2 dollars, twice
        ({"MNQ": 2}, {"MNQ": "21010"}, ("40.00", 1, "84040.00")),
        ({"MNQ": -2}, {"MNQ": "21010"}, ("-40.00", 1, "84040.00")),
        ({"MNQ": 1, "NQ": -1}, {"MNQ": "21010", "NQ": "21010"}, ("-180.00", 2, "462220.00")),
        ({"MNQ": 1, "NQ": -1}, {"MNQ": "21010"}, (None, 2, None)),
        ({"MNQ": 2}, {}, (None, 1, None)),
    ],
)
def test_what_was_open_is_kept_at_its_marks(
    held: dict[str, int],
    quotes: dict[str, str],
    expected: tuple[str | None, int, str | None],
) -> None:
    scene = Scene()
    for name, size in held.items():
        scene.at(0).trade(name, size)
    for name, last in quotes.items():
        scene.at(10).quote(name, last)
    assert figures(scene.at(RESET_S).tick()) == [expected]


def test_a_price_below_zero_is_worth_as_much_as_one_above() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 1, "-40")
    scene.at(1).quote("MNQ", "-40")
    assert figures(scene.at(RESET_S).tick()) == [("0.00", 1, "80.00")]


def test_a_contract_that_nobody_described_has_no_value() -> None:
    scene = Scene(contracts=())
    scene.at(0).trade("MNQ", 1)
    scene.at(1).quote("MNQ", "21010")
    assert figures(scene.at(RESET_S).tick()) == [(None, 1, None)]


def test_a_position_without_an_average_still_has_a_value() -> None:
    scene = Scene()
    scene.at(0).tell(PositionSeen(Position(ACCOUNT.id, contract_id("MNQ"), 1)))
    scene.is_deaf = True
    scene.at(1).quote("MNQ", "21010")
    assert figures(scene.at(RESET_S).tick()) == [(None, 1, "42020.00")]


def test_an_average_of_many_digits_is_kept_to_the_micro_dollar() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 1, "21000.3333333333")
    scene.at(1).quote("MNQ", "21010")
    (found,) = days(scene.at(RESET_S).tick())
    assert found.unrealized == Decimal("19.333333")


def test_each_day_that_ends_under_watch_is_kept_once() -> None:
    scene = Scene()
    kept = [day for hour in range(72) for day in days(scene.at(3600 * hour).tick())]
    assert [day.trading_day for day in kept] == [TODAY + timedelta(days=n) for n in range(3)]


@pytest.mark.parametrize("late_s", [61, 3600, 86_400])
def test_a_day_whose_end_was_slept_through_is_not_kept(late_s: int) -> None:
    deeds = Scene().at(RESET_S + late_s).tick()
    assert any(isinstance(action, SaveReset) for action in deeds.actions)
    assert days(deeds) == []


@pytest.mark.parametrize("resets", [(), ((ACCOUNT.id, TODAY - timedelta(days=1)),)])
def test_a_start_ends_no_day(resets: tuple[tuple[int, date], ...]) -> None:
    opening = Scene(restored=Restored(resets=resets)).opening
    assert any(isinstance(action, SaveReset) for action in opening.actions)
    assert days(opening) == []
