"""How well Curb itself is: its links, its engine, its database."""

from curb.domain.snapshot import LinkView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, left
from curb.tui.view import View


def title(view: View) -> str:
    """Return the pane's title."""
    return "7 Health" if view.snapshot is not None else "7 Health ?"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return a row for each part."""
    snapshot = view.snapshot
    if snapshot is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    links = (snapshot.rest, snapshot.market_hub, snapshot.user_hub)
    store = clean(snapshot.store_word, width)
    role = "text" if snapshot.store_word == "ok" else "breach"
    rows: list[Line] = [_link(link, view) for link in links]
    rows.append((Span(" DB     "), Span(store, role)))
    return rows[:height]


def _link(link: LinkView, view: View) -> Line:
    role = "text" if link.word == "ok" else "breach"
    heard = figures.age(figures.since(link.heard_at, view.now))
    return (
        Span(f" {left(clean(link.name, 6), 6)} "),
        Span(left(clean(link.word, 6), 7), role),
        Span(f"heard {heard} ago"),
    )
