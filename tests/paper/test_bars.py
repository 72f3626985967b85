"""Bars of the past: which ones, and what a client gets."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from curb.paper.bars import Wanted, bars
from curb.paper.service import PaperOptions, running
from curb.paper.tape import Tape
from curb.wire import names
from curb.wire.codes import BarsCode, BarUnit
from tests.paper.client import rest
from tests.paper.play import START

SPAN = timedelta(minutes=10)
NOW = START + SPAN - timedelta(seconds=30)


def minutes() -> Tape:
    """Return ten minutes of one trade in ten seconds, each a dollar above the one before."""
    tape = Tape()
    for place in range(60):
        tape.add("ES", Decimal(100 + place), 1, START + timedelta(seconds=10 * place))
    return tape


def wanted(
    unit: int = BarUnit.MINUTE,
    number: int = 1,
    start: datetime = START,
    end: datetime = START + SPAN,
    limit: int = 100,
    *,
    is_partial: bool = True,
) -> Wanted:
    return Wanted("ES", unit, number, start, end, limit, is_partial)


def begun(asked: Wanted) -> list[float]:
    """Return after how many minutes each bar begins."""
    return [(each.at - START) / timedelta(minutes=1) for each in bars(minutes(), asked, NOW)]


def test_they_come_newest_first_with_the_figures_of_what_traded() -> None:
    newest, *_, oldest = bars(minutes(), wanted(), NOW)
    assert (newest.at, oldest.at) == (START + timedelta(minutes=9), START)
    prices = (oldest.open, oldest.high, oldest.low, oldest.close)
    assert [int(each) for each in prices] == [100, 105, 100, 105]
    assert (int(newest.close), newest.volume, oldest.volume) == (159, 6, 6)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (wanted(number=4), [8, 4, 0]),
        (wanted(number=4, is_partial=False), [4, 0]),
        (wanted(is_partial=False, limit=2), [8, 7]),
        (wanted(limit=3), [9, 8, 7]),
        (wanted(start=START + timedelta(minutes=7)), [9, 8, 7]),
        (wanted(end=START + timedelta(minutes=2)), [1, 0]),
        (wanted(end=START + timedelta(minutes=2, seconds=1), limit=1), [2]),
        (wanted(BarUnit.SECOND, 150), [7.5, 5, 2.5, 0]),
        (wanted(BarUnit.HOUR), [0]),
        (wanted(BarUnit.HOUR, is_partial=False), []),
        (wanted(BarUnit.DAY, start=START - timedelta(days=1)), [-16 * 60]),
        (wanted(BarUnit.WEEK, start=START - timedelta(days=7)), [-(4 * 24 + 16) * 60]),
        (wanted(BarUnit.MONTH), []),
    ],
)
def test_which_bars_are_told(asked: Wanted, found: list[float]) -> None:
    assert begun(asked) == found


def test_a_bar_that_is_made_of_others_leaves_them_as_they_are() -> None:
    tape = minutes()
    first = bars(tape, wanted(number=4), NOW)
    assert bars(tape, wanted(number=4), NOW) == first
    assert [each.volume for each in first] == [12, 24, 24]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (wanted(), BarsCode.SUCCESS),
        (wanted(limit=20_000), BarsCode.SUCCESS),
        (wanted(BarUnit.UNSPECIFIED), BarsCode.UNIT_INVALID),
        (wanted(BarUnit.TICK), BarsCode.UNIT_INVALID),
        (wanted(99), BarsCode.UNIT_INVALID),
        (wanted(number=0), BarsCode.UNIT_NUMBER_INVALID),
        (wanted(number=10**9), BarsCode.UNIT_NUMBER_INVALID),
        (wanted(limit=0), BarsCode.LIMIT_INVALID),
        (wanted(limit=20_001), BarsCode.LIMIT_INVALID),
    ],
)
def test_what_no_bars_are_is_told_by_its_code(asked: Wanted, code: BarsCode) -> None:
    assert asked.fault() == code


def answers(*bodies: dict[str, Any], limit: int = 50) -> list[Any]:
    """Return status, errorCode and bars of each question about ES, which traded four times."""

    async def scenario() -> list[Any]:
        found = []
        options = PaperOptions(prices="manual", bars_limit=limit)
        async with running(options) as paper, rest(paper) as asking:
            for price in (6600, 6610, 6590, "6605.25"):
                paper.set_price("ES", price)
            now = paper.floor.clock.now()
            usual = {
                "contractId": paper.contract("ES"),
                "live": False,
                "startTime": (now - timedelta(days=40)).isoformat(),
                "endTime": (now + timedelta(days=1)).isoformat(),
                "unit": 6,
                "unitNumber": 1,
                "limit": 10,
                "includePartialBar": True,
            }
            for body in bodies:
                answer = await asking.http.post(names.RETRIEVE_BARS, json=usual | body)
                told = answer.json() if answer.content else {}
                found.append((answer.status_code, told.get("errorCode"), told.get("bars")))
        return found

    return asyncio.run(scenario())


def test_a_client_gets_the_bars_of_the_gateways_own_prices() -> None:
    ((status, code, (bar,)), whole) = answers({}, {"includePartialBar": False})
    assert (status, code, set(bar)) == (200, 0, {"t", "o", "h", "l", "c", "v"})
    assert [bar[each] for each in "ohlcv"] == [6600, 6610, 6590, 6605.25, 4]
    assert bar["t"].endswith(":00:00+00:00")
    assert whole == (200, 0, [])


def test_a_client_is_told_what_is_wrong_with_its_question() -> None:
    assert answers(
        {"contractId": "CON.F.US.EP.X99"}, {"unit": 9}, {"unitNumber": -1}, {"limit": 0}
    ) == [(200, code, []) for code in (1, 2, 3, 4)]
    assert [each[0] for each in answers({"unit": None}, {"live": "x"}, {"startTime": "now"})] == [
        *(400, 400, 400)
    ]


def test_bars_have_a_limit_of_their_own() -> None:
    assert [each[0] for each in answers({}, {}, {}, limit=2)] == [200, 200, 429]
