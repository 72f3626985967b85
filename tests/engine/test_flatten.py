"""The transition table, walked by values."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from curb.engine import flatten
from curb.engine.flatten import (
    BARRED,
    CLOSES_A_MINUTE,
    REOPENING,
    TABLE,
    Input,
    Phase,
    Pursuit,
)
from tests.scene import NOON

T = [NOON + timedelta(milliseconds=100 * n) for n in range(2000)]


def wanted(keep: int = 0) -> Pursuit:
    return Pursuit("MNQ", keep, NOON)


def acked(keep: int = 0) -> Pursuit:
    return flatten.answered(flatten.sent(wanted(keep), 1, 6, T[0]), Input.ACK, T[1])


def test_only_two_reads_end_a_pursuit() -> None:
    reaching = {start for (start, _), end in TABLE.items() if end is Phase.DONE}
    assert reaching == {Phase.SEEN}
    assert all(word is Input.MET for (_, word), end in TABLE.items() if end is Phase.DONE)


@pytest.mark.parametrize(("keep", "phase"), [(0, Phase.WANTED), (2, Phase.DOUBT)])
def test_a_part_in_doubt_is_looked_at_before_what_grew_meanwhile(keep: int, phase: Phase) -> None:
    pursuit = flatten.answered(flatten.sent(wanted(keep), 1, 3, T[0]), Input.LOSE, T[1])
    assert flatten.told(pursuit, 4, T[2]).phase is phase
    looked = flatten.read(pursuit, is_met=False, began_at=T[3], now=T[4])
    assert looked.phase is Phase.WANTED


def test_while_a_close_flies_no_other_leaves() -> None:
    assert (Phase.SENT, Input.SEND) not in TABLE
    assert not flatten.sent(wanted(), 1, 6, T[0]).is_due(T[999])


def test_nothing_that_left_is_sent_again_but_after_a_read() -> None:
    back = {(start, word) for (start, word), end in TABLE.items() if end is Phase.WANTED}
    assert {word for _, word in back} == {Input.UNMET, Input.HOLD, Input.SHORT}
    held = flatten.answered(flatten.sent(wanted(), 1, 6, T[0]), Input.HOLD, T[1])
    assert held.sends == ()  # it did not leave
    assert (held.is_due(T[5]), held.is_due(T[6])) == (False, True)


@pytest.mark.parametrize(
    ("answer", "phase", "rest"),
    [(Input.BLOCK, Phase.BLOCKED, REOPENING), (Input.BAR, Phase.BARRED, BARRED[0])],
)
def test_what_is_refused_for_now_rests_and_is_tried_again_after_a_read(
    answer: Input, phase: Phase, rest: timedelta
) -> None:
    pursuit = flatten.answered(flatten.sent(wanted(), 1, 6, T[0]), answer, T[1])
    assert pursuit.phase is phase
    assert flatten.next_read(pursuit) == T[1] + rest
    early = flatten.read(pursuit, is_met=False, began_at=T[1] + rest / 2, now=T[1] + rest / 2)
    assert early.phase is phase
    again = flatten.read(early, is_met=False, began_at=T[1] + rest, now=T[1] + rest)
    assert again.is_due(T[1] + rest)
    seen = flatten.read(early, is_met=True, began_at=T[2], now=T[3])
    assert seen.phase is Phase.SEEN


def test_a_closed_market_is_asked_as_often_for_ever() -> None:
    pursuit, now, sends = wanted(), NOON, []
    while now < NOON + timedelta(minutes=3):
        if pursuit.is_due(now):
            sends.append(now)
            pursuit = flatten.answered(flatten.sent(pursuit, 1, 6, now), Input.BLOCK, now)
        pursuit = flatten.read(pursuit, is_met=False, began_at=now, now=now)
        now += timedelta(milliseconds=50)
    gaps = [after - before for before, after in itertools.pairwise(sends)]
    assert max(gaps) <= timedelta(seconds=5)
    assert min(gaps) >= timedelta(seconds=4)


def test_two_rejections_in_a_row_are_needed_for_another_way_and_it_is_taken_once() -> None:
    pursuit = wanted()
    for answer in (Input.REJECT, Input.REFUSE, Input.REJECT, Input.REJECT):
        assert not pursuit.is_rejected
        pursuit = flatten.sent(replace(pursuit, phase=Phase.WANTED), 1, 6, T[0])
        pursuit = flatten.answered(pursuit, answer, T[1])
    assert pursuit.is_rejected
    pursuit = flatten.sent(replace(pursuit, phase=Phase.WANTED), 2, 6, T[2], is_offset=True)
    assert not flatten.answered(pursuit, Input.REJECT, T[3]).is_rejected
    held = flatten.answered(pursuit, Input.HOLD, T[3])
    assert held.is_rejected  # it did not leave


def test_new_exposure_waits_for_nothing_that_held_up_the_one_before() -> None:
    pursuit, now = wanted(), NOON
    while not pursuit.is_looping(now):
        if pursuit.is_due(now):
            pursuit = flatten.answered(flatten.sent(pursuit, 1, 6, now), Input.REJECT, now)
        pursuit = flatten.read(pursuit, is_met=False, began_at=now, now=now)
        now += timedelta(milliseconds=50)
    assert not pursuit.is_due(now)
    assert flatten.told(pursuit, 6, now) == pursuit
    grown = flatten.told(pursuit, 7, now)
    assert grown.is_due(now)
    assert (grown.is_looping(now), grown.rejections) == (False, 0)


def test_an_order_that_stays_is_looked_at_less_and_less_often() -> None:
    pursuit, now, looks = wanted(), NOON, []
    while now < NOON + timedelta(seconds=30):
        if pursuit.is_due(now):
            looks.append(now)
            pursuit = flatten.rested(pursuit, 0, now)
        pursuit = flatten.read(pursuit, is_met=False, began_at=now, now=now)
        now += timedelta(milliseconds=50)
    assert 8 <= len(looks) <= 14
    barred = flatten.rested(wanted(), 0, T[0], barred_until=T[30])
    assert barred.phase is Phase.BARRED
    assert flatten.next_read(barred) == T[30]


def test_what_stays_refused_for_the_account_is_tried_ever_more_seldom() -> None:
    pursuit, now, sends = wanted(), NOON, []
    while now < NOON + timedelta(minutes=3):
        if pursuit.is_due(now):
            sends.append((now - NOON).total_seconds())
            pursuit = flatten.answered(flatten.sent(pursuit, 1, 6, now), Input.BAR, now)
        pursuit = flatten.read(pursuit, is_met=False, began_at=now, now=now)
        now += timedelta(milliseconds=20)
    gaps = [after - before for before, after in itertools.pairwise(sends)]
    assert [round(gap) for gap in gaps[:5]] == [2, 2, 4, 8, 16]
    assert {round(gap) for gap in gaps[5:]} == {30}


@pytest.mark.parametrize(
    ("size", "keep", "is_within"),
    [(0, 0, True), (0, 2, True), (2, 2, True), (3, 2, False), (-1, 2, False), (-2, -2, True)],
)
def test_what_is_at_the_target(size: int, keep: int, is_within: bool) -> None:
    assert flatten.is_within(size, keep) is is_within


def test_two_reads_half_a_second_apart_make_it_done() -> None:
    first = flatten.read(acked(), is_met=True, began_at=T[2], now=T[3])
    soon = flatten.read(first, is_met=True, began_at=T[4], now=T[5])
    late = flatten.read(soon, is_met=True, began_at=T[8], now=T[9])
    assert (first.phase, soon.phase, late.phase) == (Phase.SEEN, Phase.SEEN, Phase.DONE)
    assert late.met_at == T[3]


def test_a_read_begun_before_the_answer_says_nothing() -> None:
    pursuit = acked()
    assert flatten.read(pursuit, is_met=True, began_at=T[0], now=T[3]) == pursuit


def test_an_acked_close_gets_time_for_its_fill() -> None:
    soon = flatten.read(acked(), is_met=False, began_at=T[2], now=T[3])
    late = flatten.read(soon, is_met=False, began_at=T[8], now=T[9])
    assert (soon.phase, late.phase) == (Phase.ACKED, Phase.WANTED)


@pytest.mark.parametrize("answer", [Input.REFUSE, Input.LOSE])
def test_refused_or_lost_waits_for_a_read(answer: Input) -> None:
    pursuit = flatten.answered(flatten.sent(wanted(), 1, 6, T[0]), answer, T[1])
    assert pursuit.phase is Phase.DOUBT
    assert not pursuit.is_due(T[999])
    assert flatten.next_read(pursuit) == T[1] + flatten.SETTLE


def test_every_read_after_a_close_that_shows_more_is_a_pass() -> None:
    pursuit = acked()
    for at in (9, 18):
        pursuit = flatten.read(pursuit, is_met=False, began_at=T[at - 1], now=T[at])
        pursuit = flatten.read(pursuit, is_met=False, began_at=T[at - 1], now=T[at])
        pursuit = flatten.answered(flatten.sent(pursuit, 1, 6, T[at]), Input.ACK, T[at])
    assert pursuit.passes == 2


def test_a_flat_read_broken_by_an_open_one_starts_over() -> None:
    seen = flatten.read(acked(), is_met=True, began_at=T[2], now=T[3])
    again = flatten.read(seen, is_met=False, began_at=T[8], now=T[9])
    assert again.phase is Phase.WANTED
    assert again.met_at is None


@pytest.mark.parametrize(
    ("sizes", "is_due"),
    [
        ([4, 2, 0], False),
        ([0, 1], True),
        ([4, 5], True),
        ([-1], True),
        ([6], False),
    ],
    ids=["it falls", "opened again", "grown again", "through zero", "unchanged"],
)
def test_exposure_that_grows_again_is_closed_at_once(sizes: list[int], is_due: bool) -> None:
    pursuit = acked()
    for size in sizes:
        pursuit = flatten.told(pursuit, size, T[2])
    assert pursuit.is_due(T[2]) is is_due


def test_the_same_exposure_is_closed_at_most_ten_times_a_minute() -> None:
    pursuit, now, sends = wanted(), NOON, []
    while now < NOON + timedelta(seconds=180):
        if pursuit.is_due(now):
            sends.append(now)
            pursuit = flatten.answered(flatten.sent(pursuit, 1, 6, now), Input.REFUSE, now)
        pursuit = flatten.read(pursuit, is_met=False, began_at=now, now=now)
        now += timedelta(milliseconds=50)
    assert len(sends) > CLOSES_A_MINUTE
    for n, at in enumerate(sends[CLOSES_A_MINUTE:]):
        assert at - sends[n] >= timedelta(seconds=60)
