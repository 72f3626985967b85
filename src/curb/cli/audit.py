"""`curb audit`: the rows of the audit on disk and their statistics, with an engine or without."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from curb.cli import chained, places, report, stats
from curb.domain.audit import AuditRow
from curb.domain.errors import CurbError
from curb.domain.query import AuditQuery
from curb.domain.severity import Severity, severity
from curb.domain.text import safe_text
from curb.store.archive import AuditArchive

_STATS, _VERIFY = "stats", "verify"
_OF_ROWS = ("words", "rule", "severity", "limit", "export")
_TAKES = {
    None: (*_OF_ROWS, "account", "json"),
    _STATS: ("days", "account", "json"),
    _VERIFY: (),
}
_SHOWN = 20
_AT_ONCE = 1_000
_CELLS = 500
_SEVERITIES = {each.name.lower(): each for each in Severity}
_OUTCOMES = {None: " (open)", True: "", False: " (FAILED)"}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the word and the flags."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=(_STATS, _VERIFY),
        metavar=f"{_STATS}|{_VERIFY}",
        help="instead of rows how well and how fast each rule was enforced, or whether the rows "
        "are those that were written (exit code 1 where not)",
    )
    parser.add_argument("--words", metavar="TEXT", help="rows that have all these words")
    parser.add_argument("--rule", metavar="RULE-003", help="rows of one rule")
    parser.add_argument("--severity", choices=tuple(_SEVERITIES), help="rows that matter so much")
    parser.add_argument("--account", metavar="NAME", help="rows of one account and the engine's")
    parser.add_argument("--limit", type=_positive, metavar="N", help="newest rows shown (20)")
    parser.add_argument("--days", type=_positive, metavar="N", help="stats of the last N days only")
    parser.add_argument("--json", action="store_true", help="a JSON line a row; the stats as one")
    parser.add_argument(
        "--export", metavar="FILE", help="all of them to a new file: .csv, else JSON lines"
    )
    parser.add_argument("--state-dir", metavar="DIR", help="where the database is")


def run(args: argparse.Namespace) -> int:
    """Print or export the rows; return the exit code."""
    database = places.database_path(places.state_path(args.state_dir))
    archive = AuditArchive(database)
    _refuse(args)
    if args.what == _VERIFY:
        return chained.run(places.existing(database))
    if args.what == _STATS:
        return stats.run(database, args.days, _account_id(args, archive), as_json=args.json)
    query = _query(args, archive)
    if args.export:
        path = Path(args.export).absolute()
        count = archive.export(query, path)
        print(f"{path}: {count} row{'' if count == 1 else 's'} written")
        return 0
    rows = list(_newest(archive, query, args.limit or _SHOWN))[::-1]
    is_named = len({row.account for row in rows if row.account}) > 1
    report.say(_line(row) if args.json else _sentence(row, is_named=is_named) for row in rows)
    return 0


def _refuse(args: argparse.Namespace) -> None:
    """Raise CurbError on a flag that means nothing here."""
    takes = _TAKES[args.what]
    every = (*_OF_ROWS, "days", "account", "json")
    given = (
        flag for flag in every if flag not in takes and getattr(args, flag) not in (None, False)
    )
    if (odd := next(given, None)) is None:
        return
    if args.what is None:
        raise CurbError(f"expected --{odd} with `curb audit {_STATS}`, found it with rows")
    wanted = "--days, --account or --json" if takes else "no flag but --state-dir"
    raise CurbError(f"expected {wanted} with {args.what}, found --{odd}")


def _account_id(args: argparse.Namespace, archive: AuditArchive) -> int | None:
    if args.account is None:
        return None
    found = archive.account_id(args.account)
    if found is None:
        raise CurbError(f"expected an account of the audit, found {safe_text(args.account)}")
    return found


def _query(args: argparse.Namespace, archive: AuditArchive) -> AuditQuery:
    return AuditQuery(
        words=tuple((args.words or "").split()),
        rule=(args.rule or "").upper(),
        severity=_SEVERITIES.get(args.severity),
        account_id=_account_id(args, archive),
    )


def _newest(archive: AuditArchive, query: AuditQuery, limit: int) -> Iterator[AuditRow]:
    before, wanted = None, limit
    while wanted > 0 and (page := archive.older(query, before, min(wanted, _AT_ONCE))):
        yield from page
        before, wanted = page[-1].id, wanted - len(page)


def _line(row: AuditRow) -> str:
    return json.dumps({"id": row.id, **report.as_record(row)}, default=str)


def _sentence(row: AuditRow, *, is_named: bool) -> str:
    words = f"{row.id:>6} {severity(row).value} {report.as_sentence(row, is_named=is_named)}"
    return safe_text(f"{words}{_OUTCOMES[row.success]}", _CELLS)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, found {number}")
    return number
