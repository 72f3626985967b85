"""What a window's title says: the state first, for it is cut at the right."""

from curb.tui import figures, standing
from curb.tui.view import View


def title(view: View) -> str:
    """Return the title: `curb ARMED -386.00`, `curb LOCKED`, `curb NO ENGINE`."""
    return f"curb {_words(view)}"


def _words(view: View) -> str:
    snapshot = view.snapshot
    if snapshot is None or view.is_silent:
        return standing.NO_ENGINE
    account, guard = standing.gravest(snapshot), standing.guard(snapshot)
    if account is None:
        return guard.text
    if account.alert:
        return "ALERT"
    if guard.is_wrong:
        return guard.text
    state = standing.state(account)
    return state.text if state is not None else f"ARMED {figures.money(standing.day(account))}"
