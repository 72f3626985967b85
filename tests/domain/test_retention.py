"""Which rows may go: tables of values."""

from datetime import UTC, date, datetime, timedelta

import pytest

from curb.domain.retention import (
    OldFill,
    RetentionPlan,
    closed,
    cutoffs,
    months,
    unnamed,
)

NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def test_each_table_has_its_own_days() -> None:
    found = cutoffs(RetentionPlan(7, 90, 8, 365, 30), TODAY, NOW)
    assert (found.fills, found.daily_pnl, found.unrealized) == (
        date(2026, 11, 13),
        date(2026, 8, 22),
        date(2026, 11, 12),
    )
    assert found.audit == datetime(2025, 11, 20, 22, 30, tzinfo=UTC)
    assert found.contracts == datetime(2026, 10, 21, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("traded", "expected"),
    [
        ((), "2026-11-13"),
        (("2026-11-20", "2026-11-19", "2026-11-18"), "2026-11-13"),
        # Nobody traded for months: the last three days stay.
        (("2026-08-03", "2026-08-04", "2026-08-07"), "2026-08-03"),
        (("2026-08-07", "2026-11-19", "2026-11-20"), "2026-08-07"),
        (("2026-08-03", "2026-08-04", "2026-08-07", "2026-11-20"), "2026-08-04"),
        (("2026-08-07", "2026-08-07", "2026-11-20"), "2026-08-07"),
    ],
)
def test_the_fills_of_three_days_that_traded_stay(traded: tuple[str, ...], expected: str) -> None:
    days = [date.fromisoformat(day) for day in traded]
    assert cutoffs(RetentionPlan(), TODAY, NOW, days).fills == date.fromisoformat(expected)


def test_whoever_keeps_all_keeps_it_from_the_first_day_of_the_calendar() -> None:
    found = cutoffs(RetentionPlan(*[10**6] * 5), TODAY, NOW)
    assert (found.fills, found.audit.year) == (date.min, 1)


def fill(number: int, signed: int | None, contract: str = "MNQ", **more: object) -> OldFill:
    at = NOW + timedelta(minutes=number)
    found = {"account_id": 1, "is_voided": False, "at": at} | more
    return OldFill(id=number, contract_id=contract, signed=signed, **found)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fills", "gone"),
    [
        ([], []),
        ([fill(1, 2)], []),
        ([fill(1, 2), fill(2, -2)], [1, 2]),
        ([fill(1, 2), fill(2, -1)], []),
        ([fill(1, 2), fill(2, -1), fill(3, -1)], [1, 2, 3]),
        # A turn goes as a whole: what began a new one stays.
        ([fill(1, 2), fill(2, -2), fill(3, 1)], [1, 2]),
        ([fill(1, 2), fill(2, -3), fill(3, 1)], [1, 2, 3]),
        ([fill(1, 2), fill(2, -3)], []),
        # Each contract and each account by itself.
        ([fill(1, 2), fill(2, -2, "ES")], []),
        ([fill(1, 2), fill(2, -2, account_id=2)], []),
        ([fill(1, 2), fill(2, 1, "ES"), fill(3, -2)], [1, 3]),
        # A voided fill moves nothing, and goes with the turn around it.
        ([fill(1, 2), fill(2, -2, is_voided=True)], []),
        ([fill(1, 2), fill(2, 5, is_voided=True), fill(3, -2)], [1, 2, 3]),
        ([fill(1, 2, is_voided=True)], [1]),
        # Rows of older schemas know no side.
        ([fill(-5, None), fill(1, 2)], [-5]),
        ([fill(1, 2), fill(2, None)], [2]),
        # By time, whatever the ids say; at one time by id.
        ([fill(9, 2, at=NOW), fill(3, -2), fill(1, 1, at=NOW + timedelta(days=1))], [3, 9]),
        ([fill(2, -2, at=NOW), fill(1, 2, at=NOW), fill(3, 1, at=NOW)], [1, 2]),
    ],
)
def test_fills_go_once_their_round_turn_is_closed(fills: list[OldFill], gone: list[int]) -> None:
    assert [number for _, number in closed(fills, ())] == gone
    assert [number for _, number in closed(fills[::-1], ())] == gone


def test_every_turn_of_a_flat_account_is_closed() -> None:
    fills = [fill(1, 2), fill(2, -3), fill(3, 2, "ES"), fill(4, 1, account_id=2)]
    assert closed(fills, ()) == ()
    assert closed(fills, {1}) == ((1, 1), (1, 2), (1, 3))
    assert closed(fills, {2}) == ((2, 4),)


def test_a_contract_goes_when_it_is_old_and_no_row_names_it() -> None:
    old, new = NOW - timedelta(days=400), NOW
    cached = [("C", old), ("A", old), ("B", old), ("D", new)]
    before = NOW - timedelta(days=365)
    assert unnamed(cached, {"B", "Z"}, before) == ("A", "C")
    assert unnamed([("A", before)], (), before) == ()


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        ("2026-10-31T23:59:59+00:00", "2026-12-05T23:59:59+00:00", []),
        ("2026-10-31T23:59:59+00:00", "2026-12-06T00:00:00+00:00", ["2026-11-01"]),
        ("2026-10-01T00:00:00+00:00", "2026-12-06T00:00:00+00:00", ["2026-11-01"]),
        # A month is one of UTC.
        ("2026-10-31T20:00:00-05:00", "2026-12-06T00:00:00+00:00", []),
        (
            "2026-11-30T00:00:00+00:00",
            "2027-03-10T00:00:00+00:00",
            ["2026-12-01", "2027-01-01", "2027-02-01"],
        ),
        ("2027-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00", []),
    ],
)
def test_a_month_has_settled_35_days_after_its_end(
    since: str, now: str, expected: list[str]
) -> None:
    found = months(datetime.fromisoformat(since), datetime.fromisoformat(now))
    assert [f"{end:%Y-%m-%d}" for end in found] == expected
    assert all(end.utcoffset() == timedelta(0) for end in found)
