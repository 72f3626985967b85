"""Whether the database is looked after: how big it is, and how old its copies are."""

from datetime import datetime

from curb.cli.checkup.finding import Finding, Level
from curb.domain.health import HealthView
from curb.domain.snapshot import Snapshot
from curb.domain.text import safe_text

_HOUR_S, _DAY_S = 3_600, 86_400


def upkeep_findings(snapshot: Snapshot | None) -> list[Finding]:
    """Return what a running engine says of its database's size, copies and drills."""
    if snapshot is None or snapshot.health.is_backup_on is None:
        return []
    health, found = snapshot.health, list[Finding]()
    if health.growing:
        todo = "`[retention]` says for how long rows are kept"
        words = f"large: {safe_text(health.growing)}"
        found.append(Finding(Level.WARN, "database", words, todo))
    if not health.is_backup_on:
        words = "none is made: `enabled` of [backup] is false"
        return [*found, Finding(Level.NOTE, "backup", words)]
    return [*found, _backup(health, snapshot.at), _drill(health, snapshot.at)]


def ago(at: datetime | None, now: datetime) -> str:
    """Return how long ago something was, in words: "3 h ago", "never"."""
    if at is None:
        return "never"
    seconds = max(int((now - at).total_seconds()), 0)
    if seconds < _HOUR_S:
        return f"{seconds // 60} min ago"
    hours_max = 2 * _DAY_S
    return f"{seconds // _HOUR_S} h ago" if seconds < hours_max else f"{seconds // _DAY_S} d ago"


def store_words(snapshot: Snapshot) -> str:
    """Return in a line what `curb status` says of it, "" where the engine does not know."""
    health = snapshot.health
    chain = [f"audit at {safe_text(health.audit_head)}"] if health.audit_head else []
    if health.is_backup_on is None:
        return "".join(chain)
    parts = [*chain, *([f"large: {safe_text(health.growing)}"] if health.growing else [])]
    if health.is_backup_on:
        parts.append(f"backup {ago(health.backup_at, snapshot.at)}{_late(health.is_backup_late)}")
        parts.append(f"drill {ago(health.drill_at, snapshot.at)}{_late(health.is_drill_late)}")
    else:
        parts.append("backups off")
    if health.backup_words:
        parts.append(f"the last backup failed: {safe_text(health.backup_words, 200)}")
    return ", ".join(parts)


def _backup(health: HealthView, now: datetime) -> Finding:
    words = ago(health.backup_at, now)
    if health.backup_words:
        failed = f"{words}; the last try failed: {safe_text(health.backup_words, 200)}"
        return Finding(Level.WARN, "backup", failed, "`curb backup` tries it again")
    if health.is_backup_late:
        words = f"{words}: more than a day"
        return Finding(Level.WARN, "backup", words, "`curb backup` makes one now")
    return Finding(Level.OK, "backup", words)


def _drill(health: HealthView, now: datetime) -> Finding:
    words = ago(health.drill_at, now)
    if not health.is_drill_late:
        return Finding(Level.OK, "drill", words)
    todo = "`curb drill` shows that a backup comes back"
    return Finding(Level.WARN, "drill", f"{words}: more than a month", todo)


def _late(is_late: bool) -> str:
    return " (LATE)" if is_late else ""
