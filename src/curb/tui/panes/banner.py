"""What must not be overlooked, in full width under the header."""

from curb.tui import figures
from curb.tui.line import Line, Span, clean, fit, wrap
from curb.tui.view import View

# More would push the positions off a small screen.
MOST = 3
_ALERT_CELLS = 200


def sentences(view: View) -> list[Span]:
    """Return what is wrong, worst first."""
    found: list[Span] = []
    if view.engine:
        found.append(Span(clean(view.engine, _ALERT_CELLS), "breach"))
    elif view.silent_s is not None and view.is_silent:
        found.append(
            Span(
                f"ENGINE NOT RESPONDING {figures.age(view.silent_s)} - enforcement may be off",
                "breach",
            )
        )
    found += [Span(clean(note, _ALERT_CELLS), "warn") for note in view.ui.notes]
    found += _alerts(view)
    if view.engine_version is not None and view.engine_version != view.version:
        engine = clean(view.engine_version, 20)
        way_out = "" if view.is_observing else "; u restarts the engine"
        found.append(
            Span(
                f"ENGINE {engine}, SCREEN {view.version}: what is shown may be wrong{way_out}",
                "warn",
            )
        )
    return found


def lines(view: View, width: int) -> list[Line]:
    """Return the banner's rows, at most three; a long sentence takes more than one."""
    rows: list[Line] = []
    for sentence in sentences(view):
        room = MOST - len(rows)
        if room <= 0:
            break
        rows += [
            fit((Span(f" {part}", sentence.role),), width, sentence.role)
            for part in wrap(sentence.text, width - 2, room)
        ]
    return rows


def _alerts(view: View) -> list[Span]:
    if view.snapshot is None:
        return []
    many = len(view.snapshot.accounts) > 1
    return [
        Span(
            (f"{clean(figures.masked(a.name), 5)}: " if many else "")
            + clean(a.alert, _ALERT_CELLS),
            "breach",
        )
        for a in view.snapshot.accounts
        if a.alert
    ]
