"""The daily reset: what was open when a trading day ended, and that the next began."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from curb.domain.actions import Record, SaveAudit, SaveReset, SaveUnrealized
from curb.domain.audit import ENGINE, Act
from curb.domain.book import Position
from curb.domain.money import ZERO, rounded
from curb.engine.clerk import Clerk
from curb.state.account import AccountState

# What is open later than this was not told of the day that ended.
_AT_RESET = timedelta(minutes=1)


def turned(
    account: AccountState, clerk: Clerk, last: date | None, day: date, now: datetime
) -> list[Record]:
    """Let trading day `day` follow the `last`, and return what keeps and tells it."""
    records = ended(account, last, now)
    account.pnl.forget_before(day)
    return records + begun(account, clerk, day, now)


def ended(account: AccountState, day: date | None, now: datetime) -> list[Record]:
    """Return what was open at the end of `day`; nothing where it was not seen at the reset.

    A sum is None where a mark or a contract that it needs is unknown.
    """
    if day is None or not account.positions.is_known:
        return []
    if now - account.resets.days.reset_on(day) > _AT_RESET:
        return []
    positions = tuple(account.positions)
    known, is_whole = account.open_pnl()
    return [
        SaveUnrealized(
            account_id=account.account.id,
            trading_day=day,
            unrealized=rounded(known or ZERO) if is_whole else None,
            positions_count=len(positions),
            exposure=_exposure(account, positions),
            at=now,
        )
    ]


def begun(account: AccountState, clerk: Clerk, day: date, now: datetime) -> list[Record]:
    """Return what keeps and tells that trading day `day` began."""
    days = account.resets.days
    next_reset = days.reset_on(day)
    reset_time, zone = days.reset_time.isoformat("minutes"), str(days.timezone)
    details = {"next_reset": next_reset.isoformat(timespec="milliseconds")}
    reason = f"trading day {day.isoformat()} began"
    return [
        SaveReset(account.account.id, day, next_reset, reset_time, zone),
        SaveAudit(clerk.row(ENGINE, Act.RESET, reason, now, details=details)),
    ]


def _exposure(account: AccountState, positions: tuple[Position, ...]) -> Decimal | None:
    """Return what the contracts held are worth at their marks, in dollars, long or short."""
    total = ZERO
    for position in positions:
        contract = account.contract(position.contract_id)
        mark = account.market.quotes.mark(position.contract_id)
        if contract is None or mark is None:
            return None
        total += contract.value(abs(mark), abs(position.size))
    return rounded(total)
