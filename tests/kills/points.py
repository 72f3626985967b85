"""Where an engine is killed: a name, the function of the product that passes it, which calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from curb.domain.actions import (
    CloseContract,
    EndLock,
    Record,
    SaveAudit,
    SaveConfig,
    SaveLock,
    SaveReset,
)
from curb.engine.flatten import Phase
from curb.store import pruning, writing
from curb.wire import names

When = Literal["before", "after"]
Scene = Literal["breach", "start", "reload", "token", "reset", "upkeep"]
Meant = Callable[..., bool]


def always(*_args: Any, **_kwargs: Any) -> bool:
    """Mean every call."""
    return True


@dataclass(frozen=True, slots=True)
class Point:
    """One place to die; with `is_late` only calls after the first breach count."""

    where: str  # module:attribute
    when: When
    scene: Scene
    is_meant: Meant = always
    nth: int = 1
    is_late: bool = False


BREACH = "curb.engine.watch:AccountWatch._breach"
_SEND = "curb.engine.runner:Runner._send"
_SAVE = "curb.store.database:Database.save"
_ROWS = "curb.store.transaction:write"
_LAUNCH = "curb.gateway.api:Api.launch"
_ORDER = "curb.gateway.api:Api.order"
_WIRE = "curb.gateway.connection:Connection.send"
_READ = "curb.engine.closing:Closing.read"
_ANCHOR = "curb.store.anchors:write_anchor"


def _closes(_runner: Any, request: Any) -> bool:
    return isinstance(request, CloseContract)


def _keeps(kind: type[Record]) -> Meant:
    return lambda _database, records: any(isinstance(each, kind) for each in records)


def _finishes(_database: Any, records: Any) -> bool:
    rows = [each.row for each in records if isinstance(each, SaveAudit)]
    return any(row.rule == "RULE-003" and row.success is not None for row in rows)


def _prints(_printer: Any, row: Any) -> bool:
    return row.rule == "RULE-003" and row.success is not None


def _writes(statement: str) -> Meant:
    return lambda _connection, sql, _rows: sql == statement


def _prunes(_database: Any, batch: Any) -> bool:
    return any(sql == pruning.AUDIT for sql, _ in batch)


def _asks(path: str) -> Meant:
    return lambda _api, found, *_: found == path


def _sends(path: str) -> Meant:
    return lambda _connection, head, _body: path.encode() in head


def _sees(phase: Phase) -> Meant:
    return lambda closing, _event, _now: any(each.phase is phase for each in closing)


_CLOSE, _CANCEL = names.POSITION_CLOSE, names.ORDER_CANCEL

POINTS: dict[str, Point] = {
    # What breaks a rule is taken, and becomes a lock, requests and rows.
    "breach seen": Point(BREACH, "before", "breach"),
    "breach decided": Point(BREACH, "after", "breach"),
    "close at hand": Point(_SEND, "before", "breach", _closes),
    "close handed on": Point(_SEND, "after", "breach", _closes),
    "lock not kept": Point(_SAVE, "before", "breach", _keeps(SaveLock)),
    "lock written": Point(_ROWS, "after", "breach", _writes(writing.LOCK)),
    "lock kept": Point(_SAVE, "after", "breach", _keeps(SaveLock)),
    "close not sent": Point(_LAUNCH, "before", "breach", _asks(_CLOSE)),
    "close sent": Point(_WIRE, "after", "breach", _sends(_CLOSE)),
    "close acknowledged": Point(_ORDER, "after", "breach", _asks(_CLOSE)),
    "entry's cancel not sent": Point(_LAUNCH, "before", "breach", _asks(_CANCEL)),
    "entry's cancel sent": Point(_WIRE, "after", "breach", _sends(_CANCEL)),
    "entry cancelled": Point(_ORDER, "after", "breach", _asks(_CANCEL)),
    "stop's cancel not sent": Point(_LAUNCH, "before", "breach", _asks(_CANCEL), nth=2),
    "stop's cancel sent": Point(_WIRE, "after", "breach", _sends(_CANCEL), nth=2),
    "stop cancelled": Point(_ORDER, "after", "breach", _asks(_CANCEL), nth=2),
    "first read came": Point(_READ, "before", "breach", _sees(Phase.ACKED)),
    "first read taken": Point(_READ, "after", "breach", _sees(Phase.SEEN)),
    "second read taken": Point(_READ, "after", "breach", _sees(Phase.DONE)),
    "done row not kept": Point(_SAVE, "before", "breach", _finishes),
    "done row kept": Point(_SAVE, "after", "breach", _finishes),
    "done row printed": Point("curb.cli.report:Printer.__call__", "after", "breach", _prints),
    "anchor not written": Point(_ANCHOR, "before", "breach", is_late=True),
    "anchor half written": Point("curb.store.anchors:_text", "before", "breach", is_late=True),
    "anchor written": Point(_ANCHOR, "after", "breach", is_late=True),
    # A start finds a lock in force and a position that was opened meanwhile.
    "database not opened": Point("curb.cli.engine:recovered", "before", "start"),
    "database opened": Point("curb.cli.engine:recovered", "after", "start"),
    "file compared": Point("curb.cli.engine:begin", "after", "start"),
    "logged in": Point("curb.gateway.session:Session.login", "after", "start"),
    "anchors judged": Point("curb.store.database:Database.attach", "after", "start"),
    "start not kept": Point(_SAVE, "before", "start"),
    "start kept": Point(_SAVE, "after", "start"),
    "account not read": Point("curb.gateway.reads:Reads.account", "before", "start"),
    "account read": Point("curb.gateway.reads:Reads.account", "after", "start"),
    # A file is read again.
    "file parsed": Point("curb.cli.reloading:read_whole", "after", "reload"),
    "file applied": Point("curb.engine.core:Core.reload", "after", "reload"),
    "config not kept": Point(_SAVE, "before", "reload", _keeps(SaveConfig), nth=2),
    "config written": Point(_ROWS, "after", "reload", _writes(writing.CONFIG), nth=2),
    "config kept": Point(_SAVE, "after", "reload", _keeps(SaveConfig), nth=2),
    "config not copied": Point("curb.cli.reloading:canonical", "before", "reload", nth=2),
    # The token is no longer valid when it is needed for the close.
    "token refused": Point("curb.gateway.session:Session.login", "before", "token", nth=2),
    "token renewed": Point("curb.gateway.session:Session.login", "after", "token", nth=2),
    # The trading day ends, and the lock with it; the first one began with the engine.
    "day not begun": Point("curb.engine.daily:begun", "before", "reset", nth=2),
    "reset not kept": Point(_SAVE, "before", "reset", _keeps(SaveReset), nth=2),
    "reset written": Point(_ROWS, "after", "reset", _writes(writing.RESET), nth=2),
    "reset kept": Point(_SAVE, "after", "reset", _keeps(SaveReset), nth=2),
    "unlock not kept": Point(_SAVE, "before", "reset", _keeps(EndLock), is_late=True),
    "unlock kept": Point(_SAVE, "after", "reset", _keeps(EndLock), is_late=True),
    # The database is looked after.
    "backup not packed": Point("curb.store.backup:pack", "before", "upkeep"),
    "backup packed": Point("curb.store.backup:pack", "after", "upkeep"),
    "pruning half done": Point("curb.store.database:Database.tidy", "after", "upkeep", _prunes),
}
