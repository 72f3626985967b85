"""Every rule: its value, its limit, how much of it is used, and whether it watches."""

from curb.domain.snapshot import RuleView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, left, right
from curb.tui.ui import RULES
from curb.tui.view import View


def title(view: View) -> str:
    """Return the pane's title with the number of rules."""
    return f"6 Rules {len(view.account.rules)}" if view.account is not None else "6 Rules ?"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return a row for each rule."""
    account = view.account
    if account is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    top = min(view.ui.tops[RULES], max(len(account.rules) - height, 0))
    return [_row(rule, width) for rule in account.rules[top : top + height]]


def _row(rule: RuleView, width: int) -> Line:
    role = {"ok": "text", "off": "title"}.get(rule.word, "warn")
    return (
        Span(f" {left(clean(rule.id, 8)[-3:], 3)} {left(clean(rule.title, 18), 18)} "),
        Span(right(clean(rule.value, 12), 12)),
        Span(f" / {left(clean(rule.limit, 12), 12)} "),
        Span(right(figures.percent(rule.used) if rule.used is not None else "", 4) + " "),
        Span(clean(rule.word, max(width - 55, 1)), role),
    )
