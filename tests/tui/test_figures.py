from datetime import timedelta
from decimal import Decimal

import pytest

from curb.tui import figures

from .scenes import AT, CHICAGO, at


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (None, "?"),
        (Decimal(0), "+0.00"),
        (Decimal("-0.004"), "▼-0.00"),
        (Decimal("-1412.5"), "▼-1,412.50"),
        (Decimal("12.5"), "▲+12.50"),
    ],
)
def test_money_always_has_a_sign_and_two_decimals(amount: Decimal | None, words: str) -> None:
    assert figures.gain(amount) == words


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (None, 2, "?"),
        (Decimal(21350), 2, "21350.00"),
        (Decimal("28446.375"), 2, "28446.375"),
        (Decimal("1.07125"), 5, "1.07125"),
        (Decimal("110.015625"), 6, "110.015625"),
    ],
)
def test_a_price_has_its_contracts_decimals_and_never_fewer(
    value: Decimal | None, decimals: int, words: str
) -> None:
    assert figures.price(value, decimals) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "?"), (Decimal(-26), "-26"), (Decimal(0), "+0"), (Decimal("3.5"), "+3.5")],
)
def test_ticks_have_a_sign(value: Decimal | None, words: str) -> None:
    assert figures.ticks(value) == words


@pytest.mark.parametrize(
    ("share", "words", "role"),
    [
        (None, "?", "text"),
        (Decimal(0), "0%", "text"),
        (Decimal("0.799"), "79%", "text"),
        (Decimal("0.8"), "80%", "warn"),
        (Decimal("0.99999"), "99%", "warn"),
        (Decimal(1), "100%", "breach"),
        (Decimal("1.024"), "102%", "breach"),
    ],
)
def test_only_a_reached_limit_reads_100_percent(
    share: Decimal | None, words: str, role: str
) -> None:
    assert (figures.percent(share), figures.used_role(share)) == (words, role)


@pytest.mark.parametrize("share", [None, Decimal(-1), Decimal(0), Decimal("0.41"), Decimal(7)])
@pytest.mark.parametrize("cells", [0, 1, 8, 20])
def test_a_bar_is_as_long_as_asked(share: Decimal | None, cells: int) -> None:
    assert len(figures.bar(share, cells)) == cells


def test_a_bar_fills_in_eighths() -> None:
    assert figures.bar(Decimal("0.5"), 4) == "██··"
    assert figures.bar(Decimal("0.53125"), 4) == "██▏·"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "?"),
        (-3, "0.0s"),
        (0.31, "0.3s"),
        (9.99, "9.9s"),
        (12.9, "12s"),
        (724, "12m04"),
        (18_180, "5h03"),
        (273_600, "3d04h"),
    ],
)
def test_an_age_is_short(seconds: float | None, words: str) -> None:
    assert figures.age(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "?"),
        (-5, "00:00"),
        (0, "00:00"),
        (0.1, "00:01"),
        (252, "04:12"),
        (8_813, "2:26:53"),
    ],
)
def test_a_countdown_reads_zero_only_when_it_is_over(seconds: float | None, words: str) -> None:
    assert figures.countdown(seconds) == words


def test_times_are_the_users_own() -> None:
    assert figures.clock(AT, CHICAGO) == "14:33:07"
    assert figures.clock(None, CHICAGO) == "--:--:--"


def test_an_event_of_another_day_shows_its_date() -> None:
    assert figures.stamp(AT, at(60), CHICAGO, is_exact=True) == "14:33:07.120"
    assert figures.stamp(AT, at(60), CHICAGO, is_exact=False) == "14:33:07"
    tomorrow = AT + timedelta(days=1)
    assert figures.stamp(AT, tomorrow, CHICAGO, is_exact=True) == "11-20 14:33"


def test_the_time_between_is_unknown_where_an_end_is() -> None:
    assert figures.since(AT, at(3)) == 3
    assert figures.since(None, AT) is None
    assert figures.since(AT, None) is None


def test_an_account_shows_its_last_four_only() -> None:
    assert figures.masked("50KTC-V2-1234508841") == "…8841"
    assert figures.masked("") == "?"
