"""What a key does that only looks: another pane, another row, a sheet on top."""

from dataclasses import replace

from curb.tui.cards import help_card, quit_card
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
        case "next_account":
            return _switched(ui, view, 1)
        case "previous_account":
            return _switched(ui, view, -1)
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


def _scroll(ui: Ui, name: str, view: View) -> Ui:
    count = _length(ui.pane, view)
    if ui.pane == POSITIONS:
        return _select(ui, name, view, count)
    last = max(count - 1, 0)
    top = {"top": 0, "bottom": last}.get(name, ui.tops[ui.pane] + SCROLLS.get(name, 0))
    return ui.at_top(ui.pane, min(top, last))


def _select(ui: Ui, name: str, view: View, count: int) -> Ui:
    account, selected = view.account, view.selected
    if account is None or selected is None:
        return ui
    index = account.positions.index(selected)
    wanted = {"top": 0, "bottom": count - 1}.get(name, index + SCROLLS.get(name, 0))
    return replace(ui, contract_id=account.positions[min(max(wanted, 0), count - 1)].contract_id)


def _length(pane: int, view: View) -> int:
    account = view.account
    if pane == AUDIT:
        return len(view.audit)
    if account is None:
        return 0
    if pane == POSITIONS:
        return len(account.positions)
    if pane == RULES:
        return len(account.rules)
    return len(account.timers) if pane == TIMERS else 0
