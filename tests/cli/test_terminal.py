"""The whole program in a real terminal, against the paper gateway."""

import asyncio
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.cli.live import Desk, armed, desk, until

ROUNDS = 12


class Terminal:
    """A terminal with `curb` in it. It reads what is painted, unless it is stalled."""

    def __init__(self, master: int, slave: int, process: asyncio.subprocess.Process) -> None:
        self._slave = slave
        self.process = process
        self.seen = b""
        self.is_stalled = False
        self._master = master
        asyncio.get_running_loop().add_reader(master, self._read)

    def stall(self) -> None:
        """Stop reading, as a dead ssh link does."""
        self.is_stalled = True
        asyncio.get_running_loop().remove_reader(self._master)

    def is_full(self) -> bool:
        """Tell whether nothing more goes into the terminal."""
        _, writable, _ = select.select([], [self._slave], [], 0)
        return not writable

    def go_on(self) -> None:
        """Read again."""
        self.is_stalled = False
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    async def shows(self, words: str) -> None:
        """Wait until the words were painted."""
        await until(lambda: words.encode() in self.seen)

    def close(self) -> None:
        """Take the terminal away."""
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)
        os.close(self._slave)

    def _read(self) -> None:
        try:
            self.seen += os.read(self._master, 65536)
        except OSError:
            asyncio.get_running_loop().remove_reader(self._master)


@asynccontextmanager
async def screen(found: Desk, *program: str) -> AsyncIterator[Terminal]:
    """Start `curb` in a terminal of 80x24, by `program` if given; its engine is stopped at the end."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *(program or ("-m", "curb")),
        *("--config", str(found.config), "--state-dir", str(found.state_dir)),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env=os.environ | found.env | {"TERM": "xterm-256color"},
    )
    terminal = Terminal(master, slave, process)
    try:
        yield terminal
    finally:
        await _stop_engine(found)
        terminal.close()
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _stop_engine(found: Desk) -> None:
    words = ("-m", "curb", "stop", "--word", "STOP", "--state-dir", str(found.state_dir))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    await process.wait()


async def _status(found: Desk) -> dict[str, object]:
    words = ("-m", "curb", "status", "--json", "--state-dir", str(found.state_dir))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    out, _ = await process.communicate()
    answer: dict[str, object] = json.loads(out)
    return answer


async def _breach_and_close(found: Desk, symbol: str) -> None:
    found.paper.place(symbol, "buy", 9)
    await until(lambda: found.position(symbol) == 0)


async def _fill(found: Desk, terminal: Terminal) -> None:
    """Let a position's price move until the terminal takes no more of what is painted."""
    found.move("GC", "4100")
    found.paper.place("GC", "buy", 1)
    async with asyncio.timeout(120):
        step = 0
        while not terminal.is_full():
            step += 1
            found.move("GC", str(4100 + step % 7))
            await asyncio.sleep(0.05)


def test_a_stalled_terminal_stops_the_screen_and_not_the_engine(tmp_path: Path) -> None:
    async def scene() -> None:
        rules = {
            "rules.trade_frequency_limit.enabled": False,
            "rules.no_stop_loss_grace.enabled": False,
        }
        async with desk(tmp_path, **rules) as found, screen(found) as terminal:
            await terminal.shows(f"ARMED {armed(**rules)}")
            terminal.stall()
            await _fill(found, terminal)
            for number in range(ROUNDS):
                await _breach_and_close(found, ("MNQ", "ES", "NQ", "CL")[number % 4])
            assert terminal.is_full()
            closes = [r for r in found.paper.record if r.get("path", "").endswith("closeContract")]
            assert len(closes) >= ROUNDS
            terminal.go_on()
            terminal.type("q")
            await terminal.shows("detach")

    asyncio.run(scene())


