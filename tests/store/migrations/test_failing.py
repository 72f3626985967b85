"""A step that fails or is killed leaves the file as it was, and the next opening goes on."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from curb.domain.errors import StoreError
from curb.store.migrations import v1_to_v2, v2_to_v5, v5_to_v6
from curb.store.migrations.old_rows import Known, Values
from curb.store.migrations.old_values import Row
from curb.store.migrations.runner import STEPS, migrate, pending
from curb.store.migrations.step import Step, Upgrade
from curb.store.opening import connect, header

from . import older

ROOT = Path(__file__).parents[3]
TIMEOUT_S = 1.0
KILLED = -signal.SIGKILL

# The points of a migration from each version; see `killed.py`.
_LAST = 5  # of the step to v6
POINTS = {1: 3 + 3 + 10 + 4 + _LAST, 2: 3 + 11 + 3 + _LAST, 4: 3 + 3 + 3 + _LAST, 5: 2 + _LAST}
# Pages in memory: what is not committed yet stands in the file, or does not.
_FEW, _MANY = 5, 2_000
MAKE = {1: older.v1, 2: older.v2, 4: older.v4, 5: older.v5}


def attempt(path: Path, *steps: Step, pages: int = 0) -> str:
    """Migrate with these steps; return the complaint, "" where there is none."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if pages:
            connection.execute(f"PRAGMA max_page_count = {pages}")
        version = header(connection).version
        try:
            migrate(path, connection, version, Upgrade(older.NOW), steps or STEPS)
        except StoreError as e:
            said = str(e)
        else:
            return ""
    assert said.startswith(f"{path}: ")
    assert said.isprintable()
    return said


