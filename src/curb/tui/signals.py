"""What rings and what is noted outside the screen: rows that matter, alerts, a lost engine."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from curb.domain.audit import AuditRow
from curb.domain.severity import Severity, severity
from curb.domain.snapshot import Snapshot
from curb.tui import figures, sentences
from curb.tui.line import clean
from curb.tui.view import View

LEAST_S = 1.0
"""Between two bells, and between two notes; what comes meanwhile waits."""

_LEVELS = {
    "breach": frozenset((Severity.ENFORCED,)),
    "all": frozenset((Severity.ENFORCED, Severity.WARNED)),
}
_NONE: frozenset[Severity] = frozenset()
_CELLS = 200
_SILENT = "ENGINE NOT RESPONDING - enforcement may be off"


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, in words, and how much it matters."""

    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard until now, and what of it is still to be told.

    `newest` is the newest row known; None before the engine's first word: what stood then is
    no news. `open` are the rows without an outcome, `alerted` the accounts with an alert.
    """

    newest: int | None = None
    open: frozenset[int] = frozenset()
    alerted: frozenset[int] = frozenset()
    is_silent: bool = False
    is_degraded: bool = False
    has_bell: bool = False
    notes: tuple[News, ...] = ()
    rang_at: float | None = None  # moments of the monotonic clock
    noted_at: float | None = None


@dataclass(frozen=True, slots=True)
class Signals:
    """What is to be told now: the bell, and a note's text or ""."""

    bell: bool = False
    note: str = ""


def step(heard: Heard, view: View) -> tuple[Heard, Signals]:
    """Return what was heard with this moment, and what is to be told of it."""
    if view.snapshot is None:
        return heard, Signals()
    heard = _with(heard, view, view.snapshot)
    bell = heard.has_bell and _is_due(heard.rang_at, view.moment)
    if bell:
        heard = replace(heard, has_bell=False, rang_at=view.moment)
    note = _words(heard.notes) if _is_due(heard.noted_at, view.moment) else ""
    if note:
        heard = replace(heard, notes=(), noted_at=view.moment)
    return heard, Signals(bell, note)


def _with(heard: Heard, view: View, snapshot: Snapshot) -> Heard:
    recent = tuple(_recent(heard, view.rows))
    news = () if heard.newest is None else tuple(_news(heard, recent, view, snapshot))
    bells = _LEVELS.get(snapshot.ui.bell, _NONE)
    notes = _LEVELS.get(snapshot.ui.notes, _NONE)
    return replace(
        heard,
        newest=max((row.id for row in recent), default=heard.newest or 0),
        open=frozenset(row.id for row in recent if row.success is None),
        alerted=frozenset(account.id for account in snapshot.accounts if account.alert),
        is_silent=view.is_silent,
        is_degraded=snapshot.store_word != "ok",
        has_bell=heard.has_bell or any(item.severity in bells for item in news),
        notes=(*heard.notes, *(item for item in news if item.severity in notes)),
    )


def _recent(heard: Heard, rows: Sequence[AuditRow]) -> Iterator[AuditRow]:
    """Return the rows that may have changed, and the newest known."""
    known = heard.newest if heard.newest is not None else 0
    oldest = min(heard.open | {known})
    return itertools.takewhile(lambda row: row.id >= oldest, rows)


def _news(
    heard: Heard, recent: Iterable[AuditRow], view: View, snapshot: Snapshot
) -> Iterator[News]:
    """Return what was not known, or has failed since, the newest first."""
    if view.is_silent and not heard.is_silent:
        yield News(Severity.ENFORCED, clean(view.engine or _SILENT, _CELLS))
    if snapshot.store_word != "ok" and not heard.is_degraded:
        yield News(Severity.ENFORCED, f"AUDIT DEGRADED {clean(snapshot.store_word, _CELLS)}")
    for account in snapshot.accounts:
        if account.alert and account.id not in heard.alerted:
            whose = f"{clean(figures.masked(account.name), 5)} " if view.has_several else ""
            yield News(Severity.ENFORCED, f"{whose}ALERT {clean(account.alert, _CELLS)}")
    for row in recent:
        is_new = row.id > (heard.newest or 0)
        if is_new or (row.id in heard.open and row.success is False):
            yield News(severity(row), sentences.told(row, is_several=view.has_several))


def _is_due(last: float | None, moment: float) -> bool:
    return last is None or moment - last >= LEAST_S


def _words(news: tuple[News, ...]) -> str:
    """Return the gravest, and of equals the first, and how many more there are."""
    if not news:
        return ""
    order = tuple(Severity)
    first = min(news, key=lambda item: order.index(item.severity))
    more = f" (+{len(news) - 1} more)" if len(news) > 1 else ""
    return clean(first.text, _CELLS) + more
