"""`curb db` by hand: against no engine, an older file, a running engine."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from curb.__main__ import main
from curb.control.paths import hold
from curb.domain.errors import Held
from curb.store.opening import connect
from tests.store.migrations import older

Said = pytest.CaptureFixture[str]


def db(folder: Path, *words: str) -> int:
    return main(["db", *words, "--state-dir", str(folder)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "state.db"
    connect(path, 1.0).close()
    return path


def changed(path: Path, *steps: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for sql in steps:
        connection.execute(sql)
    connection.close()


def test_status_tells_version_history_rows_and_sizes(path: Path, capsys: Said) -> None:
    assert db(path.parent, "status") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{path}: schema v6, ")
    assert lines[2].startswith("v6 at ")
    assert lines[2].endswith(": Created")
    (row,) = (line for line in lines if line.startswith("lockouts "))
    assert row.split()[1] == "0"
    assert float(row.split()[2]) > 0


def test_status_as_json(path: Path, capsys: Said) -> None:
    assert db(path.parent, "status", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["path"], found["version"]) == (str(path), 6)
    assert found["bytes"] == path.stat().st_size
    assert {each["name"]: each["rows"] for each in found["tables"]}["schema_version"] == 1
    assert [each["description"] for each in found["history"]] == ["Created"]


@pytest.mark.parametrize(
    ("make", "version"), [(older.v1, 1), (older.v2, 2), (older.v4, 4), (older.v5, 5)]
)
def test_status_of_an_older_one_changes_nothing(
    tmp_path: Path, capsys: Said, make: Callable[[Path], Path], version: int
) -> None:
    path = make(tmp_path / "state.db")
    before = path.read_bytes()
    assert db(tmp_path, "status") == 0
    assert f"schema v{version} (today's is v6: `curb db migrate`)" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_migrate_names_its_steps_then_carries_them_out(tmp_path: Path, capsys: Said) -> None:
    path = older.v1(tmp_path / "state.db")
    before = path.read_bytes()
    assert db(tmp_path, "migrate", "--dry-run") == 0
    named = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in named] == [
        f"schema {step}" for step in ("v1 to v2", "v2 to v5", "v5 to v6")
    ]
    assert path.read_bytes() == before

    assert db(tmp_path, "migrate") == 0
    told = capsys.readouterr().out.splitlines()
    assert "  enforcement_log: 500 rows" in told
    told = [line for line in told if not line.startswith("  ")]
    assert told[0].startswith(f"{path}: schema v1 to v2: 0 rows in ")
    assert told[1].startswith(f"{path}: schema v2 to v5: 1153 rows in ")
    assert told[-1].startswith(f"{path}: schema v5 to v6: 500 rows in ")
    (copy,) = (tmp_path / "backups").iterdir()
    assert told[-1].endswith(f"; as it was before: {copy.name}")

    assert db(tmp_path, "migrate") == 0
    assert capsys.readouterr().out == f"{path}: schema v6 is today's: nothing to do\n"
    assert db(tmp_path, "verify") == 0
    assert capsys.readouterr().out == f"{path}: schema v6: whole, and as Curb left it\n"


def test_another_file_than_the_engines_is_migrated_too(tmp_path: Path, capsys: Said) -> None:
    path = older.v2(tmp_path / "copy.db")
    assert db(tmp_path / "none", "migrate", str(path)) == 0
    assert "schema v2 to v5" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()
    assert sorted(file.name for file in tmp_path.iterdir() if file.name != "backups") == ["copy.db"]


@pytest.mark.parametrize("words", [("migrate",), ("vacuum",)])
def test_what_writes_keeps_away_from_a_running_engine(
    tmp_path: Path, capsys: Said, words: tuple[str, ...]
) -> None:
    path = older.v1(tmp_path / "state.db")
    before = path.read_bytes()
    with hold(tmp_path / "engine.lock"):
        assert db(tmp_path, *words) == Held.exit_code
    assert "held by process" in capsys.readouterr().err
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (["CREATE TABLE notes (text)"], "table notes: expected none such, found one"),
        (
            ["CREATE TRIGGER t AFTER INSERT ON timers BEGIN DELETE FROM timers; END"],
            "trigger t: expected none such, found one",
        ),
        (["DROP INDEX idx_lockouts_until"], "index idx_lockouts_until: expected it, found none"),
        (
            ["ALTER TABLE timers ADD COLUMN more TEXT"],
            "table timers: expected it as this version makes it, found it made otherwise",
        ),
        (
            ["INSERT INTO engine_state VALUES ('anchor_seal', 'ab')"],
            "the seal: expected that of the rows, found another",
        ),
        (
            [
                "PRAGMA ignore_check_constraints = ON",
                "INSERT INTO lockouts VALUES (1, 'RULE-003', '', 'hug', 1, '', '', NULL, '{}')",
            ],
            "CHECK constraint failed in lockouts",
        ),
    ],
)
def test_verify_names_what_is_wrong(path: Path, capsys: Said, steps: list[str], words: str) -> None:
    changed(path, *steps)
    assert db(path.parent, "verify") == 1
    told = capsys.readouterr()
    assert (told.out, told.err.startswith(f"{path}: {words}")) == ("", True)
    assert len(told.err.splitlines()) == 1


def test_verify_looks_beside_a_writer(path: Path, capsys: Said) -> None:
    writer = connect(path, 1.0)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO engine_state VALUES ('anchor_seal', 'not yet')")
    assert db(path.parent, "verify") == 0
    writer.close()
    assert "whole" in capsys.readouterr().out


def test_vacuum_gives_back_what_was_freed(path: Path, capsys: Said) -> None:
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
    changed(
        path,
        f"INSERT INTO engine_state {rows} SELECT 'key ' || i, hex(randomblob(50)) FROM n",  # noqa: S608 - a test's
        "DELETE FROM engine_state",
    )
    before = path.stat().st_size
    assert db(path.parent, "vacuum") == 0
    assert path.stat().st_size < before / 2
    after = path.stat().st_size
    sizes = f"{before / 1024:,.1f} KiB before, {after / 1024:,.1f} KiB after"
    assert capsys.readouterr().out == f"{path}: {sizes}\n"


@pytest.mark.parametrize("what", ["status", "migrate", "verify", "vacuum"])
def test_where_no_database_is_none_is_made(tmp_path: Path, capsys: Said, what: str) -> None:
    folder = tmp_path / "none"
    assert db(folder, what) == 2
    told = capsys.readouterr().err
    assert told == f"curb: {folder / 'state.db'}: expected a database, found no file\n"
    assert not folder.exists()


@pytest.mark.parametrize("what", ["verify", "vacuum"])
def test_an_older_one_is_to_be_migrated_first(tmp_path: Path, capsys: Said, what: str) -> None:
    older.v1(tmp_path / "state.db")
    assert db(tmp_path, what) == 2
    assert "run `curb db migrate`" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("audit",), ("why", "1")])
def test_the_audit_of_an_older_one_is_not_read(
    tmp_path: Path, capsys: Said, command: tuple[str, ...]
) -> None:
    older.v1(tmp_path / "state.db")
    assert main([*command, "--state-dir", str(tmp_path)]) == 2
    assert "run `curb db migrate`" in capsys.readouterr().err


def test_an_empty_file_is_no_database_yet(tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "state.db").touch()
    assert db(tmp_path, "status") == 2
    assert "found an empty file" in capsys.readouterr().err
