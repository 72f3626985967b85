"""`curb db`: what the database holds, whether it is whole, its migration and its size."""

import argparse
import contextlib
import dataclasses
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from curb.cli import chained, places, report
from curb.control.paths import hold
from curb.domain.text import safe_text
from curb.store.checking import faults
from curb.store.compacting import compacted
from curb.store.migrations.runner import pending
from curb.store.migrations.step import Upgrade
from curb.store.opening import connect
from curb.store.survey import Noted, Survey, Table, surveyed
from curb.store.tables import USER_VERSION

_WRONG = 1
_BUSY_S = 2.0
_KB = 1024


def add(parser: argparse.ArgumentParser) -> None:
    """Add the four commands and their flags."""
    commands = parser.add_subparsers(
        dest="what", required=True, metavar="status|migrate|verify|vacuum"
    )
    status = commands.add_parser("status", help="say what it holds, and how large it is")
    status.add_argument("--json", action="store_true", help="the same as one JSON object")
    migrate = commands.add_parser("migrate", help="take one of an older version to today's")
    migrate.add_argument("file", nargs="?", metavar="FILE", help="another database than yours")
    migrate.add_argument("--dry-run", action="store_true", help="only name the steps")
    commands.add_parser("verify", help="read every row: is it whole, and as Curb left it?")
    commands.add_parser("vacuum", help="give back to the disk what it no longer needs")
    for each in commands.choices.values():
        each.add_argument("--state-dir", metavar="DIR", help="where the database is")


def run(args: argparse.Namespace) -> int:
    """Carry the command out; return the exit code."""
    path = places.database_path(places.state_path(args.state_dir))
    match args.what:
        case "status":
            found = surveyed(places.existing(path))
            report.say([_record(found)] if args.json else _lines(found))
            return 0
        case "migrate":
            path = Path(args.file).absolute() if args.file else path
            return _migrate(places.existing(path), is_dry=args.dry_run)
        case "verify":
            return _verify(places.existing(path))
        case _:
            return _vacuum(places.existing(path))


def _migrate(path: Path, *, is_dry: bool) -> int:
    version = surveyed(path).version
    due = pending(version)
    if not due:
        print(f"{path}: schema v{version} is today's: nothing to do")
        return 0
    if is_dry:
        report.say(f"{step.name}: {step.description}" for step in due)
        return 0
    now = datetime.now(UTC)  # noqa: TID251 - the time of the migration is the machine's
    with _alone(path):
        connect(path, _BUSY_S, Upgrade(now, print, _indented)).close()
    return 0


def _verify(path: Path) -> int:
    found = (*faults(path), *chained.judged(path)[1])
    if not found:
        print(f"{path}: schema v{USER_VERSION}: whole, and as Curb left it")
        return 0
    for words in found:
        print(f"{path}: {words}", file=sys.stderr)
    return _WRONG


def _vacuum(path: Path) -> int:
    with _alone(path):
        before, after = compacted(path)
    print(f"{path}: {_size(before)} before, {_size(after)} after")
    return 0


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep engines away from the database, wherever it stands."""
    with hold(path.parent / "engine.lock", "the state directory"):
        yield


def _record(found: Survey) -> str:
    return json.dumps(dataclasses.asdict(found), default=str)


def _lines(found: Survey) -> Iterator[str]:
    yield f"{found.path}: schema v{found.version}{_is_today(found)}, {_size(found.bytes)}"
    yield f"log {_size(found.log_bytes)}, free inside {_size(found.free_bytes)}"
    yield from map(_step, found.history)
    yield f"{'table':<22} {'rows':>10} {'size':>10}"
    yield from map(_table, sorted(found.tables, key=lambda each: (-(each.bytes or 0), each.name)))


def _is_today(found: Survey) -> str:
    if found.version == USER_VERSION:
        return ""
    return f" (today's is v{USER_VERSION}: `curb db migrate`)"


def _step(noted: Noted) -> str:
    took = "" if noted.took_ms is None else f" in {noted.took_ms} ms"
    failed = "" if noted.success else f", FAILED: {safe_text(noted.error or '-')}"
    at, words = safe_text(noted.applied_at), safe_text(noted.description, 200)
    return f"v{noted.version} at {at}{took}: {words}{failed}"


def _table(table: Table) -> str:
    size = "?" if table.bytes is None else _size(table.bytes)
    return f"{safe_text(table.name):<22} {table.rows:>10} {size:>10}"


def _size(count: int) -> str:
    return f"{count / _KB:,.1f} KiB"


def _indented(line: str) -> None:
    print(f"  {safe_text(line, 200)}")
