"""Which way each key is stricter. A key that is not listed has no order."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Literal

Direction = Literal["tighter", "looser", "same"]
Order = Callable[[Any, Any], Direction]
"""Says of an old and a new value whether the change is tighter or looser."""


def compared(old: Decimal, new: Decimal) -> Direction:
    """Return "tighter" where `new` allows less than `old`."""
    if new == old:
        return "same"
    return "tighter" if new < old else "looser"


def lower(old: Decimal, new: Decimal) -> Direction:
    """Take a lower number as tighter: a limit, a time to act."""
    return compared(Decimal(old), Decimal(new))


def higher(old: Decimal, new: Decimal) -> Direction:
    """Take a higher number as tighter: a lock's length."""
    return compared(Decimal(new), Decimal(old))


def from_loose(*values: object) -> Order:
    """Return the order of a choice, its loosest value first."""

    def order(old: object, new: object) -> Direction:
        return higher(Decimal(values.index(old)), Decimal(values.index(new)))

    return order


def unordered(old: object, new: object) -> Direction:
    """Take any change as looser: it may be."""
    return "same" if old == new else "looser"


def harmless(old: object, new: object) -> Direction:
    """Take no change as either."""
    del old, new
    return "same"


def accounts(old: tuple[str, ...], new: tuple[str, ...]) -> Direction:
    """Take more accounts as tighter; none named means every one."""
    if set(old) == set(new):
        return "same"
    if not new or (old and set(old) < set(new)):
        return "tighter"
    return "looser"


def more(old: tuple[str, ...], new: tuple[str, ...]) -> Direction:
    """Take a longer list as tighter; whatever leaves it is looser. Capitals do not matter."""
    was, now = ({each.upper() for each in names} for names in (old, new))
    if was == now:
        return "same"
    return "tighter" if was < now else "looser"


def fewer(old: tuple[str, ...], new: tuple[str, ...]) -> Direction:
    """Take a shorter list as tighter; whatever joins it is looser."""
    return more(new, old)


def unlisted(old: object, new: object) -> Direction:
    """Take fewer contracts for every symbol that is not listed as tighter."""
    return compared(allowance(old), allowance(new))


def allowance(value: object) -> Decimal:
    """Return how many contracts an `unlisted` value allows."""
    if value == "block":
        return Decimal(0)
    return Decimal("Infinity") if value == "unlimited" else Decimal(str(value))


def tiers(old: tuple[Any, ...], new: tuple[Any, ...]) -> Direction:
    """Take a cooldown that is as long or longer after every loss as tighter."""
    losses = {tier.loss for tier in (*old, *new)}
    lengths = [(_cooldown_after(loss, old), _cooldown_after(loss, new)) for loss in losses]
    if all(was == now for was, now in lengths):
        return "same"
    return "tighter" if all(was <= now for was, now in lengths) else "looser"


def _cooldown_after(loss: Decimal, ladder: tuple[Any, ...]) -> int:
    reached = [tier for tier in ladder if tier.loss <= loss]
    return max(reached, key=lambda tier: tier.loss).cooldown_s if reached else 0


def nearer(old: int, new: int) -> Direction:
    """Take fewer ticks to a stop as tighter; 0 is no stop at all."""
    return compared(*(Decimal(ticks) if ticks else Decimal("Infinity") for ticks in (old, new)))


_ANY_RULE: Mapping[str, Order] = {
    "enabled": from_loose(False, True),
    "mode": from_loose("warn", "enforce"),
}

