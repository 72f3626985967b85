"""Hands records to the store in order, many at once, and never makes a flatten wait."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic

from curb.domain.actions import Record, SaveAudit, SaveOrder, SavePosition
from curb.domain.audit import AuditRow
from curb.domain.errors import StoreError
from curb.domain.samples import Samples
from curb.engine.ports import Spare, Store

# How many records wait in memory while the disk fails; a day of trading is far below.
_KEPT = 50_000

_RETRY_S = 1.0

# The writes whose times are told: of the last ten minutes.
_WRITES_S, _MOST_WRITES = 600.0, 1_000


class Writer:
    """The one way to the disk. `word` is "ok", or what is wrong with it; `writes_ms` how slow.

    What the disk refuses goes to `spare`, if there is one, until the disk has it.
    """

    def __init__(
        self, store: Store, clock: Callable[[], float] = monotonic, spare: Spare | None = None
    ) -> None:
        self._store = store
        self._spare = spare
        self._spared = 0  # of those that wait, how many the spare place has
        self._waiting: list[Record] = []
        self._untold: list[AuditRow] = []
        self._listeners: list[Callable[[AuditRow], None]] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_closing = False
        self.word = "ok"
        self.writes_ms = Samples(_WRITES_S, _MOST_WRITES)
        self._clock = clock

    def listen(self, listener: Callable[[AuditRow], None]) -> None:
        """Tell `listener` of every audit row once it is on disk, or the disk has refused it."""
        self._listeners.append(listener)

    def put(self, records: Sequence[Record]) -> None:
        """Take records for the next transaction."""
        self._waiting += records
        self._untold += [record.row for record in records if isinstance(record, SaveAudit)]
        self._idle.clear()
        self._wake.set()

    async def durable(self, timeout_s: float) -> bool:
        """Wait until all records taken so far are on disk; False where it took too long."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    async def run(self) -> None:
        """Write until closed; a failing disk is tried again for ever."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch, rows = list(self._waiting), self._untold
                self._untold = []
                began = self._clock()
                try:
                    await self._store.save(batch)
                except StoreError as e:
                    self.word = await self._refused(e, batch)
                    self._shed()
                    self._tell(rows)
                    if self._is_closing:
                        return
                    await asyncio.sleep(_RETRY_S)
                else:
                    ended = self._clock()
                    self.writes_ms.add(round((ended - began) * 1000), ended)
                    self.word, self._spared = "ok", 0
                    del self._waiting[: len(batch)]
                    self._tell(rows)
            self._idle.set()
            if self._spare:
                await self._spare.clear()
            if self._is_closing:
                return

    def finish(self) -> None:
        """Let `run` end once what waits has been tried."""
        self._is_closing = True
        self._wake.set()

    async def _refused(self, e: StoreError, batch: Sequence[Record]) -> str:
        """Keep in the spare place what it has not yet; return what is wrong."""
        if self._spare is None:
            return str(e)
        await self._spare.keep(batch[self._spared :])
        self._spared = len(batch)
        return f"{e}; kept {self._spare.word}" if self._spare.word else str(e)

    def _tell(self, rows: Sequence[AuditRow]) -> None:
        for row in rows:
            for listener in self._listeners:
                listener(row)

    def _shed(self) -> None:
        """Drop what REST tells again before anything else would be lost."""
        if len(self._waiting) > _KEPT:
            again = (SavePosition, SaveOrder)
            kept: list[Record] = [r for r in self._waiting if not isinstance(r, again)]
            self._waiting = kept[-_KEPT:]
            self._spared = min(self._spared, len(self._waiting))
