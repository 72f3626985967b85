"""What came of what was asked of the engine: a sentence at the foot, or a sheet."""

from collections.abc import Callable
from dataclasses import replace

from curb.control.frames import Reply
from curb.domain.audit import Act, AuditRow
from curb.tui import figures, headroom
from curb.tui.cards import reload_card
from curb.tui.line import clean
from curb.tui.rule_card import rule_card
from curb.tui.ui import Card, Inquiry, Leave, Result, Send, Sent, Ui
from curb.tui.view import View

_FLATTEN = "flatten"
# Short enough that the key which tries again is still to be read at 60 columns.
_REASON_CELLS = 80


def begun(ui: Ui, send: Send, view: View) -> Ui:
    """Return the screen with a command under way; the end of a flatten may come before its reply."""
    ui = replace(ui, sending=send.label)
    if send.name != _FLATTEN:
        return ui
    everywhere = len(view.snapshot.accounts) if view.snapshot is not None else 1
    accounts = everywhere if send.args.get("account_id") is None else 1
    return replace(ui, result=None, sent=Sent(send, _exact(view), accounts))


def answered(ui: Ui, asked: Send | Inquiry, reply: Reply, view: View) -> Ui:
    """Return the screen with the engine's answer."""
    if isinstance(asked, Send):
        ui = replace(ui, sending="")
    card = CARDS.get(asked.name)
    if card is not None and (reply.ok or isinstance(asked, Send)):
        return replace(ui, card=card(reply, view))
    if isinstance(asked, Send):
        return said(ui, asked, reply, view)
    return ui if reply.ok else said(ui, Send(asked.name, {}, asked.name), reply, view)


def said(ui: Ui, send: Send, reply: Reply, view: View) -> Ui:
    """Return the screen with the sentence of an answer; that of a flatten stays."""
    if send.name == _FLATTEN:
        return _flattened(ui, send, reply, view)
    words = (
        reply.text if send.label.lower() in reply.text.lower() else f"{send.label}: {reply.text}"
    )
    return replace(ui, result=Result(f"{_clock(view)} {words}", is_good=reply.ok))


def finished(ui: Ui, row: AuditRow) -> Ui:
    """Return the screen with the end of the last flatten, where the row tells of it."""
    sent = ui.sent
    if sent is None or not _is_of(row, sent.send):
        return ui
    took = f" in {row.execution_time_ms} ms" if row.execution_time_ms is not None else ""
    word = "done" if row.success else "FAILED"
    text = f"{sent.send.label} sent {sent.at} → {word}{took}: {clean(row.reason, _REASON_CELLS)}"
    retry = None if row.success else sent.send
    result = Result(text, is_good=row.success is True, is_sticky=True, retry=retry)
    left = replace(sent, accounts=sent.accounts - 1)
    # One that failed is not covered by another account's that did not.
    if row.success and ui.result is not None and ui.result.retry is not None:
        result = ui.result
    return replace(ui, result=result, sent=left if left.accounts else None)


def farewell(view: View, leave: Leave) -> str:
    """Return what whoever leaves has to know, "" where there is nothing to say."""
    if leave.stop_engine:
        return "curb: the engine stops; nothing is enforced any more"
    if view.is_observing or view.engine or view.snapshot is None:
        return ""
    goes_on = f"engine {view.snapshot.pid} goes on enforcing"
    return f"curb: {goes_on}; `curb` shows it again, `curb stop` ends it"


def _flattened(ui: Ui, send: Send, reply: Reply, view: View) -> Ui:
    if isinstance(reply.data, dict) and reply.data.get("flat") is True:
        # A rule was quicker, say: nothing failed.
        text = f"{_clock(view)} {send.label}: nothing to do, {clean(reply.text, _REASON_CELLS)}"
        return replace(ui, result=Result(text, is_good=True), sent=None)
    if not reply.ok:
        at = ui.sent.at if ui.sent is not None else _exact(view)
        text = f"{send.label} sent {at} → FAILED: {clean(reply.text, _REASON_CELLS)}"
        result = Result(text, is_good=False, is_sticky=True, retry=send)
        return replace(ui, result=result, sent=None)
    if ui.sent is None or (ui.result is not None and ui.result.is_sticky):
        return ui  # its end is told already
    text = f"{send.label} sent {ui.sent.at}"
    return replace(ui, result=Result(text, is_good=True, is_sticky=True))


def _is_of(row: AuditRow, send: Send) -> bool:
    account_id, symbol = send.args.get("account_id"), send.args.get("symbol")
    is_flatten = row.action in (Act.FLATTEN, Act.CLOSE_POSITION)
    return is_flatten and account_id in (None, row.account_id) and symbol == row.symbol


def _exact(view: View) -> str:
    if view.now is None:
        return _clock(view)
    return figures.stamp(view.now, None, view.zone, is_exact=True)


def _clock(view: View) -> str:
    return figures.clock(view.now, view.zone)


def _reload(reply: Reply, view: View) -> Card:
    return reload_card(reply, view.keys.words["reload"])


CARDS: dict[str, Callable[[Reply, View], Card]] = {
    "reload_preview": _reload,
    "headroom": headroom.card,
    "rule": rule_card,
}
"""By command: the sheet of its answer."""
