"""The line above an account's own panes, where several stand side by side."""

from curb.tui import figures
from curb.tui.line import Line, Span, clean, fit
from curb.tui.panes import header, pnl
from curb.tui.view import View

_ALERT_CELLS = 60


def lines(view: View, width: int) -> list[Line]:
    """Return whose panes follow, how it stands, and whether keys act on it."""
    account = view.account
    if account is None:
        return [fit((Span(figures.UNKNOWN, "warn"),), width)]
    total = pnl.day(account.pnl)
    name = clean(figures.masked(account.name), 5)
    mark = Span(f"▸ {name} KEYS ", "focus") if view.is_chosen else Span(f"  {name} ", "title")
    alert = Span(f"  {clean(account.alert, _ALERT_CELLS)}", "breach")
    line = (
        mark,
        header.state(view),
        Span(" "),
        header.armed(view),
        Span("  day "),
        Span(figures.gain(total), figures.gain_role(total)),
        *((alert,) if account.alert else ()),
    )
    return [fit(line, width)]
