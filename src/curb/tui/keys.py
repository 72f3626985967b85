"""What a key does: pure, from one state of the screen to the next, and perhaps an effect."""

from dataclasses import replace

from curb.domain.snapshot import AccountView, PositionView
from curb.tui import figures
from curb.tui.cards import help_card, lock_card, quit_card
from curb.tui.line import clean
from curb.tui.ui import (
    AUDIT,
    POSITIONS,
    TIMERS,
    Ask,
    Choice,
    Effect,
    Question,
    Restart,
    Result,
    Send,
    Ui,
)
from curb.tui.view import View

# Long enough to read a sentence, short enough that a forgotten question does no harm.
ASK_S = 5.0
# A word takes longer to type than a letter.
WORD_S = 20.0
_PAGE = 10
_PANES = 5
_SCROLLS = {"down": 1, "up": -1, "page_down": _PAGE, "page_up": -_PAGE}
_MOST_NAMED = 4

Step = tuple[Ui, Effect | None]


def press(ui: Ui, key: str, view: View) -> Step:
    """Return the screen's next state and what is to be done."""
    ui = replace(ui, result=None)
    if ui.ask is not None:
        return _answer(ui, ui.ask, key, view.moment)
    if ui.card is not None:
        return _on_card(ui, key, view)
    command = view.keys.find(key, is_observing=view.is_observing)
    if command is None:
        return ui, None
    if command.is_act:
        return _act(ui, command.id, key, view)
    return _look(ui, command.id, view), None


def expire(ui: Ui, moment: float) -> Ui:
    """Return `ui` without a question whose time has run out."""
    return replace(ui, ask=None) if ui.ask is not None and moment >= ui.ask.until else ui


def ask_word(ui: Ui, question: Question, key: str, moment: float) -> Ui:
    """Return `ui` with a question that a typed word answers; `key` is the one that led to it."""
    ask = Ask(question.sentence, question.word, key, moment + WORD_S, question.effect)
    return replace(ui, ask=ask, card=None)


def _answer(ui: Ui, ask: Ask, key: str, moment: float) -> Step:
    if moment >= ask.until:
        # A late answer is an answer to nothing, not to the next question.
        return replace(ui, ask=None), None
    if key == ask.opened_by:
        return ui, None
    typed = ask.typed + key
    if typed != ask.key and ask.key.startswith(typed):
        return replace(ui, ask=replace(ask, typed=typed)), None
    closed = replace(ui, ask=None)
    answers = {ask.key: ask.effect} | {choice.key: choice.effect for choice in ask.choices}
    return closed, answers.get(typed)


def _on_card(ui: Ui, key: str, view: View) -> Step:
    card = ui.card
    if card is None:
        return ui, None
    for known, effect in card.keys:
        if key == known:
            if isinstance(effect, Question):
                return ask_word(ui, effect, key, view.moment), None
            return replace(ui, card=None), effect
    command = view.keys.find(key, is_observing=True)
    step = _SCROLLS.get(command.id) if command is not None else None
    if step is not None:
        top = min(max(card.top + step, 0), max(len(card.lines) - 1, 0))
        return replace(ui, card=replace(card, top=top)), None
    if card.kind == "quit" and key != "escape":
        return ui, None
    return replace(ui, card=None), None


def _act(ui: Ui, name: str, key: str, view: View) -> Step:
    if name == "restart":
        return _asked(ui, "y", key, view, _restart_sentence(view), Restart())
    if view.snapshot is None or view.engine:
        return _said(
            ui, "no engine answers: nothing was sent; `curb flatten --all` works without one"
        )
    if ui.sending:
        return _said(ui, f"{ui.sending} is still under way: nothing more was sent")
    if name == "flatten":
        return _flatten(ui, key, view)
    if name == "flatten_all":
        return _flatten_all(ui, key, view)
    if name == "lock":
        return replace(ui, card=lock_card(view)), None
    if name == "reload":
        return replace(ui, sending="RELOAD"), Send("reload_preview", {}, "RELOAD")
    return replace(ui, notes=()), Send("ack", {}, "ACKNOWLEDGE")


