"""Looks at the machine: the facts for the checks. Changes nothing, asks no network."""

import contextlib
import ipaddress
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from curb.cli.checkup.machine import Clock, Machine
from curb.cli.checkup.storage import ConfigFile, Disk, SecretFile, Secrets
from curb.cli.checkup.terminal import Terminal, Tmux
from curb.cli.checkup.unit import UnitFile
from curb.cli.systemd import is_ours
from curb.cli.unit import missing_files, unit_path, unit_there
from curb.config.models import Config
from curb.domain.errors import CurbError, StoreError, StoreOlder
from curb.domain.secrets import without_secrets
from curb.gateway.credentials import API_KEY, USERNAME
from curb.store.checking import checked

# A program that hangs must not hang the doctor.
_PATIENCE_S = 3.0
_SECRET_BYTES = 64 * 1024
_SHELL_FILES = (
    *(".profile", ".bashrc", ".bash_profile", ".zshrc", ".zshenv", ".zprofile"),
    *(".config/fish/config.fish", ".env", ".envrc"),
)
_UNWANTED = ("TEXTUAL", "TEXTUAL_PRESS", "TEXTUAL_SCREENSHOT", "TEXTUAL_LOG")


def terminal(env: Mapping[str, str]) -> Terminal:
    """Return what is known of the terminal that we stand in."""
    size = shutil.get_terminal_size()
    is_tty = sys.stdout.isatty()
    term = env.get("TERM", "")
    return Terminal(
        is_tty=is_tty,
        term=term,
        color_term=env.get("COLORTERM", ""),
        no_color="NO_COLOR" in env,
        depth=_depth(term),
        encoding=sys.stdout.encoding or "",
        columns=size.columns,
        rows=size.lines,
        tmux=_tmux() if is_tty and env.get("TMUX") else None,
    )


def clock(off_s: float | None = None) -> Clock:
    """Return the machine's zone and whether NTP sets its clock."""
    word = _said("timedatectl", "show", "--property", "NTPSynchronized", "--value")
    known = {"yes": True, "no": False}
    return Clock(_zone(), known.get(word), off_s)


def machine(env: Mapping[str, str]) -> Machine:
    """Return what tells whose machine this is."""
    firmware = Path("/sys/class/dmi/id")
    maker, product = _text(firmware / "sys_vendor"), _text(firmware / "product_name")
    _, _, ssh_to, *_ = [*env.get("SSH_CONNECTION", "").split(), "", "", ""]
    return Machine(
        product=f"{maker} {product}".strip(),
        container=_container(env),
        is_cloud=Path("/run/cloud-init").is_dir(),
        is_virtual=" hypervisor" in _text(Path("/proc/cpuinfo"), 8192),
        interfaces=_names(Path("/sys/class/net")),
        ssh_to=ssh_to,
        is_ssh_public=_is_public(ssh_to),
    )


def config_file(path: Path, found: Config | CurbError | None) -> ConfigFile:
    """Return the configuration as it was read, an error for one that cannot be; None: no file."""
    if found is None:
        return ConfigFile(str(path), "", is_there=False)
    if isinstance(found, CurbError):
        return ConfigFile(str(path), str(found), is_there=True)
    armed, every = len(found.armed), len(found.rules)
    return ConfigFile(str(path), "", True, armed, every, found.gateway.name)


def secrets(env: Mapping[str, str], folders: Iterable[Path]) -> Secrets:
    """Return which credentials are set, and which files name the key; no value is kept."""
    missing = tuple(name for name in (USERNAME, API_KEY) if not env.get(name, "").strip())
    places = [Path.home() / name for name in _SHELL_FILES]
    for folder in folders:
        with contextlib.suppress(OSError):
            places += sorted(p for p in folder.iterdir() if p.name == ".env" or p.suffix == ".env")
    files = {path.resolve(): path for path in places if _names_key(path)}
    return Secrets(
        missing, tuple(SecretFile(str(path), _mode(path) or 0) for path in files.values())
    )


def unit_file(env: Mapping[str, str]) -> UnitFile | None:
    """Return what is known of the user's unit, None where there is none to read."""
    path = unit_path(env)
    with contextlib.suppress(CurbError):
        text = unit_there(path)
        if text is not None:
            gone = missing_files(text) if is_ours(text) else ()
            return UnitFile(str(path), is_ours(text), gone)
    return None


def leftovers(env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the variables that would press keys or take pictures."""
    return tuple(name for name in _UNWANTED if name in env)


def disk(folder: Path) -> Disk:
    """Return what is known of a state directory and its database."""
    database = folder / "state.db"
    version, error, is_older = None, "", False
    if database.exists():
        try:
            version = checked(database)
        except StoreError as e:
            error, is_older = str(e), isinstance(e, StoreOlder)
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return Disk(
        folder=str(folder),
        folder_mode=_mode(folder),
        file_mode=_mode(database),
        file_bytes=database.stat().st_size if version is not None else 0,
        free_bytes=shutil.disk_usage(there).free,
        version=version,
        error=error,
        is_older=is_older,
    )


def _depth(term: str) -> int:
    word = _said("tput", f"-T{term}", "colors") if term else ""
    if word.isdecimal():
        return int(word)
    return 256 if term.endswith("-256color") else 0


def _tmux() -> Tmux:
    def option(name: str) -> str:
        # An option of the server, else of the session: versions differ.
        return _said("tmux", "show-options", "-sv", name) or _said(
            "tmux", "show-options", "-gv", name
        )

    return Tmux(
        version=_said("tmux", "-V"),
        set_clipboard=option("set-clipboard"),
        escape_time=option("escape-time"),
        focus_events=option("focus-events"),
        default_terminal=option("default-terminal"),
        features=_said("tmux", "display-message", "-p", "#{client_termfeatures}"),
    )


def _said(*words: str) -> str:
    """Return what a program prints, "" where it cannot be run or fails."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
            env=without_secrets(os.environ),
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _zone() -> str:
    with contextlib.suppress(OSError):
        _, mark, name = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")
        if mark:
            return name
    return time.tzname[0]


def _container(env: Mapping[str, str]) -> str:
    if Path("/.dockerenv").exists():
        return "Docker"
    if Path("/run/.containerenv").exists():
        return "Podman"
    words = _text(Path("/proc/1/cgroup"), 4096)
    found = [name for name in ("docker", "kubepods", "lxc") if name in words]
    return env.get("container", "") or next(iter(found), "")


def _is_public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False


def _names_key(path: Path) -> bool:
    with contextlib.suppress(OSError):
        # A pipe or a device of that name must not hang us.
        return path.is_file() and API_KEY.encode() in _start(path)
    return False


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SECRET_BYTES)


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return None


def _names(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(path.name for path in folder.iterdir()))
    except OSError:
        return ()


def _text(path: Path, most: int = 256) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(most).strip()
    except OSError:
        return ""
