"""A terminal too small for panes: state, day P&L, and the key that flattens all."""

from curb.tui.line import Line, Span, cut, fit
from curb.tui.panes import banner, foot, header, pnl
from curb.tui.view import View


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return what matters most in as many rows as there are; a question comes first."""
    if view.ui.ask is not None or view.ui.prompt is not None:
        return foot.lines(view, width)[:height]
    keys = view.keys.words
    wrong = [(Span(cut(s.text, width), s.role),) for s in banner.sentences(view)[:1]]
    first: Line = (header.badge(view), Span(" "), header.armed(view), Span(" "), header.state(view))
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
    return [pnl.headline(view.account.pnl, width)]
