from datetime import UTC, datetime
from pathlib import Path

import pytest

from curb.cli.anchors import State, judged, place
from curb.control.paths import account_anchor_path
from curb.domain.anchors import Anchor, Finding

EARLY, LATE = (datetime(2026, 11, day, 23, tzinfo=UTC) for day in (18, 19))
FIRST = (Finding.FIRST, None)
SAME = (Finding.SAME, Anchor("a", 1, "", EARLY))
GONE = (Finding.DELETED, Anchor("b", 9, "", LATE))


@pytest.mark.parametrize(
    ("found", "why_new", "state"),
    [
        ([FIRST], "", State("", is_first=True, reset_at=None)),
        ([FIRST, FIRST], "", State("", is_first=True, reset_at=None)),
        ([FIRST, SAME], "", State("", is_first=False, reset_at=EARLY)),
        ([SAME, GONE], "", State(Finding.DELETED.value, is_first=False, reset_at=LATE)),
        ([FIRST], "damaged", State("damaged", is_first=False, reset_at=None)),
        ([GONE], "damaged", State("damaged", is_first=False, reset_at=LATE)),
    ],
)
def test_one_loss_is_the_loss_of_all(
    found: list[tuple[Finding, Anchor | None]], why_new: str, state: State
) -> None:
    assert judged(found, why_new) == state


def test_only_the_paper_gateways_anchors_stand_with_its_state(tmp_path: Path) -> None:
    assert place("http://x", 7, tmp_path).parent == tmp_path
    assert place("http://x", 7, None) == account_anchor_path("http://x", 7)
