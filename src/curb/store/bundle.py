"""The archive of a backup: a gzipped tar of which only our own shape is read.

What is read may come from anywhere. There are no paths, links, devices or extensions in it:
each header is looked at by itself and refused unless it is a plain file of a known name.
"""

import gzip
import hashlib
import io
import os
import stat
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from curb.domain.errors import StoreDamaged, StoreError
from curb.domain.text import safe_text
from curb.store.failure import failure
from curb.store.manifest import CONFIG, DATABASE, Manifest, manifest_of

MANIFEST = "manifest.json"
# Most bytes of each: a tar of someone else must fill neither memory nor disk.
MOST = {MANIFEST: 1 << 20, DATABASE: 4 << 30, CONFIG: 1 << 20}

_LEVEL = 4  # beyond it twice the time saves 2 % of the bytes
_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # of gzip: no name, no time, nothing that no sum covers
_BLOCK = tarfile.BLOCKSIZE
_CHUNK = 1 << 16
_ODD = (EOFError, zlib.error, tarfile.TarError, ValueError, TypeError, LookupError, RecursionError)


def pack(out: IO[bytes], manifest: bytes, files: Sequence[tuple[str, Path]], at: datetime) -> None:
    """Write the archive, the manifest first. Blocking; raises OSError."""
    with (
        gzip.GzipFile("", "wb", _LEVEL, out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        tar.addfile(_info(MANIFEST, len(manifest), at), io.BytesIO(manifest))
        for name, path in files:
            with path.open("rb") as content:
                tar.addfile(_info(name, path.stat().st_size, at), content)


@contextmanager
def unpacking(path: Path) -> Iterator[tuple[Manifest, gzip.GzipFile]]:
    """Give the manifest of an archive and what follows it, for `unpack`.

    Raises StoreDamaged where it is no archive of ours, or not whole, StoreError where it
    cannot be read; so does what is done with it.
    """
    try:
        with _opened(path) as raw:
            if raw.read(len(_HEAD)) != _HEAD:
                raise ValueError("expected a backup of Curb")
            raw.seek(0)
            with gzip.GzipFile(fileobj=raw, mode="rb") as packed:
                size = _next(packed, MANIFEST)
                manifest = manifest_of(_exactly(packed, size))
                _end_member(packed, size)
                yield manifest, packed
    except _ODD as e:
        raise _damaged(path, e) from e
    except OSError as e:
        # A sum that is wrong has no number, an error of the disk has.
        raise (failure(path, "unpack it", e) if e.errno else _damaged(path, e)) from e


def unpack(packed: gzip.GzipFile, manifest: Manifest, into: Path) -> None:
    """Write the members into the directory, each on the disk and as the manifest says.

    Raises ValueError and its like where one is not; what is written then is not to be used.
    """
    for name in (DATABASE, CONFIG):
        if name in manifest.members:
            member = manifest.members[name]
            if _next(packed, name) != member.bytes:
                raise ValueError(f"expected {member.bytes} bytes of {name}, found others")
            if _copy(packed, member.bytes, into / name) != member.sha256:
                raise ValueError(f"{name} is not what was packed")
            _end_member(packed, member.bytes)
    rest = packed.read(4 * tarfile.RECORDSIZE)
    if len(rest) < 2 * _BLOCK or any(rest) or packed.read(1):
        raise ValueError("expected the end, found more")


def _info(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(at.timestamp())
    return info


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    # A pipe of that name would keep us waiting.
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(fd, "rb") as raw:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise StoreError(f"{path}: expected a file, found something else: name a backup")
        yield raw


def _next(packed: gzip.GzipFile, name: str) -> int:
    """Read a header; return the size of its file, which must be the one named."""
    info = tarfile.TarInfo.frombuf(_exactly(packed, _BLOCK), "ascii", "strict")
    if info.type != tarfile.REGTYPE or info.name != name:
        raise ValueError(f"expected the file {name}, found {safe_text(info.name)}")
    if not 0 <= info.size <= MOST[name]:
        raise ValueError(f"expected at most {MOST[name]} bytes of {name}, found {info.size}")
    return info.size


def _copy(packed: gzip.GzipFile, size: int, path: Path) -> str:
    digest, left = hashlib.sha256(), size
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as out:
        while left:
            chunk = _exactly(packed, min(left, _CHUNK))
            digest.update(chunk)
            out.write(chunk)
            left -= len(chunk)
        out.flush()
        os.fsync(fd)
    return digest.hexdigest()


def _end_member(packed: gzip.GzipFile, size: int) -> None:
    if any(_exactly(packed, -size % _BLOCK)):
        raise ValueError("expected the next file, found more of the last")


def _exactly(packed: gzip.GzipFile, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = packed.read(size - len(found))
        if not more:
            raise EOFError(f"expected {size} bytes more, found {len(found)}")
        found += more
    return found


def _damaged(path: Path, e: Exception) -> StoreDamaged:
    words = safe_text(e, 120)
    return StoreDamaged(f"{path}: not a backup, or damaged ({words}): name another one")
