"""A line typed at the foot: its letters, and what becomes of it."""

from collections.abc import Callable
from dataclasses import replace

from curb.tui import headroom, helping, palette
from curb.tui.acts import act, said
from curb.tui.filter import query_of
from curb.tui.line import clean
from curb.tui.moves import show_rows
from curb.tui.runs import run
from curb.tui.ui import Prompt, Step, Ui
from curb.tui.view import View

_MOST_CELLS = 80
_MOST_KEPT = 20
_ALL = "ctrl+x"
_STEPS = {"up": 1, "down": -1}

Entered = Callable[[Ui, str, View], Step]
Changed = Callable[[Ui, View], Ui]


def type_key(ui: Ui, prompt: Prompt, key: str, view: View) -> Step:
    """Return the screen's next state after a key in a prompt."""
    match key:
        case "enter":
            closed = _kept(_left(ui), prompt.kind, prompt.text.strip())
            entered = ENTERED.get(prompt.kind)
            # What is entered may depend on what was chosen: that is still in the view's state.
            return entered(closed, prompt.text.strip(), view) if entered else (closed, None)
        case "escape":
            return _left(ui), None
        case "up" | "down":
            return _moved(ui, prompt, _STEPS[key], view), None
        case _ if key == _ALL and not view.is_observing:
            return act(_left(ui), "flatten_all", key, view)
        case _:
            text = _edited(prompt.text, key)
            return (_with(ui, prompt, text, view) if text is not None else ui), None


def paste(ui: Ui, text: str, view: View) -> Ui:
    """Return the screen with a pasted text in its prompt; elsewhere a paste does nothing."""
    # A newline in it is no enter.
    words = " ".join(text.split())
    return _with(ui, ui.prompt, ui.prompt.text + words, view) if ui.prompt is not None else ui


def begin_search(ui: Ui) -> Ui:
    """Return the screen with the line that searches in the help."""
    return replace(ui, prompt=Prompt(helping.KIND, "search: "))


def _edited(text: str, key: str) -> str | None:
    """Return the text after a key; None where the key is none for a text."""
    match key:
        case "backspace":
            return text[:-1]
        case "ctrl+u":
            return ""
        case "ctrl+w":
            head, _, _ = text.rstrip().rpartition(" ")
            return f"{head} " if head else ""
        case "space":
            return f"{text} "
        case _:
            return text + key if len(key) == 1 and key.isprintable() else None


def _moved(ui: Ui, prompt: Prompt, step: int, view: View) -> Ui:
    if prompt.kind == palette.KIND:
        at = max(prompt.at - step, 0)
        return palette.offered(replace(ui, prompt=replace(prompt, at=at)), view)
    past = [text for kind, text in ui.past if kind == prompt.kind]
    at = min(max(prompt.at + step, 0), len(past))
    draft = prompt.draft if prompt.at else prompt.text
    text = past[-at] if at else draft
    return _changed(replace(ui, prompt=replace(prompt, text=text, at=at, draft=draft)), view)


def _with(ui: Ui, prompt: Prompt, text: str, view: View) -> Ui:
    fresh = replace(prompt, text=clean(text, _MOST_CELLS), at=0, draft="")
    return _changed(replace(ui, prompt=fresh), view)


def _changed(ui: Ui, view: View) -> Ui:
    changed = CHANGED.get(ui.prompt.kind) if ui.prompt is not None else None
    return changed(ui, view) if changed else ui


def _left(ui: Ui) -> Ui:
    is_offer = ui.card is not None and ui.card.kind == "palette"
    return replace(ui, prompt=None, card=None if is_offer else ui.card)


def _kept(ui: Ui, kind: str, text: str) -> Ui:
    if not text:
        return ui
    mine = [each for each in ui.past if each[0] == kind and each[1] != text]
    others = [each for each in ui.past if each[0] != kind]
    return replace(ui, past=(*others, *mine[-_MOST_KEPT + 1 :], (kind, text)))


def _command(ui: Ui, text: str, view: View) -> Step:
    found = palette.matches(text, view)
    if not found:
        return said(ui, f"no command is called {clean(text, 24)!r}: nothing was done")
    at = view.ui.prompt.at if view.ui.prompt is not None else 0
    chosen = found[min(at, len(found) - 1)]
    return run(ui, chosen.command.id, "enter", view, chosen.argument)


def _headroom(ui: Ui, text: str, view: View) -> Step:
    return headroom.of(ui, text, view) if text else (ui, None)


def _filter(ui: Ui, text: str, view: View) -> Step:
    return show_rows(ui, query_of(text), view)


def _searched(ui: Ui, view: View) -> Ui:
    wanted = ui.prompt.text if ui.prompt is not None else ""
    return replace(ui, card=helping.help_card(view, wanted.strip()))


ENTERED: dict[str, Entered] = {
    palette.KIND: _command,
    headroom.KIND: _headroom,
    "filter": _filter,
}
"""By kind of prompt: what the typed text does."""

CHANGED: dict[str, Changed] = {palette.KIND: palette.offered, helping.KIND: _searched}
"""By kind of prompt: what a text shows while it is typed."""
