"""Keeps a screen attached to its engine: starts it, follows it, brings it back."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Any

from curb.control.client import Client, connect
from curb.control.frames import PROTOCOL, STOP_WORD, Reply
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.errors import Busy, CurbError, Held, LinkLost
from curb.domain.snapshot import Snapshot
from curb.tui import figures
from curb.tui.feed import Feed
from curb.tui.keymap import keymap
from curb.tui.process import EngineProcess, ended

# A cold start imports, opens the database and logs in; a slow machine takes seconds.
START_S = 20.0
# An engine that dies this often dies of something a restart does not mend.
_MOST_STARTS = 5
_WINDOW_S = 60.0
# Somebody else's engine takes two, and systemd waits one before it; who gave up starts none.
_OTHERS_S = 10.0
_HZ = 4
_RETRY_S = 0.1


class Follower:
    """The way from a screen to its engine, kept up until the screen leaves.

    `trouble` is what is wrong now, or ""; `failure` why there is no point in a screen at
    all, or "". `wake` is called when a change must be painted at once, `note` with a
    sentence that stays until acknowledged, `done` with finished actions by hand.
    """

    def __init__(
        self,
        socket: Path,
        process: EngineProcess | None,
        feed: Feed,
        *,
        clock: Callable[[], float],
        wake: Callable[[], None],
        note: Callable[[str], None],
        done: Callable[[AuditRow], None],
        zone: tzinfo | None = None,
    ) -> None:
        self.trouble = "" if process is None else "starting the engine"
        self._words = ""  # the last ones of an engine that does not answer yet
        self._words_at = 0.0
        self.failure = ""
        self._socket = socket
        self._process = process
        self._feed = feed
        self._clock = clock
        self._wake = wake
        self._note = note
        self._done = done
        self._zone = zone
        self._client: Client | None = None
        self._pid: int | None = None
        self._code: int | None = None  # how that one ended
        self._is_supervised = False
        self._was_attached = False
        self._lost_at = ""
        self._lost_moment = 0.0
        self._died_at = ""
        self._is_stopped = False  # by somebody's command: not to be brought back
        self._is_restart = False
        self._starts: deque[float] = deque(maxlen=_MOST_STARTS)
        self._asked = asyncio.Event()

    async def run(self) -> None:
        """Follow until `failure` is set or the task is cancelled."""
        while not self.failure:
            try:
                async with connect(self._socket) as client:
                    self._attached(client)
                    await self._read(client)
                self._lost(client.farewell)
            except Busy:
                self._detached()
                await self._absent()
            except FrameError as e:
                self._detached()
                self.trouble = (
                    f"THE ENGINE SPEAKS OTHERWISE ({e}); {self._key('restart')} restarts it"
                )
                await self._pause(1.0)

    async def send(self, name: str, **args: Any) -> Reply:
        """Ask the engine for something; never raises."""
        if self._client is None:
            return Reply(ok=False, text="no engine answers: nothing was sent")
        try:
            return await self._client.command(name, **args)
        except LinkLost as e:
            return Reply(ok=False, text=str(e))

    async def restart(self) -> Reply:
        """Stop the engine that runs, if any, and start it again."""
        if self._process is None:
            return Reply(ok=False, text="this screen starts no engine")
        self._starts.clear()
        self._is_stopped = False
        self._is_restart = True
        reply = Reply(ok=True, text="")
        if self._client is not None:
            # It comes back at once, and its locks with it: no word has to be typed.
            reply = await self.send("stop", word=STOP_WORD, again=True)
        self._asked.set()
        return Reply(ok=reply.ok, text=reply.text or "starting the engine")

    def _key(self, command: str) -> str:
        return keymap(self._feed.snapshot).words[command]

    def _attached(self, client: Client) -> None:
        self._client = client
        self._pid, self._code = client.hello.pid, None
        self._is_supervised = client.hello.is_supervised
        self._was_attached = True
        self._is_stopped = self._is_restart = False
        self._feed.attach(client.hello)
        self.trouble = ""
        if client.hello.protocol != PROTOCOL:
            spoken = client.hello.protocol
            self.trouble = (
                f"THE ENGINE SPEAKS PROTOCOL {spoken}; {self._key('restart')} restarts it"
            )
        if self._died_at:
            now = self._now()
            acknowledges = f"{self._key('ack')} acknowledges"
            self._note(f"ENGINE DIED {self._died_at} - restarted {now} - {acknowledges}")
            self._died_at = ""
        self._wake()

    async def _read(self, client: Client) -> None:
        async for frame in client.frames(_HZ):
            if isinstance(frame, Snapshot):
                if self._feed.take_snapshot(frame, self._clock()):
                    self._wake()
                continue
            finished = self._feed.take_rows(frame)
            if finished is not None:
                self._done(finished)
            self._wake()

    def _lost(self, farewell: str) -> None:
        self._detached()
        now = self._now()
        if farewell and not self._is_restart:
            self._is_stopped = True
            way_back = " - u starts it" if self._process is not None else ""
            self.trouble = f"ENGINE STOPPED {now} - NOTHING IS ENFORCED{way_back}"
        self._lost_at, self._lost_moment = now, self._clock()
        self._wake()

    def _detached(self) -> None:
        self._client = None
        self._feed.detach()

    async def _absent(self) -> None:
        # Nobody answers. Why decides what to do.
        if self._pid is not None and self._code is None:
            self._code = ended(self._pid)
            if self._code is None:
                await self._wait_for(self._pid)
                return
        if self._was_attached and not self._is_stopped and not self._is_restart:
            # Only now is it known: a socket closes a moment before its process has ended.
            self._died_at = self._died_at or self._lost_at
        if self._is_stopped:
            await self._pause(1.0)
        elif self._process is None:
            await self._without_process()
        elif self._is_anothers():
            self._say_died("restarting" if self._code == Held.exit_code else "systemd restarts it")
            await self._pause(_RETRY_S)
        elif not self._was_attached and self._pid is not None:
            self._fail(self._process.last_words() or "the engine ended at once, without a word")
        elif self._is_worn_out():
            words = self._process.last_words()
            self.trouble = (
                f"ENGINE DIED {_MOST_STARTS} TIMES IN {_WINDOW_S:.0f} s - NOTHING IS ENFORCED - "
                f"u tries again{' - ' + words if words else ''}"
            )
            self._wake()
            await self._pause(1.0)
        else:
            self._start(self._process)

    async def _wait_for(self, pid: int) -> None:
        # It lives and does not answer: starting, ending, stopped or hung. One that migrates a
        # large database tells so meanwhile.
        words = self._process.last_words() if self._process is not None else ""
        words = words.removeprefix("curb: ")
        if words != self._words:
            self._words, self._words_at = words, self._clock()
            if words and not self._was_attached:
                self.trouble = f"nothing is enforced yet, the engine starts: {words}"
                self._wake()
        heard_at = max([*self._starts, self._words_at])
        late = self._starts and self._clock() - heard_at > START_S
        if late and not self._was_attached:
            self._fail(f"the engine (process {pid}) has said nothing for {START_S:.0f} s. {words}")
        elif late and self._died_at:
            self.trouble = f"ENGINE (process {pid}) STARTED BUT DOES NOT ANSWER"
        await self._pause(_RETRY_S)

    async def _without_process(self) -> None:
        if not self._was_attached:
            self._fail(f"no engine answers at {self._socket}; start one with `curb` or `curb run`")
            return
        self.trouble = f"ENGINE GONE {self._died_at} - NOTHING IS ENFORCED"
        await self._pause(0.5)

    def _start(self, process: EngineProcess) -> None:
        self._starts.append(self._clock())
        self._say_died("restarting")
        try:
            self._pid, self._code = process.start(), None
        except CurbError as e:
            if not self._was_attached:
                self._fail(str(e))
            self.trouble = f"NOTHING IS ENFORCED - {e}"

    def _say_died(self, what_now: str) -> None:
        if self._died_at:
            self.trouble = f"ENGINE DIED {self._died_at} - NOTHING IS ENFORCED - {what_now}"
            self._wake()

    def _is_anothers(self) -> bool:
        """Tell whether another one starts the engine: who comes second would be refused."""
        if self._code == Held.exit_code:
            return self._clock() - self._starts[-1] < _OTHERS_S
        return self._is_supervised and self._clock() - self._lost_moment < _OTHERS_S

    def _is_worn_out(self) -> bool:
        full = len(self._starts) == _MOST_STARTS
        return full and self._clock() - self._starts[0] < _WINDOW_S

    def _fail(self, text: str) -> None:
        self.failure = text
        self._wake()

    async def _pause(self, seconds: float) -> None:
        # A key that asks for the engine ends the wait.
        try:
            await asyncio.wait_for(self._asked.wait(), seconds)
        except TimeoutError:
            return
        self._asked.clear()

    def _now(self) -> str:
        return figures.clock(self._feed.now(self._clock()), self._zone)
