"""What a key does: pure, from one state of the screen to the next, and perhaps an effect."""

from dataclasses import replace

from curb.domain.query import AuditQuery
from curb.tui.acts import act, ask_word
from curb.tui.moves import SCROLLS, show_rows
from curb.tui.panes import notice
from curb.tui.prompts import begin_search, type_key
from curb.tui.runs import run
from curb.tui.ui import Ask, Question, Step, Ui
from curb.tui.view import View


def press(ui: Ui, key: str, view: View) -> Step:
    """Return the screen's next state and what is to be done."""
    command = view.keys.find(key, is_observing=view.is_observing)
    is_covered = ui.ask is not None or ui.prompt is not None or ui.card is not None
    if ui.result is not None and ui.result.is_sticky and not is_covered:
        if command is not None and command.id == "back":
            return replace(ui, result=None), None
    elif ui.result is not None and not ui.result.is_sticky:
        ui = replace(ui, result=None)
    ui = notice.after_key(ui, view)
    if ui.ask is not None:
        return _answer(ui, ui.ask, key, view)
    if ui.prompt is not None:
        return type_key(ui, ui.prompt, key, view)
    if ui.card is not None:
        return _on_card(ui, key, view)
    return run(ui, command.id, key, view) if command is not None else (ui, None)


def expire(ui: Ui, moment: float) -> Ui:
    """Return `ui` without a question whose time has run out."""
    return replace(ui, ask=None) if ui.ask is not None and moment >= ui.ask.until else ui


def resume(ui: Ui, view: View) -> Ui:
    """Return `ui` without a pause that is over."""
    pause = ui.pause
    if pause is None or not pause.is_over(view.snapshot, view.moment, is_silent=view.is_silent):
        return ui
    return replace(ui, pause=None)


def _answer(ui: Ui, ask: Ask, key: str, view: View) -> Step:
    if view.moment >= ask.until:
        # A late answer is an answer to nothing, not to the next question.
        return replace(ui, ask=None), None
    if key == ask.opened_by:
        return ui, None
    typed = ask.typed + key
    if typed != ask.key and ask.key.startswith(typed):
        return replace(ui, ask=replace(ask, typed=typed)), None
    closed = replace(ui, ask=None)
    answers = {ask.key: ask.effect} | {choice.key: choice.effect for choice in ask.choices}
    if typed in answers:
        return closed, answers[typed]
    # Letters may be those of the word; the emergency's own question is not asked anew.
    is_letter = len(ask.key) > 1 and len(key) == 1
    if not is_letter and _is_emergency(key, view) and not _is_emergency(ask.opened_by, view):
        return act(closed, "flatten_all", key, view)
    return closed, None


def _is_emergency(key: str, view: View) -> bool:
    command = view.keys.find(key, is_observing=view.is_observing)
    return command is not None and command.id == "flatten_all"


def _on_card(ui: Ui, key: str, view: View) -> Step:
    card = ui.card
    if card is None:
        return ui, None
    for known, effect in card.keys:
        if key == known:
            if isinstance(effect, Question):
                return ask_word(ui, effect, key, view.moment), None
            return replace(ui, card=None), effect
    if _is_emergency(key, view):
        return act(replace(ui, card=None), "flatten_all", key, view)
    command = view.keys.find(key, is_observing=True)
    if card.kind == "help" and command is not None and command.id == "filter":
        return begin_search(ui), None
    if card.kind == "rule" and command is not None and command.id == "filter":
        return show_rows(replace(ui, card=None), AuditQuery(rule=ui.rule_id), view)
    step = SCROLLS.get(command.id) if command is not None else None
    if step is not None:
        top = min(max(card.top + step, 0), max(len(card.lines) - 1, 0))
        return replace(ui, card=replace(card, top=top)), None
    if card.kind == "quit" and key != "escape":
        return ui, None
    return replace(ui, card=None), None
