"""Which trading day an account is in, and when the next begins."""

from datetime import date, datetime

from curb.domain.sessions import TradingDays


class Resets:
    """The trading day last begun."""

    def __init__(self, days: TradingDays) -> None:
        self.days = days
        self.day: date | None = None

    def begin(self, now: datetime) -> date | None:
        """Return the trading day that has just begun, None where it goes on.

        A day once begun never goes back.
        """
        if self.day is not None and now < self.days.reset_on(self.day):
            return None
        self.day = self.days.day_of(now)
        return self.day

    def next_reset(self, now: datetime) -> datetime:
        """Return the instant of the next reset, UTC."""
        if self.day is not None:
            return max(self.days.reset_on(self.day), self.days.next_reset(now))
        return self.days.next_reset(now)
