"""What is left to each limit, and what may still be added, in lines for a sheet or a printer."""

from datetime import tzinfo

from curb.domain.room import AddView, Room
from curb.domain.snapshot import FireView, PositionView, RuleView
from curb.tui import figures
from curb.tui.line import clean, left, right

Said = tuple[str, str]  # text, role

_WORDS = 60
_TITLE, _VALUE, _LIMIT, _LEFT = 20, 17, 13, 8


def lines(room: Room) -> list[Said]:
    """Return everything that a room says, the most asked for first."""
    symbol = clean(room.symbol, 8)
    held = [_position(position) for position in room.positions]
    rules = [each for rule in room.rules for each in _rule(rule)]
    prices = sorted(_prices(room.rules), key=lambda pair: (pair[1].name, pair[1].price))
    return [
        *(held or [(f"{symbol} flat", "text")]),
        ("", "text"),
        *(_add(add, symbol) for add in room.adds),
        ("", "text"),
        *[_price(rule, fire) for rule, fire in prices],
        *([("", "text")] if prices else []),
        (_columns("Rule", "Left", "Used", "Value", "Limit"), "title"),
        *rules,
    ]


def title(room: Room, zone: tzinfo | None) -> str:
    """Return which room it is, and of when."""
    name = clean(figures.masked(room.account), 8)
    return f"Headroom {clean(room.symbol, 8)} · {name} · {figures.clock(room.at, zone)}"


def _position(position: PositionView) -> Said:
    side = "LONG" if position.size > 0 else "SHORT"
    average = figures.price(position.average, position.decimals)
    old = "~" if position.is_stale and position.mark is not None else ""
    mark = figures.price(position.mark, position.decimals)
    words = f"{side} {abs(position.size)} {clean(position.name, 8)} @ {average}, last {mark}{old}"
    role = "stale" if position.is_stale else figures.gain_role(position.unrealized)
    return f"{words}, open {figures.gain(position.unrealized)}", role


def _add(add: AddView, symbol: str) -> Said:
    why = clean(add.why, _WORDS)
    if not add.is_known:
        return f"May add {add.side}: {figures.UNKNOWN} · {why}", "warn"
    if add.contracts is None:
        return f"May add {add.side}: any number · {why}", "text"
    role = "text" if add.contracts else "breach"
    return f"May add {add.side}: {add.contracts} {symbol} · {why}", role


def _prices(rules: tuple[RuleView, ...]) -> list[tuple[RuleView, FireView]]:
    return [(rule, fire) for rule in rules for fire in rule.fires]


def _price(rule: RuleView, fire: FireView) -> Said:
    sign = "↑" if fire.is_above else "↓"
    price = figures.price(fire.price, fire.decimals)
    words = f"{clean(rule.id, 8)} {clean(rule.title, _TITLE)}"
    return f"{sign} {clean(fire.name, 8)} at {price} fires {words}", "text"


def _rule(rule: RuleView) -> list[Said]:
    name = f"{clean(rule.id, 8)[-3:]} {clean(rule.title, _TITLE)}"
    value, limit, rest = (clean(each, 40) for each in (rule.value, rule.limit, rule.left))
    role = "warn" if rule.blind else figures.used_role(rule.used)
    found = [(_columns(name, rest, figures.percent(rule.used), value, limit), role)]
    if rule.blind:
        found.append((f"    not evaluated: {clean(rule.blind, _WORDS)}", "warn"))
    return found


def _columns(name: str, rest: str, used: str, value: str, limit: str) -> str:
    # What is left comes first: a narrow screen shows only that.
    return " ".join(
        (
            left(name, _TITLE + 4),
            right(rest or "-", _LEFT),
            right(used, 5),
            right(value, _VALUE),
            right(limit, _LIMIT),
        )
    )
