"""Numbers and times as the screen writes them. Unknown is `?`, never 0."""

from datetime import datetime, tzinfo
from decimal import ROUND_FLOOR, Decimal

UNKNOWN = "?"
_CENT = Decimal("0.01")
_FULL = "█"
_EIGHTHS = " ▏▎▍▌▋▊▉"
_EMPTY = "·"
_MINUTE = 60
_HOUR = 3600
_DAY = 86400
_WARN = Decimal("0.8")


def arrow(amount: Decimal | None) -> str:
    """Return the direction of an amount as a sign that needs no color."""
    if amount is None or amount == 0:
        return " "
    return "▲" if amount > 0 else "▼"


def money(amount: Decimal | None) -> str:
    """Return dollars with their sign and two decimals: `-1,412.50`."""
    return UNKNOWN if amount is None else f"{amount.quantize(_CENT):+,.2f}"


def gain(amount: Decimal | None) -> str:
    """Return dollars with their direction: `▼-52.00`."""
    return f"{arrow(amount)}{money(amount)}".strip()


def gain_role(amount: Decimal | None) -> str:
    """Return the role of an amount: profit, loss, or plain text."""
    if amount is None:
        return "warn"
    if amount == 0:
        return "text"
    return "profit" if amount > 0 else "loss"


def price(value: Decimal | None, decimals: int) -> str:
    """Return a price with its contract's decimals, more where it has more."""
    if value is None:
        return UNKNOWN
    exponent = value.normalize().as_tuple().exponent
    needed = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    # An average may lie between ticks; hiding its last digit would misstate it.
    return f"{value:.{max(decimals, min(needed, decimals + 2))}f}"


def ticks(value: Decimal | None) -> str:
    """Return ticks with their sign, with a decimal only where there is one."""
    if value is None:
        return UNKNOWN
    whole = value == value.to_integral_value()
    return f"{value:+.0f}" if whole else f"{value:+.1f}"


def percent(share: Decimal | None) -> str:
    """Return a share of a limit. Rounded down: 100 % stands for a limit really reached."""
    if share is None:
        return UNKNOWN
    return f"{(share * 100).to_integral_value(ROUND_FLOOR)}%"


def used_role(share: Decimal | None) -> str:
    """Return the role of a used share of a limit."""
    if share is None or share < _WARN:
        return "text"
    return "warn" if share < 1 else "breach"


def bar(share: Decimal | None, cells: int) -> str:
    """Return a bar of `cells` columns for a share between 0 and 1."""
    if share is None or cells <= 0:
        return UNKNOWN.ljust(max(cells, 0))[:cells]
    eighths = int(min(max(share, Decimal(0)), Decimal(1)) * cells * 8)
    full, part = divmod(eighths, 8)
    text = _FULL * full + (_EIGHTHS[part] if part else "")
    return text + _EMPTY * (cells - len(text))


def age(seconds: float | None) -> str:
    """Return how long ago something was: `0.3s`, `12s`, `12m04`, `5h03`, `3d04h`."""
    if seconds is None:
        return UNKNOWN
    whole = int(max(seconds, 0))
    if whole < 10:  # noqa: PLR2004 - below, tenths tell fresh from late
        return f"{int(max(seconds, 0) * 10) / 10:.1f}s"
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m{whole % _MINUTE:02}"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02}"
    return f"{whole // _DAY}d{whole % _DAY // _HOUR:02}h"


def since(at: datetime | None, now: datetime | None) -> float | None:
    """Return the seconds from `at` to `now`, None where either is unknown."""
    return None if at is None or now is None else (now - at).total_seconds()


def countdown(seconds: float | None) -> str:
    """Return what is left: `04:12`, `2:26:53`. Rounded up: 00:00 is really over."""
    if seconds is None:
        return UNKNOWN
    whole = int(max(-(-seconds // 1), 0))
    hours, rest = divmod(whole, _HOUR)
    minutes, left = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


def clock(at: datetime | None, zone: tzinfo | None) -> str:
    """Return a wall time in `zone` (None: the user's own): `14:33:07`."""
    return "--:--:--" if at is None else f"{at.astimezone(zone):%H:%M:%S}"


def stamp(at: datetime, now: datetime | None, zone: tzinfo | None, *, is_exact: bool) -> str:
    """Return the time of an event in 8 columns, or 12 with milliseconds; its date if not today."""
    local = at.astimezone(zone)
    if now is not None and local.date() != now.astimezone(zone).date():
        return f"{local:%m-%d %H:%M}" if is_exact else f"{local:%d %H:%M}"
    milliseconds = f".{local.microsecond // 1000:03}" if is_exact else ""
    return f"{local:%H:%M:%S}{milliseconds}"


def masked(name: str) -> str:
    """Return an account's name as its last four characters: a screen is easily shared."""
    return f"…{name[-4:]}" if name else UNKNOWN
