"""A terminal too small for panes: state, day P&L, what is open, and the key that flattens all."""

from curb.domain.snapshot import PositionView
from curb.tui import figures, standing
from curb.tui.line import Line, Span, clean, cut, fit, left
from curb.tui.panes import banner, foot, glance, header, pnl
from curb.tui.view import View

# Below, how many rules stand guard would push the state out.
_NARROW = 34


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return what matters most in as many rows as there are; a question comes first."""
    if view.ui.ask is not None or view.ui.prompt is not None:
        return foot.lines(view, width)[:height]
    keys = view.keys.words
    wrong = [(Span(cut(s.text, width), s.role),) for s in banner.sentences(view)[:1]]
    first: Line = (header.badge(view), Span(" "), header.armed(view), Span(" "), header.state(view))
    if width < _NARROW:
        first = (header.badge(view), Span(" "), header.state(view))
    if view.account is not None and standing.verdict(view.account) is not None:
        kept = first[:2] if width < _NARROW else (*first, Span(" "))
        first = (*kept, header.can(view, is_long=False))
    if view.has_several:
        first = (*first, Span(f" {header.which(view, is_long=False)}"))
    rows: list[Line] = [*wrong, first, *_day(view, width)]
    if view.ui.result is not None or view.ui.sending:
        rows = [*rows[: max(height - 2, 1)], *foot.lines(view, width)[:-1]]
    elif not view.is_observing:
        rows = [
            *rows[: max(height - 1, 1)],
            (
                Span(keys["flatten_all"], "key"),
                Span(" flatten ALL  "),
                Span(keys["quit"], "key"),
                Span(" quit"),
            ),
        ]
    return [fit(row, width) for row in rows[:height]]


def _day(view: View, width: int) -> list[Line]:
    if view.account is None:
        return [(Span(" waiting for the engine", "title"),)]
    return [
        pnl.headline(view.account.pnl, width),
        glance.urgent(view, width),
        *(_position(position, view) for position in view.account.positions),
    ]


def _position(position: PositionView, view: View) -> Line:
    stale = position.is_stale or view.is_silent
    role = "stale" if stale else figures.gain_role(position.unrealized)
    stop = "" if position.stop_word == "ok" else f" stop {clean(position.stop_word, 7)}!"
    side = "LONG" if position.size > 0 else "SHORT"
    return (
        Span(f" {left(clean(position.name, 7), 7)} {side} {abs(position.size)} "),
        Span(figures.gain(position.unrealized) + ("~" if stale else ""), role),
        Span(stop, "warn"),
    )
