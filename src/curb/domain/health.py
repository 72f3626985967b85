"""How well the engine itself is, as measured beside its work. None means not measured."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from curb.domain.vigil import Gap


@dataclass(frozen=True, slots=True)
class HealthView:
    """The figures of the health pane. Counts begin with the engine unless told otherwise."""

    rest_p50_ms: int | None = None  # of the last calls
    rest_p99_ms: int | None = None
    rest_errors: int | None = None  # of the last hour: HTTP 400 and above, or no answer
    calls_left: int | None = None  # of the gateway's limit in a minute
    user_reconnects: int | None = None  # today, of this engine
    market_reconnects: int | None = None
    lag_p50_us: int | None = None  # of the last minute: how late the engine's loop wakes
    lag_p99_us: int | None = None
    lag_max_us: int | None = None
    queue: int | None = None  # events that wait to be decided
    queue_most: int | None = None
    is_queue_growing: bool = False  # something waited at every look for seconds
    quotes_per_s: Decimal | None = None
    database_bytes: int | None = None
    wal_bytes: int | None = None
    growing: str = ""  # what takes the room, where that is a lot
    audit_head: str = ""  # the newest link of the audit's chain that is on disk, in short
    write_p99_ms: int | None = None
    is_backup_on: bool | None = None
    backup_at: datetime | None = None  # the newest backup
    backup_words: str = ""  # why the last one failed, "" where it did not
    is_backup_late: bool = False
    drill_at: datetime | None = None  # when a backup was last shown to come back
    is_drill_late: bool = False
    upkeep_at: datetime | None = None  # when old rows were last taken out
    protected: Decimal | None = None  # share of the trading day so far, see `Vigil`
    gaps: tuple[Gap, ...] = ()  # when it was not, oldest first
    unguarded: str = ""  # why it is not now, "" where it is
    rss_bytes: int | None = None
    is_rss_peak: bool = False  # the most that it was: the system tells no other
    screens: int | None = None
    measured_at: datetime | None = None


UNMEASURED = HealthView()