ORDERS: Mapping[str, Order] = {
    # Another gateway holds other accounts: nothing can be compared.
    "gateway.name": unordered,
    "gateway.api_url": unordered,
    "gateway.user_hub": unordered,
    "gateway.market_hub": unordered,
    "account.names": accounts,
    # A later wall time can still come sooner: at 18:00, 17:00 is 23 hours away and 18:30
    # half an hour. Without the time of day there is no order.
    "day.reset_time": unordered,
    "day.timezone": unordered,
    # Fees only ever add to a loss.
    "day.pnl_basis": from_loose("gross", "net"),
    "config.auto_reload": harmless,
    "config.loosen": from_loose("now", "at_reset"),
    "blind.poll_s": lower,
    "blind.alert_s": lower,
    "blind.act_s": lower,
    "blind.action": from_loose("alert", "flatten"),
    "rules.max_contracts.limit": lower,
    # Longs and shorts added up are never fewer than their difference.
    "rules.max_contracts.count": from_loose("net", "gross"),
    "rules.max_contracts.action": from_loose("reduce", "close_all"),
    # A heavier micro counts more, and as a hedge offsets more.
    "rules.max_contracts.micro_weight": unordered,
    "rules.max_contracts_per_instrument.limits": lower,
    "rules.max_contracts_per_instrument.action": from_loose("reduce", "close"),
    "rules.max_contracts_per_instrument.unlisted": unlisted,
    "rules.daily_realized_loss.loss_limit": lower,
    # "total" tests the realized loss too.
    "rules.daily_realized_loss.basis": from_loose("realized", "total"),
    "rules.daily_unrealized_loss.loss_limit": lower,
    # One position may lose what all together do not, and "account" locks.
    "rules.daily_unrealized_loss.scope": unordered,
    "rules.max_unrealized_profit.target": lower,
    # Which of the two comes first depends on the market.
    "rules.max_unrealized_profit.exit": unordered,
    "rules.max_unrealized_profit.arm_ticks": lower,
    "rules.max_unrealized_profit.scope": unordered,
    "rules.max_unrealized_profit.lock": from_loose(False, True),
    "rules.trade_frequency_limit.per_minute.limit": lower,
    "rules.trade_frequency_limit.per_minute.cooldown_s": higher,
    "rules.trade_frequency_limit.per_hour.limit": lower,
    "rules.trade_frequency_limit.per_hour.cooldown_s": higher,
    "rules.trade_frequency_limit.per_session.limit": lower,
    "rules.trade_frequency_limit.per_session.cooldown_s": higher,
    "rules.trade_frequency_limit.unit": unordered,
    # A lockout for the cooldown's time.
    "rules.trade_frequency_limit.close_positions": from_loose(False, True),
    "rules.cooldown_after_loss.tiers": tiers,
    "rules.no_stop_loss_grace.grace_s": lower,
    # The order of start, end, early closes and single symbols stands in `config/hours.py`.
    "rules.session_block_outside.timezone": unordered,
    "rules.session_block_outside.days": fewer,
    "rules.session_block_outside.holidays": more,
    "rules.session_block_outside.action": from_loose("cancel_orders", "close_and_lock"),
    "rules.auth_loss_guard.check_on_start": from_loose(False, True),
    "rules.symbol_blocks.blocked": more,
    "rules.symbol_blocks.close_existing": from_loose(False, True),
    # Whatever the market does, the stop that follows is then no further away: it goes to the
    # tightest of its levels, and each of them is reached sooner or stands nearer.
    "rules.trade_management.breakeven_ticks": lower,
    "rules.trade_management.offset_ticks": higher,
    "rules.trade_management.trail_after_ticks": lower,
    "rules.trade_management.trail_ticks": lower,
    # Stops placed by hand are moved tighter only.
    "rules.trade_management.respect_manual_stops": from_loose(True, False),
    "rules.trade_management.initial_stop_ticks": nearer,
}


def order_of(key: str) -> Order:
    """Return the order of the dotted `key`, `unordered` for one that is not listed."""
    name = key.rpartition(".")[2]
    if key.startswith("rules.") and key.count(".") == 2 and name in _ANY_RULE:  # noqa: PLR2004 - rules, rule, key
        return _ANY_RULE[name]
    # How something is shown, told, asked for or kept allows nothing more.
    is_free = key.startswith(("keys.", "ui.", "alerts.", "retention.", "backup."))
    return harmless if is_free else ORDERS.get(key, unordered)
