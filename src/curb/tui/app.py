"""The screen as a Textual app: an engine followed, keys read, four paints a second."""

import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult

import curb
from curb.control.frames import Reply
from curb.domain.audit import AuditRow
from curb.tui.acts import ask_word
from curb.tui.archive import Archive
from curb.tui.canvas import Canvas
from curb.tui.errands import Errand, Errands, taken_on
from curb.tui.feed import Feed
from curb.tui.follow import Follower
from curb.tui.ground import ground
from curb.tui.keys import expire, press, resume
from curb.tui.line import clean
from curb.tui.look import Look
from curb.tui.outside import Outside
from curb.tui.pace import Pace
from curb.tui.panes import notice
from curb.tui.panes.banner import sentences
from curb.tui.process import EngineProcess
from curb.tui.prompts import paste
from curb.tui.results import answered, begun, farewell, finished, said
from curb.tui.terminal import Terminal
from curb.tui.theme import Theme
from curb.tui.themes import Themes
from curb.tui.ui import Effect, Inquiry, Leave, Question, Restart, Result, Send, Ui
from curb.tui.view import View
from curb.tui.whole import side_by_side, whole

_HZ = 4  # before the engine says what is wanted
_LOOK_S = 1.0  # between looks at the terminal and at the theme's file
# The driver's queue holds 30 writes and then blocks the loop: stop well before.
_MOST_QUEUED = 4
_SENTENCE_CELLS = 140
# Where a shell exports them, they would be believed rather than the terminal.
_FIXED_SIZE = ("COLUMNS", "LINES")
_NO_TERMINAL = (
    "curb: the screen needs a terminal that can be painted on; "
    "`curb run` enforces and `curb watch --plain` tells without one"
)


