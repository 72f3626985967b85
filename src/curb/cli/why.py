"""`curb why ID`: why a row of the audit stands there, with an engine or without."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from curb.cli import places
from curb.cli.config import of_engine
from curb.config.clauses import clauses
from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.audit import AuditRow
from curb.domain.errors import ConfigError, CurbError, StoreError
from curb.domain.why import Clauses, Why, explain, markdown
from curb.engine.reload import read
from curb.store.archive import AuditArchive


def add(parser: argparse.ArgumentParser) -> None:
    """Add the row's number and the flags."""
    parser.add_argument("id", type=int, metavar="ID", help="the row's number, as curb audit shows")
    parser.add_argument("--config", metavar="FILE", help="the configuration to point at")
    parser.add_argument("--state-dir", metavar="DIR", help="where the database is")


def run(args: argparse.Namespace) -> int:
    """Print the row's page of Markdown; return the exit code."""
    state_dir = places.state_path(args.state_dir)
    config = args.config or of_engine(state_dir) or places.chosen_config(None)
    found = explained(places.database_path(state_dir), Path(config), args.id)
    if found is None:
        raise CurbError(_none(args.id))
    print(markdown(found), end="")
    return 0


class Explaining:
    """What a running engine answers to a screen that asks why."""

    def __init__(self, database: Path, config: Path) -> None:
        self._database = database
        self._config = config

    async def why(self, args: dict[str, Any]) -> Reply:
        """Answer with the sections of the row whose number is `id` in `args`."""
        number = args.get("id")
        if not isinstance(number, int) or isinstance(number, bool):
            return Reply(ok=False, text="expected the number of a row as id")
        try:
            # In a thread: disk and file are never the loop's to wait for.
            found = await asyncio.to_thread(explained, self._database, self._config, number)
        except StoreError as e:
            return Reply(ok=False, text=str(e))
        if found is None:
            return Reply(ok=False, text=_none(number))
        return Reply(ok=True, text=found.title, data=codec.encode(found))


def explained(database: Path, config: Path, number: int) -> Why | None:
    """Return why the row of that number stands there, None where there is none.

    A configuration that cannot be used takes its lines away, no more. Raises StoreError.
    """
    row = AuditArchive(database).row(number)
    return None if row is None else explain(row, _clauses(row, config))


def _clauses(row: AuditRow, config: Path) -> Clauses | None:
    try:
        return clauses(read(config), config.name, row.account)
    except ConfigError:
        return None


def _none(number: int) -> str:
    return f"expected the number of a row of the audit, found {number}: `curb audit` lists them"
