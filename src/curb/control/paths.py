"""Where an engine and its screens meet, and how one engine keeps others away.

The places are computed from the user's id alone: a place taken from the environment
would let two shells of one user miss each other.
"""

import fcntl
import hashlib
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from curb.domain.errors import CurbError, Held

_OPEN_BITS = 0o077
# A pid is at most 7 digits; more in a lock file is not ours.
_PID_BYTES = 16


def runtime_dir() -> Path:
    """Return the user's own directory for sockets and locks, made if absent, mode 0700.

    Raises CurbError where the place is not ours alone.
    """
    uid = os.getuid()
    login = Path(f"/run/user/{uid}")
    if _is_private_dir(login, uid):
        return private_dir(login / "curb")
    return private_dir(Path(f"/tmp/curb-{uid}"))  # noqa: S108 - made 0700, checked for owner


def private_dir(path: Path) -> Path:
    """Make `path` a directory of ours with mode 0700, or raise CurbError."""
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        info = path.lstat()
    except OSError as e:
        raise CurbError(f"{path}: expected a directory we can make, found: {e.strerror}") from e
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
        raise CurbError(
            f"{path}: expected a directory of user {os.getuid()}, found one of user "
            f"{info.st_uid} or no directory; remove it or ask its owner to"
        )
    if info.st_mode & _OPEN_BITS:
        raise CurbError(
            f"{path}: expected mode 0700, found {stat.S_IMODE(info.st_mode):04o}; "
            f"run: chmod 700 {path}"
        )
    return path


def socket_path(state_dir: Path) -> Path:
    """Return where the engine of a state directory listens. Two names of it are one place."""
    # The name is short because a Unix socket's path may hold about 100 bytes.
    digest = hashlib.sha256(os.fsencode(state_dir.resolve())).hexdigest()
    return runtime_dir() / f"{digest[:16]}.sock"


def account_lock_path(gateway: str, account_id: int) -> Path:
    """Return the lock file of an account, the same whatever the state directory.

    It stands in the user's home as the system knows it, not as the environment says, and
    not in a directory that a log-out or a cleaner removes.
    """
    return _account_file(gateway, account_id, "lock")


def account_anchor_path(gateway: str, account_id: int) -> Path:
    """Return the anchor of an account's database, beside its lock file for the same reasons."""
    return _account_file(gateway, account_id, "anchor")


def account_consent_path(gateway: str, account_id: int) -> Path:
    """Return where it is kept that an account was taken live, beside its lock file."""
    return _account_file(gateway, account_id, "live")


def account_files() -> Path:
    """Return the user's own directory for what stands beside the locks, made if absent."""
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    folder = home / ".local" / "state" / "curb-locks"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise CurbError(f"{folder}: expected a place for lock files, found: {e.strerror}") from e
    return private_dir(folder)


def _account_file(gateway: str, account_id: int, kind: str) -> Path:
    digest = hashlib.sha256(f"{gateway}\0{account_id}".encode()).hexdigest()
    return account_files() / f"account-{digest[:16]}.{kind}"


@contextmanager
def hold(path: Path, what: str = "this account") -> Iterator[None]:
    """Keep every other process out of `path` until the block or the process ends.

    Raises Held with the holder's pid where another process is in.
    """
    fd = _lock(path, what)
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        # Removed while still held, so that nobody ever holds a name that is gone.
        path.unlink(missing_ok=True)
        os.close(fd)


def _lock(path: Path, what: str) -> int:
    while True:
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as e:
            raise CurbError(f"{path}: expected a lock file of ours, found: {e.strerror}") from e
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            pid = _pid_in(fd)
            os.close(fd)
            who = f"process {pid}" if pid else "another process"
            raise Held(
                f"{what} is held by {who} ({path}); attach with `curb` or end it with `curb stop`"
            ) from e
        if _names(path, fd):
            return fd
        # The last holder removed the file between our open and our lock.
        os.close(fd)


def _names(path: Path, fd: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(fd))
    except FileNotFoundError:
        return False


def _pid_in(fd: int) -> int | None:
    text = os.pread(fd, _PID_BYTES, 0).decode("ascii", "replace").strip()
    return int(text) if text.isdigit() else None


def _is_private_dir(path: Path, uid: int) -> bool:
    try:
        info = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(info.st_mode) and info.st_uid == uid
