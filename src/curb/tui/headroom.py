"""How far from each limit: for the selected position, or for a symbol that is typed."""

from dataclasses import replace

from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.codec import FrameError
from curb.domain.room import Room
from curb.tui import rooms
from curb.tui.acts import said
from curb.tui.line import clean, wrap
from curb.tui.ui import POSITIONS, Card, Inquiry, Prompt, Step, Ui
from curb.tui.view import View

KIND = "headroom"
_CELLS = 74


def asked(ui: Ui, symbol: str, view: View) -> Step:
    """Return the screen that asks the engine: of a symbol, of the selected one, or of which."""
    if symbol:
        return of(ui, symbol, view)
    if ui.pane == POSITIONS and view.selected is not None:
        return of(ui, view.selected.symbol, view)
    return replace(ui, prompt=Prompt(KIND, "symbol: ")), None


def of(ui: Ui, symbol: str, view: View) -> Step:
    """Return the question of a symbol on the account shown."""
    account = view.account
    if account is None or view.engine:
        return said(ui, "no engine answers: what is left to each limit is not known")
    return ui, Inquiry("headroom", {"account_id": account.id, "symbol": symbol})


def card(reply: Reply, view: View) -> Card:
    """Return the sheet of an answer."""
    again = view.keys.filled("any key closes; {headroom} asks again")
    try:
        room = codec.decode(Room, reply.data)
    except FrameError as e:
        words = wrap(f"the engine answers otherwise: {clean(e, 4 * _CELLS)}", _CELLS, 4)
        return Card(KIND, "Headroom", tuple((line, "warn") for line in words))
    ways = (("", "text"), (again, "title"))
    once_more = Inquiry("headroom", {"account_id": room.account_id, "symbol": room.symbol})
    key = view.keys.key_of("headroom")
    keys = ((key, once_more),) if key else ()
    title = rooms.title(room, view.zone)
    return Card(KIND, title, tuple(rooms.lines(room)), keys, ways=ways)
