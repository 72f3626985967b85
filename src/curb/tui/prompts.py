"""A line typed at the foot: its letters, and what becomes of it."""

from collections.abc import Callable
from dataclasses import replace

from curb.tui.acts import act
from curb.tui.filter import query_of
from curb.tui.line import clean
from curb.tui.moves import show_rows
from curb.tui.ui import Prompt, Step, Ui
from curb.tui.view import View

_MOST_CELLS = 80
_ALL = "ctrl+x"

Entered = Callable[[Ui, str, View], Step]


def _filter(ui: Ui, text: str, view: View) -> Step:
    return show_rows(ui, query_of(text), view)


ENTERED: dict[str, Entered] = {"filter": _filter}
"""By kind of prompt: what the typed text does."""


def type_key(ui: Ui, prompt: Prompt, key: str, view: View) -> Step:
    """Return the screen's next state after a key in a prompt."""
    match key:
        case "enter":
            closed = replace(ui, prompt=None)
            entered = ENTERED.get(prompt.kind)
            return entered(closed, prompt.text.strip(), view) if entered else (closed, None)
        case "escape":
            return replace(ui, prompt=None), None
        case "backspace":
            return _with(ui, prompt, prompt.text[:-1]), None
        case "ctrl+u":
            return _with(ui, prompt, ""), None
        case _ if key == _ALL and not view.is_observing:
            return act(replace(ui, prompt=None), "flatten_all", key, view)
        case "space":
            return _with(ui, prompt, prompt.text + " "), None
        case _ if len(key) == 1 and key.isprintable():
            return _with(ui, prompt, prompt.text + key), None
        case _:
            return ui, None


def paste(ui: Ui, text: str) -> Ui:
    """Return the screen with a pasted text in its prompt; elsewhere a paste does nothing."""
    # A newline in it is no enter.
    words = " ".join(text.split())
    return _with(ui, ui.prompt, ui.prompt.text + words) if ui.prompt is not None else ui


def _with(ui: Ui, prompt: Prompt, text: str) -> Ui:
    return replace(ui, prompt=replace(prompt, text=clean(text, _MOST_CELLS)))
