"""The last rows: a question, or what came of the last command and the keys."""

from curb.domain.text import safe_text
from curb.tui.commands import on_key_line
from curb.tui.line import Line, Span, fit, width_of, wrap
from curb.tui.view import View

# A question is read whole or not asked: three rows hold it at 60 columns.
_MOST = 3


def lines(view: View, width: int) -> list[Line]:
    """Return the foot's rows: one to four."""
    ask = view.ui.ask
    if ask is not None:
        left_s = max(ask.until - view.moment, 0)
        said = ((ask.key, ask.means), *((choice.key, choice.means) for choice in ask.choices))
        ways = " · ".join(f"{key} = {means}" for key, means in said)
        if len(ask.key) > 1:
            ways = f"type {ask.key}: {ask.typed}_"
        answer = f"{ways} · any other key cancels · {-(-left_s // 1):.0f}s"
        return _rows(f"{ask.sentence}? {answer}", width, "ask")
    prompt = view.ui.prompt
    if prompt is not None:
        return [fit((Span(f" {prompt.label}{prompt.text}_", "ask"),), width, "ask")]
    rows: list[Line] = []
    if view.ui.sending:
        rows += _rows(f"{view.ui.sending} sent, waiting for the engine", width, "ask")
    elif view.ui.result is not None:
        result = view.ui.result
        ways = " · {retry} retry" if result.retry is not None and not view.is_observing else ""
        ways += " · {back} closes" if result.is_sticky else ""
        text = f"{result.text}{view.keys.filled(ways)}"
        rows += _rows(text, width, "good" if result.is_good else "breach")
    elif view.ui.errand:
        rows += _rows(f"{view.ui.errand} is under way", width, "text")
    return [*rows, _keys(view, width)]


def _rows(text: str, width: int, role: str) -> list[Line]:
    words = safe_text(text, width * _MOST)
    return [fit((Span(f" {part}", role),), width, role) for part in wrap(words, width - 2, _MOST)]


def _keys(view: View, width: int) -> Line:
    spans: list[Span] = []
    for command in on_key_line(is_observing=view.is_observing):
        keys = view.keys.filled(command.shown)
        more = (Span(f" {keys} ", "key"), Span(f"{command.short} "))
        if width_of((*spans, *more)) > width:
            break
        spans += more
    if not view.ui.is_zoomed and width_of(spans) + 16 < width:
        spans.append(Span(view.keys.filled(" {pane_1}-{pane_7} "), "key"))
        spans.append(Span("pane "))
    return fit(tuple(spans), width)
