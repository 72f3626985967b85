import pytest

from curb.domain.snapshot import WindowView
from curb.tui.panes import frequency
from tests.tui import scenes
from tests.tui.moments import view


def window(label: str = "minute", count: int = 2, **changes: object) -> WindowView:
    known = {
        "limit": 3,
        "frees_at": scenes.at(41),
        "cooldown_s": 60,
        "then": "cooldown 1m",
    } | changes
    return WindowView(label, count, **known)  # type: ignore[arg-type]


def shown(*windows: WindowView, width: int = 60, height: int = 8) -> list[str]:
    moment = view(scenes.snapshot(scenes.account(windows=windows)))
    return ["".join(s.text for s in row) for row in frequency.lines(moment, width, height)]


HOUR = window("hour", 10, limit=10, frees_at=scenes.at(1203), cooldown_s=900, then="cooldown 15m")


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        ((window(),), ["next trade: 1 left in the minute"]),
        ((window(count=3),), ["next trade: cooldown 1m", "next slot:  00:41 →14:33:48"]),
        ((window(count=4), HOUR), ["next trade: cooldown 15m", "next slot:  20:03 →14:53:10"]),
        ((window(count=3, frees_at=None),), ["next trade: cooldown 1m", "next slot:  ?"]),
        ((window(limit=None),), ["next trade: no limit"]),
        (
            (window(count=3, then=""),),
            ["next trade: over the limit", "next slot:  00:41 →14:33:48"],
        ),
    ],
)
def test_what_the_next_trade_does_and_when_a_slot_frees(
    windows: tuple[WindowView, ...], words: list[str]
) -> None:
    assert [row.strip() for row in shown(*windows)[len(windows) + 1 :]] == words


@pytest.mark.parametrize(("count", "word"), [(2, ""), (3, "FULL"), (4, "OVER")])
def test_a_window_says_in_a_word_how_it_stands(count: int, word: str) -> None:
    row = shown(window(count=count))[0]
    assert [w for w in ("FULL", "OVER") if w in row] == [word][: bool(word)]


def test_the_wall_time_stands_where_there_is_room() -> None:
    assert shown(window())[0].endswith("frees 00:41 →14:33:48")
    assert shown(window(), width=38)[0].endswith("frees 00:41")


def test_few_rows_keep_the_windows() -> None:
    rows = shown(window(), HOUR, window("session", 7, limit=50, frees_at=None), height=3)
    assert [row.split()[0] for row in rows] == ["minute", "hour", "session"]
    assert len(shown(window(), height=2)) == 2


def test_nothing_is_known_and_nothing_is_set() -> None:
    assert shown() == [" no limit is set"]
    assert frequency.lines(view(None), 38, 3)[0][0].text == " ?"
