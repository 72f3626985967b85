"""`curb audit verify`: the rows on disk, their chain and the anchor beside them."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from curb.__main__ import main
from curb.cli import chained
from curb.domain.actions import SaveLock
from curb.domain.anchors import Anchor
from curb.store.anchors import read_anchor, write_anchor
from tests.store.migrations import older
from tests.store.samples import LOCK, audit, opened

Said = pytest.CaptureFixture[str]
NAME = "account-1.anchor"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory as an engine left it that kept six rows."""

    async def keep() -> None:
        async with opened(tmp_path / "state.db") as database:
            await database.attach([tmp_path / NAME])
            await database.save([SaveLock(LOCK), *(audit(n) for n in range(1, 6))])
            await database.save([audit(6)])

    asyncio.run(keep())
    return tmp_path


@pytest.fixture
def connection(state: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(state / "state.db", isolation_level=None)) as found:
        yield found


def verify(state: Path, *flags: str) -> int:
    return main(["audit", "verify", "--state-dir", str(state), *flags])


def anchor_in(state: Path) -> Anchor:
    found = read_anchor(state / NAME)
    assert isinstance(found, Anchor)
    return found


def test_an_audit_that_is_whole(state: Path, capsys: Said) -> None:
    assert verify(state) == 0
    head = anchor_in(state).audit
    assert head is not None
    assert capsys.readouterr().out == (
        f"{state / 'state.db'}: 6 rows, each as it was written; the chain is at {head.words}\n"
    )
    assert main(["db", "verify", "--state-dir", str(state)]) == 0


def test_the_first_row_that_does_not_fit_is_named(
    state: Path, connection: sqlite3.Connection, capsys: Said
) -> None:
    connection.execute("UPDATE enforcement_log SET reason = 'nothing' WHERE id = 3")
    assert verify(state) == 1
    assert capsys.readouterr().err == f"{state / 'state.db'}: row 3: it was changed\n"
    assert main(["db", "verify", "--state-dir", str(state)]) == 1


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        (b"", f"the anchor {NAME} cannot be read"),
        (None, f"the anchor {NAME}: expected a file, found none"),
        (
            b'{"id": "b", "sequence": 9, "seal": "", "reset_at": null, "audit": null}',
            f"the anchor {NAME} is of another database",
        ),
    ],
)
def test_without_its_anchor_the_audit_is_not_known_to_be_whole(
    state: Path, capsys: Said, anchor: bytes | None, words: str
) -> None:
    (state / NAME).unlink()
    if anchor is not None:
        (state / NAME).write_bytes(anchor)
    assert verify(state) == 1
    assert capsys.readouterr().err == f"{state / 'state.db'}: {words}\n"


def test_what_an_anchor_saw_and_is_gone_is_told(
    state: Path, connection: sqlite3.Connection, capsys: Said
) -> None:
    connection.execute("DELETE FROM enforcement_log WHERE id = 6")
    connection.execute("DELETE FROM audit_chain WHERE row_id = 6")
    assert verify(state) == 1
    assert "link 6: an anchor has seen it, and it is gone" in capsys.readouterr().err


@pytest.mark.parametrize("is_running", [False, True])
def test_what_no_anchor_saw_is_told(
    state: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch, *, is_running: bool
) -> None:
    """Of a running engine only after it had its time to write one."""
    monkeypatch.setattr(chained, "_AGAIN_S", 0)
    if is_running:
        (state / "engine.lock").touch()
    anchor = anchor_in(state)

    async def keep() -> None:
        async with opened(state / "state.db") as database:
            await database.save([audit(7)])

    asyncio.run(keep())
    assert verify(state) == 1
    assert "link 7 and later: no anchor has seen them" in capsys.readouterr().err
    assert anchor.audit is not None
    write_anchor(state / NAME, replace(anchor, audit=replace(anchor.audit, sequence=7)))
    assert verify(state) == 1
    assert "its anchor has seen another one" in capsys.readouterr().err


def test_an_anchor_of_a_place_elsewhere_is_not_read(
    state: Path, connection: sqlite3.Connection, capsys: Said
) -> None:
    names = '["../account-1.anchor"]'
    connection.execute("UPDATE engine_state SET value = ? WHERE key = 'anchor_names'", (names,))
    (state.parent / NAME).write_bytes((state / NAME).read_bytes())
    assert verify(state) == 1
    assert "the anchor ../account-1.anchor: expected a file, found none" in capsys.readouterr().err


def test_an_audit_that_was_migrated_is_whole(tmp_path: Path, capsys: Said) -> None:
    path = older.v5(tmp_path / "state.db")
    assert verify(tmp_path) == 2
    assert "made by schema v5 of Curb" in capsys.readouterr().err
    assert main(["db", "migrate", "--state-dir", str(tmp_path)]) == 0
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE engine_state SET value = '[]' WHERE key = 'anchor_names'")
    assert verify(tmp_path) == 0
    assert "59 rows, each as it was written; the chain is at 60:" in capsys.readouterr().out


def test_an_audit_without_rows_is_whole(tmp_path: Path, capsys: Said) -> None:
    async def make() -> None:
        async with opened(tmp_path / "state.db"):
            pass

    asyncio.run(make())
    assert verify(tmp_path) == 0
    assert "0 rows, each as it was written; the chain is at nowhere yet" in capsys.readouterr().out


@pytest.mark.parametrize("flags", [("--json",), ("--rule", "RULE-003"), ("--days", "3")])
def test_flags_that_mean_nothing_here_are_refused(
    state: Path, capsys: Said, flags: tuple[str, ...]
) -> None:
    assert verify(state, *flags) == 2
    expected = f"expected no flag but --state-dir with verify, found {flags[0]}"
    assert expected in capsys.readouterr().err


def test_without_a_database_it_says_so(tmp_path: Path, capsys: Said) -> None:
    assert verify(tmp_path) == 2
    assert "expected a database, found no file" in capsys.readouterr().err
