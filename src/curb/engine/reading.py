"""When to read an account over REST: one read in flight, the soonest wish first."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from curb.domain.actions import ReadAccount
from curb.domain.blind import BlindPlan
from curb.domain.events import AccountRead, Link
from curb.domain.sessions import TradingDays
from curb.state.account import AccountState

# A read that failed is asked again after this; one failure upon another, later: an outage must
# not use up the requests that getting out needs once it is over.
_RETRIES = (timedelta(milliseconds=500), timedelta(seconds=1), timedelta(seconds=2))

# A read whose end was never told is given up after this; the client's own limits are shorter.
_LOST = timedelta(seconds=20)

# Reads that follow each other because the last one did not show the end.
_SPACING = timedelta(milliseconds=250)

# How often positions and orders are read although the hubs say all is well: so often that what
# a hub left out stands for less than ten seconds, and so seldom that a position costs 24
# requests a minute, those that ask for fills and keep connections open among them.
_EXPOSED = timedelta(seconds=6.5)
_FLAT = timedelta(seconds=9)

# A fill that the hub left out shows in no position that is back where it was.
_FILLS = timedelta(seconds=35)
_FILLS_EVERY = 5  # reads, where they lie further apart: they cost as much again

# Accounts share the gateway's limit: all their routine reads stay below 120 requests a minute.
_SHARE = timedelta(seconds=1.25)
_DEAF_SHARE = timedelta(seconds=2)


# RULE-006 looks back this far, also across a reset.
_LOOK_BACK = timedelta(hours=1)


def fills_since(days: TradingDays, now: datetime) -> datetime:
    """Return from when on fills have to be known."""
    return min(days.start_of(days.day_of(now)), now - _LOOK_BACK)


def pause(poll: timedelta | None, *, is_exposed: bool, accounts: int = 1) -> timedelta:
    """Return how long the routine reads of one of so many accounts lie apart.

    `poll` is what the configuration asks for while REST alone has to do, else None.
    """
    if poll is not None:
        return max(poll, accounts * _DEAF_SHARE)
    return max(_EXPOSED if is_exposed else _FLAT, accounts * _SHARE)


class Reading:
    """Wishes to read, and the one read under way."""

    def __init__(self, account_id: int, ids: Iterator[int]) -> None:
        self._account_id = account_id
        self._ids = ids
        self._due: datetime | None = None
        self._fills_since: datetime | None = None
        self._asked_since: datetime | None = None  # what the read under way covers
        self._routine_since: datetime | None = None  # what it would cover if it left now
        self._was_deaf = False  # at any time since the last read left
        self._in_flight: int | None = None
        self._began_at: datetime | None = None
        self._fills_at: datetime | None = None  # when fills were last asked for
        self._failures = 0  # in a row

    def want(self, at: datetime, fills_since: datetime | None = None) -> None:
        """Ask for a read at `at` or sooner; with `fills_since` it covers fills from then on."""
        if self._due is None or at < self._due:
            self._due = at
        if fills_since is not None:
            since = self._fills_since
            self._fills_since = fills_since if since is None else min(since, fills_since)

    def want_fresh(self, now: datetime, since: datetime) -> None:
        """Ask for a read begun at `since` or later; one that was not enough is spaced."""
        began_at = self._began_at
        if began_at is not None and began_at >= since:
            if self._in_flight is not None:
                return
            since = began_at + (self._retry() if self._failures else _SPACING)
        self.want(max(since, now))

    def poll(
        self, pause: timedelta, now: datetime, fills_since: datetime, *, is_deaf: bool
    ) -> None:
        """Ask for the next routine read, `pause` after the last one began.

        It covers the fills from `fills_since` on where no hub tells them, else now and then.
        """
        rare = max(_FILLS, _FILLS_EVERY * pause)
        is_due = self._fills_at is None or now - self._fills_at >= rare
        self._was_deaf = self._was_deaf or is_deaf
        # As of when it leaves: how often it was thought of before depends on the quotes.
        self._routine_since = fills_since if self._was_deaf or is_due else None
        self.want((self._began_at or now) + pause)

    def due(
        self,
        wishes: Iterable[datetime | None],
        state: AccountState,
        plan: BlindPlan,
        now: datetime,
    ) -> Iterator[ReadAccount]:
        """Yield the read to send now, for who wishes a fresh one or as the account's next."""
        for since in wishes:
            if since is not None:
                self.want_fresh(now, since)
        is_exposed = bool(state.positions.exposures()) or any(True for _ in state.orders)
        is_deaf = not state.market.links[Link.USER_HUB].is_trusted
        poll = plan.poll if is_deaf else None
        wait = pause(poll, is_exposed=is_exposed, accounts=state.market.accounts)
        self.poll(wait, now, fills_since(state.resets.days, now), is_deaf=is_deaf)
        read = self.drive(now)
        if read is not None:
            yield read

    def drive(self, now: datetime) -> ReadAccount | None:
        """Return the read to send now."""
        if self._in_flight is not None and self._began_at and now - self._began_at > _LOST:
            self._give_up(now)
        if self._in_flight is not None or self._due is None or now < self._due:
            return None
        self.want(self._due, self._routine_since)
        self._routine_since, self._was_deaf = None, False
        request = ReadAccount(next(self._ids), self._account_id, self._fills_since)
        self._in_flight, self._began_at = request.request_id, now
        self._fills_at = now if self._fills_since else self._fills_at
        # A wish that comes up from now on is about later fills: this read does not cover it.
        self._asked_since, self._fills_since = self._fills_since, None
        self._due = None
        return request

    def failed(self, request_id: int, now: datetime) -> None:
        """Note that a read brought nothing: it is asked again."""
        if request_id == self._in_flight:
            self._failures += 1
            self._give_up(now + self._retry())

    def read(self, event: AccountRead, now: datetime) -> None:
        """Note a read's answer; one that left a list out showed nothing and is asked again."""
        if event.positions is None or event.orders is None:
            self.failed(event.request_id, now)
        else:
            self.done(event.request_id, now, has_fills=event.fills is not None)

    def done(self, request_id: int, now: datetime, *, has_fills: bool) -> None:
        """Note what a read brought; fills that were asked for and did not come are asked again."""
        if request_id != self._in_flight:
            return
        if has_fills or self._asked_since is None:
            self._failures = 0
            self._in_flight = None
        else:
            self._failures += 1
            self._give_up(now + self._retry())

    def _retry(self) -> timedelta:
        return _RETRIES[min(self._failures, len(_RETRIES)) - 1]

    def _give_up(self, again_at: datetime) -> None:
        self._in_flight = None
        self.want(again_at, self._asked_since)

    def still_until(self) -> datetime | None:
        """Return until when the same wishes ask for nothing new; None where the next may."""
        if self._due is None or self._began_at is None:
            return None
        return self._due if self._in_flight is None else self._began_at + _LOST

    def deadline(self) -> datetime | None:
        """Return when the next read is due; None while one is under way."""
        return self._due if self._in_flight is None else None
