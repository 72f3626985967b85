"""How well Curb itself is: its links, its engine, its database; in little room the worst first."""

from collections.abc import Iterator
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from curb.domain.health import HealthView
from curb.domain.snapshot import LinkView, Snapshot
from curb.domain.vigil import Gap
from curb.tui import figures
from curb.tui.line import Line, Span, clean, cut, left
from curb.tui.panes.table import window
from curb.tui.view import View

_WORD_CELLS = 60
_SLOW_LAG_US = 50_000
_SLOW_WRITE_MS = 250
# What is kept for closing and cancelling: reads are told no from here on.
_FEW_CALLS = 60
# Even a flat account is read twice in this time.
_STALE_READ_S = 60
_STALE_LOOK_S = 10
_MEGABYTE = 1_000_000
_LARGE = 10 * _MEGABYTE
_CALM, _WARN, _BAD = range(3)
_ROLES = ("text", "warn", "breach")


class _Row(NamedTuple):
    label: str
    words: str
    worry: int = _CALM


def title(view: View) -> str:
    """Return the pane's title, with the number of what is not well."""
    if view.snapshot is None:
        return "7 Health ?"
    worries = sum(row.worry > _CALM for row in _rows(view.snapshot, view))
    return f"7 Health · {worries} to see" if worries else "7 Health"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return a row for each part, and below them when nothing protected."""
    snapshot = view.snapshot
    if snapshot is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    rows = list(_rows(snapshot, view))
    if len(rows) > height:
        rows.sort(key=lambda row: -row.worry)
    _, count = window(len(rows), 0, height)
    shown = [_line(row, view, width) for row in rows[:count]]
    hidden = rows[count:]
    if hidden:
        worries = sum(row.worry > _CALM for row in hidden)
        words = f"{worries} to see" if worries else "ok"
        shown.append((Span(f" …{len(hidden)} more {words}", "warn" if worries else "title"),))
    gaps = [_gap(gap, view, width) for gap in reversed(snapshot.health.gaps)]
    return [*shown, *gaps][: max(height, 0)]


def _line(row: _Row, view: View, width: int) -> Line:
    role = "stale" if view.is_silent else _ROLES[row.worry]
    words = cut(row.words, max(width - 8, 1))
    return (Span(f" {left(row.label, 6)} ", "title"), Span(words, role))


def _rows(snapshot: Snapshot, view: View) -> Iterator[_Row]:
    health = snapshot.health
    yield _rest(snapshot.rest, health)
    yield _hub(snapshot.user_hub, health.user_reconnects, view)
    yield _hub(snapshot.market_hub, health.market_reconnects, view)
    yield _quotes(health, view)
    yield _guard(health)
    yield _loop(health, view)
    yield _queue(health)
    yield _database(snapshot, health)
    yield _backup(health, view)
    yield _read(view)
    yield _engine(snapshot, health, view)
    peak = "at most " if health.is_rss_peak else ""
    yield _Row("Memory", f"{peak}{_megabytes(health.rss_bytes)}")
    digest = clean(snapshot.config_hash, 12)
    yield _Row("Config", f"{digest} {clean(snapshot.config_path, _WORD_CELLS)}")


def _rest(link: LinkView, health: HealthView) -> _Row:
    calls, errors = health.calls_left, health.rest_errors
    is_few = calls is not None and calls < _FEW_CALLS
    words = [
        f"p50 {_known(health.rest_p50_ms)} p99 {_known(health.rest_p99_ms)}ms",
        f"{_known(errors)} {'ERRORS' if errors else 'errors'}/h",
        f"{_known(calls)} calls left{' FEW' if is_few else ''}",
    ]
    # What is wrong stands where it is not cut off.
    words.sort(key=lambda each: not ("ERRORS" in each or "FEW" in each))
    worry = _WARN if errors or is_few else _CALM
    return _Row("REST", _joined(_link(link), words), max(worry, _worry(link)))


def _hub(link: LinkView, reconnects: int | None, view: View) -> _Row:
    heard = figures.age(figures.since(link.heard_at, view.now))
    words = [f"heard {heard} ago", f"{_known(reconnects)} reconnects"]
    return _Row(clean(link.name, 6), _joined(_link(link), words), _worry(link))


def _quotes(health: HealthView, view: View) -> _Row:
    known = [(p.mark_at, p.name) for p in view.positions if p.mark_at is not None]
    unknown = len(view.positions) - len(known)
    words = [f"{_known(health.quotes_per_s)}/s"]
    if known:
        at, name = min(known)
        age = figures.age(figures.since(at, view.now))
        words.append(f"oldest {age} {clean(name, 8)}")
    stale = sum(p.is_stale for p in view.positions)
    if unknown:
        words.insert(0, f"{unknown} WITHOUT A MARK")
    elif stale:
        words.insert(0, f"{stale} STALE")
    return _Row("Quotes", _joined("", words), _WARN if stale or unknown else _CALM)


def _guard(health: HealthView) -> _Row:
    gaps = None if health.measured_at is None else len(health.gaps)
    words = [
        f"protected {_share(health.protected)} of the day",
        f"{_known(gaps)} gap{'s' if gaps != 1 else ''}",
    ]
    why = clean(health.unguarded, _WORD_CELLS)
    worry = _BAD if why else _WARN if health.measured_at is None else _CALM
    return _Row("Guard", _joined(f"NOT NOW: {why}" if why else "", words), worry)


def _loop(health: HealthView, view: View) -> _Row:
    looked_s = figures.since(health.measured_at, view.now)
    if looked_s is None or looked_s > _STALE_LOOK_S:
        for_s = "yet" if looked_s is None else f"for {figures.age(looked_s)}"
        return _Row("Loop", f"NOT MEASURED {for_s}", _WARN)
    lags = (health.lag_p50_us, health.lag_p99_us, health.lag_max_us)
    p50, p99, most = (_milliseconds(lag) for lag in lags)
    is_slow = health.lag_p99_us is not None and health.lag_p99_us > _SLOW_LAG_US
    words = [f"p50 {p50} p99 {p99} max {most}ms late"]
    return _Row("Loop", _joined("SLOW" if is_slow else "", words), _WARN if is_slow else _CALM)


def _queue(health: HealthView) -> _Row:
    words = [f"{_known(health.queue)} waiting", f"most {_known(health.queue_most)}"]
    worry = _BAD if health.is_queue_growing else _CALM
    return _Row("Queue", _joined("GROWING" if worry else "", words), worry)


def _database(snapshot: Snapshot, health: HealthView) -> _Row:
    word = clean(snapshot.store_word, _WORD_CELLS)
    write = health.write_p99_ms
    is_slow = write is not None and write > _SLOW_WRITE_MS
    words = [
        f"{'SLOW ' if is_slow else ''}write p99 {_known(write)}ms",
        _megabytes(health.database_bytes),
        f"wal {_megabytes(health.wal_bytes)}",
        f"audit {snapshot.audit_count:,}{_head(health)}",
    ]
    is_large = health.database_bytes is not None and health.database_bytes > _LARGE
    if is_large:
        words.insert(0, f"LARGE {clean(health.growing, _WORD_CELLS)}".strip())
    worry = _BAD if snapshot.store_word != "ok" else _WARN if is_slow or is_large else _CALM
    return _Row("DB", _joined(word, words), worry)


def _head(health: HealthView) -> str:
    return f" #{clean(health.audit_head, _WORD_CELLS)}" if health.audit_head else ""


def _backup(health: HealthView, view: View) -> _Row:
    if not health.is_backup_on:
        made = _ago(health.backup_at, view) if health.backup_at else "off"
        return _Row("Backup", figures.UNKNOWN if health.is_backup_on is None else made)
    backup = f"{'LATE ' if health.is_backup_late else ''}{_ago(health.backup_at, view)}"
    drill = f"drill {'LATE ' if health.is_drill_late else ''}{_ago(health.drill_at, view)}"
    failed = f"FAILED: {clean(health.backup_words, _WORD_CELLS)}" if health.backup_words else ""
    is_late = health.is_backup_late or health.is_drill_late
    worry = _WARN if is_late or failed else _CALM
    return _Row(
        "Backup", _joined("", [failed, backup, drill] if failed else [backup, drill]), worry
    )


def _ago(at: datetime | None, view: View) -> str:
    return f"{figures.age(figures.since(at, view.now))} ago" if at else "never"


def _read(view: View) -> _Row:
    account = view.account
    if account is None:
        return _Row("Read", figures.UNKNOWN, _WARN)
    ago_s = figures.since(account.read_at, view.now)
    is_stale = ago_s is None or ago_s > _STALE_READ_S
    differences = None if account.read_at is None else account.differences
    words = [f"all read {figures.age(ago_s)} ago", f"{_known(differences)} differences"]
    return _Row("Read", _joined("STALE" if is_stale else "", words), _WARN if is_stale else _CALM)


def _engine(snapshot: Snapshot, health: HealthView, view: View) -> _Row:
    words = [
        f"up {figures.age(figures.since(snapshot.started_at, view.now))}",
        f"pid {snapshot.pid}",
        f"curb {clean(snapshot.version, 12)}",
        f"{_known(health.screens)} screen{'s' if health.screens != 1 else ''}",
    ]
    return _Row("Engine", _joined("", words))


def _gap(gap: Gap, view: View, width: int) -> Line:
    began = figures.stamp(gap.since, view.now, view.zone, is_exact=False)
    lasted = figures.age(figures.since(gap.since, gap.until))
    words = cut(f"{began} {lasted} {clean(gap.why, _WORD_CELLS)}", max(width - 8, 1))
    return (Span("   gap  ", "title"), Span(words, "warn"))


def _link(link: LinkView) -> str:
    return clean(link.word, 6)


def _worry(link: LinkView) -> int:
    return {"ok": _CALM, "slow": _WARN}.get(link.word, _BAD)


def _joined(word: str, words: list[str]) -> str:
    return " ".join(filter(None, (word, " · ".join(words))))


def _known(value: int | Decimal | None) -> str:
    return figures.UNKNOWN if value is None else f"{value}"


def _milliseconds(microseconds: int | None) -> str:
    if microseconds is None:
        return figures.UNKNOWN
    return f"{Decimal(microseconds) / 1000:.1f}"


def _megabytes(count: int | None) -> str:
    return figures.UNKNOWN if count is None else f"{Decimal(count) / _MEGABYTE:.1f}MB"


def _share(share: Decimal | None) -> str:
    # Rounded down: 100.0% stands for a day without a gap.
    if share is None:
        return figures.UNKNOWN
    return f"{(share * 100).quantize(Decimal('0.1'), ROUND_FLOOR)}%"
