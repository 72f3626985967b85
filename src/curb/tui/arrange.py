"""Where everything stands, for every size. The screen itself never scrolls."""

from collections.abc import Sequence
from dataclasses import dataclass

MIN_WIDTH = 60
MIN_HEIGHT = 16
_NORMAL = 100
_WIDE = 160
_TALL = 30
# The most urgent of a narrow screen in two rows: the day's P&L, and the timers.
_GLANCE = 2
# An account's own columns; less would cut its positions.
COLUMN = 100
MOST_ABREAST = 3

PANES = ("positions", "pnl", "frequency", "timers", "audit", "rules", "health")
_OF_ACCOUNT = ("account", "positions", "pnl", "frequency", "timers")
# Whose place a pane takes that has none of its own: the first of these that has one.
_LEAST = ("health", "rules", "frequency", "audit", "timers", "positions")


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle of the screen in cells, and whether its pane has a box or only a title.

    `account` is the place in the snapshot of the account it is about, None the chosen one.
    """

    name: str
    x: int
    y: int
    width: int
    height: int
    is_boxed: bool = False
    account: int | None = None

    @property
    def id(self) -> str:
        """What no other place of the same screen is called."""
        return self.name if self.account is None else f"{self.name}-{self.account % MOST_ABREAST}"


def ids() -> tuple[str, ...]:
    """Return the ids of all places that any screen may have, the uppermost last."""
    columns = [f"{name}-{n}" for n in range(MOST_ABREAST) for name in _OF_ACCOUNT]
    return ("header", "banner", "glance", *PANES, *columns, "foot", "emergency", "card")


def abreast(width: int, height: int, chosen: int, count: int) -> tuple[int, ...]:
    """Return which accounts of `count` stand side by side, none where one is shown at a time."""
    columns = min(width // COLUMN, count, MOST_ABREAST)
    if columns < 2 or height < _TALL:  # noqa: PLR2004 - side by side are two
        return ()
    first = min(max(chosen % count - columns + 1, 0), count - columns)
    return tuple(range(first, first + columns))


def arrange(
    width: int,
    height: int,
    *,
    banners: int = 0,
    foot: int = 1,
    zoom: str = "",
    focus: str = "",
    accounts: Sequence[int] = (),
) -> tuple[Place, ...]:
    """Return the places of a screen of that size, none overlapping, all inside it.

    Header, banners and foot keep their rows; the panes share the rest. The pane with the
    `focus` is always there, if need be in the place of a less important one. A screen too
    small for panes gets one emergency view.
    """
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return (Place("emergency", 0, 0, width, height),)
    top = 1 + banners
    body = height - top - foot
    frame = (
        Place("header", 0, 0, width, 1),
        *((Place("banner", 0, 1, width, banners),) if banners else ()),
        Place("foot", 0, height - foot, width, foot),
    )
    if zoom:
        return (*frame, Place(zoom, 0, top, width, body, is_boxed=True))
    if len(accounts) > 1:
        panes = _abreast(width, top, body, accounts)
    elif width >= _WIDE and body >= _TALL - 6:
        panes = _three_columns(width, top, body)
    elif width >= _NORMAL and body >= _TALL - 6:
        panes = _two_columns(width, top, body)
    else:
        panes = _stacked(width, top, body)
    return (*frame, *_with(focus, panes))


def _with(focus: str, panes: tuple[Place, ...]) -> tuple[Place, ...]:
    if not focus or any(place.name == focus for place in panes):
        return panes
    # What stands there for one account of several is not taken from it.
    names = [place.name for place in panes if place.account is None]
    taken = next(name for name in _LEAST if name in names)
    return tuple(
        Place(focus, p.x, p.y, p.width, p.height, p.is_boxed) if p.name == taken else p
        for p in panes
    )


def _abreast(width: int, top: int, body: int, accounts: Sequence[int]) -> tuple[Place, ...]:
    upper = body * 2 // 3
    places: list[Place] = []
    for n, account in enumerate(accounts):
        x, end = width * n // len(accounts), width * (n + 1) // len(accounts)
        places += _account(x, top, end - x, upper, account)
    return (*places, Place("audit", 0, top + upper, width, body - upper, is_boxed=True))


def _account(x: int, y: int, width: int, height: int, account: int) -> tuple[Place, ...]:
    positions = max(5, (height - 1) * 3 // 8)
    numbers = max(4, (height - 1) * 3 // 8)
    half = width // 2
    second = y + 1 + positions
    third = second + numbers
    rows = height - 1 - positions - numbers
    return (
        Place("account", x, y, width, 1, account=account),
        Place("positions", x, y + 1, width, positions, is_boxed=True, account=account),
        Place("pnl", x, second, width - half, numbers, is_boxed=True, account=account),
        Place("frequency", x + width - half, second, half, numbers, is_boxed=True, account=account),
        Place("timers", x, third, width, rows, is_boxed=True, account=account),
    )


def _three_columns(width: int, top: int, body: int) -> tuple[Place, ...]:
    right = width * 2 // 5
    left = width - right
    first = max(10, body * 19 // 58)
    second = max(7, body * 15 // 58)
    windows = 5 if first >= 14 else 4  # noqa: PLR2004 - else the day's figures lose their rows
    timers, rules = width * 21 // 50, width * 3 // 10
    middle, third = top + first, top + first + second
    return (
        Place("positions", 0, top, left, first, is_boxed=True),
        Place("pnl", left, top, right, first - windows, is_boxed=True),
        Place("frequency", left, middle - windows, right, windows, is_boxed=True),
        Place("timers", 0, middle, timers, second, is_boxed=True),
        Place("rules", timers, middle, rules, second, is_boxed=True),
        Place("health", timers + rules, middle, width - timers - rules, second, is_boxed=True),
        Place("audit", 0, third, width, body - first - second, is_boxed=True),
    )


def _two_columns(width: int, top: int, body: int) -> tuple[Place, ...]:
    right = max(40, width // 3)
    left = width - right
    upper = max(17, body * 24 // 38)
    positions = upper * 14 // 24
    windows = 5 if upper >= 22 else 4  # noqa: PLR2004 - else the rules lose theirs
    pnl = max(upper * 11 // 24, 6)
    rules = top + pnl + windows
    return (
        Place("positions", 0, top, left, positions, is_boxed=True),
        Place("pnl", left, top, right, pnl, is_boxed=True),
        Place("frequency", left, top + pnl, right, windows, is_boxed=True),
        Place("timers", 0, top + positions, left, upper - positions, is_boxed=True),
        Place("rules", left, rules, right, upper - pnl - windows, is_boxed=True),
        Place("audit", 0, top + upper, width, body - upper, is_boxed=True),
    )


def _stacked(width: int, top: int, body: int) -> tuple[Place, ...]:
    # 22 rows are 80x24. Below, the timers stand at a glance only.
    spare = max(body - 22, 0)
    rest = body - _GLANCE
    timers = 5 + spare // 4 if body >= 18 else 0  # noqa: PLR2004 - 80x24 with two banners
    positions = rest // 2 if not timers else (7 if body >= 20 else 6) + spare // 4  # noqa: PLR2004
    second = top + _GLANCE + positions
    rows = (
        Place("glance", 0, top, width, _GLANCE),
        Place("positions", 0, top + _GLANCE, width, positions),
        Place("timers", 0, second, width, timers),
        Place("audit", 0, second + timers, width, rest - positions - timers),
    )
    return tuple(place for place in rows if place.height > 0)
