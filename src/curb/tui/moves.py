"""What a key does that only looks: another pane, another row, a sheet on top."""

from dataclasses import replace

from curb.tui.cards import help_card, quit_card
from curb.tui.sorting import following
from curb.tui.ui import AUDIT, PANE_COUNT, POSITIONS, RULES, TIMERS, Ui
from curb.tui.view import View

_PAGE = 10
SCROLLS = {"down": 1, "up": -1, "page_down": _PAGE, "page_up": -_PAGE}


def look(ui: Ui, name: str, view: View) -> Ui:
    """Return the screen's next state for a command that only looks."""
    if name.startswith("pane_"):
        return replace(ui, pane=int(name[-1]) - 1)
    match name:
        case "next_pane":
            return replace(ui, pane=(ui.pane + 1) % PANE_COUNT)
        case "previous_pane":
            return replace(ui, pane=(ui.pane - 1) % PANE_COUNT)
        case "zoom" | "detail":
            return replace(ui, is_zoomed=not ui.is_zoomed)
        case "next_account" | "previous_account":
            return _switched(ui, view, 1 if name == "next_account" else -1)
        case "sort":
            return _sorted(ui, view)
        case "help":
            return replace(ui, card=help_card(view))
        case "quit":
            return replace(ui, card=quit_card(view))
        case "back":
            return replace(ui, is_zoomed=False).at_top(ui.pane, 0)
        case _:
            return _scroll(ui, name, view)


def _switched(ui: Ui, view: View, step: int) -> Ui:
    count = len(view.snapshot.accounts) if view.snapshot is not None else 0
    account = (ui.account + step) % count if count else 0
    # What was selected and scrolled is the other account's.
    return replace(ui, account=account, contract_id="", tops=Ui().tops)


def _sorted(ui: Ui, view: View) -> Ui:
    # What is selected stays so, wherever it comes to stand.
    contract_id = view.selected.contract_id if view.selected is not None else ""
    return replace(ui, sort=following(ui.sort), contract_id=contract_id)


def _scroll(ui: Ui, name: str, view: View) -> Ui:
    if ui.pane == POSITIONS:
        return _select(ui, name, view)
    if ui.pane == RULES:
        return _select_rule(ui, name, view)
    count = _length(ui.pane, view)
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


def _length(pane: int, view: View) -> int:
    account = view.account
    if pane == AUDIT:
        return len(view.audit)
    if account is None:
        return 0
    return len(account.timers) if pane == TIMERS else 0