def finished(path: Path) -> list[str]:
    """Open the file and return all of it but how long the steps took."""
    connect(path, TIMEOUT_S, Upgrade(older.NOW)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE schema_version SET execution_time_ms = 0")
        connection.commit()
    return older.dump(path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[str]]:
    """Each older file as a migration leaves it that nothing disturbed."""
    folder = tmp_path_factory.mktemp("whole")
    return {version: finished(make(folder / f"{version}.db")) for version, make in MAKE.items()}


def failing_at(table: str, number: int) -> Step:
    """Return the step from v2 that breaks at a row of a table."""
    left = [number]

    def spoilt(row: Row, known: Known, take: Callable[[Row, Known], Values]) -> Values:
        left[0] -= 1
        if not left[0]:
            raise RuntimeError(f"row {number} of {table}")
        return take(row, known)

    moves = [
        replace(move, row=partial(spoilt, take=move.row)) if move.table == table else move
        for move in v2_to_v5.MOVES
    ]
    return replace(v2_to_v5.STEP, run=partial(v2_to_v5.run, moves=moves))


@pytest.mark.parametrize(
    ("table", "number"),
    [("lockouts", 1), ("trade_history", 200), ("enforcement_log", 500), ("schema_version", 2)],
)
def test_a_row_that_breaks_a_step_leaves_the_file_to_the_byte(
    tmp_path: Path, table: str, number: int
) -> None:
    path = older.v2(tmp_path / "state.db")
    before = path.read_bytes()
    said = attempt(path, failing_at(table, number), v5_to_v6.STEP)
    assert said == (
        f"{path}: cannot migrate it from schema v2 to v5: row {number} of {table}; "
        "it is as it was before"
    )
    assert path.read_bytes() == before
    # Nor is there a backup of what did not change.
    assert not list((tmp_path / "backups").iterdir())
    assert attempt(path) == ""


def test_the_steps_before_the_one_that_breaks_stay_done(tmp_path: Path) -> None:
    path = older.v1(tmp_path / "state.db")
    assert "row 3 of orders" in attempt(path, v1_to_v2.STEP, failing_at("orders", 3), v5_to_v6.STEP)
    assert older.rows(older.copy_of(path), "PRAGMA user_version") == [(0,)]
    assert older.rows(path, "PRAGMA user_version") == [(2,)]
    assert older.rows(path, "SELECT version FROM schema_version") == [(1,), (2,)]
    with pytest.raises(StoreError, match="made by schema v2 of Curb"):
        connect(path, TIMEOUT_S)
    assert finished(path) == finished(older.v1(tmp_path / "other.db"))


def test_a_step_that_would_lose_a_row_is_taken_back(tmp_path: Path) -> None:
    path = older.v2(tmp_path / "state.db")
    before = older.dump(path)
    # A second table whose rows go where those of the first went.
    twice = replace(v2_to_v5.MOVES[0], row=_another)
    moves = [twice, *v2_to_v5.MOVES]
    broken = replace(v2_to_v5.STEP, run=partial(v2_to_v5.run, moves=moves))
    said = attempt(path, broken, v5_to_v6.STEP)
    assert "expected 3 rows of lockouts, found 6 and 0 kept aside" in said
    assert older.dump(path) == before


def _another(row: Row, _known: Known) -> Values:
    return row["account_id"], "RULE-001", "", "lockout", 0, "", "", None, "{}"


@pytest.mark.parametrize("version", MAKE)
def test_a_disk_that_is_full_at_any_page_leaves_every_row(tmp_path: Path, version: int) -> None:
    path = MAKE[version](tmp_path / "state.db")
    before = older.dump(path)
    ((size,),) = older.rows(path, "PRAGMA page_count")
    failures = 0
    for pages in range(size, 10 * size, 1 + size // 30):
        said = attempt(path, pages=pages)
        if not said:
            break
        failures += 1
        assert "the disk is full: free some space" in said
        if pending(version)[0].name in said:
            assert older.dump(path) == before
    assert failures >= 3
    assert finished(path) == finished(MAKE[version](tmp_path / "other.db"))


@pytest.mark.parametrize("limit", [4_096, 100_000, 200_000, 300_000])
def test_a_file_that_may_not_grow_is_not_migrated(tmp_path: Path, limit: int) -> None:
    path = older.v2(tmp_path / "state.db")
    before = older.dump(path)
    script = (
        "import pathlib, resource, sys\n"
        "from curb.store.migrations.step import Upgrade\n"
        "from curb.store.opening import connect\n"
        "from tests.store.migrations.older import NOW\n"
        "limit = int(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "connect(pathlib.Path(sys.argv[1]), 1.0, Upgrade(NOW))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), str(limit)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert f"StoreError: {path}: cannot " in done.stderr
    assert "the disk " in done.stderr
    assert older.dump(path) == before
    assert not list(tmp_path.glob("*.part"))
    assert finished(path) == finished(older.v2(tmp_path / "other.db"))


@pytest.mark.parametrize(
    ("version", "point"),
    [(version, point) for version, last in POINTS.items() for point in range(1, last + 1)],
)
def test_a_kill_at_every_point_of_every_step(
    tmp_path: Path, whole: dict[int, list[str]], version: int, point: int
) -> None:
    path = MAKE[version](tmp_path / "state.db")
    before = older.dump(path)
    done = _killed(path, point, _FEW)
    assert (done.returncode, done.stderr) == (KILLED, "")
    with closing(sqlite3.connect(path)) as connection:
        left = header(connection).version
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    if left == version:
        assert older.dump(path) == before
        with pytest.raises(StoreError, match=f"made by schema v{version} of Curb"):
            connect(path, TIMEOUT_S)
    else:
        assert left in {step.after for step in STEPS}
    assert finished(path) == whole[version]


@pytest.mark.parametrize("version", MAKE)
def test_the_points_are_all_there_are(tmp_path: Path, version: int) -> None:
    done = _killed(MAKE[version](tmp_path / "state.db"), POINTS[version] + 1, _MANY)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


@pytest.mark.parametrize("version", MAKE)
def test_a_kill_between_any_two_operations(
    tmp_path: Path, whole: dict[int, list[str]], version: int
) -> None:
    ops, all_of_them = 500, 10**9
    done = _killed(MAKE[version](tmp_path / "counted.db"), all_of_them, _MANY, ops)
    count = all_of_them - int(done.stdout)
    for number, point in enumerate(range(1, count, 1 + count // 12)):
        path = MAKE[version](tmp_path / f"{number}.db")
        assert _killed(path, point, _MANY, ops).returncode == KILLED
        assert finished(path) == whole[version]


def _killed(path: Path, point: int, pages: int, ops: int = 0) -> subprocess.CompletedProcess[str]:
    module = f"{__package__}.killed"
    words = [sys.executable, "-m", module, str(path), *map(str, (point, pages, ops))]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)


def test_a_backup_that_cannot_be_taken_stops_the_migration(tmp_path: Path) -> None:
    path = older.v4(tmp_path / "state.db")
    before = path.read_bytes()
    (tmp_path / "backups").write_text("no folder")
    with pytest.raises(StoreError, match="backups: cannot keep a backup there: "):
        connect(path, TIMEOUT_S, Upgrade(older.NOW))
    assert path.read_bytes() == before


def test_another_programs_lock_stops_the_migration(tmp_path: Path) -> None:
    path = older.v1(tmp_path / "state.db")
    before = older.dump(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked by another program"):
            connect(path, 0.05, Upgrade(older.NOW))
    assert older.dump(path) == before


@pytest.mark.parametrize("table", ["orders", "daily_pnl"])
def test_a_file_without_one_of_the_tables_is_not_migrated(tmp_path: Path, table: str) -> None:
    path = older.v1(tmp_path / "state.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"DROP TABLE {table}")
    before = older.dump(path)
    with pytest.raises(StoreError) as caught:
        connect(path, TIMEOUT_S, Upgrade(older.NOW))
    assert table in str(caught.value)
    assert "as it was before" in str(caught.value)
    if table == "orders":  # the first step makes an index of it
        assert older.dump(path) == before


def test_a_row_that_v4_never_wrote_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = older.v4(tmp_path / "state.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE trade_history SET side = 'hold' WHERE id = 1")
    before = path.read_bytes()
    assert "CHECK constraint failed" in attempt(path)
    assert path.read_bytes() == before