def test_a_killed_engine_is_brought_back_with_a_banner(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found, screen(found) as terminal:
            await terminal.shows(f"ARMED {armed()}")
            before = (await _status(found))["pid"]
            assert isinstance(before, int)
            os.kill(before, signal.SIGKILL)
            await terminal.shows("ENGINE DIED")
            await terminal.shows("restarted")
            await _breach_and_close(found, "MNQ")
            assert (await _status(found))["pid"] != before

    asyncio.run(scene())


def test_the_keys_flatten_over_the_wire(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found, screen(found) as terminal:
            await terminal.shows(f"ARMED {armed()}")
            found.paper.place("MNQ", "buy", 1)
            await terminal.shows("MNQZ6")
            terminal.type("F")
            await terminal.shows("FLATTEN MNQ")
            terminal.type("y")
            await until(lambda: found.position("MNQ") == 0)
            found.paper.place("ES", "sell", 1)
            await terminal.shows("ESZ6")
            terminal.type("X")
            await terminal.shows("FLATTEN ALL")
            terminal.type("Y")
            await until(lambda: found.position("ES") == 0)

    asyncio.run(scene())


def test_a_pasted_text_presses_no_key(tmp_path: Path) -> None:
    async def scene() -> None:
        calm = {"rules.no_stop_loss_grace.enabled": False}
        async with desk(tmp_path, **calm) as found, screen(found) as terminal:
            await terminal.shows(f"ARMED {armed(**calm)}")
            found.paper.place("MNQ", "buy", 1)
            await terminal.shows("MNQZ6")
            terminal.type("\x1b[200~XYFy\x1b[201~")
            terminal.type(":\x1b[200~flatten all\nY\x1b[201~")
            await terminal.shows(":flatten all Y_")
            assert b"FLATTEN ALL" not in terminal.seen
            terminal.type("\x1b")
            await until(lambda: terminal.seen.rfind(b"F y") > terminal.seen.rfind(b":flatten"))
            assert found.position("MNQ") == 1
            terminal.type("h")
            await terminal.shows("May add LONG")
            terminal.type("X")
            await terminal.shows("FLATTEN ALL: close LONG 1 MNQZ6")
            terminal.type("Y")
            await until(lambda: found.position("MNQ") == 0)
            await terminal.shows("done in")

    asyncio.run(scene())


def test_a_reload_is_confirmed_as_its_changes_ask(tmp_path: Path) -> None:
    async def scene() -> None:
        calm = {"rules.no_stop_loss_grace.enabled": False}
        async with desk(tmp_path, **calm) as found, screen(found) as terminal:
            await terminal.shows(f"ARMED {armed(**calm)}")
            found.paper.place("MNQ", "buy", 2)
            await terminal.shows("MNQZ6")
            found.write(
                **calm, **{"rules.max_contracts.limit": 1, "rules.cooldown_after_loss.mode": "warn"}
            )
            terminal.type("r")
            await terminal.shows("tighter: held")
            terminal.type("y")
            await terminal.shows("type LOOSEN")
            terminal.type("LOOSEN")
            await terminal.shows("1 held:")
            assert found.position("MNQ") == 2
            terminal.type("r")
            await terminal.shows("then Y")
            terminal.type("cY")
            await until(lambda: found.position("MNQ") == 0)

    asyncio.run(scene())


def test_leaving_detaches_and_gives_the_terminal_back(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found, screen(found) as terminal:
            await terminal.shows(f"ARMED {armed()}")
            terminal.type("q")
            await terminal.shows("detach")
            terminal.type("d")
            assert await asyncio.wait_for(terminal.process.wait(), 60) == 0
            await terminal.shows("\x1b[?1049l")
            await _breach_and_close(found, "MNQ")

    asyncio.run(scene())


def test_a_bad_configuration_ends_in_one_line_and_a_terminal_as_it_was(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            text = found.config.read_text().replace("limit = 5", 'limit = "five"', 1)
            found.config.write_text(text)
            async with screen(found) as terminal:
                code = await asyncio.wait_for(terminal.process.wait(), 60)
                assert code not in (0, None)
                await terminal.shows("rules.max_contracts.limit")
                lines = re.sub(rb"\x1b\[[0-9;?>]*[a-zA-Z]", b"", terminal.seen)
                assert b"Traceback" not in lines

    asyncio.run(scene())
