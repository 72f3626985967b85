"""The terminal is given back, whatever ends the screen."""

import contextlib
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType

# Mouse, paste and focus reports off, kitty keys off, wrap and cursor on, alternate screen left.
_RESTORE = (
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?2004l\x1b[?1004l\x1b[?2048l"
    b"\x1b[<u\x1b[?7h\x1b[?1049l\x1b[?25h"
)
TITLE_BACK = "\x1b[23;2t"
# A terminal that takes longer does not read; waiting for it would hang the process.
_PATIENCE_S = 2.0


class Terminal:
    """The terminal as it was before the screen came.

    `is_titled` says that the window's own title was put aside and is to be given back.
    """

    def __init__(self) -> None:
        self._fd = sys.__stdin__.fileno() if sys.__stdin__ is not None else 0
        self._attributes: list[int | list[bytes | int]] | None = None
        self._bail_out: threading.Timer | None = None
        self._is_away = False
        self.is_titled = False
        with contextlib.suppress(termios.error):
            self._attributes = termios.tcgetattr(self._fd)

    def listen(self, leave: Callable[[int], None], back: Callable[[], None]) -> None:
        """On SIGTERM or SIGINT call `leave` with the exit code; on SIGHUP end at once.

        Call `back` when the process goes on after it was stopped from outside.
        """

        def stop(number: int, _: FrameType | None) -> None:
            self.leave_soon(128 + number)
            leave(128 + number)

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        # The terminal is gone, there is nothing to give back and nobody to tell.
        signal.signal(signal.SIGHUP, lambda number, _: os._exit(128 + number))
        self._resume_once(back)

    def _resume_once(self, back: Callable[[], None]) -> None:
        """Let Textual come back to the terminal only where it has left it.

        It would take the terminal a second time, and give it back at the end as it found it then.
        """
        leave, resume = signal.getsignal(signal.SIGTSTP), signal.getsignal(signal.SIGCONT)

        def stop(number: int, frame: FrameType | None) -> None:
            self._is_away = True
            if callable(leave):
                leave(number, frame)

        def go_on(number: int, frame: FrameType | None) -> None:
            is_away, self._is_away = self._is_away, False
            if is_away and callable(resume):
                resume(number, frame)
            back()

        signal.signal(signal.SIGTSTP, stop)
        signal.signal(signal.SIGCONT, go_on)

    def leave_soon(self, code: int) -> None:
        """End the process by force where the orderly way takes too long."""
        if self._bail_out is None:
            self._bail_out = threading.Timer(_PATIENCE_S, self._end, (code,))
            self._bail_out.daemon = True
            self._bail_out.start()

    def left(self) -> None:
        """Give the title back and call off the force: the orderly way was quick enough."""
        if self.is_titled:
            with contextlib.suppress(OSError):
                os.write(2, TITLE_BACK.encode())
        if self._bail_out is not None:
            self._bail_out.cancel()

    def is_gone(self) -> bool:
        """Return whether the terminal was closed without a signal to say so."""
        poll = select.poll()
        poll.register(self._fd, 0)
        return any(events for _, events in poll.poll(0))

    def _end(self, code: int) -> None:
        with contextlib.suppress(termios.error, OSError):
            # What the terminal has not read would otherwise stand before the restoring codes.
            termios.tcflush(self._fd, termios.TCOFLUSH)
            os.set_blocking(2, False)
            os.write(2, _RESTORE + (TITLE_BACK.encode() if self.is_titled else b""))
            if self._attributes is not None:
                termios.tcsetattr(self._fd, termios.TCSANOW, self._attributes)
        os._exit(code)
