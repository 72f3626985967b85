"""Views and apps of a scene, with a clock that stands still."""

import os
from dataclasses import dataclass, replace
from typing import Any

from curb.control.frames import PROTOCOL, Hello
from curb.domain.audit import AuditRow
from curb.domain.snapshot import Snapshot
from curb.tui import theme
from curb.tui.app import CurbApp
from curb.tui.arrange import PANES
from curb.tui.feed import Feed
from curb.tui.look import Look
from curb.tui.themes import Themes
from curb.tui.ui import Ui
from curb.tui.view import View
from curb.tui.whole import whole

from . import scenes


@dataclass
class Clock:
    moment: float = 100.0

    def __call__(self) -> float:
        return self.moment


def view(snapshot: Snapshot | None = scenes.CALM, ui: Ui | None = None, **changes: Any) -> View:
    known = View(
        ui=ui or Ui(),
        snapshot=snapshot,
        rows=tuple(reversed(scenes.ROWS)),
        now=scenes.AT,
        silent_s=0.1,
        moment=100.0,
        version="0.1.0",
        engine="",
        engine_version="0.1.0",
        is_observing=False,
        zone=scenes.CHICAGO,
    )
    return replace(known, **changes)


def text(moment: View, width: int = 80, height: int = 24, part: str = "") -> str:
    """The screen's words, or those of one part."""
    if part in PANES and part not in [p.place.name for p in whole(moment, width, height)]:
        # A pane without a place of its own is seen by looking at it.
        moment = replace(moment, ui=replace(moment.ui, pane=PANES.index(part)))
    parts = [p for p in whole(moment, width, height) if part in ("", p.place.name)]
    return "\n".join("".join(span.text for span in row) for p in parts for row in p.rows)


def feed(snapshot: Snapshot | None, rows: tuple[AuditRow, ...], clock: Clock) -> Feed:
    found = Feed()
    found.attach(Hello("0.1.0", 4242, PROTOCOL))
    if snapshot is not None:
        found.take_snapshot(snapshot, clock.moment)
    found.take_rows(rows)
    return found


def look(name: str = theme.DEFAULT) -> Look:
    """The theme of that name in a terminal that can show everything, or has no colors."""
    colors = {"NO_COLOR": "1"} if "NO_COLOR" in os.environ else {}
    capable = {"LANG": "C.UTF-8", "TERM": "xterm", "COLORTERM": "truecolor"}
    return Look(Themes.at(), capable | colors, given=name)


def app(
    snapshot: Snapshot | None = scenes.CALM,
    rows: tuple[AuditRow, ...] = scenes.ROWS,
    clock: Clock | None = None,
    name: str = theme.DEFAULT,
    **changes: Any,
) -> CurbApp:
    """An app that follows nothing: it shows the scene until a key changes it."""
    clock = clock or Clock()
    return CurbApp(
        look(name),
        feed=feed(snapshot, rows, clock),
        clock=clock,
        zone=scenes.CHICAGO,
        version="0.1.0",
        **changes,
    )
