import asyncio
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from curb.domain.anchors import Anchor, Damaged, Head
from curb.store.anchors import Keeper, read_anchor, write_anchor

ANCHOR = Anchor("a1", 7, "f" * 64, datetime(2026, 11, 20, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    "anchor", [ANCHOR, Anchor("b2", 0, ""), Anchor("c", 1, "f", None, Head(3, "e" * 64))]
)
def test_an_anchor_comes_back_exactly(tmp_path: Path, anchor: Anchor) -> None:
    write_anchor(tmp_path / "a", anchor)
    assert read_anchor(tmp_path / "a") == anchor


def test_an_absent_anchor_is_none(tmp_path: Path) -> None:
    assert read_anchor(tmp_path / "a") is None
    assert read_anchor(tmp_path / "no" / "a") is None


def test_only_the_trader_may_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.new").write_text("left by a crash")
    write_anchor(tmp_path / "a", ANCHOR)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100,
        b"[]",
        b"{}",
        b'{"id": "a1", "sequence": 7}',
        b'{"id": "a1", "sequence": "7", "seal": "", "reset_at": null}',
        b'{"id": "a1", "sequence": true, "seal": "", "reset_at": null}',
        b'{"id": 1, "sequence": 7, "seal": "", "reset_at": null}',
        b'{"id": "a1", "sequence": 7, "seal": "", "reset_at": "soon"}',
        b'{"id": "a1", "sequence": 7, "seal": "", "reset_at": "2026-11-20T23:00:00"}',
        b'{"id": "a1", "sequence": 7, "seal": "", "reset_at": null, "audit": 7}',
        b'{"id": "a1", "sequence": 7, "seal": "", "reset_at": null, "audit": ["7", ""]}',
        b'{"id": "a1", "sequence": 7, "seal": "", "reset_at": null, "audit": [7, 7]}',
        b'{"id": "a1", "sequence": 7, "seal": "' + b"f" * 8000 + b'"}',
    ],
)
def test_what_is_no_anchor_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert read_anchor(tmp_path / "a") is Damaged.DAMAGED


def test_a_link_or_a_pipe_in_its_place_is_damaged_and_waits_for_nobody(tmp_path: Path) -> None:
    write_anchor(tmp_path / "real", ANCHOR)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("link", "pipe", "folder"):
        assert read_anchor(tmp_path / name) is Damaged.DAMAGED, name


def test_a_link_in_its_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("keep me")
    for name in ("a", "a.new"):
        (tmp_path / name).symlink_to(tmp_path / "victim")
    write_anchor(tmp_path / "a", ANCHOR)
    assert read_anchor(tmp_path / "a") == ANCHOR
    assert (tmp_path / "victim").read_text() == "keep me"


def test_the_newest_is_written_everywhere_before_the_end(tmp_path: Path) -> None:
    async def scene() -> None:
        keeper = Keeper([tmp_path / "a", tmp_path / "b"])
        for number in range(50):
            keeper.put(Anchor("a1", number, ""))
        await keeper.close()
        assert keeper.word == "ok"

    asyncio.run(scene())
    assert read_anchor(tmp_path / "a") == read_anchor(tmp_path / "b") == Anchor("a1", 49, "")


def test_a_folder_that_cannot_be_written_is_told_and_ends_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        folder = tmp_path / "gone"
        keeper = Keeper([folder / "a", tmp_path / "b"])
        keeper.put(ANCHOR)
        async with asyncio.timeout(30):
            while keeper.word == "ok":
                await asyncio.sleep(0.005)
        assert keeper.word.startswith(f"{folder / 'a'}: cannot write the anchor of the database")
        folder.mkdir()
        keeper.put(ANCHOR)
        await keeper.close()
        assert keeper.word == "ok"

    asyncio.run(scene())
    assert read_anchor(tmp_path / "b") == ANCHOR


def test_a_slow_disk_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    real = os.fsync

    def slow(fd: int) -> None:
        gate.wait(30)
        real(fd)

    monkeypatch.setattr("curb.store.anchors.os.fsync", slow)

    async def scene() -> None:
        keeper = Keeper([tmp_path / "a"])
        keeper.put(ANCHOR)
        for _ in range(100):
            await asyncio.sleep(0)  # the loop goes on while the disk does not
        assert read_anchor(tmp_path / "a") is None
        gate.set()
        await keeper.close()

    asyncio.run(scene())
    assert read_anchor(tmp_path / "a") == ANCHOR
