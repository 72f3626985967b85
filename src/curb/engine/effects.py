"""What becomes of each change of a file, in the trader's words."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from curb.config.diff import Change
from curb.engine.adoption import Adoption, Pending, Plan

# What has to be typed before anything is loosened from the screen.
LOOSEN = "LOOSEN"


def effects(plan: Plan) -> list[dict[str, str]]:
    """Return each change with its verdict, as replies and screens carry them."""
    return [
        {"key": change.key, "old": change.old, "new": change.new, "verdict": verdict}
        for change, verdict in _verdicts(plan)
    ]


def withdrawn(before: Adoption, plan: Plan) -> list[dict[str, str]]:
    """Return what waited or was held before, and what the file no longer asks for."""
    asked = {change.key for change, _ in _verdicts(plan)}
    waited = (*(before.pending.changes if before.pending else ()), *before.held)
    return [
        {"key": c.key, "old": c.old, "new": c.new, "verdict": "withdrawn: it waits no longer"}
        for c in waited
        if c.key not in asked
    ]


def loosens(before: Adoption, plan: Plan) -> bool:
    """Tell whether carrying the plan out loosens anything, now or later, that did not wait yet."""
    waiting = plan.pending.changes if plan.pending else ()
    known = before.pending.changes if before.pending else ()
    return any(
        change.direction == "looser" and change not in known for change in (*plan.applied, *waiting)
    )


def summary(plan: Plan) -> str:
    """Return the whole plan in one sentence."""
    count = len(plan.applied)
    parts = [f"{count} change{'' if count == 1 else 's'} in force"]
    if plan.pending:
        parts.append(f"{len(plan.pending.changes)} pending until {_due(plan, plan.pending)}")
    if plan.held:
        parts.append(f"{len(plan.held)} held: {_named(plan.held)} would close a position now")
    if plan.refused:
        parts.append(f"{_named(plan.refused)} refused: nothing is loosened while a lock runs")
    if plan.restart:
        parts.append(f"{_named(plan.restart)} after a restart")
    return "; ".join(parts)


def _verdicts(plan: Plan) -> Iterator[tuple[Change, str]]:
    for change in plan.applied:
        yield change, _applied(change)
    for change in plan.held:
        yield change, "tighter: held, it would close a position now, until you confirm"
    if plan.pending:
        for change in plan.pending.changes:
            yield change, f"looser: waits until {_due(plan, plan.pending)}"
    for change in plan.refused:
        yield change, "looser: refused while a lock or cooldown runs"
    for change in plan.restart:
        yield change, "after a restart"


def _applied(change: Change) -> str:
    if change.direction == "same":
        return "applies now"
    practice = " (practice)" if change.direction == "looser" else ""
    return f"{change.direction}: applies now{practice}"


def _due(plan: Plan, pending: Pending) -> str:
    zone = ZoneInfo(plan.now.day.timezone)
    return f"{pending.due.astimezone(zone):%a %H:%M} {zone}"


def _named(changes: tuple[Change, ...]) -> str:
    return ", ".join(change.key for change in changes)
