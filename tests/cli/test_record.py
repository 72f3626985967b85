"""What an engine recorded is decided the same again, and no change of it goes unseen."""

import asyncio
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from curb.__main__ import main
from tests.cli.live import ROOT, Engine, desk, start, until

SHIPPED = ROOT / "config.toml"


async def _replay(path: Path, *flags: str, seed: str = "0") -> tuple[int, str, str]:
    """Run `curb replay` in a process of its own, whose sets have another order."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "curb", "replay", str(path), *flags),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONHASHSEED": seed},
    )
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def test_a_run_on_tilt_is_decided_the_same_again(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"

    async def scene() -> tuple[Engine, list[tuple[int, str, str]]]:
        flags = ("--seed", "7", "--for", "20", "--record", str(path))
        engine = await start(SHIPPED, tmp_path / "state", *flags)
        assert await asyncio.wait_for(engine.process.wait(), 60) == 0
        await engine.stop()
        return engine, [await _replay(path, "--json", seed=seed) for seed in ("1", "2")]

    engine, replays = asyncio.run(scene())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert any(row["rule"] == "RULE-001" for row in engine.rows)
    for code, out, err in replays:
        assert (code, err.count("all decided the same\n")) == (0, 1)
        assert [json.loads(line) for line in out.splitlines()] == engine.rows


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of an engine that was killed after a breach, a reload and a key."""
    folder = tmp_path_factory.mktemp("recorded")
    path = folder / "day.jsonl"

    async def scene() -> None:
        async with desk(folder) as found:
            engine = await found.engine("--record", str(path))
            found.paper.place("MNQ", "buy", 6)
            await engine.row("RULE-001", "flatten")
            found.write(**{"rules.max_contracts.limit": 4})
            assert await _ask("reload", found.state_dir) == 0
            await engine.row("CONFIG", "config_applied")
            found.config.write_text("no table")
            await _ask("reload", found.state_dir)
            await engine.row("CONFIG", "config_refused")
            await until(lambda: "refuse_config" in path.read_text())
            await engine.kill()
            for secret in (found.paper.username, found.paper.api_key):
                assert secret not in path.read_text()

    asyncio.run(scene())
    return path


async def _ask(command: str, state_dir: Path) -> int:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "curb", command, "--state-dir", str(state_dir)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


def test_a_recording_of_a_killed_engine_is_whole_up_to_its_cut_line(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["replay", str(recorded)]) == 0
    whole = capsys.readouterr().out
    assert "cut" not in whole
    lines = recorded.read_text().splitlines(keepends=True)
    cut = tmp_path / "cut.jsonl"
    cut.write_text("".join(lines)[:-10])
    assert main(["replay", str(cut)]) == 0
    out = capsys.readouterr().out
    assert f"{len(lines) - 2} calls" in out
    assert out.endswith(f"all decided the same; line {len(lines)} is cut and left out\n")


def test_a_doctored_line_is_found_with_both_sides(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = recorded.read_text().splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if '"CloseContract"' in line)
    lines[number] = lines[number].replace('"action":"flatten"', '"action":"warn"')
    doctored = tmp_path / "doctored.jsonl"
    doctored.write_text("".join(lines))
    assert main(["replay", str(doctored)]) == 1
    place, old, new = capsys.readouterr().out.splitlines()
    assert place.startswith(f"{doctored}:{number + 1}: handle ")
    assert '"action": "warn"' in old
    assert old.startswith("  recorded: ")
    assert '"action": "flatten"' in new
    assert new.startswith("  replayed: ")


@pytest.mark.parametrize(
    ("first", "complaint"),
    [
        ('{"recording":2}\n', "day.jsonl:1: expected a recording of format 1, found format 2"),
        ("hello\n", "day.jsonl:1: expected one JSON object in the line"),
        ('{"recor', "day.jsonl: expected a recording of `curb run --record`, found no whole line"),
        ("", "found no whole line"),
    ],
)
def test_what_is_no_recording_of_this_format_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], first: str, complaint: str
) -> None:
    path = tmp_path / "day.jsonl"
    path.write_text(first)
    assert main(["replay", str(path)]) == 2
    assert complaint in capsys.readouterr().err


def test_a_difference_names_the_curb_that_recorded(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = recorded.read_text().splitlines(keepends=True)
    lines[0] = lines[0].replace('"version":"', '"version":"9.')
    lines[1] = lines[1].replace("engine started", "engine begun")
    path = tmp_path / "other.jsonl"
    path.write_text("".join(lines))
    assert main(["replay", str(path)]) == 1
    assert "recorded (curb 9." in capsys.readouterr().out


def test_no_file_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path / "none")]) == 2
    assert "expected a file to replay, found No such file" in capsys.readouterr().err


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    path.write_text("yesterday")

    async def scene() -> str:
        engine = await start(SHIPPED, tmp_path / "state", "--record", str(path))
        assert await asyncio.wait_for(engine.process.wait(), 60) == 2
        return await engine.errors()

    assert "expected a new file to record to, found one that exists" in asyncio.run(scene())
    assert path.read_text() == "yesterday"
