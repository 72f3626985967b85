"""Where everything stands, for every size. The screen itself never scrolls."""

from dataclasses import dataclass

MIN_WIDTH = 60
MIN_HEIGHT = 16
_WIDE = 100
_TALL = 30

PANES = ("positions", "pnl", "frequency", "timers", "audit", "rules", "health")


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle of the screen in cells, and whether its pane has a box or only a title."""

    name: str
    x: int
    y: int
    width: int
    height: int
    is_boxed: bool = False


def arrange(
    width: int, height: int, *, banners: int = 0, foot: int = 1, zoom: str = ""
) -> tuple[Place, ...]:
    """Return the places of a screen of that size, none overlapping, all inside it.

    Header, banners and foot keep their rows; the panes share the rest. A screen too small
    for panes gets one emergency view.
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
    if width >= _WIDE and body >= _TALL - 2:
        return (*frame, *_two_columns(width, top, body))
    return (*frame, *_stacked(width, top, body))


def _two_columns(width: int, top: int, body: int) -> tuple[Place, ...]:
    right = max(40, width // 3)
    left = width - right
    first = max(10, body * 14 // 38)
    second = max(7, body * 8 // 38)
    third = top + first + second
    return (
        Place("positions", 0, top, left, first, is_boxed=True),
        Place("pnl", left, top, right, first, is_boxed=True),
        Place("timers", 0, top + first, left, second, is_boxed=True),
        Place("frequency", left, top + first, right, second, is_boxed=True),
        Place("audit", 0, third, width, body - first - second, is_boxed=True),
    )


def _stacked(width: int, top: int, body: int) -> tuple[Place, ...]:
    # 22 rows are 80x24. Below, rows go; above, the lists share what there is.
    spare = max(body - 22, 0)
    positions = (6 if body >= 20 else 4) + spare // 4  # noqa: PLR2004 - 80x24 with two banners
    numbers = 4
    timers = (5 if body >= 18 else 3) + spare // 4  # noqa: PLR2004 - what is left of it
    audit = max(body - positions - numbers - timers, 0)
    half = width // 2
    second = top + positions
    third = second + numbers
    rows = (
        Place("positions", 0, top, width, positions),
        Place("pnl", 0, second, width - half, numbers),
        Place("frequency", width - half, second, half, numbers),
        Place("timers", 0, third, width, min(timers, body - positions - numbers)),
        Place("audit", 0, third + timers, width, audit),
    )
    return tuple(place for place in rows if place.height > 0)
