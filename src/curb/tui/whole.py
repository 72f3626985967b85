"""The whole screen of a moment: where every pane stands and what it says."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from curb.tui import plain
from curb.tui.arrange import PANES, Place, abreast, arrange
from curb.tui.line import Line
from curb.tui.panes import (
    account,
    audit,
    banner,
    card,
    emergency,
    foot,
    frequency,
    glance,
    header,
    health,
    notice,
    pnl,
    positions,
    rules,
    timers,
)
from curb.tui.panes.frame import framed, inner_size
from curb.tui.ui import Ui
from curb.tui.view import View

Title = Callable[[View], str]
Content = Callable[[View, int, int], list[Line]]

_PANES: dict[str, tuple[Title, Content]] = {
    "positions": (positions.title, positions.lines),
    "pnl": (pnl.title, pnl.lines),
    "frequency": (frequency.title, frequency.lines),
    "timers": (timers.title, timers.lines),
    "audit": (audit.title, audit.lines),
    "rules": (rules.title, rules.lines),
    "health": (health.title, health.lines),
}


class Part(NamedTuple):
    """A rectangle and its rows."""

    place: Place
    rows: list[Line]


def whole(view: View, width: int, height: int) -> list[Part]:
    """Return every part of the screen; a card, if any, is the last and lies on top."""
    if view.is_plain:
        return [Part(plain.place(width, height), plain.rows(view, width, height))]
    accounts = side_by_side(view, width, height)
    view = replace(view, is_abreast=bool(accounts))
    banners = banner.lines(view, width)
    feet = foot.lines(view, width)
    zoom = PANES[view.ui.pane] if view.ui.is_zoomed else ""
    places = arrange(
        width,
        height,
        banners=len(banners),
        foot=len(feet),
        zoom=zoom,
        focus=PANES[view.ui.pane],
        accounts=accounts,
    )
    parts = [Part(place, _rows(place, view, banners, feet)) for place in places]
    if view.ui.card is not None:
        cells, count = card.size(view.ui.card, width, height)
        place = Place("card", (width - cells) // 2, (height - count) // 2, cells, count)
        parts.append(Part(place, card.lines(view.ui.card, cells, count)))
    return parts


def side_by_side(view: View, width: int, height: int) -> tuple[int, ...]:
    """Return the accounts that stand side by side on a screen of that size, or none."""
    if view.ui.is_zoomed or view.snapshot is None:
        return ()
    count = len(view.snapshot.accounts)
    return abreast(width, height, view.ui.account, count)


def still(view: View) -> View:
    """Return what the panes look at: the moment of the pause, if there is one."""
    pause = view.ui.pause
    if pause is None:
        return view
    return replace(view, snapshot=pause.snapshot, rows=pause.rows, now=pause.now)


def _of(place: Place, view: View) -> View:
    """Return the view of the account that a place is about."""
    if place.account is None or view.snapshot is None:
        return view
    chosen = view.ui.account % len(view.snapshot.accounts)
    if place.account == chosen:
        return view
    other = replace(view.ui, account=place.account, contract_id="", tops=Ui().tops)
    return replace(view, ui=other, is_chosen=False)


def _rows(place: Place, view: View, banners: list[Line], feet: list[Line]) -> list[Line]:
    match place.name:
        case "header":
            return header.lines(view, place.width)
        case "banner":
            return banners
        case "foot":
            return feet
        case "glance":
            return glance.lines(still(view), place.width)
        case "account":
            return account.lines(_of(place, still(view)), place.width)
        case "emergency":
            return emergency.lines(view, place.width, place.height)
        case _:
            return _pane(place, _of(place, still(view)))


def _pane(place: Place, view: View) -> list[Line]:
    title, content = _PANES[place.name]
    if place.name == "audit" and notice.kind(view):
        title, content = notice.title, notice.lines
    width, height = inner_size(place.width, place.height, is_boxed=place.is_boxed)
    # A pane must not look live when what it shows is not.
    old = " · OLD" if view.is_silent and view.snapshot is not None else ""
    return framed(
        title(view) + old,
        content(view, width, height),
        place.width,
        place.height,
        is_boxed=place.is_boxed,
        has_focus=PANES[view.ui.pane] == place.name and view.is_chosen,
    )
