import gzip
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from curb.paper.replay import Print, ReplayError, first_price, parse, played, ticks
from tests.paper.play import listed

ES = listed("ES")
LINES = (
    "timestamp,price",
    "2018-05-07T13:30:00.001532Z,2670.50",
    "2018-05-07T13:30:00.005532Z,2670.25",
    "2018-05-07T13:30:02.005532Z,2670.25,3",
    "broken",
    "2018-05-07T13:30:03.005532Z,2670.30",
    "2018-05-07T13:30:01.005532Z,2671",
)


@pytest.mark.parametrize(
    ("line", "trade"),
    [
        (
            "2018-05-07T13:30:00.001532Z,2670.50\n",
            Print(datetime(2018, 5, 7, 13, 30, 0, 1532, UTC), Decimal("2670.50"), 1),
        ),
        (
            "2018-05-07 13:30:00,2670.50,4",
            Print(datetime(2018, 5, 7, 13, 30, tzinfo=UTC), Decimal("2670.50"), 4),
        ),
        ("timestamp,price", None),
        ("", None),
        ("2018-05-07T13:30:00Z", None),
        ("2018-05-07T13:30:00Z,x", None),
        ("2018-05-07T13:30:00Z,nan", None),
        ("2018-05-07T13:30:00Z,-1", None),
        ("2018-05-07T13:30:00Z,0", None),
        ("2018-05-07T13:30:00Z,1,0", None),
        ("2018-05-07T13:30:00Z,1,many", None),
    ],
)
def test_a_line_is_a_trade_or_none(line: str, trade: Print | None) -> None:
    assert parse(line) == trade


def test_gaps_shrink_with_speed_and_never_turn_back() -> None:
    at_s = [tick.at_s for tick in ticks(LINES, ES, 4)]
    assert at_s == pytest.approx([0, 0.001, 0.501, 0.501])


def test_bid_and_ask_stand_a_tick_around_and_the_direction_tells_the_aggressor() -> None:
    found = list(ticks(LINES, ES, 1))
    assert [tick.touch.last - tick.touch.bid for tick in found] == [ES.tick_size] * 4
    assert [tick.touch.ask - tick.touch.last for tick in found] == [ES.tick_size] * 4
    assert [int(tick.side) for tick in found] == [0, 1, 1, 0]
    assert [tick.size for tick in found] == [1, 1, 3, 1]


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_plays_plain_and_packed(tmp_path: Path, packed: bool) -> None:
    text = "\n".join(LINES)
    path = tmp_path / ("es.csv.gz" if packed else "es.csv")
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert first_price(path, ES) == Decimal("2670.50")
    assert len(list(played(path, ES, 1))) == 4


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"no,trades\nat,all\n"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.csv.gz", b"not packed"),
        ("a.csv", b"2018-05-07T13:30:00Z,2670.10\n"),
    ],
)
def test_a_file_without_trades_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReplayError, match=r"a\.csv"):
        first_price(path, ES)


def test_the_real_morning_plays_whole() -> None:
    given = os.environ.get("CURB_TRADES_FILE")
    if not given:
        pytest.skip("CURB_TRADES_FILE names no file of real trades")
    found = list(played(Path(given), ES, 60))
    assert len(found) == 74_907
    assert found[-1].at_s == pytest.approx(12_600 / 60, rel=0.01)
    assert found[-1].touch.last == Decimal("2675.00")
