"""The command line: finds the command, runs it, turns errors into one line and a code."""

import argparse
import importlib
import sys
from dataclasses import dataclass

from curb import __version__
from curb.cli.private import keep_memory_private
from curb.domain.errors import CurbError
from curb.tui.commands import defaults

_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class _Command:
    """A command: its module in `curb.cli`, the functions there, and what it is for."""

    module: str
    purpose: str
    add: str = "add"
    run: str = "run"


_SCREEN = _Command("screen", "the screen: start the engine or attach to it")

_COMMANDS = {
    "run": _Command("run", "the engine without a screen"),
    "status": _Command("ask", "what the engine is doing", "add_status", "status"),
    "flatten": _Command("flatten", "close a symbol or everything, with or without an engine"),
    "reload": _Command("ask", "read config.toml again", "add_reload", "reload"),
    "stop": _Command("ask", "stop the engine: nothing is enforced any more", "add_stop", "stop"),
    "lock": _Command("ask", "lock yourself out for a time", "add_lock", "lock"),
    "headroom": _Command("headroom", "how far from each limit, and what may still be added"),
    "config": _Command("config", "write a configuration to begin with, or say which is used"),
    "check": _Command("check", "say whether a configuration can be used"),
    "watch": _Command("watch", "what happens, as lines for a screen reader or a pipe"),
    "alerts": _Command("alerts", "try the services that messages go to"),
    "audit": _Command("audit", "what was done and why: look through it, or export it"),
    "why": _Command("why", "why a row of the audit stands there, as Markdown"),
    "backup": _Command(
        "backup", "keep the database, also while an engine runs", "add_backup", "backup"
    ),
    "restore": _Command(
        "backup", "put a backup in the database's place", "add_restore", "run_restore"
    ),
    "drill": _Command("backup", "try whether the newest backup works", "add_drill", "run_drill"),
    "db": _Command("db", "the database: status, migrate, verify, vacuum"),
    "themes": _Command("themes", "colors: which there are, and how they look"),
    "doctor": _Command("doctor", "look at terminal, machine, files and gateway"),
    "service": _Command("unit", "a systemd unit that brings the engine back after a reboot"),
    "live": _Command("live", "take a real account live: asks for its last four characters"),
    "replay": _Command("replay", "play a recording: is everything decided the same?"),
    "paper": _Command("paper", "the paper gateway by itself"),
}


def main(argv: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    if argv is None:
        keep_memory_private()
    words = sys.argv[1:] if argv is None else argv
    # Only the module of the command at hand is imported: the screen must start fast.
    name = words[0] if words and words[0] in _COMMANDS else None
    command = _COMMANDS[name] if name else _SCREEN
    if command is _SCREEN and argv is None:
        # Python hashes as OpenSSL does: 3 MB less for a screen.
        sys.modules.setdefault("_hashlib", None)  # type: ignore[arg-type]
    module = importlib.import_module(f"curb.cli.{command.module}")
    parser = _parser(name, command)
    getattr(module, command.add)(parser)
    args = parser.parse_args(words[1:] if name else words)
    try:
        code: int = getattr(module, command.run)(args)
    except CurbError as e:
        print(f"curb: {e}", file=sys.stderr)
        return e.exit_code
    except KeyboardInterrupt:
        return _INTERRUPTED
    return code


def _parser(name: str | None, command: _Command) -> argparse.ArgumentParser:
    if name:
        return argparse.ArgumentParser(prog=f"curb {name}", description=command.purpose)
    others = "\n".join(f"  {word:<9} {c.purpose}" for word, c in _COMMANDS.items())
    keys = "\n".join(f"  {key:<9} {words}" for key, words in defaults())
    parser = argparse.ArgumentParser(
        prog="curb",
        description="Enforces a futures trader's own risk rules. Without a command: the screen.",
        epilog=f"commands:\n{others}\n\nkeys, unless [keys] says otherwise:\n{keys}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"curb {__version__}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
