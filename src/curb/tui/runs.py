"""What a command does, whether by its key or by its name."""

from collections.abc import Callable
from dataclasses import replace

from curb.tui import figures, headroom, palette
from curb.tui.acts import act, lock_for, refusal, said
from curb.tui.commands import BY_ID
from curb.tui.helping import help_card
from curb.tui.line import clean
from curb.tui.moves import look, shown_account
from curb.tui.ui import Result, Send, Step, Ui
from curb.tui.view import View

_PATH_CELLS = 160
_WORD_CELLS = 24

# The state, the key that led here, the moment, and what was typed behind the command's name.
Run = Callable[[Ui, str, View, str], Step]


def run(ui: Ui, name: str, key: str, view: View, argument: str = "") -> Step:
    """Return the screen's next state for a command, and what is to be done."""
    own = _RUNS.get(name)
    if own is not None:
        return own(ui, key, view, argument)
    if BY_ID[name].is_act:
        return act(ui, name, key, view)
    return look(ui, name, view)


def _command(ui: Ui, _: str, view: View, __: str) -> Step:
    return palette.opened(ui, view), None


def _help(ui: Ui, _: str, view: View, __: str) -> Step:
    return replace(ui, card=help_card(view)), None


def _headroom(ui: Ui, _: str, view: View, symbol: str) -> Step:
    return headroom.asked(ui, symbol, view)


def _lock(ui: Ui, key: str, view: View, duration: str) -> Step:
    return lock_for(ui, duration, key, view) if duration else act(ui, "lock", key, view)


def _account(ui: Ui, _: str, view: View, end: str) -> Step:
    accounts = view.snapshot.accounts if view.snapshot is not None else ()
    found = [i for i, account in enumerate(accounts) if end and account.name.endswith(end)]
    if len(found) == 1:
        return shown_account(ui, found[0]), None
    names = ", ".join(figures.masked(account.name) for account in accounts) or "none yet"
    return said(ui, f"expected the end of one account's name, of {clean(names, _PATH_CELLS)}")


def _theme(ui: Ui, _: str, view: View, name: str) -> Step:
    if not name:
        return look(ui, "theme", view)
    found = [theme for theme in view.themes if name.lower() in theme]
    exact = [theme for theme in found if theme == name.lower()]
    if len(found) == 1 or exact:
        return replace(ui, theme=(exact or found)[0]), None
    return said(ui, f"expected one theme of {clean(', '.join(view.themes), _PATH_CELLS)}")


def _config_path(ui: Ui, _: str, view: View, __: str) -> Step:
    if view.snapshot is None:
        return said(ui, "no engine answers: which configuration it uses is not known")
    path = clean(view.snapshot.config_path, _PATH_CELLS)
    return replace(ui, result=Result(f"the configuration is {path}", is_good=True)), None


def _test_alerts(ui: Ui, _: str, view: View, __: str) -> Step:
    refused = refusal(ui, view)
    return said(ui, refused) if refused else (ui, Send("alerts_test", {}, "ALERTS"))


_RUNS: dict[str, Run] = {
    "command": _command,
    "help": _help,
    "headroom": _headroom,
    "lock": _lock,
    "account": _account,
    "theme": _theme,
    "config_path": _config_path,
    "test_alerts": _test_alerts,
}
