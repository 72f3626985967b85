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

# A close refused because the market is closed is tried again so that, with the read before it,
# it is at the gateway within five seconds of the opening.
REOPENING = timedelta(seconds=4)

# What the account may not do is tried again, after as long as it was refused, within these.
BARRED = (timedelta(seconds=2), timedelta(seconds=30))

# A close that could not leave waits for requests to come free.
_HELD = timedelta(milliseconds=500)

# So many closes turned down one after the other, and an order against the position is tried.
REJECTIONS = 2

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
    BLOCKED = "blocked"  # the market is closed or halted: waits for it to open
    BARRED = "barred"  # the account may not close or cancel over the API
    SEEN = "seen"  # one read showed the target
    DONE = "done"  # two reads did


class Input(Enum):
    """What moves it."""

    SEND = "send"
    ACK = "ack"
    SHORT = "short"  # it is done, but it was to leave some of what has to be flat by now
    REFUSE = "refuse"
    REJECT = "reject"  # the order itself was turned down
    LOSE = "lose"
    BLOCK = "block"
    BAR = "bar"
    HOLD = "hold"  # it did not leave this machine
    REST = "rest"  # nothing to close is left, perhaps orders to cancel: the reads will tell
    MET = "met"  # a read begun after the phase shows the target
    UNMET = "unmet"  # such a read shows more than the target


TABLE: dict[tuple[Phase, Input], Phase] = {
    (Phase.WANTED, Input.SEND): Phase.SENT,
    (Phase.WANTED, Input.REST): Phase.ACKED,
    (Phase.WANTED, Input.BAR): Phase.BARRED,
    (Phase.WANTED, Input.MET): Phase.SEEN,
    (Phase.WANTED, Input.UNMET): Phase.WANTED,
    (Phase.SENT, Input.ACK): Phase.ACKED,
    (Phase.SENT, Input.REFUSE): Phase.DOUBT,
    (Phase.SENT, Input.REJECT): Phase.DOUBT,
    (Phase.SENT, Input.LOSE): Phase.DOUBT,
    (Phase.SENT, Input.BLOCK): Phase.BLOCKED,
    (Phase.SENT, Input.BAR): Phase.BARRED,
    (Phase.SENT, Input.HOLD): Phase.WANTED,
    (Phase.ACKED, Input.MET): Phase.SEEN,
    (Phase.ACKED, Input.UNMET): Phase.WANTED,
    (Phase.ACKED, Input.SHORT): Phase.WANTED,
    (Phase.DOUBT, Input.MET): Phase.SEEN,
    (Phase.DOUBT, Input.UNMET): Phase.WANTED,
    (Phase.BLOCKED, Input.MET): Phase.SEEN,
    (Phase.BLOCKED, Input.UNMET): Phase.WANTED,
    (Phase.BARRED, Input.MET): Phase.SEEN,
    (Phase.BARRED, Input.UNMET): Phase.WANTED,
    (Phase.SEEN, Input.MET): Phase.DONE,
    (Phase.SEEN, Input.UNMET): Phase.WANTED,
}

# What was refused for good, for now: it rests.
_RESTING = frozenset((Phase.BLOCKED, Phase.BARRED))

# Answers of a gateway that did not take the close: it does not count as one.
_NOT_TAKEN = frozenset((Input.BLOCK, Input.BAR, Input.HOLD))


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
    aim: int = 0  # what it was to leave
    low: int | None = None  # the least seen of that exposure since, signed
    next_at: datetime | None = None  # not before this moment
    met_at: datetime | None = None  # when the first of the reads in a row arrived
    passes: int = 0  # looks after a close that found more than the target
    rejections: int = 0  # closes of this exposure turned down one after the other
    is_offset: bool = False  # an order against this exposure was tried
    hindrance: Phase | None = None  # BLOCKED or BARRED, until something else is answered
    barred_since: datetime | None = None
    rests_until: datetime | None = None

    @property
    def is_short(self) -> bool:
        """Whether the last close did what it was to do, and flat is wanted only since then."""
        is_met = self.low is not None and is_within(self.low, self.aim)
        return self.phase is Phase.ACKED and is_met and self.aim != 0 and self.keep == 0

    @property
    def is_done(self) -> bool:
        """Whether two reads showed the target."""
        return self.phase is Phase.DONE

    def is_due(self, now: datetime) -> bool:
        """Tell whether a close may go out."""
        return self.phase is Phase.WANTED and (self.next_at is None or now >= self.next_at)

    @property
    def is_rejected(self) -> bool:
        """Whether closing it was turned down so often that an order against it may be tried."""
        return self.rejections >= REJECTIONS and not self.is_offset

    def is_looping(self, now: datetime) -> bool:
        """Tell whether the same exposure was closed so often that the next close has to wait."""
        recent = [at for at in self.sends if at > now - _MINUTE]
        return self.phase is Phase.WANTED and len(recent) >= CLOSES_A_MINUTE


def is_within(size: int, keep: int) -> bool:
    """Tell whether a position is at its target: not beyond it and not through zero."""
    return size == 0 or (size * keep > 0 and abs(size) <= abs(keep))


