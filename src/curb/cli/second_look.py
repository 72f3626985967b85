"""The audit on disk, read after the start: a large one would keep a trader waiting unguarded."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from curb.domain.errors import StoreDamaged, StoreError
from curb.store.checking import check_audit
from curb.store.opening import suspect

# Not while the first reads of the gateway want the disk and the processor.
_AFTER_S = 5.0

_REMEDY = "locks hold; `curb stop` and start again: the file is set aside then"


class SecondLook:
    """`word` is "ok", or what is wrong with the audit on disk."""

    def __init__(self, path: Path, warn: Callable[[str], None], after_s: float = _AFTER_S) -> None:
        self._path = path
        self._after_s = after_s
        self._warn = warn
        self.word = "ok"

    async def run(self) -> None:
        """Read it once, after a while; what is found is said, and nothing else changes by it."""
        await asyncio.sleep(self._after_s)
        try:
            await check_audit(self._path)
        except StoreDamaged as e:
            await self.damaged(e)
        except StoreError as e:
            self._warn(f"the audit could not be checked: {e}")

    async def damaged(self, e: StoreDamaged) -> None:
        """Say it, and have the next start read everything first."""
        self.word = f"the audit is damaged: {_REMEDY}"
        self._warn(f"the audit is damaged: {_REMEDY} ({e})")
        with contextlib.suppress(OSError):  # the next second look finds it again
            await asyncio.to_thread(suspect, self._path)
