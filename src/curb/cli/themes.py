"""`curb themes`: which there are, whether one can be read, and how it looks."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from curb.cli import places
from curb.tui.contrast import BLINDNESS, alike, complaints
from curb.tui.glyphs import is_ascii, plain
from curb.tui.theme import ROLES, Theme
from curb.tui.themes import Themes, read

_WRONG = 1

# What a role stands for on the screen, in words that it could have there.
_SAMPLES = {
    "text": "MNQZ6   +2  21,345.25",
    "title": "2 Daily P&L",
    "border": "┌──────────────┐",
    "focus": "▸1 Positions",
    "key": "F flatten",
    "ask": "FLATTEN ALL: Y flattens, any other key does not",
    "bar": "██████▌",
    "found": "MNQ",
    "profit": "▲ +123.45",
    "loss": "▼ -123.45",
    "good": "ok",
    "warn": "WARN 84 % of the limit",
    "breach": "RULE-003 BREACH",
    "lock": "LOCKED until 17:00",
    "stale": "OLD 12 s",
    "live": "▌LIVE▐",
    "paper": "▌PAPER▐",
}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the four commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="list|check|path|show")
    commands.add_parser("list", help="name every theme and its file")
    check = commands.add_parser("check", help="read a theme and measure its contrast")
    check.add_argument("file", nargs="?", metavar="FILE", help="one file (default: every theme)")
    commands.add_parser("path", help="say where your own themes belong")
    show = commands.add_parser("show", help="print every role in its colors")
    show.add_argument("name", metavar="NAME", help="one of `curb themes list`")


def run(args: argparse.Namespace) -> int:
    """Carry the command out; return the exit code."""
    themes = Themes.at(places.own_themes())
    match args.what:
        case "list":
            for name in themes.names():
                print(f"{name:<16} {themes.path(name)}")
        case "path":
            print(places.own_themes())
        case "show":
            _show(themes.load(args.name))
        case _:
            paths = [Path(args.file)] if args.file else map(themes.path, themes.names())
            return max([_check(path) for path in paths])
    return 0


def _check(path: Path) -> int:
    """Print what is wrong with a theme's file; return the exit code. Raises ConfigError."""
    theme = read(path)
    wrong = (*theme.warnings, *(f"{path}: {words}" for words in complaints(theme)))
    for words in wrong:
        print(words)
    if wrong:
        return _WRONG
    print(f"{path}: good{'; '.join(('', *_notes(theme)))}")
    return 0


def _notes(theme: Theme) -> Iterator[str]:
    if theme.is_ansi:
        yield "the terminal's own colors, whose contrast nobody knows here"
        return
    for blindness in BLINDNESS:
        yield from alike(theme, blindness)


def _show(theme: Theme) -> None:
    console = Console(file=sys.stdout, highlight=False)
    is_plain = is_ascii("auto", os.environ)
    for role in ROLES:
        sample = plain(_SAMPLES[role]) if is_plain else _SAMPLES[role]
        console.print(Text.assemble(f"{role:<8} ", (sample, theme.styles[role])))
