"""`curb backup`, `restore` and `drill`: the database kept, put back, and put back for practice."""

import argparse
import json
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from curb import __version__
from curb.cli import places, report
from curb.cli.shelf import folder_of
from curb.control.paths import hold
from curb.domain.errors import CurbError, StoreError
from curb.domain.shelf import Why
from curb.domain.text import safe_text
from curb.store.backup import Listed, listed, take, verified
from curb.store.manifest import CONFIG, Manifest
from curb.store.restoring import drill, restore
from curb.tui.figures import age

_ASKED = "restore it? [y/N] "
_CELLS = 400


def add_backup(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `curb backup`."""
    parser.epilog = "A running engine goes on meanwhile. Exit code of --list: 1 if one is damaged."
    parser.add_argument("--list", action="store_true", help="look at every backup there is")
    parser.add_argument("--config", metavar="FILE", help="the configuration to put in")
    _add_places(parser)


def add_restore(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `curb restore`."""
    parser.epilog = "What is replaced is kept aside, never deleted."
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="a backup or a path; else the newest whole one"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument(
        "--config", action="store_true", help="put its configuration beside the database, too"
    )
    _add_places(parser)


def add_drill(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `curb drill`."""
    parser.epilog = "Nothing in use is touched. Exit code: 1 if the newest cannot be restored."
    _add_places(parser)


def backup(args: argparse.Namespace) -> int:
    """Take a backup now, or list those there are; return the exit code."""
    config = places.chosen_config(args.config)
    state_dir, folder = _places(args, config)
    if args.list:
        return _list(folder, _now(), as_json=args.json)
    began = time.monotonic()
    done = take(
        places.database_path(state_dir), folder, Why.HAND.value, _now(), config, __version__
    )
    seconds = time.monotonic() - began
    if args.json:
        _print_json(done.path, done.bytes, done.manifest, seconds=round(seconds, 3))
    else:
        rows, tables = done.manifest.rows, len(done.manifest.content.tables)
        print(f"{done.path}: {done.bytes} bytes, {rows} rows in {tables} tables, {seconds:.1f} s")
    return 0


def run_restore(args: argparse.Namespace) -> int:
    """Put a backup in the database's place; return the exit code, 1 where it was not wanted."""
    state_dir, folder = _places(args)
    database = places.database_path(places.state_dir(args.state_dir))
    told = sys.stderr if args.json else sys.stdout
    with hold(state_dir / "engine.lock", "the state directory"):
        archive, manifest = _chosen(folder, args.name, told)
        if not args.yes and not _is_wanted(archive, manifest, database, told):
            print("nothing was changed", file=told)
            return 1
        done = restore(archive, database, _now(), has_config=args.config)
    if args.json:
        names = {"aside": done.aside, "config": done.config}
        more = {key: str(path) if path else None for key, path in names.items()}
        _print_json(archive, archive.stat().st_size, manifest, database=str(database), **more)
        return 0
    print(f"{database}: {manifest.rows} rows restored from {archive.name}")
    if done.aside:
        print(f"{done.aside}: what was there before")
    if args.config:
        print(f"{done.config}: its configuration" if done.config else f"it has no {CONFIG}")
    return 0


def run_drill(args: argparse.Namespace) -> int:
    """Restore the newest backup into a directory of its own; return the exit code."""
    _, folder = _places(args)
    if not listed(folder):
        raise CurbError(f"{folder}: expected a backup, found none: take one with `curb backup`")
    found = drill(folder, _now())
    if args.json:
        record = {"at": found.at.isoformat(), "name": found.name, "ok": found.ok}
        print(json.dumps(record | {"seconds": found.seconds, "words": found.words}))
    else:
        verdict = "ok" if found.ok else "FAILED"
        print(f"{verdict} {found.name or '-'} {found.seconds:.1f} s: {found.words}")
    return 0 if found.ok else 1


def _add_places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state-dir", metavar="DIR", help="where the database is")
    parser.add_argument(
        "--folder", metavar="DIR", help="where the backups are (the one of the configuration)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def _places(args: argparse.Namespace, config: Path | None = None) -> tuple[Path, Path]:
    state_dir = places.state_path(args.state_dir)
    if args.folder:
        return state_dir, Path(args.folder).absolute()
    return state_dir, folder_of(config or places.chosen_config(None), state_dir)


def _list(folder: Path, now: datetime, *, as_json: bool) -> int:
    found = [(each, _fault(each)) for each in listed(folder)]
    report.say(_records(found) if as_json else _lines(found, now))
    if not found and not as_json:
        print(f"{folder}: no backups yet")
    return 1 if any(fault for _, fault in found) else 0


def _fault(each: Listed) -> str:
    if each.fault:
        return each.fault
    try:
        verified(each.path)
    except StoreError as e:
        return str(e)
    return ""


def _lines(found: Iterable[tuple[Listed, str]], now: datetime) -> Iterable[str]:
    for each, fault in found:
        at, old = each.shelved.taken_at, age((now - each.shelved.taken_at).total_seconds())
        words = f"{old:>6} {safe_text(each.shelved.why):<9} {each.bytes:>11} bytes"
        rows = f"{each.manifest.rows:>8} rows" if each.manifest else f"{'-':>8} rows"
        verdict = f"FAIL {each.path.name}: {fault}" if fault else f"ok   {each.path.name}"
        yield safe_text(f"{at:%Y-%m-%d %H:%M} UTC {words} {rows} {verdict}", _CELLS)


def _records(found: Iterable[tuple[Listed, str]]) -> Iterable[str]:
    for each, fault in found:
        record = {"path": str(each.path), "bytes": each.bytes, "why": each.shelved.why}
        record |= {"taken_at": each.shelved.taken_at.isoformat()}
        rows = each.manifest.rows if each.manifest else None
        yield json.dumps(record | {"rows": rows, "ok": not fault, "fault": fault or None})


def _chosen(folder: Path, name: str | None, told: TextIO) -> tuple[Path, Manifest]:
    """Return the backup to restore and its manifest, all of it checked. Raises CurbError."""
    if name is not None:
        path = folder / name
        path = path if path.exists() else Path(name).absolute()
        return path, verified(path)
    for each in listed(folder):
        try:
            return each.path, verified(each.path)
        except StoreError as e:
            print(f"passed over: {e}", file=told)
    raise CurbError(f"{folder}: expected a backup that is whole, found none: name another")


def _is_wanted(archive: Path, manifest: Manifest, database: Path, told: TextIO) -> bool:
    if not sys.stdin.isatty():
        raise CurbError("expected a terminal to answer at, found none; in a script: --yes")
    taken = f"{manifest.taken_at:%Y-%m-%d %H:%M} UTC"
    why, version = safe_text(manifest.why), safe_text(manifest.curb)
    print(f"{archive}: taken {taken} ({why}, curb {version}), {manifest.rows} rows", file=told)
    if database.exists():
        print(f"{database.name} is kept as {database.name}.replaced-…", file=told)
    print("locks that are newer than it go: an engine locks until the next reset", file=told)
    print(_ASKED, end="", file=told, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _print_json(path: Path, size: int, manifest: Manifest, **more: Any) -> None:
    record = {
        "path": str(path),
        "bytes": size,
        "rows": manifest.rows,
        "tables": {name: table.rows for name, table in manifest.content.tables.items()},
        "taken_at": manifest.taken_at.isoformat(),
        "why": manifest.why,
        "schema": manifest.content.schema,
    }
    print(json.dumps(record | more))


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - it names files; no lock ends on it
