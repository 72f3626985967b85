"""What is done outside the screen about the audit: texts copied, files written, reasons asked."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

from curb.control.frames import Reply
from curb.domain.errors import StoreError
from curb.tui.archive import Archive
from curb.tui.clipboard import copy
from curb.tui.line import clean
from curb.tui.log import Fetch, Fetched, taken
from curb.tui.reading import fetched
from curb.tui.ui import Copy, Explain, Export, Result, Ui
from curb.tui.view import View
from curb.tui.why_card import why_card

Errand = Copy | Explain | Export | Fetch
EXPORTING = "EXPORT"
_CELLS = 300
_NO_ARCHIVE = "nothing is exported: this screen reads no database; `curb audit` does where it is"


@dataclass(frozen=True, slots=True)
class Errands:
    """The ways out of the screen; none of them makes its loop wait.

    `folder` takes the files. `osc52` writes a text to the terminal's clipboard, `ask` asks
    the engine for something, by name and arguments.
    """

    archive: Archive | None
    folder: Path | None
    osc52: Callable[[str], None]
    ask: Callable[..., Awaitable[Reply]] | None

    async def run(self, errand: Errand, view: Callable[[], View]) -> Ui:
        """Do it, and return the screen after it, whatever became of the screen meanwhile."""
        match errand:
            case Copy():
                result = await self._copied(errand)
                return _told(view().ui, result)
            case Export():
                result = await self._exported(errand, view())
                return replace(_told(view().ui, result), errand="")
            case Fetch():
                return await self._read(errand, view)
            case Explain(row):
                reply = await self.ask("why", id=row.id) if self.ask is not None else None
                card = why_card(row, reply, view().keys.words["copy_row"])
                now = view().ui
                # A question that came up meanwhile is not covered by what is only read.
                return now if now.ask is not None else replace(now, card=card)

    async def _read(self, fetch: Fetch, view: Callable[[], View]) -> Ui:
        answer = Fetched(fetch)
        if self.archive is not None:
            try:
                answer = await asyncio.to_thread(fetched, self.archive, fetch)
            except StoreError as e:
                ui = _told(view().ui, Result(clean(e, _CELLS), is_good=False))
                # No rows, but not the end of them: it may be asked for again.
                return replace(ui, log=replace(ui.log, reading=None))
        now = view()
        return replace(now.ui, log=taken(now.ui.log, now.log, answer))

    async def _copied(self, errand: Copy) -> Result:
        ways, is_kept = await copy(errand.text, self.folder, os.environ, self.osc52)
        return Result(clean(f"COPIED {errand.label}: {ways}", _CELLS), is_good=is_kept)

    async def _exported(self, errand: Export, view: View) -> Result:
        if self.archive is None or self.folder is None or view.now is None:
            return Result(_NO_ARCHIVE, is_good=False)
        name = f"audit-{view.now.astimezone(UTC):%Y%m%d-%H%M%S}.{errand.ending}"
        path = self.folder / name
        try:
            count = await asyncio.to_thread(self.archive.export, errand.query, path)
        except StoreError as e:
            return Result(clean(f"{EXPORTING} FAILED: {e}", _CELLS), is_good=False)
        rows = f"{count:,} row{'s' if count != 1 else ''}"
        return Result(clean(f"EXPORTED {rows} to {path}", _CELLS), is_good=True)


def taken_on(ui: Ui, errand: Errand) -> Ui:
    """Return the screen with the name of what takes its time."""
    return replace(ui, errand=EXPORTING) if isinstance(errand, Export) else ui


def _told(ui: Ui, result: Result) -> Ui:
    # A flatten that failed stays, until somebody does something about it.
    is_covered = ui.result is not None and ui.result.retry is not None
    return ui if is_covered else replace(ui, result=result)