def _flatten(ui: Ui, key: str, view: View) -> Step:
    position, account = view.selected, view.account
    if position is None or account is None:
        return _said(ui, "no position is selected: the account is flat")
    symbol = clean(position.symbol, 8)
    same = [p for p in account.positions if p.symbol == position.symbol]
    orders = sum(order.symbol == position.symbol for order in account.orders)
    sentence = (
        f"FLATTEN {symbol}{_where(view)}: "
        f"close {', '.join(map(_words, same))} at market, cancel {_count(orders)}"
    )
    args = {"account_id": account.id, "symbol": position.symbol}
    return _asked(ui, "y", key, view, sentence, Send("flatten", args, f"FLATTEN {symbol}"))


def _flatten_all(ui: Ui, key: str, view: View) -> Step:
    everywhere = Send("flatten", {"symbol": None}, "FLATTEN ALL")
    account = view.account
    accounts = view.snapshot.accounts if view.snapshot is not None else ()
    sentence = f"FLATTEN ALL{_where(view)}: {_everything(account)}"
    if account is None or not view.has_several:
        return _asked(ui, "Y", key, view, sentence, everywhere)
    args = {"account_id": account.id, "symbol": None}
    here = Send("flatten", args, f"FLATTEN ALL{_where(view)}")
    asked, _ = _asked(ui, "Y", key, view, sentence, here)
    if asked.ask is None:
        return asked, None
    choice = Choice(
        "A", f"ALL {len(accounts)} accounts", replace(everywhere, label="FLATTEN ALL ACCOUNTS")
    )
    ask = replace(asked.ask, means="this account", choices=(choice,))
    return replace(asked, ask=ask), None


def _where(view: View) -> str:
    """Return which account is meant, where there are several."""
    if view.account is None or not view.has_several:
        return ""
    return f" on {clean(figures.masked(view.account.name), 5)}"


def _words(position: PositionView) -> str:
    side = "LONG" if position.size > 0 else "SHORT"
    name = clean(position.name, 8)
    return f"{side} {abs(position.size)} {name} ({figures.gain(position.unrealized)})"


def _everything(account: AccountView | None) -> str:
    positions = account.positions if account is not None else ()
    orders = len(account.orders) if account is not None else 0
    named = ", ".join(map(_words, positions[:_MOST_NAMED]))
    more = f" and {len(positions) - _MOST_NAMED} more" if len(positions) > _MOST_NAMED else ""
    close = (
        f"close {named}{more} at market" if positions else "no position is known, close any found"
    )
    return f"{close}, cancel ALL orders ({orders})"


def _count(orders: int) -> str:
    return f"its {orders} order{'s' if orders != 1 else ''}" if orders else "its orders"


def _restart_sentence(view: View) -> str:
    if view.engine:
        return "START the engine"
    return "RESTART the engine: nothing is enforced for about a second; locks and counters stay"


def _asked(ui: Ui, answer: str, key: str, view: View, sentence: str, effect: Effect) -> Step:
    ask = Ask(sentence, answer, key, view.moment + ASK_S, effect)
    return replace(ui, ask=ask), None


def _said(ui: Ui, text: str) -> Step:
    return replace(ui, result=Result(text, is_good=False)), None


def _look(ui: Ui, name: str, view: View) -> Ui:
    if name.startswith("pane_"):
        return replace(ui, pane=int(name[-1]) - 1)
    match name:
        case "next_pane":
            return replace(ui, pane=(ui.pane + 1) % _PANES)
        case "previous_pane":
            return replace(ui, pane=(ui.pane - 1) % _PANES)
        case "zoom":
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
    top = {"top": 0, "bottom": last}.get(name, ui.tops[ui.pane] + _SCROLLS.get(name, 0))
    return ui.at_top(ui.pane, min(top, last))


def _select(ui: Ui, name: str, view: View, count: int) -> Ui:
    account, selected = view.account, view.selected
    if account is None or selected is None:
        return ui
    index = account.positions.index(selected)
    wanted = {"top": 0, "bottom": count - 1}.get(name, index + _SCROLLS.get(name, 0))
    return replace(ui, contract_id=account.positions[min(max(wanted, 0), count - 1)].contract_id)


def _length(pane: int, view: View) -> int:
    account = view.account
    if pane == AUDIT:
        return len(view.audit)
    if account is None:
        return 0
    if pane == POSITIONS:
        return len(account.positions)
    return len(account.timers) if pane == TIMERS else 0
