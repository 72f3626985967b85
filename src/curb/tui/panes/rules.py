"""Every rule: its value, its limit, how much of it is used, where it fires, how it stands."""

from collections import Counter
from collections.abc import Sequence

from curb.domain.snapshot import RuleView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, cut
from curb.tui.panes.table import Column, chosen, heads, row, window
from curb.tui.ranking import CALM
from curb.tui.ui import RULES
from curb.tui.view import View

_ROLES = {"ok": "text", "off": "title", "LOCKED": "lock"}
_WORD_CELLS = 80
_BAR_CELLS = 8
# Below this many rows every one is needed for a rule.
_LEAST_WITH_HEADS = 5


def title(view: View) -> str:
    """Return the pane's title with the number of rules, and of those that need a look."""
    account = view.account
    if account is None:
        return "6 Rules ?"
    urgent = sum(rule.word not in CALM for rule in account.rules)
    return f"6 Rules {len(account.rules)}" + (f" · {urgent} to see" if urgent else "")


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return a row for each rule, those that need a look first."""
    if view.account is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    rules, selected = view.rules, view.selected_rule
    if selected is None:
        return [(Span(" no rule exists", "title"),)]
    columns = chosen(_COLUMNS, width)
    has_focus = view.ui.pane == RULES
    top = [heads(columns)] if height >= _LEAST_WITH_HEADS else []
    index = rules.index(selected) if has_focus else 0
    first, count = window(len(rules), index, height - len(top))
    rows = [
        row(columns, rule, view, is_selected=has_focus and rule == selected)
        for rule in rules[first : first + count]
    ]
    hidden = (*rules[:first], *rules[first + count :])
    return [*top, *rows, *_more(hidden, width)][: max(height, 0)]


def _more(hidden: Sequence[RuleView], width: int) -> list[Line]:
    """Return how many rules are not shown; what is worth a look is never called ok."""
    if not hidden:
        return []
    words = Counter(clean(rule.word, 14) for rule in hidden if rule.word not in CALM)
    if not words:
        return [(Span(f" …{len(hidden)} more ok", "title"),)]
    named = ", ".join(f"{count} {word}" for word, count in words.items())
    return [(Span(cut(f" …{len(hidden)} more: {named}", width), "warn"),)]


def _id(rule: RuleView, _: View) -> Span:
    return Span(clean(rule.id, 8)[-3:])


def _name(rule: RuleView, _: View) -> Span:
    return Span(clean(rule.title, 24), "title" if rule.word == "off" else "text")


def _value(rule: RuleView, _: View) -> Span:
    return Span(clean(rule.value, 12), "warn" if rule.blind else "text")


def _limit(rule: RuleView, _: View) -> Span:
    return Span(clean(rule.limit, 8))


def _used(rule: RuleView, _: View) -> Span:
    if rule.word == "off":
        return Span("")
    return Span(figures.percent(rule.used), figures.used_role(rule.used))


def _bar(rule: RuleView, _: View) -> Span:
    if rule.word == "off" or rule.used is None:
        return Span("")
    role = figures.used_role(rule.used)
    return Span(figures.bar(rule.used, _BAR_CELLS), "bar" if role == "text" else role)


def _fires(rule: RuleView, view: View) -> Span:
    """Return the price nearest to its mark at which the rule fires."""
    marks = {p.contract_id: p.mark for p in view.positions if p.mark}
    known = [fire for fire in rule.fires if fire.contract_id in marks]
    if not known:
        return Span("-" if rule.word not in ("off", "LOCKED") else "", "title")
    fire = min(known, key=lambda f: abs(f.price - marks[f.contract_id]) / abs(marks[f.contract_id]))
    arrow = "↑" if fire.is_above else "↓"
    price = figures.price(fire.price, fire.decimals)
    return Span(f"{clean(fire.name, 7)} {arrow}{price}", "stale" if view.is_silent else "text")


def _state(rule: RuleView, _: View) -> Span:
    words = clean(rule.word, _WORD_CELLS)
    if rule.blind:
        words = f"{words}: {clean(rule.blind, _WORD_CELLS)}"
    if rule.is_warn_only and rule.word != "warn only":
        words += " · only tells"
    return Span(words, _ROLES.get(rule.word, "warn"))


_COLUMNS = (
    Column("ID", 3, is_number=False, keep=0, cell=_id),
    Column("Rule", 10, is_number=False, keep=1, cell=_name, most=20),
    Column("Value", 12, is_number=True, keep=3, cell=_value),
    Column("Limit", 8, is_number=True, keep=4, cell=_limit, most=12),
    Column("Used", 4, is_number=True, keep=2, cell=_used),
    Column("", _BAR_CELLS, is_number=False, keep=6, cell=_bar),
    Column("Fires at", 18, is_number=False, keep=5, cell=_fires),
    Column("State", 10, is_number=False, keep=0, cell=_state, most=200),
)