class CurbApp(App[None]):
    """The screen. Without a `socket` it follows nothing and shows what `feed` holds."""

    CSS = """
    Screen { layers: below above; overflow: hidden; }
    #card { layer: above; }
    """
    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    TITLE = "curb"
    BINDINGS: ClassVar = []

    def __init__(
        self,
        look: Look,
        *,
        socket: Path | None = None,
        process: EngineProcess | None = None,
        feed: Feed | None = None,
        terminal: Terminal | None = None,
        is_observing: bool = False,
        clock: Callable[[], float] = time.monotonic,
        zone: tzinfo | None = None,
        version: str = curb.__version__,
        archive: Archive | None = None,
        exports: Path | None = None,
    ) -> None:
        super().__init__(ansi_color=look.theme.is_ansi)
        self.animation_level = "none"
        self.ui = Ui()
        self.feed = feed or Feed()
        self._look = look
        self._canvas = Canvas(look.theme, is_ascii=look.is_ascii)
        self._terminal = terminal
        self._is_observing = is_observing
        self._clock = clock
        self._zone = zone
        self._version = version
        self._pace = Pace()
        self._is_blurred = False
        self._is_stalled = False
        self._looked_at = 0.0
        self.farewell = ""  # said on the terminal when the screen has gone
        self.follower: Follower | None = None
        if socket is not None:
            self.follower = Follower(
                socket,
                process,
                self.feed,
                clock=clock,
                wake=self._woken,
                note=self._note,
                done=self._finished,
                zone=zone,
            )
        send = self.follower.send if self.follower is not None else None
        self.outside = Outside(self._write, os.environ, terminal)
        self.errands = Errands(archive, exports, self.copy_to_clipboard, send)
        self._use(look.theme)

    def compose(self) -> ComposeResult:
        """Make one widget for every part of the screen; places come with the size."""
        yield from self._canvas.widgets

    def on_mount(self) -> None:
        """Begin to follow the engine and to paint."""
        if self._terminal is not None:
            self._terminal.listen(self._signalled, self._back)
        if self.follower is not None:
            self.run_worker(self._follow(), name="engine", exit_on_error=False)
            self._tick()
        self._dress(is_new=True)
        self.paint()

    def on_resize(self) -> None:
        """Arrange everything anew."""
        self.call_next(self.paint)

    def on_app_blur(self) -> None:
        """Note that nobody looks."""
        self._is_blurred = True

    def on_app_focus(self) -> None:
        """Show what has become of it meanwhile."""
        self._is_blurred = False
        self.paint()

    def on_key(self, event: events.Key) -> None:
        """Do what a key means, and show it at once."""
        event.stop()
        event.prevent_default()
        # The space bar has a name, as in the table of keys.
        printable = event.character if event.is_printable and event.key != "space" else None
        self._press(printable or event.key)

    def on_paste(self, event: events.Paste) -> None:
        """Type a pasted text where one is typed; it never presses a key."""
        event.stop()
        self.ui = paste(self.ui, event.text, self.view())
        self.paint()

    async def action_quit(self) -> None:
        """Ask instead of quitting: this is Textual's own ctrl+q."""
        self._press("ctrl+q")

    def action_help_quit(self) -> None:
        """Ask too: this is Textual's own ctrl+c."""
        self._press("ctrl+c")

    def view(self) -> View:
        """Return this moment as a value."""
        moment = self._clock()
        hello = self.feed.hello
        found = View(
            ui=self.ui,
            snapshot=self.feed.snapshot,
            rows=self.feed.rows,
            now=self.feed.now(moment),
            silent_s=self.feed.silent_s(moment),
            moment=moment,
            version=self._version,
            engine=self.follower.trouble if self.follower is not None else "",
            engine_version=hello.version if hello is not None else None,
            is_observing=self._is_observing,
            zone=self._zone,
            theme=self._look.name,
            themes=self._look.names,
            is_plain=self._look.is_plain,
        )
        return replace(found, is_abreast=bool(side_by_side(found, *self.size)))

    def paint(self) -> None:
        """Show this moment, unless the terminal has not read the last ones."""
        if not self._is_mounted or not self._canvas.is_there:
            return
        if self._is_backed_up():
            self._is_stalled = True
            self._pace = self._pace.backed_up()
            return
        began = time.perf_counter()
        self.ui = resume(expire(self.ui, self._clock()), self.view())
        self._dress()
        self._canvas.show(whole(self.view(), *self.size))
        if self._is_stalled:
            self._is_stalled = False
            self._canvas.repaint()
        self.outside.tell(self.view())
        self._pace = self._pace.after(time.perf_counter() - began)

    def _dress(self, *, is_new: bool = False) -> None:
        heard = self.feed.snapshot
        if heard is not None:
            is_new |= self._look.configure(heard.ui)
        is_new |= self._look.pick(self.ui.theme)
        if not is_new:
            return
        self._use(self._look.theme)
        self._canvas.wear(self._look.theme, is_ascii=self._look.is_ascii)
        if self._look.trouble:
            self.ui = replace(self.ui, result=Result(self._look.trouble, is_good=False))

    def _tick(self) -> None:
        moment = time.monotonic()
        if moment - self._looked_at >= _LOOK_S:
            self._looked_at = moment
            if self._terminal is not None and self._terminal.is_gone():
                os._exit(129)
            self._dress(is_new=self._look.look_again())
        self.paint()
        hz = self.feed.snapshot.ui.refresh_hz if self.feed.snapshot is not None else _HZ
        is_urgent = any(role == "breach" for _, role in sentences(self.view()))
        period_s = self._pace.period_s(hz, is_blurred=self._is_blurred, is_urgent=is_urgent)
        self.set_timer(period_s, self._tick)

    def _press(self, key: str) -> None:
        closed = self.ui.closed
        self.ui, effect = press(self.ui, key, self.view())
        is_welcomed = notice.WELCOME in self.ui.closed[len(closed) :]
        if is_welcomed and self.follower is not None and not self._is_observing:
            self.run_worker(self.follower.send("welcomed"), exit_on_error=False)
        if effect is not None:
            self.run_worker(self._carry_out(effect), exit_on_error=False)
        self.paint()

    async def _carry_out(self, effect: Effect) -> None:
        if isinstance(effect, Leave):
            await self._leave(effect)
        elif isinstance(effect, Errand):
            self.ui = taken_on(self.ui, effect)
            self.ui = await self.errands.run(effect, self.view)
        elif self.follower is None:
            return
        elif isinstance(effect, Restart):
            self._show(await self.follower.restart(), "ENGINE")
        else:
            await self._ask_engine(self.follower, effect)
        self.paint()

    async def _ask_engine(self, follower: Follower, asked: Send | Inquiry) -> None:
        if isinstance(asked, Send):
            self.ui = begun(self.ui, asked, self.view())
            self.paint()
        reply = await follower.send(asked.name, **asked.args)
        self.ui = answered(self.ui, asked, reply, self.view())

    def _show(self, reply: Reply, label: str) -> None:
        self.ui = said(self.ui, Send("", {}, label), reply, self.view())

    def _finished(self, row: AuditRow) -> None:
        self.ui = finished(self.ui, row)

    async def _leave(self, leave: Leave) -> None:
        if leave.stop_engine and self.follower is not None:
            reply = await self.follower.send("stop", word=leave.word)
            if not reply.ok:
                self._not_stopped(reply, leave)
                return
        self.farewell = farewell(self.view(), leave)
        self._end(0)

    def _not_stopped(self, reply: Reply, leave: Leave) -> None:
        word = reply.data.get("word") if isinstance(reply.data, dict) else None
        if not isinstance(word, str) or not word or leave.word:
            self._show(reply, "STOP")
            return
        sentence = f"STOP the engine with {clean(reply.text, _SENTENCE_CELLS)}"
        question = Question(sentence, clean(word, 8), Leave(stop_engine=True, word=word))
        self.ui = ask_word(self.view().ui, question, "s", self._clock())

    def _end(self, code: int) -> None:
        if self._terminal is not None:
            self._terminal.leave_soon(code)
        self.exit(return_code=code)

    def _back(self) -> None:
        # Who knows what was written over it meanwhile.
        if self._loop is not None:
            self._loop.call_soon_threadsafe(partial(self.refresh, layout=True))

    def _signalled(self, code: int) -> None:
        # In a signal handler: the loop must be woken to notice.
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end, code)

    async def _follow(self) -> None:
        if self.follower is None:
            return
        while not self.follower.failure:
            try:
                await self.follower.run()
            except Exception as e:  # noqa: BLE001 - the worker boundary: a dead follower shows old figures
                self.follower.trouble = f"SCREEN ERROR {_where(e)} - the engine goes on by itself"
                self._woken()
        self._end(1)

    def _woken(self) -> None:
        self.call_next(self.paint)

    def _note(self, text: str) -> None:
        self.ui = replace(self.ui, notes=(*self.ui.notes, text)[-3:])

    def _use(self, theme: Theme) -> None:
        # Only the ground between our lines is Textual's: all else has a style of its own.
        self.ansi_color = theme.is_ansi
        if theme.is_ansi:
            self.theme = "ansi-dark" if theme.is_dark else "ansi-light"
            return
        worn = ground(theme)
        self.register_theme(worn)
        self.theme = worn.name

    def _write(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(text)

    def _is_backed_up(self) -> bool:
        # Private to Textual; where a later version has none of it, we paint always.
        queue = getattr(getattr(self._driver, "_writer_thread", None), "_queue", None)
        return queue is not None and queue.qsize() > _MOST_QUEUED

    def panic(self, *_: object) -> None:
        """Leave one line behind: Textual's own reports print the values of variables."""
        self._return_code = 1
        place = f": {_where(self._exception)}" if self._exception is not None else ""
        words = f"curb: the screen ended by an error{place}; the engine goes on by itself"
        if not self._exit_renderables:
            self._exit_renderables.append(Text(words))
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        self.panic()


def run_screen(
    socket: Path,
    engine_argv: list[str] | None,
    state_dir: Path,
    *,
    observe: bool = False,
    look: Look | None = None,
    archive: Archive | None = None,
) -> int:
    """Show the screen until the user leaves; return the process's exit code.

    Without an engine at `socket`, `engine_argv` is started and brought back when it dies;
    None or `observe` only attach.
    """
    if not sys.stdin.isatty() or not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        print(_NO_TERMINAL, file=sys.stderr)  # noqa: T201 - the command line's voice
        return 2
    for name in _FIXED_SIZE:
        os.environ.pop(name, None)
    process = None
    if engine_argv is not None and not observe:
        process = EngineProcess(tuple(engine_argv), state_dir)
    terminal = Terminal()
    app = CurbApp(
        look or Look(Themes.at(), dict(os.environ)),
        socket=socket,
        process=process,
        terminal=terminal,
        is_observing=observe,
        archive=archive,
        exports=state_dir / "exports",
    )
    app.run(mouse=False)
    terminal.left()
    if app.farewell:
        print(app.farewell)  # noqa: T201 - the command line's voice
    if app.follower is not None and app.follower.failure:
        print(f"curb: {app.follower.failure}", file=sys.stderr)  # noqa: T201 - the command line's voice
    return app.return_code or 0


def _where(error: BaseException) -> str:
    # Type and place only: a message may hold anything, a secret too.
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
