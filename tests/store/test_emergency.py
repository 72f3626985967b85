import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from curb.domain.actions import EndLock, Record, SaveAudit, SaveLock
from curb.domain.events import Restored
from curb.domain.locks import Lock
from curb.store.emergency import Emergency, merged

from .samples import AT, COOLDOWN, EVERY_KIND, LOCK, ROW, audit

LATER = replace(LOCK, until=AT + timedelta(hours=9))
SOONER = replace(LOCK, until=AT + timedelta(hours=1))
ENDLESS = replace(LOCK, until=None)


def kept(places: Sequence[Path], *batches: Sequence[Record]) -> Emergency:
    async def keep() -> Emergency:
        emergency = Emergency(places)
        for batch in batches:
            await emergency.keep(batch)
        return emergency

    return asyncio.run(keep())


def recalled(*places: Path) -> tuple[Restored, tuple[Record, ...]]:
    return Emergency(places).recalled(Restored())


def test_what_forbids_and_what_tells_is_kept_and_found_again(tmp_path: Path) -> None:
    place = tmp_path / "emergency.jsonl"
    assert kept((place,), EVERY_KIND, [SaveLock(COOLDOWN)]).word == f"in {place}"
    assert place.stat().st_mode & 0o777 == 0o600
    restored, again = recalled(place)
    assert restored.locks == (LOCK, COOLDOWN)
    assert restored.unfinished == (ROW,)
    assert restored.next_audit_id == ROW.id + 1
    assert again == (SaveLock(LOCK), SaveLock(COOLDOWN), SaveAudit(ROW))


def test_a_place_that_cannot_be_written_gives_way_to_the_next(tmp_path: Path) -> None:
    gone, place = tmp_path / "gone" / "a", tmp_path / "b"
    assert kept((gone, place), [SaveLock(LOCK)]).word == f"in {place}"
    assert recalled(gone, place)[0].locks == (LOCK,)
    word = kept((gone,), [SaveLock(LOCK)]).word
    assert word == f"in memory only: {gone}: No such file or directory"


def test_what_is_in_the_database_is_put_aside(tmp_path: Path) -> None:
    place = tmp_path / "emergency.jsonl"

    async def scene() -> None:
        await kept_one.clear()
        await Emergency((place,)).clear()

    kept_one = kept((place,), [SaveLock(LOCK)])
    asyncio.run(scene())
    assert kept_one.word == ""
    assert [path.name for path in tmp_path.iterdir()] == ["emergency.jsonl.1"]
    assert recalled(place) == (Restored(), ())


def test_nothing_that_matters_is_no_file(tmp_path: Path) -> None:
    others = [record for record in EVERY_KIND if not isinstance(record, SaveLock | SaveAudit)]
    assert kept((tmp_path / "a",), others).word == ""
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("rubbish", [b"{", b"\xff\n[]\n{}\n", b"[" * 10_000, b'{"EndDay": {}}'])
def test_a_line_that_cannot_be_read_is_left_out(tmp_path: Path, rubbish: bytes) -> None:
    place = tmp_path / "emergency.jsonl"
    kept((place,), [SaveLock(LOCK)])
    place.write_bytes(place.read_bytes() + rubbish)
    kept((place,), [SaveLock(COOLDOWN)])
    assert recalled(place)[0].locks == (LOCK, COOLDOWN)


def test_every_line_is_json(tmp_path: Path) -> None:
    place = tmp_path / "emergency.jsonl"
    odd = replace(ROW, details={"limit": AT, "words": "a\nb"})
    kept((place,), [SaveAudit(odd)])
    (line,) = place.read_text().split()[:1]
    assert "SaveAudit" in json.loads(place.read_text().strip())
    assert line.startswith("{")


@pytest.mark.parametrize(
    ("standing", "found", "lock"),
    [
        (None, [SaveLock(LOCK)], LOCK),
        (None, [SaveLock(LOCK), EndLock(LOCK)], None),
        # Nothing in the file ends or shortens what the database holds.
        (LOCK, [EndLock(LOCK)], LOCK),
        (LOCK, [SaveLock(SOONER)], LOCK),
        (LOCK, [SaveLock(LATER)], LATER),
        (LOCK, [SaveLock(ENDLESS)], ENDLESS),
        (ENDLESS, [SaveLock(LATER)], ENDLESS),
        (ENDLESS, [SaveLock(replace(ENDLESS, reason="x"))], ENDLESS),
    ],
)
def test_a_lock_is_only_ever_longer(
    standing: Lock | None, found: Sequence[Record], lock: Lock | None
) -> None:
    before = Restored(locks=(standing,) if standing else ())
    restored, again = merged(before, found)
    assert restored.locks == ((lock,) if lock else ())
    assert again == ((SaveLock(lock),) if lock and lock != standing else ())


def test_rows_that_the_database_has_are_not_written_over() -> None:
    done = SaveAudit(replace(ROW, id=6, success=True))
    restored, again = merged(Restored(next_audit_id=6), [audit(5), audit(6), done])
    assert again == (done,)
    assert restored.unfinished == ()
    assert restored.next_audit_id == 7
    far = merged(Restored(next_audit_id=6), [audit(2**62)])
    assert far == (Restored(next_audit_id=6), ())
