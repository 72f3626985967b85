"""Measures the engine beside its work: how late its loop, how long its queue, how big its files."""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from curb.domain import codec
from curb.domain.errors import CurbError
from curb.domain.health import UNMEASURED, HealthView
from curb.domain.samples import Samples
from curb.domain.snapshot import Snapshot
from curb.domain.vigil import Vigil
from curb.engine.inbox import Inbox
from curb.engine.lapses import lapse

_BEAT_S = 0.1
_LAG_S, _MOST_LAGS = 60.0, 600
_QUOTES_S = 10.0
# A queue that was never empty for so long is not being worked off.
_GROWING_S = 5.0
_BEATS_A_LOOK = 10  # one second
_BEATS_A_WEIGHING = 50
_PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask for what the engine does not measure itself."""

    inbox: Inbox
    calls_left: Callable[[], int]
    latencies_ms: Samples
    failures: Samples
    writes_ms: Samples
    screens: Callable[[], int]
    reconnects: Callable[[], tuple[int, int]]  # how often each hub came up: user, market
    snapshot: Callable[[], Snapshot]
    day_start: Callable[[datetime], datetime]
    noted: Callable[[HealthView, datetime], HealthView]  # with what the upkeep knows
    state_dir: Path


class Health:
    """The engine's own figures. `view` costs nothing: what is slow to know is kept."""

    def __init__(self, sources: Sources, clock: Callable[[], float] = time.monotonic) -> None:
        self._sources = sources
        self._clock = clock
        self._lags_us = Samples(_LAG_S, _MOST_LAGS)
        self._depths = Samples(_LAG_S, _MOST_LAGS)
        self._quotes = Samples(_QUOTES_S, _MOST_LAGS)
        self._vigil: Vigil | None = None
        self._ups = (1, 1)  # at the start of the day: the first time up is no return
        self._known = UNMEASURED

    def view(self) -> HealthView:
        """Return the figures of the last look."""
        return self._known

    async def run(self) -> None:
        """Measure for ever."""
        self._vigil = await asyncio.to_thread(self._kept)
        weighing: asyncio.Task[None] | None = None
        beats = 0
        while True:
            due = self._clock() + _BEAT_S
            await asyncio.sleep(_BEAT_S)
            self.beat(self._clock() - due)
            if beats % _BEATS_A_LOOK == 0:
                self.look()
            if beats % _BEATS_A_WEIGHING == 0 and (weighing is None or weighing.done()):
                weighing = asyncio.create_task(self.weigh())
            beats += 1

    def beat(self, late_s: float) -> None:
        """Note how much too late the loop woke, and what waits."""
        moment = self._clock()
        self._lags_us.add(max(round(late_s * 1_000_000), 0), moment)
        self._depths.add(len(self._sources.inbox), moment)
        self._quotes.add(self._sources.inbox.quotes, moment)

    def look(self) -> None:
        """Make new figures of what was measured."""
        sources, moment = self._sources, self._clock()
        snapshot = sources.snapshot()
        began = sources.day_start(snapshot.at)
        why = lapse(snapshot)
        ups = sources.reconnects()
        if self._vigil is None or self._vigil.began != began:
            self._ups = (max(ups[0], 1), max(ups[1], 1))
        self._vigil = (self._vigil or Vigil(began, began)).noted(snapshot.at, began, why)
        rest = sources.latencies_ms.percentiles(moment, 50, 99)
        lags = self._lags_us.percentiles(moment, 50, 99, 100)
        self._known = replace(
            sources.noted(self._known, snapshot.at),
            rest_p50_ms=rest[0],
            rest_p99_ms=rest[1],
            rest_errors=sources.failures.count(moment),
            calls_left=sources.calls_left(),
            user_reconnects=max(ups[0] - self._ups[0], 0),
            market_reconnects=max(ups[1] - self._ups[1], 0),
            lag_p50_us=lags[0],
            lag_p99_us=lags[1],
            lag_max_us=lags[2],
            queue=len(sources.inbox),
            queue_most=sources.inbox.most,
            is_queue_growing=bool(self._depths.least_for(_GROWING_S, moment)),
            quotes_per_s=_rate(self._quotes.gained(moment)),
            write_p99_ms=sources.writes_ms.percentiles(moment, 99)[0],
            protected=self._vigil.share,
            gaps=self._vigil.gaps,
            unguarded=why,
            screens=sources.screens(),
            measured_at=snapshot.at,
        )

    async def weigh(self) -> None:
        """Look at memory and files, in a thread: a sick disk must not hold the engine up."""
        sizes = await asyncio.to_thread(self._sizes)
        rss, is_peak = sizes[2]
        self._known = replace(
            self._known,
            database_bytes=sizes[0],
            wal_bytes=sizes[1],
            rss_bytes=rss,
            is_rss_peak=is_peak,
        )

    def _sizes(self) -> tuple[int | None, int | None, tuple[int | None, bool]]:
        self._keep()
        database = self._sources.state_dir / "state.db"
        wal = database.with_name(f"{database.name}-wal")
        return _size(database), _size(wal), _memory()

    def _keep(self) -> None:
        """Keep the vigil, so that a restart knows of the hours before it."""
        path = self._vigil_path
        temporary = path.with_suffix(".new")
        with suppress(OSError):  # the database word tells of a full disk
            temporary.write_text(json.dumps(codec.encode(self._vigil)), encoding="utf-8")
            temporary.replace(path)

    def _kept(self) -> Vigil | None:
        try:
            text = self._vigil_path.read_text(encoding="utf-8")
            return codec.decode(Vigil, json.loads(text))
        except (OSError, ValueError, CurbError):
            return None  # nothing is known of the hours before: they count as unprotected

    @property
    def _vigil_path(self) -> Path:
        return self._sources.state_dir / "vigil.json"


def _rate(gained: tuple[int, float] | None) -> Decimal | None:
    if gained is None or gained[1] <= 0:
        return None
    return Decimal(round(gained[0] / gained[1] * 10)) / 10


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _memory() -> tuple[int | None, bool]:
    """Return the process's memory in bytes, and whether that is only the most it ever was."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE, False
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024, True
