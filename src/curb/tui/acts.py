"""What a key that reaches the engine does: asks first, and sends nothing by itself."""

from dataclasses import replace

from curb.domain.durations import RESET, seconds_of
from curb.domain.errors import CurbError
from curb.domain.snapshot import AccountView, PositionView
from curb.tui import figures
from curb.tui.cards import lock_card, lock_question
from curb.tui.line import clean
from curb.tui.ui import Ask, Choice, Effect, Question, Restart, Result, Send, Step, Ui
from curb.tui.view import View

# Long enough to read a sentence, short enough that a forgotten question does no harm.
ASK_S = 5.0
# A word takes longer to type than a letter.
WORD_S = 20.0
_MOST_NAMED = 4
_SENTENCE_CELLS = 140


def act(ui: Ui, name: str, key: str, view: View) -> Step:
    """Return the screen's next state for a command that reaches the engine."""
    # Nobody shall act on a picture that stands still.
    ui = replace(ui, pause=None)
    if name == "restart":
        return _asked(ui, "y", key, view, _restart_sentence(view), Restart())
    refused = refusal(ui, view)
    if refused:
        return said(ui, refused)
    if name == "flatten":
        return _flatten(ui, key, view)
    if name == "flatten_all":
        return _flatten_all(ui, key, view)
    if name == "lock":
        return replace(ui, card=lock_card(view)), None
    if name == "reload":
        return replace(ui, sending="RELOAD"), Send("reload_preview", {}, "RELOAD")
    if name == "retry":
        return _again(ui, key, view)
    return replace(ui, notes=()), Send("ack", {}, "ACKNOWLEDGE")


def refusal(ui: Ui, view: View) -> str:
    """Return why nothing can be sent now, "" where it can."""
    if view.snapshot is None or view.engine:
        return "no engine answers: nothing was sent; `curb flatten --all` works without one"
    return f"{ui.sending} is still under way: nothing more was sent" if ui.sending else ""


def lock_for(ui: Ui, duration: str, key: str, view: View) -> Step:
    """Return the question whether to lock the account shown for a duration that was typed."""
    account, refused = view.account, refusal(ui, view)
    if refused or account is None:
        return said(ui, refused or "no account is known yet: nothing was sent")
    try:
        seconds = seconds_of(duration)
    except CurbError as e:
        return said(ui, clean(e, _SENTENCE_CELLS))
    words = "until the next reset" if seconds is None else f"for {clean(duration, 8)}"
    question = lock_question(account, words, RESET if seconds is None else seconds)
    return ask_word(ui, question, key, view.moment), None


def ask_word(ui: Ui, question: Question, key: str, moment: float) -> Ui:
    """Return `ui` with a question that a typed word answers; `key` is the one that led to it."""
    ask = Ask(question.sentence, question.word, key, moment + WORD_S, question.effect)
    return replace(ui, ask=ask, card=None)


def _again(ui: Ui, key: str, view: View) -> Step:
    failed = ui.result.retry if ui.result is not None else None
    if failed is None:
        return said(ui, "nothing failed: there is nothing to flatten once more")
    is_all = failed.args.get("symbol") is None
    orders = "ALL orders" if is_all else "its orders"
    sentence = f"{failed.label} ONCE MORE: close what is open at market, cancel {orders}"
    return _asked(ui, "Y" if is_all else "y", key, view, sentence, failed)


def _flatten(ui: Ui, key: str, view: View) -> Step:
    position, account = view.selected, view.account
    if position is None or account is None:
        return said(ui, "no position is selected: the account is flat")
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


def said(ui: Ui, text: str) -> Step:
    """Return the screen with a sentence of what was not done."""
    return replace(ui, result=Result(text, is_good=False)), None
