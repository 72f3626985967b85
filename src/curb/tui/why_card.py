"""The sheet that says why a row of the audit stands there."""

from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.why import Why, explain, markdown
from curb.tui.line import clean, wrap
from curb.tui.ui import Card, Copy

_CELLS = 74
_MOST_ROWS = 6  # of one sentence


def why_card(row: AuditRow, reply: Reply | None, copy_key: str) -> Card:
    """Return the engine's answer as a card; without one what the row itself has to say."""
    why = told(reply) or explain(row, None)
    lines: list[tuple[str, str]] = []
    for title, sentences in why.sections:
        lines.append((clean(title, _CELLS), "title"))
        for sentence in sentences:
            text = clean(sentence, _CELLS * _MOST_ROWS)
            lines += [(f"  {part}", "text") for part in wrap(text, _CELLS - 4, _MOST_ROWS)]
    ways = ((f"{copy_key}    copy it as Markdown · any other key closes", "title"),)
    keys = ((copy_key, Copy(markdown(why), f"why of row {why.id}")),)
    return Card("why", clean(why.title, _CELLS), tuple(lines), keys, ways=ways)


def told(reply: Reply | None) -> Why | None:
    """Return what an engine answered, None where it did not or in other words."""
    if reply is None or not reply.ok:
        return None
    try:
        return codec.decode(Why, reply.data)
    except FrameError:
        return None
