"""`curb service`: a user unit for systemd, so that the engine comes back after a reboot.

It is written and shown, never started: starting what acts on an account is its owner's to do.
"""

import argparse
import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from curb.cli import places
from curb.cli.secret_file import KEYS_FILE
from curb.cli.start import read_config
from curb.cli.systemd import ALARM, UNIT, alarm_text, is_ours, named_files, unit_text
from curb.domain.errors import CurbError
from curb.domain.text import safe_text
from curb.gateway.credentials import API_KEY, USERNAME

_UNIT_MODE = 0o644
_SECRET_MODE = 0o600
_SECRETS = f"# Read by {UNIT} alone; keep its mode 0600.\n{USERNAME}=\n{API_KEY}=\n"
_LARGEST = 64 * 1024


def add(parser: argparse.ArgumentParser) -> None:
    """Add the two commands and their flags."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="install|show")
    install = commands.add_parser("install", help="write the unit; nothing is started")
    install.add_argument("--print", dest="is_print", action="store_true", help="only print it")
    install.add_argument("--config", metavar="FILE", help="the configuration to use")
    install.add_argument("--state-dir", metavar="DIR", help="where database and logs live")
    commands.add_parser("show", help="print the unit that is there, and which files it lacks")


def run(args: argparse.Namespace) -> int:
    """Carry the command out; return the exit code."""
    path = unit_path(os.environ)
    return _show(path) if args.what == "show" else _install(path, args)


def unit_path(env: Mapping[str, str]) -> Path:
    """Return where the user's unit is, whether or not it is there."""
    base = env.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base).absolute() / "systemd" / "user" / UNIT


def unit_there(path: Path) -> str | None:
    """Return the unit's text, None where there is none. Raises CurbError where it is unreadable."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LARGEST)
    except FileNotFoundError:
        return None
    except OSError as e:
        raise CurbError(f"{path}: expected a unit to read, found {e.strerror}") from None


def missing_files(text: str) -> tuple[str, ...]:
    """Return the files that a unit of ours names and that are not there."""
    return tuple(name for name in named_files(text) if not Path(name).is_file())


def _install(path: Path, args: argparse.Namespace) -> int:
    config = places.chosen_config(args.config)
    if not config.is_file():
        raise CurbError(f"{config}: expected a configuration, found no file: `curb config init`")
    is_live = read_config(config).gateway.name != "paper"
    secrets = places.own_config().with_name(KEYS_FILE) if is_live else None
    state_dir = places.state_path(args.state_dir).absolute()
    words = (
        "run",
        "--supervised",
        "--quiet",
        "--config",
        str(config),
        "--state-dir",
        str(state_dir),
    )
    program = (sys.executable, "-m", "curb")
    alarm = ("alerts", "gone", "--state-dir", str(state_dir))
    texts = {
        path: unit_text((*program, *words), secrets),
        path.with_name(ALARM): alarm_text((*program, *alarm)),
    }
    if args.is_print:
        sys.stdout.write("\n".join(texts.values()))
        return 0
    for each in texts:
        _expect_ours(each)
    if secrets is not None:
        _prepare(secrets)
    for each, text in texts.items():
        _write(each, text, _UNIT_MODE)
    print(f"{path}: written, not started. Next:")
    for step in _steps(secrets):
        print(f"  {step}")
    return 0


def _expect_ours(path: Path) -> None:
    found = unit_there(path)
    if path.is_symlink() or (found is not None and not is_ours(found)):
        raise CurbError(
            f"{path}: expected no unit or one of `curb service install`, found another: move it away"
        )


def _steps(secrets: Path | None) -> tuple[str, ...]:
    asked = () if secrets is None else (f"put {USERNAME} and {API_KEY} into {secrets}", "curb live")
    return (
        *asked,
        "systemctl --user daemon-reload",
        "systemctl --user enable --now curb",
        "loginctl enable-linger    (it starts with the machine, before you log in)",
    )


def _show(path: Path) -> int:
    text = unit_there(path)
    if text is None:
        raise CurbError(f"{path}: expected a unit, found none: `curb service install` writes it")
    print(path)
    for line in text.splitlines():
        print(safe_text(line, _LARGEST))
    if not is_ours(text):
        print(f"{path}: not written by `curb service install`", file=sys.stderr)
        return 1
    gone = missing_files(text)
    for name in gone:
        print(f"expected a file {safe_text(name, 300)}, found none", file=sys.stderr)
    return 1 if gone else 0


def _prepare(path: Path) -> None:
    """Make an empty file for the credentials, or look at the one that is there."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        _write(path, _SECRETS, _SECRET_MODE)
        return
    if mode & ~_SECRET_MODE:
        raise CurbError(f"{path}: expected mode 0600, found {mode:04o}; run: chmod 600 {path}")


def _write(path: Path, text: str, mode: int) -> None:
    temporary = path.with_name(f"{path.name}.new")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(
            temporary, "w", encoding="utf-8", opener=lambda p, _: os.open(p, flags, mode)
        ) as file:
            file.write(text)
        temporary.replace(path)
    except OSError as e:
        raise CurbError(f"{path}: expected to write there, found {e.strerror}") from None
