"""`python -m tests.store.disk`: spoil every page of a state, cut it at every sector, and start.

Each place is spoiled in turn; the start is the engine's own, without the process around it. It
has to refuse, or to know what was lost: no lock may end by it. 1 where one did.
"""

import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from curb.cli.anchors import judged
from curb.domain.actions import SaveLock
from curb.domain.anchors import Anchor
from curb.domain.errors import StoreError
from curb.store.anchors import read_anchor
from curb.store.recovery import recovered
from tests.store.samples import AT, EVERY_KIND, LOCK, audit, opened

PAGE, SECTOR = 4096, 512
SAME, REFUSED, ENDED, UNCLEAR = "as it was", "refused", "LOCK ENDED", "refused, not in one line"

LAST = replace(LOCK, rule="RULE-004")

Damages = Iterator[bytes]


async def begun(path: Path, anchor: Path) -> str:
    """Start as an engine does; return what became of the state."""
    try:
        database, restored, why_new = await recovered(path, AT)
    except StoreError as e:
        return REFUSED if str(e).isprintable() else UNCLEAR
    try:
        lost = judged(await database.attach([anchor]), why_new).lost
    finally:
        await database.close()
    if lost:
        return lost.partition(",")[0]
    return SAME if {LOCK, LAST} <= set(restored.locks) else ENDED


async def made(folder: Path, *, is_killed: bool) -> Path:
    """Make a state with a lock, its anchor beside it; a killed engine leaves its log behind."""
    path, left = folder / "state.db", folder / "left"
    async with opened(path) as database:
        anchor = folder / "x.anchor"
        await database.attach([anchor])
        await database.save(EVERY_KIND)
        for number in range(2, 60):
            await database.save([audit(number)])
        await database.save([SaveLock(LAST)])
        while not _is_of(anchor, sequence=2):
            await asyncio.sleep(0.01)
        if is_killed:
            await asyncio.to_thread(shutil.copytree, folder, left)
    return left / path.name if is_killed else path


def _is_of(place: Path, sequence: int) -> bool:
    anchor = read_anchor(place)
    return isinstance(anchor, Anchor) and anchor.sequence == sequence


async def spoiled(path: Path, damages: Damages, suffix: str = "") -> Counter[str]:
    """Start on each damaged file; return how often what became of it."""
    found: Counter[str] = Counter()
    for content in damages:
        place = path.parent / "spoiled"
        place.mkdir()
        for each in (*path.parent.glob(f"{path.name}*"), path.parent / "x.anchor"):
            shutil.copy(each, place)
        (place / f"{path.name}{suffix}").write_bytes(content)
        found[await begun(place / path.name, place / "x.anchor")] += 1
        shutil.rmtree(place)
    return found


def flipped(content: bytes, every: int = 1) -> Damages:
    """Return it with the bits of one page after the other turned."""
    for at in range(0, len(content), PAGE * every):
        page = bytes(0xFF ^ byte for byte in content[at : at + PAGE])
        yield content[:at] + page + content[at + PAGE :]


def zeroed(content: bytes, every: int = 1) -> Damages:
    """Return it with one page after the other empty."""
    for at in range(0, len(content), PAGE * every):
        yield content[:at] + bytes(PAGE) + content[at + PAGE :]


def cut(content: bytes, every: int = 1) -> Damages:
    """Return ever more of it."""
    for at in range(0, len(content), SECTOR * every):
        yield content[:at]


def main() -> int:
    """Spoil everything everywhere."""
    bad = 0
    for is_killed in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            path = asyncio.run(made(Path(folder), is_killed=is_killed))
            suffix = "-wal" if is_killed else ""
            content = path.with_name(f"{path.name}{suffix}").read_bytes()
            for damage in (flipped, zeroed, cut):
                found = asyncio.run(spoiled(path, damage(content), suffix))
                words = ", ".join(f"{n} {word}" for word, n in found.most_common())
                sys.stdout.write(f"state.db{suffix} {damage.__name__}: {words}\n")
                sys.stdout.flush()
                bad += found[ENDED] + found[UNCLEAR]
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
