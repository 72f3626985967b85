"""What a key does: pure, from one state of the screen to the next, and perhaps an effect."""

from dataclasses import replace

from curb.tui.acts import act
from curb.tui.moves import SCROLLS, look
from curb.tui.panes import notice
from curb.tui.prompts import type_key
from curb.tui.ui import Ask, Question, Step, Ui
from curb.tui.view import View

# A word takes longer to type than a letter.
WORD_S = 20.0


def press(ui: Ui, key: str, view: View) -> Step:
    """Return the screen's next state and what is to be done."""
    ui = notice.after_key(replace(ui, result=None), view)
    if ui.ask is not None:
        return _answer(ui, ui.ask, key, view.moment)
    if ui.prompt is not None:
        return type_key(ui, ui.prompt, key, view)
    if ui.card is not None:
        return _on_card(ui, key, view)
    command = view.keys.find(key, is_observing=view.is_observing)
    if command is None:
        return ui, None
    if command.is_act:
        return act(ui, command.id, key, view)
    return look(ui, command.id, view)


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
    step = SCROLLS.get(command.id) if command is not None else None
    if step is not None:
        top = min(max(card.top + step, 0), max(len(card.lines) - 1, 0))
        return replace(ui, card=replace(card, top=top)), None
    if card.kind == "quit" and key != "escape":
        return ui, None
    return replace(ui, card=None), None
