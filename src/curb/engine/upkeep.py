"""Whether a moment allows the database to be looked after, by what the core knows."""

from datetime import datetime

from curb.domain.events import Link
from curb.domain.upkeep import Moment, is_exchange_closed
from curb.engine.core import Core
from curb.engine.watch import AccountWatch
from curb.rules.session_block_outside import SessionBlockOutside


def moment(core: Core, now: datetime, *, is_store_ok: bool) -> Moment:
    """Return what `now` allows; what is not known allows nothing."""
    links = core.market.links
    is_heard = links[Link.REST].is_up and links[Link.USER_HUB].is_up
    watches = core.watches.values()
    return Moment(
        is_calm=is_heard and all(map(_is_calm, watches)),
        is_outside=is_exchange_closed(now) or all(_is_outside(core, w, now) for w in watches),
        is_store_ok=is_store_ok,
    )


def flat_accounts(core: Core) -> frozenset[int]:
    """Return the accounts that are known to hold nothing."""
    return frozenset(
        account_id for account_id, watch in core.watches.items() if _holds_nothing(watch)
    )


def _is_calm(watch: AccountWatch) -> bool:
    is_closing = any(True for _ in watch.closing)
    return _holds_nothing(watch) and not is_closing and not any(True for _ in watch.state.orders)


def _holds_nothing(watch: AccountWatch) -> bool:
    positions = watch.state.positions
    return positions.is_known and not any(True for _ in positions)


def _is_outside(core: Core, watch: AccountWatch, now: datetime) -> bool:
    """Tell whether RULE-009 has hours for the account, and none of them is now."""
    policy = core.policy.of_account(watch.state.account.name)
    rule = next((rule for rule in policy.rules if isinstance(rule, SessionBlockOutside)), None)
    return rule is not None and not rule.running(watch.state, now)
