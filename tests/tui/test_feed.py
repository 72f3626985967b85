from dataclasses import replace

from curb.control.frames import Hello
from curb.tui.feed import Feed

from . import scenes


def test_the_engines_clock_runs_on_between_snapshots() -> None:
    feed = Feed()
    assert feed.now(5.0) is None
    feed.take_snapshot(scenes.CALM, 5.0)
    assert feed.now(5.0) == scenes.AT
    assert feed.now(6.5) == scenes.at(1.5)


def test_an_engine_whose_clock_stands_still_is_silent() -> None:
    feed = Feed()
    assert feed.silent_s(1.0) is None
    feed.take_snapshot(scenes.CALM, 1.0)
    feed.take_snapshot(scenes.CALM, 3.0)
    assert feed.silent_s(4.0) == 3.0
    feed.take_snapshot(replace(scenes.CALM, at=scenes.at(1)), 4.0)
    assert feed.silent_s(4.5) == 0.5


def test_only_what_must_be_seen_at_once_is_urgent() -> None:
    feed = Feed()
    assert feed.take_snapshot(scenes.CALM, 0)
    later = replace(scenes.CALM, at=scenes.at(1))
    assert not feed.take_snapshot(later, 1)
    moved = scenes.account(positions=(scenes.position(mark=scenes.MES.mark), scenes.MES))
    assert not feed.take_snapshot(scenes.snapshot(moved), 1)
    assert feed.take_snapshot(scenes.LOCKED, 2)
    assert feed.take_snapshot(scenes.UNKNOWN, 3)


def test_a_newer_state_of_a_row_replaces_the_older() -> None:
    feed = Feed()
    assert feed.take_rows(scenes.ROWS) is None
    assert [row.id for row in feed.rows] == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    done = replace(scenes.ROWS[-1], success=True, execution_time_ms=214)
    assert feed.take_rows([done]) == done
    assert feed.rows[0] == done
    assert len(feed.rows) == len(scenes.ROWS)


def test_rows_are_bounded_and_the_newest_stay() -> None:
    feed = Feed()
    feed.take_rows(replace(scenes.ROWS[0], id=n) for n in range(6000))
    assert len(feed.rows) == 5000
    assert feed.rows[0].id == 5999


def test_what_was_heard_stays_when_the_engine_goes() -> None:
    feed = Feed()
    feed.attach(Hello("0.1.0", 7, 1))
    feed.take_snapshot(scenes.CALM, 0)
    feed.detach()
    assert not feed.is_attached
    assert feed.snapshot == scenes.CALM
