"""State that was lost or tampered with between two starts: locked until the reset, never freed."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from curb.store.backup import take
from curb.store.restoring import restore
from tests.cheats.stage import Copy, Held, Quiet, Stage, Theater, losing, theater
from tests.cli.live import Row

AT = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
LOSS = "rules.daily_realized_loss.loss_limit"


@dataclass(frozen=True)
class Cheat:
    """What is done to the state, and the words of the audit; "" where nothing was lost."""

    act: Quiet
    why: str
    keeps: str = "ENGINE"  # the rule whose lock stands afterwards


def database(stage: Stage) -> Path:
    return stage.desk.state_dir / "state.db"


def delete(stage: Stage) -> None:
    for part in stage.desk.state_dir.glob("state.db*"):
        part.unlink()


def delete_and_loosen(stage: Stage) -> None:
    delete(stage)
    stage.write(**{LOSS: 9000})


def delete_and_reset_now(stage: Stage) -> None:
    delete(stage)
    stage.write(**{"day.reset_time": "00:01", "day.timezone": "Asia/Tokyo"})


def delete_everything(stage: Stage) -> None:
    shutil.rmtree(stage.desk.state_dir)


def delete_both(stage: Stage) -> None:
    """Make it look like a first start; the day's loss is still at the venue."""
    delete(stage)
    stage.desk.anchor.unlink()
    stage.write(**{LOSS: 9000})


def empty(stage: Stage) -> None:
    database(stage).write_bytes(b"")


def truncate(stage: Stage) -> None:
    database(stage).write_bytes(database(stage).read_bytes()[:7000])


def overwrite(stage: Stage) -> None:
    database(stage).write_bytes(b"a note to myself\n" * 500)


def roll_back(stage: Stage) -> None:
    shutil.copyfile(_early(stage), database(stage))


def put_back(stage: Stage) -> None:
    restore(_backup(stage), database(stage), AT)


def damage_beside_a_backup(stage: Stage) -> None:
    _backup(stage)
    overwrite(stage)


def leave_to_be_put_back(stage: Stage) -> None:
    """As if a restore had been cut short: the start finishes it."""
    left = database(stage).with_name("state.db.incoming-replaced-1")
    shutil.copyfile(_early(stage), left)


def put_another(stage: Stage) -> None:
    """Put a database in its place that never saw the loss."""
    delete(stage)
    shutil.copyfile(_foreign(stage), database(stage))


def other_directory(stage: Stage) -> None:
    stage.desk.state_dir = stage.desk.state_dir.with_name("fresh")
    shutil.rmtree(stage.desk.state_dir, ignore_errors=True)


def other_directory_and_address(stage: Stage) -> None:
    """Call the gateway by another name, too."""
    other_directory(stage)
    url = stage.desk.paper.url.replace("127.0.0.1", "localhost")
    stage.write(**{"gateway.api_url": f"HTTP{url.removeprefix('http')}/"})


def delete_anchor(stage: Stage) -> None:
    stage.desk.anchor.unlink()


def break_anchor(stage: Stage) -> None:
    stage.desk.anchor.write_text("{}")


def link_anchor(stage: Stage) -> None:
    kept = stage.desk.state_dir / "kept"
    shutil.move(stage.desk.anchor, kept)
    stage.desk.anchor.symlink_to(kept)


def sql(*statements: str) -> Quiet:
    def edit(stage: Stage) -> None:
        _run(stage, *statements)

    return edit


EDITED = "the database was edited"
DAMAGED = "the database was damaged"