def sent(
    pursuit: Pursuit, request_id: int, size: int, now: datetime, *, is_offset: bool = False
) -> Pursuit:
    """Note that a close left for a position of `size`."""
    is_same = pursuit.exposure == size
    return replace(
        pursuit,
        phase=TABLE[pursuit.phase, Input.SEND],
        since=now,
        request_id=request_id,
        exposure=size,
        aim=pursuit.keep,
        low=size,
        sends=(*pursuit.sends[-CLOSES_A_MINUTE:], now) if is_same else (now,),
        met_at=None,
        is_offset=pursuit.is_offset or is_offset,
    )


def answered(pursuit: Pursuit, answer: Input, now: datetime) -> Pursuit:
    """Note what became of the close in flight."""
    is_taken = answer not in _NOT_TAKEN
    kept = pursuit.rejections if answer in (Input.BAR, Input.HOLD) else 0
    phase = TABLE[pursuit.phase, answer]
    found = pursuit.hindrance if answer is Input.HOLD else None
    barred_since = (pursuit.barred_since or now) if answer is Input.BAR else None
    return replace(
        pursuit,
        phase=phase,
        hindrance=phase if phase in _RESTING else found,
        barred_since=barred_since,
        rests_until=now + (bar(barred_since, now) if barred_since else REOPENING),
        since=now,
        request_id=None,
        sends=pursuit.sends if is_taken else pursuit.sends[:-1],
        next_at=now + _HELD if answer is Input.HOLD else None,
        rejections=pursuit.rejections + 1 if answer is Input.REJECT else kept,
        is_offset=pursuit.is_offset and answer not in (Input.BLOCK, Input.HOLD),
    )


def bar(since: datetime, now: datetime) -> timedelta:
    """Return how long to leave alone what has been refused for the account `since` then."""
    least, most = BARRED
    return min(max(now - since, least), most)


def freed(pursuit: Pursuit, now: datetime) -> Pursuit:
    """Try again what is refused for the account: it has just taken another close."""
    if pursuit.phase is not Phase.BARRED:
        return pursuit
    return replace(pursuit, rests_until=now, barred_since=None)


def rested(
    pursuit: Pursuit, size: int, now: datetime, *, barred_until: datetime | None = None
) -> Pursuit:
    """Note that nothing is left to close, and until when the orders left cannot be cancelled."""
    phase = TABLE[pursuit.phase, Input.BAR if barred_until else Input.REST]
    hindrance = phase if barred_until else None
    found = replace(pursuit, phase=phase, since=now, low=size, hindrance=hindrance)
    return replace(found, rests_until=barred_until)


def told(pursuit: Pursuit, size: int, now: datetime) -> Pursuit:
    """Note what the position is now. Exposure that grew again is new: it is closed at once."""
    low = pursuit.low
    if low is None:
        return pursuit
    is_new = size * low < 0 or abs(size) > abs(low)
    # A part that may still be closed is not asked for again before a read has looked.
    is_flying = pursuit.phase is Phase.SENT or (pursuit.phase is Phase.DOUBT and pursuit.keep != 0)
    if is_new and not is_flying and not is_within(size, pursuit.keep):
        # Nothing of what was tried with the exposure before holds it up.
        return Pursuit(
            pursuit.contract_id,
            pursuit.keep,
            pursuit.began_at,
            Phase.WANTED,
            now,
            request_id=pursuit.request_id,
            exposure=pursuit.exposure,
            aim=pursuit.aim,
            passes=pursuit.passes + 1,
            rests_until=pursuit.rests_until,
        )
    if abs(size) < abs(low):
        pursuit = replace(pursuit, low=size)
    if pursuit.is_short and size:
        # Nothing of it is on its way any more that a second close could turn round.
        return replace(pursuit, phase=TABLE[pursuit.phase, Input.SHORT], since=now, next_at=None)
    return pursuit


def read(pursuit: Pursuit, *, is_met: bool, began_at: datetime, now: datetime) -> Pursuit:
    """Note what a read showed. One begun before the phase, or while a close flies, says nothing."""
    if pursuit.phase in (Phase.SENT, Phase.DONE):
        return pursuit
    if pursuit.since is not None and began_at < pursuit.since:
        return pursuit
    if is_met:
        return _met(pursuit, began_at, now)
    rests_until = pursuit.rests_until if pursuit.phase in _RESTING else None
    if rests_until is not None and began_at < rests_until:
        return pursuit
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
        case Phase.BLOCKED | Phase.BARRED:
            return pursuit.rests_until
        case _:
            return None


def _met(pursuit: Pursuit, began_at: datetime, now: datetime) -> Pursuit:
    if pursuit.met_at is not None and began_at < pursuit.met_at + APART:
        return pursuit  # too soon to count as a second look
    phase = TABLE[pursuit.phase, Input.MET]
    return replace(pursuit, phase=phase, met_at=pursuit.met_at or now)


def _next_send(pursuit: Pursuit, now: datetime) -> datetime:
    if pursuit.phase in _RESTING:
        return now  # it has waited
    # Without a close it is an order that stays: its cancels are spaced as closes are.
    tries = len(pursuit.sends) or pursuit.passes
    wait = BACKOFF[min(max(tries - 1, 0), len(BACKOFF) - 1)] if tries else timedelta()
    at = (pursuit.sends[-1] if pursuit.sends else now) + wait
    recent = [sent_at for sent_at in pursuit.sends if sent_at > now - _MINUTE]
    if len(recent) >= CLOSES_A_MINUTE:
        at = max(at, recent[-CLOSES_A_MINUTE] + _MINUTE)
    return max(at, now)
