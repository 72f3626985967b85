"""What was enforced, why, and what came of it; newest first."""

import re
from bisect import bisect_left

from curb.domain.audit import Act, AuditRow
from curb.domain.query import COUNTED
from curb.domain.severity import Severity, severity
from curb.tui import figures
from curb.tui.filter import text_of
from curb.tui.line import Line, Span, clean, left, right
from curb.tui.ui import AUDIT
from curb.tui.view import View

_ROOMY = 100
_FILTER_CELLS = 30
_WORDS = {
    Act.CLOSE_POSITION: "close",
    Act.REDUCE_POSITION: "reduce",
    Act.CANCEL_ORDERS: "cancel",
    Act.PLACE_STOP: "stop",
    Act.MOVE_STOP: "stop",
    Act.NOT_EVALUATED: "no data",
    Act.CONFIG_APPLIED: "applied",
    Act.CONFIG_PENDING: "pending",
    Act.CONFIG_REFUSED: "refused",
}
_ROLES = {
    Severity.ENFORCED: "loss",
    Severity.WARNED: "warn",
    Severity.TOLD: "text",
    Severity.ROUTINE: "text",
}


def title(view: View) -> str:
    """Return the pane's title: how many rows, which of them, and whether it follows."""
    log, at = view.ui.log, view.log
    # The engine counts the rows of all accounts; ours are those at hand.
    told = 0 if view.snapshot is None or view.has_several else view.snapshot.audit_count
    count = f"{max(told, len(at.rows)):,}"
    if log.is_filtered:
        hits = _hits(log.hits, len(at.rows))
        words = clean(text_of(log.query), _FILTER_CELLS)
        return f"5 Audit /{words} · {hits} of {count} · {_place(view)}"
    return f"5 Audit {count} · {_place(view)}"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return the rows around the chosen one."""
    log, at = view.ui.log, view.log
    if not at.rows:
        return [(Span(f" {_nothing(view)}", "title"),)]
    chosen = at.index(log.cursor)
    top = min(max(chosen - height // 2, 0), max(len(at.rows) - height, 0))
    shown = [
        _row(row, view, width, is_chosen=place == chosen and view.ui.pane == AUDIT)
        for place, row in enumerate(at.rows[top : top + height], top)
    ]
    if log.reading is not None and len(shown) < height:
        shown.append((Span(" reading the disk ...", "title"),))
    return shown


def _hits(counted: int | None, at_hand: int) -> str:
    if counted is None:
        return figures.UNKNOWN
    # Rows may have come since they were counted.
    return f"{max(counted, at_hand):,}{'+' if counted >= COUNTED else ''}"


def _place(view: View) -> str:
    log, at = view.ui.log, view.log
    if log.reading is not None:
        return "reading"
    if log.cursor is None:
        return "following"
    above = bisect_left(view.rows, -log.cursor, key=lambda row: -row.id)
    fresh = sum(map(at.query.fits, view.rows[:above]))
    follows = f"{view.keys.words['top']} follows"
    return f"{fresh} newer, {follows}" if fresh < len(view.rows) else f"far back, {follows}"


def _nothing(view: View) -> str:
    log = view.ui.log
    if not log.is_filtered:
        return "nothing yet"
    if log.reading is not None or log.hits is None:
        return "reading the disk ..."
    if log.hits:
        keys = view.keys.words
        return f"{log.hits} older rows: {keys['down']} reads them"
    return f"no such row; {view.keys.words['back']} shows all"


def mark(row: AuditRow) -> tuple[str, str]:
    """Return a row's mark and role."""
    found = severity(row)
    return (found.value, "breach" if row.success is False else _ROLES[found])


def outcome(row: AuditRow) -> str:
    """Return what came of it: the milliseconds it took, `…` while open, FAILED."""
    if row.success is None:
        return "…"
    if row.success is False:
        return "FAILED"
    return f"{row.execution_time_ms}ms" if row.execution_time_ms is not None else ""


def _row(row: AuditRow, view: View, width: int, *, is_chosen: bool) -> Line:
    is_wide = width >= _ROOMY
    sign, role = mark(row)
    at = figures.stamp(row.at, view.now, view.zone, is_exact=is_wide)
    act = _WORDS.get(row.action, row.action.value)
    # One audit below several accounts: each row says whose it is.
    whose = clean(figures.masked(row.account or ""), 5) if view.is_abreast else ""
    symbol = clean(row.symbol or ("ACCT" if row.account_id is not None else "-"), 5)
    return (
        Span(">" if is_chosen else " ", "focus"),
        Span(f"{left(at, 12 if is_wide else 8)} "),
        Span(f"{left(whose, 5)} " if view.is_abreast else "", "title"),
        Span(f"{sign} ", role),
        Span(f"{left(clean(row.rule, 9), 9)} {left(symbol, 5)} "),
        Span(f"{left(act, 8)} ", role),
        Span(f"{right(outcome(row), 7)}  ", "breach" if row.success is False else "text"),
        *found(clean(row.reason, max(width, 1) * 2), view.ui.log.last.words),
    )


def found(text: str, words: tuple[str, ...]) -> Line:
    """Return a text with the words that were looked for underlined, capitals no matter."""
    if not words:
        return (Span(text),)
    spans = re.split("(" + "|".join(map(re.escape, words)) + ")", text, flags=re.IGNORECASE)
    return tuple(
        Span(part, "found" if place % 2 else "text") for place, part in enumerate(spans) if part
    )