CHEATS = {
    "delete the database": Cheat(delete, "the database was deleted"),
    "delete the database and loosen the file": Cheat(
        delete_and_loosen, "the database was deleted", keeps="RULE-003"
    ),
    "delete the database and move the reset": Cheat(
        delete_and_reset_now, "the database was deleted"
    ),
    "delete the state directory": Cheat(delete_everything, "the database was deleted"),
    "delete the database and its anchor": Cheat(delete_both, "", keeps="RULE-003"),
    "empty the database": Cheat(empty, "the database was deleted"),
    "truncate the database": Cheat(truncate, DAMAGED),
    "overwrite the database": Cheat(overwrite, DAMAGED),
    "roll the database back": Cheat(roll_back, "the database was rolled back"),
    "put an older backup back": Cheat(put_back, "the database was rolled back"),
    "damage the database beside an older backup": Cheat(damage_beside_a_backup, DAMAGED),
    "leave an older copy to be put in place": Cheat(
        leave_to_be_put_back, "the database was rolled back"
    ),
    "copy another database over it": Cheat(put_another, "another database was put in its place"),
    "give the database another name": Cheat(
        sql("UPDATE engine_state SET value = 'ffff' WHERE key = 'anchor_id'"), EDITED
    ),
    "use another state directory": Cheat(other_directory, "the database was deleted"),
    "use another state directory and address": Cheat(
        other_directory_and_address, "the database was deleted"
    ),
    "delete the anchor": Cheat(delete_anchor, "the anchor of the database was deleted"),
    "break the anchor": Cheat(break_anchor, "the anchor of the database cannot be read"),
    "put a link in the anchor's place": Cheat(
        link_anchor, "the anchor of the database cannot be read"
    ),
    "unlock the lock row": Cheat(sql("UPDATE lockouts SET is_locked = 0"), EDITED),
    "delete the lock row": Cheat(sql("DELETE FROM lockouts"), EDITED),
    "end the lock sooner": Cheat(sql("UPDATE lockouts SET locked_until = locked_at"), EDITED),
    "give the lock to another account": Cheat(sql("UPDATE lockouts SET account_id = 1"), EDITED),
    "forget the day's fills": Cheat(sql("DELETE FROM trade_history"), EDITED),
    "loosen the configuration that is kept": Cheat(
        sql(
            "UPDATE engine_state SET value = replace(value, 'loss_limit = 500', 'loss_limit = 9000')"
            " WHERE value LIKE '%loss_limit = 500%'"
        ),
        EDITED,
    ),
    "turn the kept clock forward": Cheat(
        sql(
            "REPLACE INTO engine_state VALUES ('last_seen_at', '2036-01-01T00:00:00.000000+00:00')"
        ),
        EDITED,
    ),
    "plant a trigger": Cheat(
        sql("CREATE TRIGGER t AFTER INSERT ON lockouts BEGIN DELETE FROM lockouts; END"),
        DAMAGED,
    ),
    "make a row unreadable": Cheat(sql("UPDATE lockouts SET locked_until = 'never'"), DAMAGED),
    "forget what was sealed": Cheat(
        sql("DELETE FROM lockouts", "DELETE FROM engine_state WHERE key LIKE 'anchor%'"),
        "the database was deleted",
    ),
}


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Theater, Copy]]:
    """A day that was lost, and the state as it was left."""

    async def scene(stage: Stage) -> Copy:
        for copy in (_foreign(stage), _early(stage)):
            shutil.rmtree(stage.desk.state_dir, ignore_errors=True)
            stage.desk.anchor.unlink(missing_ok=True)
            await stage.start()
            assert (await stage.engine.row("ENGINE", "start"))["details"]["first"] is True
            await stage.engine.stop()
            shutil.copyfile(database(stage), copy)
        await stage.start()
        await stage.lose()
        await stage.engine.stop()
        return Copy.of(stage.desk)

    with theater(losing(tmp_path_factory.mktemp("state"))) as found:
        yield found, found.play(scene(found.stage))


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_lost_or_tampered_state_locks_until_the_reset(
    left: tuple[Theater, Copy], cheat: Cheat
) -> None:
    run, copy = left

    async def scene(stage: Stage) -> None:
        assert stage.held is not None
        copy.restore(stage.desk)
        stage.write()
        cheat.act(stage)
        await stage.start()
        if cheat.why:
            row = await stage.engine.row("ENGINE", "lock")
            assert row["reason"].startswith(cheat.why)
            assert row["details"]["lock"]["kind"] == "lockout"
            assert "first" not in stage.engine.rows[0]["details"]
        stage.held = Held(cheat.keeps, stage.held.until)
        await stage.unloosened()
        await stage.engine.kill()

    run.play(scene(run.stage))


def test_lost_state_is_not_forgotten_by_another_restart(left: tuple[Theater, Copy]) -> None:
    run, copy = left

    async def scene(stage: Stage) -> None:
        assert stage.held is not None
        copy.restore(stage.desk)
        stage.write()
        delete(stage)
        for _ in range(2):  # killed at once, perhaps before anything is on the disk
            await stage.start()
            await stage.engine.kill()
        await stage.start()
        stage.held = Held("ENGINE", stage.held.until)
        await stage.unloosened()
        assert await stage.engine.stop() == 0

        await stage.start()
        await stage.unloosened()
        assert _losses(stage.engine.rows) == []
        await stage.engine.stop()

    run.play(scene(run.stage))


def test_a_loosened_file_beside_a_lost_database_is_refused_and_told(
    left: tuple[Theater, Copy],
) -> None:
    run, copy = left

    async def scene(stage: Stage) -> None:
        copy.restore(stage.desk)
        delete_and_loosen(stage)
        await stage.start()
        row = await stage.engine.row("CONFIG", "config_refused")
        assert [(c["key"], c["direction"]) for c in row["details"]["changes"]] == [(LOSS, "looser")]
        await stage.unloosened()
        await stage.engine.kill()

    run.play(scene(run.stage))


def _losses(rows: list[Row]) -> list[Any]:
    return [r["reason"] for r in rows if (r["rule"], r["action"]) == ("ENGINE", "lock")]


def _early(stage: Stage) -> Path:
    """Where the database as it was before the loss is kept."""
    return stage.desk.config.with_name("early.db")


def _backup(stage: Stage) -> Path:
    """Make a backup of the database as it was before the loss."""
    folder = stage.desk.state_dir / "backups"
    return take(_early(stage), folder, "hand", AT, None, "0.1.0").path


def _foreign(stage: Stage) -> Path:
    """Where a database of another directory is kept."""
    return stage.desk.config.with_name("foreign.db")


def _run(stage: Stage, *statements: str) -> None:
    connection = sqlite3.connect(database(stage), isolation_level=None)
    for statement in statements:
        assert connection.execute(statement).rowcount != 0
    connection.close()
