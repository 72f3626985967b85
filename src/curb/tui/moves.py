"""What a key does that only looks: another pane, another row, a sheet on top."""

from collections.abc import Callable
from dataclasses import replace

from curb.domain.query import AuditQuery
from curb.tui import headroom, log_row
from curb.tui.cards import quit_card
from curb.tui.filter import text_of
from curb.tui.log import Log, Moved, filtered, moved, next_severity, sought
from curb.tui.pause import PAUSE_S, Pause
from curb.tui.rule_card import ask_rule
from curb.tui.sorting import following
from curb.tui.ui import AUDIT, PANE_COUNT, POSITIONS, RULES, TIMERS, Prompt, Result, Step, Ui
from curb.tui.view import View

_PAGE = 10
SCROLLS = {"down": 1, "up": -1, "page_down": _PAGE, "page_up": -_PAGE}


def look(ui: Ui, name: str, view: View) -> Step:
    """Return the screen's next state for a command that only looks, and what to read for it."""
    if name.startswith("pane_"):
        return replace(ui, pane=int(name[-1]) - 1), None
    # Elsewhere it would answer the `y` of a question that has run out, and look like a yes.
    if name == "copy_row" and ui.pane == AUDIT:
        return log_row.copied(ui, view)
    in_log = _IN_LOG.get(name)
    if in_log is not None:
        return in_log(replace(ui, pane=AUDIT), view)
    more = _DETAILS.get(ui.pane)
    if name == "detail" and more is not None:
        return more(ui, view)
    known = _LOOKS.get(name)
    if known is not None:
        return known(ui, view), None
    if ui.pane == AUDIT:
        return _logged(ui, moved(ui.log, view.log, name, SCROLLS.get(name, 0)))
    return _scroll(ui, name, view), None


def _zoomed(ui: Ui, _: View) -> Ui:
    return replace(ui, is_zoomed=not ui.is_zoomed)


def _back(ui: Ui, _: View) -> Ui:
    if ui.pane == AUDIT and (ui.log != Log() and not ui.is_zoomed):
        # First what is filtered, then where one stands.
        return replace(ui, log=Log(last=ui.log.last))
    if not ui.is_zoomed and not ui.tops[ui.pane]:
        # What a pane without a place of its own was shown instead of comes back.
        return replace(ui, pane=POSITIONS)
    return replace(ui, is_zoomed=False).at_top(ui.pane, 0)


def _paused(ui: Ui, view: View) -> Ui:
    if ui.pause is not None or view.snapshot is None or view.is_silent:
        return replace(ui, pause=None)
    until = view.moment + PAUSE_S
    return replace(ui, pause=Pause(view.snapshot, tuple(view.rows), view.now, until))


def show_rows(ui: Ui, query: AuditQuery, view: View) -> Step:
    """Return the screen with the audit's rows of a query."""
    step = filtered(ui.log, query, view.log.query.account_id)
    return _logged(replace(ui, pane=AUDIT), step)


def _logged(ui: Ui, step: Moved) -> Step:
    log, fetch = step
    return replace(ui, log=log), fetch


def _ask_filter(ui: Ui, _: View) -> Step:
    return replace(ui, prompt=Prompt("filter", "/", text_of(ui.log.query))), None


def shown_account(ui: Ui, account: int) -> Ui:
    """Return the screen with the account of that place."""
    # What was selected and scrolled is the other account's.
    return replace(ui, account=account, contract_id="", tops=Ui().tops, log=Log())


def _sorted(ui: Ui, view: View) -> Ui:
    # What is selected stays so, wherever it comes to stand.
    contract_id = view.selected.contract_id if view.selected is not None else ""
    return replace(ui, sort=following(ui.sort), contract_id=contract_id)


def _next_theme(ui: Ui, view: View) -> Ui:
    if len(view.themes) <= 1:
        return replace(ui, result=Result("NO_COLOR is set: no theme but mono", is_good=True))
    place = view.themes.index(view.theme) + 1 if view.theme in view.themes else 0
    name = view.themes[place % len(view.themes)]
    words = f"THEME {name}, until this screen ends; theme in [ui] of the configuration keeps it"
    return replace(ui, theme=name, result=Result(words, is_good=True))


def _switched(ui: Ui, view: View, step: int) -> Ui:
    count = len(view.snapshot.accounts) if view.snapshot is not None else 0
    return shown_account(ui, (ui.account + step) % count if count else 0)


def _room(ui: Ui, view: View) -> Step:
    position = view.selected
    return headroom.of(ui, position.symbol, view) if position else (_zoomed(ui, view), None)


def _scroll(ui: Ui, name: str, view: View) -> Ui:
    if ui.pane == POSITIONS:
        return _select(ui, name, view)
    if ui.pane == RULES:
        return _select_rule(ui, name, view)
    count = len(view.account.timers) if view.account is not None and ui.pane == TIMERS else 0
    last = max(count - 1, 0)
    top = {"top": 0, "bottom": last}.get(name, ui.tops[ui.pane] + SCROLLS.get(name, 0))
    return ui.at_top(ui.pane, min(top, last))


def _select(ui: Ui, name: str, view: View) -> Ui:
    if view.selected is None:
        return ui
    index = view.positions.index(view.selected)
    wanted = _stepped(name, index, len(view.positions))
    return replace(ui, contract_id=view.positions[wanted].contract_id)


def _select_rule(ui: Ui, name: str, view: View) -> Ui:
    if view.selected_rule is None:
        return ui
    index = view.rules.index(view.selected_rule)
    return replace(ui, rule_id=view.rules[_stepped(name, index, len(view.rules))].id)


def _stepped(name: str, index: int, count: int) -> int:
    wanted = {"top": 0, "bottom": count - 1}.get(name, index + SCROLLS.get(name, 0))
    return min(max(wanted, 0), count - 1)


# What is not here moves within the pane.
_LOOKS: dict[str, Callable[[Ui, View], Ui]] = {
    "next_pane": lambda ui, _: replace(ui, pane=(ui.pane + 1) % PANE_COUNT),
    "previous_pane": lambda ui, _: replace(ui, pane=(ui.pane - 1) % PANE_COUNT),
    "zoom": _zoomed,
    "detail": _zoomed,
    "next_account": lambda ui, view: _switched(ui, view, 1),
    "previous_account": lambda ui, view: _switched(ui, view, -1),
    "sort": _sorted,
    "pause": _paused,
    "theme": _next_theme,
    "quit": lambda ui, view: replace(ui, card=quit_card(view)),
    "back": _back,
}

# What reads the audit, from whatever pane.
_IN_LOG: dict[str, Callable[[Ui, View], Step]] = {
    "export": log_row.exported,
    "filter": _ask_filter,
    "find_next": lambda ui, view: _logged(ui, sought(ui.log, view.log, is_back=True)),
    "find_previous": lambda ui, view: _logged(ui, sought(ui.log, view.log, is_back=False)),
    "severity": lambda ui, view: show_rows(ui, next_severity(ui.log), view),
}

# What a pane tells of its chosen row; the others are only shown alone.
_DETAILS: dict[int, Callable[[Ui, View], Step]] = {
    POSITIONS: _room,
    AUDIT: log_row.explained,
    RULES: ask_rule,
}
