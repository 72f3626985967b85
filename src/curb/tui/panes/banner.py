"""What must not be overlooked, in full width under the header."""

from curb.domain.snapshot import AccountView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, fit, wrap
from curb.tui.view import View

# More would push the positions off a small screen.
MOST = 3
_ALERT_CELLS = 200
_GRAVE = ("LOCKED", "FLATTENING", "BLOCKED")


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
    found += _paused(view)
    found += [Span(clean(note, _ALERT_CELLS), "warn") for note in view.ui.notes]
    found += _alerts(view)
    found += _degraded(view)
    found += _elsewhere(view)
    found += _blind(view)
    if view.engine_version is not None and view.engine_version != view.version:
        engine = clean(view.engine_version, 20)
        way_out = "" if view.is_observing else view.keys.filled("; {restart} restarts the engine")
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
    return [
        Span(_of(a, view) + clean(a.alert, _ALERT_CELLS), "breach")
        for a in _accounts(view)
        if a.alert
    ]


def _degraded(view: View) -> list[Span]:
    snapshot = view.snapshot
    if snapshot is None or snapshot.store_word == "ok":
        return []
    words = f"AUDIT DEGRADED - enforcing goes on - {clean(snapshot.store_word, _ALERT_CELLS)}"
    return [Span(words, "breach")]


def _paused(view: View) -> list[Span]:
    pause = view.ui.pause
    if pause is None:
        return []
    count = pause.pending(view.rows)
    rows = f"{count} new row{'s' if count != 1 else ''}"
    left = figures.countdown(max(pause.until - view.moment, 0))
    key = view.keys.filled("{pause}")
    return [Span(f"VIEW PAUSED - enforcing · {rows} · goes on in {left}, {key} at once", "warn")]


def _elsewhere(view: View) -> list[Span]:
    """Return what stands in an account that is not shown, where it is grave."""
    if view.is_abreast or view.account is None or view.is_silent:
        return []
    key = view.keys.filled("{next_account}")
    return [
        Span(f"{_of(a, view)}{clean(a.state, 10)} - {key} shows that account", "breach")
        for a in _accounts(view)
        if a.id != view.account.id and a.state in _GRAVE
    ]


def _blind(view: View) -> list[Span]:
    """Return the rules that are not evaluated, those of one reason in one sentence."""
    found: list[Span] = []
    for account in _accounts(view):
        rules: dict[str, list[str]] = {}
        for rule in account.rules:
            if rule.blind:
                rules.setdefault(rule.blind, []).append(clean(rule.id, 8))
        found += [
            Span(
                f"{_of(account, view)}{', '.join(ids)} not evaluated: {clean(reason, _ALERT_CELLS)}",
                "warn",
            )
            for reason, ids in rules.items()
        ]
    return found


def _accounts(view: View) -> tuple[AccountView, ...]:
    return view.snapshot.accounts if view.snapshot is not None else ()


def _of(account: AccountView, view: View) -> str:
    """Return whose sentence it is, where there are several accounts."""
    return f"{clean(figures.masked(account.name), 5)}: " if len(_accounts(view)) > 1 else ""
