"""Reads the configuration again: asked by a screen or a command, or by itself."""

import asyncio
from pathlib import Path
from typing import Any

from curb.config.canonical import canonical
from curb.config.models import Config
from curb.control.frames import Reply
from curb.domain.errors import ConfigError
from curb.engine.adoption import Plan
from curb.engine.effects import LOOSEN, effects, loosens, summary, withdrawn
from curb.engine.governing import Governing
from curb.engine.reload import mark, read_whole
from curb.engine.runner import Runner

# With `auto_reload` a saved file is noticed within this time.
_LOOK_S = 1.0

_NOT_READY = "the account has not been read yet: nothing was changed; try again"


class Reloading:
    """One configuration file, and what a running engine takes from it.

    `fault` is why the file could not be used when last read, or "".
    """

    def __init__(self, runner: Runner, path: Path, in_force_path: Path, fault: str = "") -> None:
        self._runner = runner
        self._path = path
        self._in_force_path = in_force_path
        self.fault = fault
        self._kept: Config | None = None
        self._taken: tuple[int, int, int] | None = None  # the mark of the file last reloaded

    async def preview(self, args: dict[str, Any]) -> Reply:
        """Answer what a file would change; without a path in `args` it is the one in use."""
        path = Path(str(args.get("path") or self._path))
        try:
            found = await read_whole(path)
        except ConfigError as e:
            return Reply(ok=False, text=str(e), data={"changes": [], "error": str(e)})
        if not self._governing.is_ready:
            return Reply(ok=False, text=_NOT_READY, data={"changes": [], "error": _NOT_READY})
        plan = self._governing.plan(found.config, found.file, self._runner.clock.now())
        word = LOOSEN if loosens(self._governing.adoption, plan) else ""
        data = self._told(plan) | {"error": None, "file": found.file, "word": word}
        return Reply(ok=not plan.refused, text=summary(plan), data=data)

    async def reload(self, args: dict[str, Any]) -> Reply:
        """Put the file into force as far as it may be.

        `file` in `args` is the hash of what was shown: another file is not taken for it.
        `confirm` applies also what would close a position.
        """
        now = self._runner.clock.now
        known = self._mark()
        try:
            found = await read_whole(self._path)
        except ConfigError as e:
            self._taken = known
            self.fault = str(e)
            self._runner.act(self._runner.core.refuse_config(str(e), "", now()))
            return Reply(ok=False, text=f"{e}; the last good configuration stays in force")
        if not self._governing.is_ready:
            return Reply(ok=False, text=_NOT_READY)
        if args.get("file") not in (None, found.file):
            return Reply(ok=False, text=f"{self._path.name} changed since it was shown: look again")
        self._taken = known
        self.fault = ""
        is_confirmed = args.get("confirm") is True
        at = now()
        plan = self._governing.plan(found.config, found.file, at, is_confirmed=is_confirmed)
        data = self._told(plan)
        core = self._runner.core
        self._runner.act(core.reload(found.config, found.file, at, is_confirmed=is_confirmed))
        self.keep_in_force()
        return Reply(ok=not plan.refused, text=f"config reloaded: {summary(plan)}", data=data)

    async def watch(self) -> None:
        """Reload by itself, for ever, whenever the file was saved and `auto_reload` is on."""
        self._taken = self._mark()
        while True:
            await asyncio.sleep(_LOOK_S)
            self.keep_in_force()
            if not self._governing.adoption.in_force.config.auto_reload:
                continue
            if self._mark() != self._taken and self._governing.is_ready:
                await self.reload({})

    def keep_in_force(self) -> None:
        """Write the configuration in force beside the database, where it changed.

        For people to read, and for a start that finds the database gone.
        """
        config = self._governing.adoption.in_force
        if config is self._kept:
            return
        temporary = self._in_force_path.with_suffix(".new")
        try:
            temporary.write_text(canonical(config), encoding="utf-8")
            temporary.replace(self._in_force_path)
        except OSError:
            return  # the database word tells of a full disk; this is tried again
        self._kept = config

    def _told(self, plan: Plan) -> dict[str, Any]:
        """Return what a reply carries of a plan that is not in force yet."""
        changes = [*effects(plan), *withdrawn(self._governing.adoption, plan)]
        return {"changes": changes, "holds": bool(plan.held)}

    @property
    def _governing(self) -> Governing:
        governing = self._runner.core.governing
        if governing is None:
            raise LookupError("expected a core that has a configuration, found none")
        return governing

    def _mark(self) -> tuple[int, int, int] | None:
        try:
            return mark(self._path)
        except ConfigError:
            return None
