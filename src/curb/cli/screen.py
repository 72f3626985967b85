"""`curb`: the screen, and behind it the engine."""

import argparse
import os
import sys
import tomllib
from dataclasses import replace

from curb.cli import places
from curb.cli.run import add_paper, paper_flags
from curb.control.paths import socket_path
from curb.domain.snapshot import UiView

# Keys that press themselves and pictures of the account: not at a trader's screen.
_UNWANTED = ("TEXTUAL", "TEXTUAL_PRESS", "TEXTUAL_SCREENSHOT", "TEXTUAL_LOG")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--config", metavar="FILE", help="the configuration to use")
    parser.add_argument("--state-dir", metavar="DIR", help="where database and logs live")
    parser.add_argument("--observe", action="store_true", help="only watch a running engine")
    parser.add_argument("--theme", metavar="NAME", help="colors: one of `curb themes list`")
    parser.add_argument("--plain", action="store_true", help="sentences, for a screen reader")
    add_paper(parser)


def run(args: argparse.Namespace) -> int:
    """Show the screen until the user leaves; return the exit code."""
    for name in _UNWANTED:
        os.environ.pop(name, None)
    if not args.observe and not _needs_no_word(args):
        # Imported here: in practice, and where an engine runs, the screen comes up without it.
        from curb.cli.live import ask_first  # noqa: PLC0415

        ask_first(args)
    else:
        # It speaks to a socket of this machine alone.
        sys.modules.setdefault("ssl", None)  # type: ignore[arg-type]
    # Imported here: Textual reads its environment when it is imported.
    from curb.store.archive import AuditArchive  # noqa: PLC0415
    from curb.tui.app import run_screen  # noqa: PLC0415
    from curb.tui.look import Look  # noqa: PLC0415
    from curb.tui.themes import Themes  # noqa: PLC0415

    state_dir = places.state_dir(args.state_dir)
    return run_screen(
        socket_path(state_dir),
        None if args.observe else _engine_argv(args),
        state_dir,
        observe=args.observe,
        archive=AuditArchive(places.database_path(state_dir)),
        look=Look(
            Themes.at(places.own_themes()),
            dict(os.environ),
            given=args.theme or "",
            is_plain=args.plain,
            configured=_first_ui(args.config),
        ),
    )


def _first_ui(config: str | None) -> UiView:
    """Return what the file says of looks, for the frames before the engine says it."""
    shipped = UiView()
    try:
        ui = tomllib.loads(places.chosen_config(config).read_text(encoding="utf-8"))["ui"]
        theme, glyphs, plain = ui["theme"], ui["glyphs"], ui.get("plain")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # What is wrong with the file is the engine's to say.
        return shipped
    is_text = isinstance(theme, str) and isinstance(glyphs, str)
    found = replace(shipped, theme=theme, glyphs=glyphs, plain=plain is True)
    return found if is_text else shipped


def _needs_no_word(args: argparse.Namespace) -> bool:
    """Tell whether nothing goes live by this start: an engine runs, or it is practice."""
    if socket_path(places.state_path(args.state_dir)).exists():
        return True
    try:
        text = places.config_path(args.config).read_text(encoding="utf-8")
        return bool(tomllib.loads(text)["gateway"]["name"] == "paper")
    except (OSError, ValueError, LookupError, TypeError):
        return True  # the engine says what is wrong with it


def _engine_argv(args: argparse.Namespace) -> list[str]:
    state_dir = str(places.state_dir(args.state_dir))
    config = str(places.config_path(args.config))
    words = ["run", "--quiet", "--config", config, "--state-dir", state_dir]
    return [sys.executable, "-m", "curb", *words, *paper_flags(args)]
