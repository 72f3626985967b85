"""`curb backup`, `restore` and `drill`, and what an engine does after them."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from curb.__main__ import main
from curb.cli.places import database_path
from curb.domain.errors import Held
from curb.store.backup import listed, verified
from tests.cli.live import Desk, Engine, config_text, desk
from tests.cli.past import ROWS, kept
from tests.cli.test_commands import curb, told
from tests.store.samples import opened
from tests.store.test_restoring import audit_ids

Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory with a short audit, and a configuration in the working directory."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("config.toml").write_text("[rules]\n")
    (tmp_path / "state").mkdir()
    return kept(tmp_path / "state")


def run(state: Path, capsys: Capsys, *words: str, code: int = 0) -> str:
    """Run a command to this exit code; return its output, or its errors where it failed."""
    assert main([*words, "--state-dir", str(state)]) == code
    out, errors = capsys.readouterr()
    return errors if code == 2 else out


def backup(state: Path, capsys: Capsys, *flags: str) -> Path:
    return Path(json.loads(run(state, capsys, "backup", "--json", *flags))["path"])


def forget(state: Path) -> None:
    database_path(state).unlink()
    asyncio.run(_empty(database_path(state)))


async def _empty(path: Path) -> None:
    async with opened(path):
        pass


def test_a_backup_says_where_it_is(state: Path, capsys: Capsys) -> None:
    line = run(state, capsys, "backup")
    (path,) = (state / "backups").iterdir()
    size, rows = path.stat().st_size, verified(path).rows
    assert line.startswith(f"{path}: {size} bytes, {rows} rows in ")
    found = json.loads(run(state, capsys, "backup", "--json"))
    assert found["rows"] == rows
    assert found["tables"]["enforcement_log"] == len(ROWS)
    assert (found["why"], found["bytes"]) == ("hand", Path(found["path"]).stat().st_size)
    assert found["seconds"] >= 0
    assert "config.toml" in verified(Path(found["path"])).members


def test_another_folder_and_another_configuration(
    state: Path, capsys: Capsys, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere" / "deep"
    path = backup(state, capsys, "--folder", str(folder), "--config", str(tmp_path / "none.toml"))
    assert path.parent == folder
    assert verified(path).members.keys() == {"curb.db"}
    assert not (state / "backups").exists()
    assert run(state, capsys, "drill", "--folder", str(folder)).startswith(f"ok {path.name} ")


@pytest.mark.parametrize("is_whole", [True, False])
def test_the_folder_is_the_configurations_where_that_can_be_read(
    state: Path, capsys: Capsys, tmp_path: Path, *, is_whole: bool
) -> None:
    named = tmp_path / "named"
    text = config_text(**{"backup.folder": str(named)})
    Path("config.toml").write_text(text if is_whole else f"{text}\n[")
    assert backup(state, capsys).parent == (named if is_whole else state / "backups")


def test_the_list_looks_at_each(state: Path, capsys: Capsys) -> None:
    assert run(state, capsys, "backup", "--list") == f"{state / 'backups'}: no backups yet\n"
    first, second = backup(state, capsys), backup(state, capsys)
    content = bytearray(first.read_bytes())
    content[-30] ^= 1
    first.write_bytes(content)
    lines = run(state, capsys, "backup", "--list", code=1).splitlines()
    good, bad = sorted(lines, key=lambda line: "FAIL" in line)
    assert f"ok   {second.name}" in good
    assert f" hand  {second.stat().st_size:>15} bytes " in good
    assert f"FAIL {first.name}: {first}: not a backup, or damaged" in bad
    text = run(state, capsys, "backup", "--list", "--json", code=1)
    records = {Path(r["path"]): r["ok"] for r in map(json.loads, text.splitlines())}
    assert records == {first: False, second: True}


def test_restore_puts_the_newest_whole_one_back(state: Path, capsys: Capsys) -> None:
    good, bad = backup(state, capsys), backup(state, capsys)
    bad = bad.rename(bad.with_name("curb-29990101T000000Z-hand.tar.gz"))
    bad.write_bytes(bad.read_bytes()[:-30])
    forget(state)
    out = run(state, capsys, "restore", "--yes")
    assert out.startswith(f"passed over: {bad}: ")
    assert f"rows restored from {good.name}\n" in out
    (aside,) = state.glob("state.db.replaced-*")
    assert out.endswith(f"{aside}: what was there before\n")
    assert audit_ids(database_path(state)) == [row.id for row in ROWS]
    assert audit_ids(aside) == []
    assert not (state / "engine.lock").exists()


@pytest.mark.parametrize("by_path", [True, False])
def test_restore_takes_the_one_named(state: Path, capsys: Capsys, *, by_path: bool) -> None:
    named = backup(state, capsys)
    forget(state)
    backup(state, capsys)
    word = str(named) if by_path else named.name
    found = json.loads(run(state, capsys, "restore", word, "--yes", "--json", "--config"))
    assert (found["path"], found["database"]) == (str(named), str(database_path(state)))
    assert Path(found["aside"]).exists()
    assert Path(found["config"]).read_text() == "[rules]\n"
    assert Path(found["config"]).parent == state
    assert audit_ids(database_path(state)) == [row.id for row in ROWS]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("restore", "--yes"), "backups: expected a backup that is whole, found none"),
        (("restore", "nowhere.tar.gz", "--yes"), "cannot unpack it: No such file"),
        (("restore", "config.toml", "--yes"), "config.toml: not a backup, or damaged"),
        (("drill",), "backups: expected a backup, found none: take one with `curb backup`"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    state: Path, capsys: Capsys, words: tuple[str, ...], said: str
) -> None:
    before = database_path(state).read_bytes()
    errors = run(state, capsys, *words, code=2)
    assert said in errors
    assert errors.startswith("curb: ")
    assert len(errors.splitlines()) == 1
    assert database_path(state).read_bytes() == before


def test_without_a_database_there_is_nothing_to_keep(tmp_path: Path, capsys: Capsys) -> None:
    errors = run(tmp_path, capsys, "backup", code=2)
    assert errors.startswith(f"curb: {tmp_path / 'state.db'}: cannot read it")
    assert not list((tmp_path / "backups").iterdir())


def test_in_a_script_restore_wants_to_be_told(state: Path) -> None:
    words = [sys.executable, "-m", "curb"]
    flags = ["--state-dir", str(state)]
    subprocess.run([*words, "backup", *flags], check=True, stdout=subprocess.DEVNULL, timeout=60)
    done = subprocess.run(
        [*words, "restore", *flags],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "curb: expected a terminal to answer at, found none; in a script: --yes\n"
    )


@pytest.mark.parametrize(("answer", "code"), [("n", 1), ("", 1), ("y", 0), ("YES", 0)])
def test_at_a_terminal_it_asks(state: Path, capsys: Capsys, answer: str, code: int) -> None:
    path = backup(state, capsys)
    forget(state)
    main_end, other = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "curb", "restore", "--state-dir", str(state)],
            stdin=other,
            stdout=subprocess.PIPE,
            text=True,
        )
        os.write(main_end, f"{answer}\n".encode())
        out, _ = process.communicate(timeout=60)
    finally:
        os.close(main_end)
        os.close(other)
    assert process.returncode == code
    taken_at = verified(path).taken_at
    assert out.startswith(f"{path}: taken {taken_at:%Y-%m-%d %H:%M} UTC (hand, curb ")
    assert "state.db is kept as state.db.replaced-" in out
    assert "an engine locks until the next reset\nrestore it? [y/N] " in out
    assert ("nothing was changed" in out) is bool(code)
    assert audit_ids(database_path(state)) == ([] if code else [row.id for row in ROWS])


def test_a_drill_tells_of_the_newest(state: Path, capsys: Capsys) -> None:
    path = backup(state, capsys)
    before = database_path(state).read_bytes()
    found = json.loads(run(state, capsys, "drill", "--json"))
    assert (found["name"], found["ok"]) == (path.name, True)
    assert json.loads((state / "backups" / "last-drill.json").read_text()) == found
    path.write_bytes(path.read_bytes()[:-30])
    assert run(state, capsys, "drill", code=1).startswith("FAILED - ")
    assert database_path(state).read_bytes() == before


# Beside engines.


async def lock_of(engine: Engine) -> str:
    return str((await engine.row("ENGINE", "lock"))["reason"])


async def is_locked(found: Desk, engine: Engine, reason: str) -> None:
    """Expect the lock over the whole account, and the status to say why."""
    found.paper.place("ES", "buy", 1)
    await engine.row("ENGINE", "close_position", under_lock=True)
    assert found.position("ES") == 0
    words = await told(found, "LOCK")
    assert reason in words, words


def ruin(database: Path) -> None:
    for side in ("-wal", "-shm"):
        Path(f"{database}{side}").unlink()
    database.write_bytes(b"hello, trader\n" * 1000)


def test_an_older_database_put_back_locks_until_the_reset(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            assert (await curb(found, "backup"))[0] == 0
            code, out, _ = await curb(found, "drill")
            assert (code, out[:8]) == (0, "ok curb-")
            found.move("MNQ", "21000")
            found.paper.place("MNQ", "buy", 2)
            found.move("MNQ", "20400")
            await engine.row("RULE-003", "flatten")
            code, out, errors = await curb(found, "restore", "--yes")
            assert (code, out) == (Held.exit_code, "")
            assert errors.startswith("curb: the state directory is held by process ")
            assert await engine.stop() == 0
            assert (await curb(found, "restore", "--yes"))[0] == 0
            engine = await found.engine()
            assert "the database was rolled back" in await lock_of(engine)
            await is_locked(found, engine, "the database was rolled back")
            await engine.kill()
            engine = await found.engine()
            await is_locked(found, engine, "the database was rolled back")
            await engine.kill()

    asyncio.run(scene())


def test_a_damaged_database_gives_way_to_its_backup_and_locks_until_the_reset(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 9)
            await engine.row("RULE-001", "flatten")
            assert (await curb(found, "backup"))[0] == 0
            await engine.kill()
            ruin(database_path(found.state_dir))
            engine = await found.engine()
            (each,) = listed(found.state_dir / "backups")
            (aside,) = found.state_dir.glob("state.db.lost-*")
            words = (
                f"the database was damaged, and is kept as {aside.name}; the backup of "
                f"{each.shelved.taken_at:%Y-%m-%d %H:%M} UTC was restored"
            )
            assert words in await lock_of(engine)
            await is_locked(found, engine, words)
            code, out, _ = await curb(found, "audit", "--json", "--rule", "RULE-001")
            assert code == 0
            assert out  # what was done before is known
            await engine.kill()

    asyncio.run(scene())
