"""`curb replay FILE`: whether what was recorded is decided the same again."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from curb import __version__
from curb.cli.report import Printer
from curb.domain.errors import CurbError
from curb.engine.replay import Difference, Replay


def add(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the arguments of `curb replay`."""
    parser.add_argument("file", metavar="FILE", help="what `curb run --record FILE` wrote")
    parser.add_argument("--json", action="store_true", help="print audit rows as JSON lines")


def run(args: argparse.Namespace) -> int:
    """Play the recording and print the verdict; return 1 at the first difference."""
    path = Path(args.file)
    show = Printer(as_json=True, is_on=args.json)
    # Beside JSON lines the verdict must not stand among them.
    told = sys.stderr if args.json else sys.stdout
    number, count, is_cut = 0, 0, False
    replay: Replay | None = None
    for number, line in enumerate(_lines(path), start=1):
        is_cut = not line.endswith("\n")  # the engine was killed while it wrote
        if is_cut:
            break
        try:
            if replay is None:
                replay = Replay(line)
                continue
            difference = replay.play(line)
        except CurbError as e:
            raise CurbError(f"{path}:{number}: {e}") from None
        count += len(replay.rows)
        for row in replay.rows:
            show(row)
        if difference:
            print(_difference(f"{path}:{number}", replay, difference), file=told)
            return 1
    if replay is None:
        raise CurbError(f"{path}: expected a recording of `curb run --record`, found no whole line")
    cut = f"; line {number} is cut and left out" if is_cut else ""
    print(f"{path}: {replay.calls} calls, {count} audit rows, all decided the same{cut}", file=told)
    return 0


def _difference(place: str, replay: Replay, found: Difference) -> str:
    other = "" if replay.version == __version__ else f" (curb {replay.version})"
    return (
        f"{place}: {found.call} is decided otherwise\n"
        f"  recorded{other}: {found.recorded}\n"
        f"  replayed: {found.replayed}"
    )


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
            yield from file
    except OSError as e:
        raise CurbError(f"{path}: expected a file to replay, found {e.strerror}") from None
