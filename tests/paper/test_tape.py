from datetime import timedelta
from decimal import Decimal

from curb.paper.tape import Bar, Tape
from tests.paper.play import START


def figures(bar: Bar) -> tuple[int, int, int, int, int]:
    return (int(bar.open), int(bar.high), int(bar.low), int(bar.close), bar.volume)


def printed(tape: Tape, *prices: int, step_s: float = 0.25) -> None:
    for place, price in enumerate(prices):
        tape.add("ES", Decimal(price), 2, START + timedelta(seconds=place * step_s))


def test_trades_become_bars_of_their_second_the_newest_first() -> None:
    tape = Tape()
    printed(tape, 10, 13, 9, 11, 12)
    newest, oldest = tape.newest("ES", 1)
    assert (figures(oldest), oldest.at) == ((10, 13, 9, 11, 8), START)
    assert (figures(newest), newest.at) == ((12, 12, 12, 12, 2), START + timedelta(seconds=1))


def test_wider_bars_reach_back_further() -> None:
    tape = Tape()
    printed(tape, *range(1, 5_001), step_s=1)
    assert len(list(tape.newest("ES", 1))) == len(list(tape.newest("ES", 7))) == 3_600
    (*_, oldest) = tape.newest("ES", 300)
    assert oldest.at == START
    (*_, oldest) = tape.newest("ES", 7_200)
    assert (oldest.at, oldest.volume) == (START, 2 * 3_600)


def test_the_trading_day_begins_anew_in_the_evening() -> None:
    tape = Tape()
    printed(tape, 10, 12, step_s=1)
    day = tape.day("ES", START)
    assert day is not None
    assert figures(day) == (10, 12, 10, 12, 4)
    evening = START + timedelta(hours=8)  # 15:00 UTC, until 23:00
    assert tape.day("ES", evening) is None
    tape.add("ES", Decimal(7), 1, evening)
    begun = tape.day("ES", evening)
    assert begun is not None
    assert (figures(begun), begun.at) == ((7, 7, 7, 7, 1), evening)


def test_what_never_traded_has_no_bars() -> None:
    assert list(Tape().newest("ES", 60)) == []
    assert Tape().day("ES", START) is None
