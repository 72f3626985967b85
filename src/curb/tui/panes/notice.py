"""What stands in the audit's place until a key is pressed: the welcome, or the pre-flight."""

from dataclasses import replace

from curb.tui.line import Line, Span, clean, cut, left
from curb.tui.panes import audit
from curb.tui.ui import Ui
from curb.tui.view import View

WELCOME, PREFLIGHT = "welcome", "preflight"
_CHECK_CELLS = 12
_PATH_CELLS = 160


def kind(view: View) -> str:
    """Return which notice is shown, "" where there is none."""
    snapshot = view.snapshot
    if snapshot is None or view.is_silent:
        return ""
    found = PREFLIGHT if not snapshot.is_ready else WELCOME if snapshot.is_first else ""
    return "" if found in view.ui.closed else found


def after_key(ui: Ui, view: View) -> Ui:
    """Return `ui` without the notice that was shown: any key closes it, and does its own too."""
    shown = kind(view)
    return replace(ui, closed=(*ui.closed, shown)) if shown else ui


def title(view: View) -> str:
    """Return the notice's title."""
    return "Welcome to Curb" if kind(view) == WELCOME else f"Pre-flight {progress(view)}"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return the notice's rows, as many as fit."""
    rows = _welcome(view) if kind(view) == WELCOME else _checks(view, height)
    shown: list[Line] = [
        tuple(Span(cut(span.text, width), span.role) for span in (Span(" "), *row))
        for row in rows[:height]
    ]
    # Where there is room, what is done meanwhile stands below.
    room = height - len(shown) - 1
    return [*shown, (), *audit.lines(view, width, room)] if room > 0 else shown


def progress(view: View) -> str:
    """Return how many checks of how many are green: `5/8`."""
    checks = view.snapshot.preflight if view.snapshot is not None else ()
    return f"{sum(check.is_green for check in checks)}/{len(checks)}"


def missing(view: View) -> str:
    """Return the name of the first check that is not green, "" where all are."""
    checks = view.snapshot.preflight if view.snapshot is not None else ()
    return next((clean(check.name, _CHECK_CELLS) for check in checks if not check.is_green), "")


def _welcome(view: View) -> list[Line]:
    snapshot = view.snapshot
    if snapshot is None:
        return []
    filled = view.keys.filled
    acts = (
        "{help} help   {flatten} y flatten the position   {flatten_all} Y flatten ALL, cancel ALL"
    )
    return [
        (
            Span("PAPER", "paper"),
            Span(": a stand-in broker on this machine, no real money. The engine enforces"),
        ),
        (Span("your rules; with the trader on tilt, one fires within a minute. Watch."),),
        (Span("config  ", "title"), Span(clean(snapshot.config_path, _PATH_CELLS))),
        (Span("logs    ", "title"), Span(clean(snapshot.state_dir, _PATH_CELLS))),
        (Span(filled(acts), "key"),),
        (
            Span(
                filled(
                    "Then edit config.toml, press {reload}. Any key closes this: the audit is here."
                )
            ),
        ),
    ]


def _checks(view: View, height: int) -> list[Line]:
    checks = view.snapshot.preflight if view.snapshot is not None else ()
    # Where there is no room for all, what is missing goes first.
    shown = checks if len(checks) < height else sorted(checks, key=lambda check: check.is_green)
    rows: list[Line] = [
        (
            Span("ok   " if check.is_green else "WAIT ", "good" if check.is_green else "warn"),
            Span(left(clean(check.name, _CHECK_CELLS), _CHECK_CELLS)),
            Span("" if check.is_green else clean(check.words, _PATH_CELLS), "warn"),
        )
        for check in shown[: max(height - 1, 0)]
    ]
    return [
        *rows,
        (Span("Breaches are enforced from the first read on. Any key closes this.", "title"),),
    ]
