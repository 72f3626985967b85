"""The way of one contract to its target: a transition table, and the code that reads it.

A reply of success is not proof: a contract is done only after two reads in a row, at least
half a second apart, that show it at its target with no order that could add to it.
Order of operations and its reasons: reliability.md section 2.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

SETTLE = timedelta(milliseconds=750)
APART = timedelta(milliseconds=500)

# Waits between closes that did not help; the last one goes on for ever.
BACKOFF = tuple(timedelta(seconds=s) for s in (0.25, 0.5, 1, 2))

# The same exposure is closed at most this often in a minute; more would be a loop of ours.
CLOSES_A_MINUTE = 10
_MINUTE = timedelta(seconds=60)


class Phase(Enum):
    """Where a contract stands on its way."""

    WANTED = "wanted"  # a close has to be sent
    SENT = "sent"  # one close is in flight, never two
    ACKED = "acked"  # the gateway said yes; not believed yet
    DOUBT = "doubt"  # refused, or the outcome is unknown: only a read can tell
    SEEN = "seen"  # one read showed the target
    DONE = "done"  # two reads did


class Input(Enum):
    """What moves it."""

    SEND = "send"
    ACK = "ack"
    REFUSE = "refuse"
    LOSE = "lose"
    MET = "met"  # a read begun after the phase shows the target
    UNMET = "unmet"  # such a read shows more than the target


TABLE: dict[tuple[Phase, Input], Phase] = {
    (Phase.WANTED, Input.SEND): Phase.SENT,
    (Phase.WANTED, Input.MET): Phase.SEEN,
    (Phase.WANTED, Input.UNMET): Phase.WANTED,
    (Phase.SENT, Input.ACK): Phase.ACKED,
    (Phase.SENT, Input.REFUSE): Phase.DOUBT,
    (Phase.SENT, Input.LOSE): Phase.DOUBT,
    (Phase.ACKED, Input.MET): Phase.SEEN,
    (Phase.ACKED, Input.UNMET): Phase.WANTED,
    (Phase.DOUBT, Input.MET): Phase.SEEN,
    (Phase.DOUBT, Input.UNMET): Phase.WANTED,
    (Phase.SEEN, Input.MET): Phase.DONE,
    (Phase.SEEN, Input.UNMET): Phase.WANTED,
}


@dataclass(frozen=True, slots=True)
class Pursuit:
    """One contract on its way to `keep` signed contracts, 0 being flat."""

    contract_id: str
    keep: int
    began_at: datetime
    phase: Phase = Phase.WANTED
    since: datetime | None = None  # when the phase began
    request_id: int | None = None
    sends: tuple[datetime, ...] = ()
    exposure: int | None = None  # what the last close was sent against
    low: int | None = None  # the least seen of that exposure since, signed
    next_at: datetime | None = None  # not before this moment
    met_at: datetime | None = None  # when the first of the reads in a row arrived
    passes: int = 0  # looks after a close that found more than the target

    @property
    def is_done(self) -> bool:
        """Whether two reads showed the target."""
        return self.phase is Phase.DONE

    def is_due(self, now: datetime) -> bool:
        """Tell whether a close may go out."""
        return self.phase is Phase.WANTED and (self.next_at is None or now >= self.next_at)


def is_within(size: int, keep: int) -> bool:
    """Tell whether a position is at its target: not beyond it and not through zero."""
    return size == 0 or (size * keep > 0 and abs(size) <= abs(keep))


def sent(pursuit: Pursuit, request_id: int, size: int, now: datetime) -> Pursuit:
    """Note that a close left for a position of `size`."""
    is_same = pursuit.exposure == size
    return replace(
        pursuit,
        phase=TABLE[pursuit.phase, Input.SEND],
        since=now,
        request_id=request_id,
        exposure=size,
        low=size,
        sends=(*pursuit.sends[-CLOSES_A_MINUTE:], now) if is_same else (now,),
        met_at=None,
    )


def answered(pursuit: Pursuit, answer: Input, now: datetime) -> Pursuit:
    """Note what became of the close in flight."""
    phase = TABLE[pursuit.phase, answer]
    return replace(pursuit, phase=phase, since=now, request_id=None)


def told(pursuit: Pursuit, size: int, now: datetime) -> Pursuit:
    """Note what the position is now. Exposure that grew again is new: it is closed at once."""
    low = pursuit.low
    if low is None or pursuit.phase is Phase.WANTED:
        return pursuit
    is_new = size * low < 0 or abs(size) > abs(low)
    if is_new and pursuit.phase is not Phase.SENT and not is_within(size, pursuit.keep):
        found = replace(pursuit, passes=pursuit.passes + 1, low=None, met_at=None)
        return replace(found, phase=Phase.WANTED, since=now, next_at=None)
    if abs(size) < abs(low):
        return replace(pursuit, low=size)
    return pursuit


def read(pursuit: Pursuit, *, is_met: bool, began_at: datetime, now: datetime) -> Pursuit:
    """Note what a read showed. One begun before the phase, or while a close flies, says nothing."""
    if pursuit.phase in (Phase.SENT, Phase.DONE):
        return pursuit
    if pursuit.since is not None and began_at < pursuit.since:
        return pursuit
    if is_met:
        return _met(pursuit, began_at, now)
    if pursuit.phase is Phase.ACKED and pursuit.since and now - pursuit.since < SETTLE:
        return pursuit  # the fill may still be on its way
    phase = TABLE[pursuit.phase, Input.UNMET]
    if phase is pursuit.phase:
        return pursuit
    next_at, passes = _next_send(pursuit, now), pursuit.passes + 1
    return replace(pursuit, phase=phase, since=now, next_at=next_at, met_at=None, passes=passes)


def next_read(pursuit: Pursuit) -> datetime | None:
    """Return from when on the pursuit wants to see positions and orders."""
    match pursuit.phase:
        case Phase.SEEN if pursuit.met_at is not None:
            return pursuit.met_at + APART
        case Phase.ACKED:
            return pursuit.since
        case Phase.DOUBT if pursuit.since is not None:
            return pursuit.since + SETTLE
        case _:
            return None


def _met(pursuit: Pursuit, began_at: datetime, now: datetime) -> Pursuit:
    if pursuit.met_at is not None and began_at < pursuit.met_at + APART:
        return pursuit  # too soon to count as a second look
    phase = TABLE[pursuit.phase, Input.MET]
    return replace(pursuit, phase=phase, met_at=pursuit.met_at or now)


def _next_send(pursuit: Pursuit, now: datetime) -> datetime:
    tries = len(pursuit.sends)
    wait = BACKOFF[min(max(tries - 1, 0), len(BACKOFF) - 1)] if tries else timedelta()
    at = (pursuit.sends[-1] if tries else now) + wait
    recent = [sent_at for sent_at in pursuit.sends if sent_at > now - _MINUTE]
    if len(recent) >= CLOSES_A_MINUTE:
        at = max(at, recent[-CLOSES_A_MINUTE] + _MINUTE)
    return max(at, now)
