"""Pictures of the audit looked through: filtered, searched, far back, and explained."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from curb.domain.audit import AuditRow
from curb.domain.query import AuditQuery
from curb.tui.log import Goal, Log
from curb.tui.ui import AUDIT, Ui
from curb.tui.why_card import why_card
from tests.tui import scenes
from tests.tui.archived import many
from tests.tui.moments import app

MNQ = AuditQuery(words=("mnq",))
ROW = replace(
    scenes.ROWS[5],
    details={
        "what": "contracts open",
        "value": 3,
        "sign": ">",
        "limit": 2,
        "keys": {"limits.MNQ": 2},
        "event": "position 17 size 3",
        "config": "5f2c",
        "targets": {"CON.F.US.MNQ.Z26": 2},
        "requests": [
            {
                "id": 4,
                "request": "partialCloseContract",
                "size": 1,
                "contract": "CON.F.US.MNQ.Z26",
                "sent_at": scenes.at(-60).isoformat(),
                "outcome": "done",
                "latency_ms": 41,
            }
        ],
    },
)
SCENES: dict[str, tuple[Ui, tuple[AuditRow, ...]]] = {
    "hits": (Ui(pane=AUDIT, log=Log(MNQ, hits=3, last=MNQ)), scenes.ROWS),
    "no hits": (
        Ui(pane=AUDIT, log=Log(AuditQuery(words=("zinc",)), hits=0, is_oldest=True)),
        scenes.ROWS,
    ),
    "hits on disk only": (Ui(pane=AUDIT, log=Log(AuditQuery(words=("zinc",)), hits=7)), ()),
    "far back": (
        Ui(pane=AUDIT, is_zoomed=True, log=Log(cursor=150, window=many(300)[::-1])),
        scenes.ROWS,
    ),
    "reading": (Ui(pane=AUDIT, log=Log(reading=Goal.OLDEST)), scenes.ROWS),
    "why": (Ui(pane=AUDIT, card=why_card(ROW, None, "y")), scenes.ROWS),
}


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCENES)
def test_the_audit(snap_compare: Callable[..., bool], name: str, size: tuple[int, int]) -> None:
    ui, rows = SCENES[name]
    shown = app(rows=rows)
    shown.ui = ui
    assert snap_compare(shown, terminal_size=size)
